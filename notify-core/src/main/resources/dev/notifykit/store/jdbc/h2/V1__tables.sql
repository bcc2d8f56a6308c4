-- NotifyKit, version 1 of the schema. Replace ${schema} by the schema and a dot, or by nothing, and
-- ${prefix} by the table prefix, "notify_" by default. Times are microseconds since 1970-01-01 UTC by
-- the database's clock. Where many rows of a tenant are looked up by their names at once, the name comes first in
-- the key: H2 finds a list of values by the first column of an index only. There are no partial indexes, so each
-- index costs each row, and few indexes serve many purposes. VARCHAR_CASESENSITIVE is VARCHAR, even in a database
-- that says IGNORECASE: ids that differ in case are different ids.

-- What was asked for, once for all its deliveries. dedupe_key is the event id while it must not repeat.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}notification (
  id UUID NOT NULL,
  tenant VARCHAR_CASESENSITIVE(200) NOT NULL,
  event_id VARCHAR_CASESENSITIVE(200) NOT NULL,
  dedupe_key VARCHAR_CASESENSITIVE(200),
  dedupe_until BIGINT,
  fingerprint BIGINT NOT NULL,
  template VARCHAR_CASESENSITIVE(200) NOT NULL,
  category VARCHAR_CASESENSITIVE(200) NOT NULL,
  topic VARCHAR_CASESENSITIVE(200),
  priority SMALLINT NOT NULL,
  unknown_outcome VARCHAR_CASESENSITIVE(20) NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  purged BIGINT,
  content CHARACTER VARYING NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS ${schema}${prefix}notification_event
  ON ${schema}${prefix}notification (dedupe_key, tenant);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}notification_purged
  ON ${schema}${prefix}notification (purged);

-- Deliveries that are not settled; small and hot. lane is the priority of one that waits, null otherwise.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}queue (
  id UUID NOT NULL,
  notification_id UUID NOT NULL,
  tenant VARCHAR_CASESENSITIVE(200) NOT NULL,
  recipient_id VARCHAR_CASESENSITIVE(200) NOT NULL,
  route VARCHAR_CASESENSITIVE(16) NOT NULL,
  target_key VARCHAR_CASESENSITIVE(64) NOT NULL,
  state VARCHAR_CASESENSITIVE(16) NOT NULL,
  reason VARCHAR_CASESENSITIVE(200),
  priority SMALLINT NOT NULL,
  lane SMALLINT,
  due_at BIGINT NOT NULL,
  token BIGINT NOT NULL,
  attempt INTEGER NOT NULL,
  recoveries INTEGER NOT NULL,
  lease_until BIGINT,
  worker VARCHAR_CASESENSITIVE(200),
  provider VARCHAR_CASESENSITIVE(200),
  provider_message_id VARCHAR_CASESENSITIVE(255),
  expires_at BIGINT,
  updated_at BIGINT NOT NULL,
  address CHARACTER VARYING NOT NULL,
  PRIMARY KEY (id)
);
-- Those that wait by lane and time, and in one place those that are held: few, and looked through whole.
CREATE INDEX IF NOT EXISTS ${schema}${prefix}queue_due
  ON ${schema}${prefix}queue (lane, route, due_at);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}queue_expiry
  ON ${schema}${prefix}queue (expires_at);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}queue_notification
  ON ${schema}${prefix}queue (notification_id);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}queue_recipient
  ON ${schema}${prefix}queue (tenant, recipient_id);

-- Deliveries that are settled; only ever added to, apart from receipts. listed is 1 for a dead letter that was not discarded.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}log (
  id UUID NOT NULL,
  notification_id UUID NOT NULL,
  tenant VARCHAR_CASESENSITIVE(200) NOT NULL,
  recipient_id VARCHAR_CASESENSITIVE(200) NOT NULL,
  route VARCHAR_CASESENSITIVE(16) NOT NULL,
  target_key VARCHAR_CASESENSITIVE(64) NOT NULL,
  state VARCHAR_CASESENSITIVE(16) NOT NULL,
  reason VARCHAR_CASESENSITIVE(200),
  attempt INTEGER NOT NULL,
  token BIGINT NOT NULL,
  provider VARCHAR_CASESENSITIVE(200),
  provider_message_id VARCHAR_CASESENSITIVE(255),
  updated_at BIGINT NOT NULL,
  listed SMALLINT,
  address CHARACTER VARYING,
  PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}log_notification
  ON ${schema}${prefix}log (notification_id);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}log_recipient
  ON ${schema}${prefix}log (tenant, recipient_id, id);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}log_provider
  ON ${schema}${prefix}log (provider_message_id);
-- Dead letters in one place, and the others by age, for the purge.
CREATE INDEX IF NOT EXISTS ${schema}${prefix}log_listed
  ON ${schema}${prefix}log (listed, updated_at);

