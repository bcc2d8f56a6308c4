-- NotifyKit, version 2 of the schema: values that are set once, such as nonces of signed requests.

CREATE TABLE IF NOT EXISTS ${schema}${prefix}once (
  name VARCHAR_CASESENSITIVE(200) NOT NULL PRIMARY KEY,
  held VARCHAR_CASESENSITIVE(200) NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}once_expiry ON ${schema}${prefix}once (expires_at);

-- Whether addresses were suppressed under plain fingerprints, as version 1 did it.
INSERT INTO ${schema}${prefix}once (name, held, expires_at)
  SELECT 'target-keys-plain', 'yes', 9223372036854775807
  WHERE EXISTS (SELECT 1 FROM ${schema}${prefix}suppression)
  AND NOT EXISTS (SELECT 1 FROM ${schema}${prefix}once WHERE name = 'target-keys-plain');
