-- NotifyKit, version 2 of the schema: values that are set once, such as nonces of signed requests.

CREATE TABLE IF NOT EXISTS ${schema}${prefix}once (
  name VARCHAR(200) NOT NULL,
  held VARCHAR(200) NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (name),
  KEY ${prefix}once_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};