-- Attempts that did not succeed at once.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}attempt (
  delivery_id UUID NOT NULL,
  tenant VARCHAR_CASESENSITIVE(200) NOT NULL,
  number INTEGER NOT NULL,
  provider VARCHAR_CASESENSITIVE(200),
  outcome VARCHAR_CASESENSITIVE(64) NOT NULL,
  code VARCHAR_CASESENSITIVE(200),
  started_at BIGINT NOT NULL,
  took BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}attempt_delivery
  ON ${schema}${prefix}attempt (delivery_id, started_at);

-- Profiles. A row without profile holds quiet hours or an erasure of someone who has none.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}recipient (
  tenant VARCHAR_CASESENSITIVE(200) NOT NULL,
  recipient_id VARCHAR_CASESENSITIVE(200) NOT NULL,
  profile BOOLEAN NOT NULL,
  name VARCHAR_CASESENSITIVE(200),
  email VARCHAR_CASESENSITIVE(254),
  phone VARCHAR_CASESENSITIVE(32),
  locale VARCHAR_CASESENSITIVE(100),
  zone VARCHAR_CASESENSITIVE(64),
  quiet_from VARCHAR_CASESENSITIVE(18),
  quiet_to VARCHAR_CASESENSITIVE(18),
  erased BOOLEAN NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (recipient_id, tenant)
);

-- Devices of recipients.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}device (
  tenant VARCHAR_CASESENSITIVE(200) NOT NULL,
  device_id VARCHAR_CASESENSITIVE(64) NOT NULL,
  recipient_id VARCHAR_CASESENSITIVE(200) NOT NULL,
  position INTEGER NOT NULL,
  platform VARCHAR_CASESENSITIVE(16) NOT NULL,
  token CHARACTER VARYING NOT NULL,
  token_type VARCHAR_CASESENSITIVE(16) NOT NULL,
  environment VARCHAR_CASESENSITIVE(16) NOT NULL,
  app_id VARCHAR_CASESENSITIVE(200),
  app_version VARCHAR_CASESENSITIVE(200),
  locale VARCHAR_CASESENSITIVE(100),
  registered_at BIGINT,
  last_seen_at BIGINT,
  disabled_at BIGINT,
  PRIMARY KEY (device_id, tenant)
);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}device_recipient
  ON ${schema}${prefix}device (tenant, recipient_id);

-- Choices. channel is empty for all; name is a category, empty for all, or a topic, by scope.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}preference (
  tenant VARCHAR_CASESENSITIVE(200) NOT NULL,
  recipient_id VARCHAR_CASESENSITIVE(200) NOT NULL,
  scope VARCHAR_CASESENSITIVE(8) NOT NULL,
  channel VARCHAR_CASESENSITIVE(8) NOT NULL,
  name VARCHAR_CASESENSITIVE(200) NOT NULL,
  opted_in BOOLEAN NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (recipient_id, tenant, scope, channel, name)
);

-- Addresses that must not be used, by key.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}suppression (
  tenant VARCHAR_CASESENSITIVE(200) NOT NULL,
  target_key VARCHAR_CASESENSITIVE(64) NOT NULL,
  reason VARCHAR_CASESENSITIVE(200) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (target_key, tenant)
);

-- Token buckets: when each would be full again, in nanoseconds since 1970.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}bucket (
  bucket_key VARCHAR_CASESENSITIVE(700) NOT NULL,
  full_at BIGINT NOT NULL,
  PRIMARY KEY (bucket_key)
);

-- Versions of template files.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}template (
  path VARCHAR_CASESENSITIVE(400) NOT NULL,
  version INTEGER NOT NULL,
  body CHARACTER VARYING NOT NULL,
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (path, version)
);

-- In-app inboxes.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}inbox (
  tenant VARCHAR_CASESENSITIVE(200) NOT NULL,
  recipient_id VARCHAR_CASESENSITIVE(200) NOT NULL,
  id UUID NOT NULL,
  title CHARACTER VARYING NOT NULL,
  body CHARACTER VARYING,
  link CHARACTER VARYING,
  data CHARACTER VARYING NOT NULL,
  category VARCHAR_CASESENSITIVE(200) NOT NULL,
  created_at BIGINT NOT NULL,
  read_at BIGINT,
  PRIMARY KEY (tenant, recipient_id, id)
);

-- What recipients and providers did with deliveries.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}tracking (
  tenant VARCHAR_CASESENSITIVE(200) NOT NULL,
  id VARCHAR_CASESENSITIVE(255) NOT NULL,
  delivery_id UUID NOT NULL,
  kind VARCHAR_CASESENSITIVE(16) NOT NULL,
  detail CHARACTER VARYING,
  happened_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX IF NOT EXISTS ${schema}${prefix}tracking_delivery
  ON ${schema}${prefix}tracking (delivery_id);
