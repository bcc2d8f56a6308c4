-- NotifyKit, version 2 of the schema: values that are set once, such as nonces of signed requests.

CREATE TABLE IF NOT EXISTS ${schema}${prefix}once (
  name VARCHAR(200) NOT NULL,
  held VARCHAR(200) NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (name),
  KEY ${prefix}once_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- Whether addresses were suppressed under plain fingerprints, as version 1 did it.
INSERT INTO ${schema}${prefix}once (name, held, expires_at)
  SELECT 'target-keys-plain', 'yes', 9223372036854775807 FROM DUAL
  WHERE EXISTS (SELECT 1 FROM ${schema}${prefix}suppression)
  AND NOT EXISTS (SELECT 1 FROM ${schema}${prefix}once WHERE name = 'target-keys-plain');
