-- NotifyKit, version 2 of the schema: values that are set once, such as nonces of signed requests.

CREATE TABLE IF NOT EXISTS ${schema}${prefix}once (
  name VARCHAR(200) NOT NULL PRIMARY KEY,
  held VARCHAR(200) NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}once_expiry ON ${schema}${prefix}once (expires_at);
