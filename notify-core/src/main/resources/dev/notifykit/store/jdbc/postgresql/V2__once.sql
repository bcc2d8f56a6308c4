-- NotifyKit, version 2 of the schema: values that are set once, such as nonces of signed requests.

CREATE TABLE IF NOT EXISTS ${schema}${prefix}once (
  name varchar(200) COLLATE "C" NOT NULL PRIMARY KEY,
  held varchar(200) NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS ${prefix}once_expiry ON ${schema}${prefix}once (expires_at);
