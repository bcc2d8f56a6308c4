-- NotifyKit, version 1 of the schema. Replace ${schema} by the schema and a dot, or by nothing, and
-- ${prefix} by the table prefix, "notify_" by default. Times are microseconds since 1970-01-01 UTC by
-- the database's clock. Keys are compared byte by byte (COLLATE "C"), as cheap as can be.

-- What was asked for, once for all its deliveries. dedupe_key is the event id while it must not repeat.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}notification (
  id uuid NOT NULL,
  tenant varchar(200) COLLATE "C" NOT NULL,
  event_id varchar(200) COLLATE "C" NOT NULL,
  dedupe_key varchar(200) COLLATE "C",
  dedupe_until bigint,
  fingerprint bigint NOT NULL,
  template varchar(200) NOT NULL,
  category varchar(200) NOT NULL,
  topic varchar(200),
  priority smallint NOT NULL,
  unknown_outcome varchar(20) NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint,
  purged bigint,
  content text NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS ${prefix}notification_event
  ON ${schema}${prefix}notification (tenant, dedupe_key) WHERE dedupe_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS ${prefix}notification_purged
  ON ${schema}${prefix}notification (purged) WHERE purged IS NOT NULL;

-- Deliveries that are not settled; small and hot. lane is the priority of one that waits, null otherwise.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}queue (
  id uuid NOT NULL,
  notification_id uuid NOT NULL,
  tenant varchar(200) COLLATE "C" NOT NULL,
  recipient_id varchar(200) COLLATE "C" NOT NULL,
  route varchar(16) COLLATE "C" NOT NULL,
  target_key varchar(64) COLLATE "C" NOT NULL,
  state varchar(16) NOT NULL,
  reason varchar(200),
  priority smallint NOT NULL,
  lane smallint,
  due_at bigint NOT NULL,
  token bigint NOT NULL,
  attempt integer NOT NULL,
  recoveries integer NOT NULL,
  lease_until bigint,
  worker varchar(200),
  provider varchar(200),
  provider_message_id varchar(255) COLLATE "C",
  expires_at bigint,
  updated_at bigint NOT NULL,
  address text NOT NULL,
  PRIMARY KEY (id)
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX IF NOT EXISTS ${prefix}queue_due
  ON ${schema}${prefix}queue (route, lane, due_at) WHERE lane IS NOT NULL;
CREATE INDEX IF NOT EXISTS ${prefix}queue_lease
  ON ${schema}${prefix}queue (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX IF NOT EXISTS ${prefix}queue_expiry
  ON ${schema}${prefix}queue (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS ${prefix}queue_notification
  ON ${schema}${prefix}queue (notification_id);
CREATE INDEX IF NOT EXISTS ${prefix}queue_recipient
  ON ${schema}${prefix}queue (tenant, recipient_id) WHERE lane IS NOT NULL;
CREATE INDEX IF NOT EXISTS ${prefix}queue_provider
  ON ${schema}${prefix}queue (provider_message_id) WHERE provider_message_id IS NOT NULL;

-- Deliveries that are settled; only ever added to, apart from receipts. listed is 1 for a dead letter that was not discarded.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}log (
  id uuid NOT NULL,
  notification_id uuid NOT NULL,
  tenant varchar(200) COLLATE "C" NOT NULL,
  recipient_id varchar(200) COLLATE "C" NOT NULL,
  route varchar(16) COLLATE "C" NOT NULL,
  target_key varchar(64) COLLATE "C" NOT NULL,
  state varchar(16) NOT NULL,
  reason varchar(200),
  attempt integer NOT NULL,
  token bigint NOT NULL,
  provider varchar(200),
  provider_message_id varchar(255) COLLATE "C",
  updated_at bigint NOT NULL,
  listed smallint,
  address text,
  PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS ${prefix}log_notification
  ON ${schema}${prefix}log (notification_id);
CREATE INDEX IF NOT EXISTS ${prefix}log_recipient
  ON ${schema}${prefix}log (tenant, recipient_id, id);
CREATE INDEX IF NOT EXISTS ${prefix}log_provider
  ON ${schema}${prefix}log (provider_message_id) WHERE provider_message_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS ${prefix}log_listed
  ON ${schema}${prefix}log (listed, tenant, id) WHERE listed IS NOT NULL;
CREATE INDEX IF NOT EXISTS ${prefix}log_updated
  ON ${schema}${prefix}log USING brin (updated_at);

-- Attempts that did not succeed at once.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}attempt (
  delivery_id uuid NOT NULL,
  tenant varchar(200) COLLATE "C" NOT NULL,
  number integer NOT NULL,
  provider varchar(200),
  outcome varchar(64) NOT NULL,
  code varchar(200),
  started_at bigint NOT NULL,
  took bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS ${prefix}attempt_delivery
  ON ${schema}${prefix}attempt (delivery_id, started_at);

-- Profiles. A row without profile holds quiet hours or an erasure of someone who has none.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}recipient (
  tenant varchar(200) COLLATE "C" NOT NULL,
  recipient_id varchar(200) COLLATE "C" NOT NULL,
  profile boolean NOT NULL,
  name varchar(200),
  email varchar(254),
  phone varchar(32),
  locale varchar(100),
  zone varchar(64),
  quiet_from varchar(18),
  quiet_to varchar(18),
  erased boolean NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (tenant, recipient_id)
);

-- Devices of recipients.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}device (
  tenant varchar(200) COLLATE "C" NOT NULL,
  device_id varchar(64) COLLATE "C" NOT NULL,
  recipient_id varchar(200) COLLATE "C" NOT NULL,
  position integer NOT NULL,
  platform varchar(16) NOT NULL,
  token text NOT NULL,
  token_type varchar(16) NOT NULL,
  environment varchar(16) NOT NULL,
  app_id varchar(200),
  app_version varchar(200),
  locale varchar(100),
  registered_at bigint,
  last_seen_at bigint,
  disabled_at bigint,
  PRIMARY KEY (tenant, device_id)
);
CREATE INDEX IF NOT EXISTS ${prefix}device_recipient
  ON ${schema}${prefix}device (recipient_id, tenant);

-- Choices. channel is empty for all; name is a category, empty for all, or a topic, by scope.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}preference (
  tenant varchar(200) COLLATE "C" NOT NULL,
  recipient_id varchar(200) COLLATE "C" NOT NULL,
  scope varchar(8) COLLATE "C" NOT NULL,
  channel varchar(8) COLLATE "C" NOT NULL,
  name varchar(200) COLLATE "C" NOT NULL,
  opted_in boolean NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (tenant, recipient_id, scope, channel, name)
);

-- Addresses that must not be used, by key.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}suppression (
  tenant varchar(200) COLLATE "C" NOT NULL,
  target_key varchar(64) COLLATE "C" NOT NULL,
  reason varchar(200) NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (tenant, target_key)
);

-- Token buckets: when each would be full again, in nanoseconds since 1970.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}bucket (
  bucket_key varchar(700) COLLATE "C" NOT NULL,
  full_at bigint NOT NULL,
  PRIMARY KEY (bucket_key)
) WITH (fillfactor = 70);

-- Versions of template files.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}template (
  path varchar(400) COLLATE "C" NOT NULL,
  version integer NOT NULL,
  body text NOT NULL,
  active boolean NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (path, version)
);

-- In-app inboxes.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}inbox (
  tenant varchar(200) COLLATE "C" NOT NULL,
  recipient_id varchar(200) COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  title text NOT NULL,
  body text,
  link text,
  data text NOT NULL,
  category varchar(200) NOT NULL,
  created_at bigint NOT NULL,
  read_at bigint,
  PRIMARY KEY (tenant, recipient_id, id)
);

-- What recipients and providers did with deliveries.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}tracking (
  tenant varchar(200) COLLATE "C" NOT NULL,
  id varchar(255) COLLATE "C" NOT NULL,
  delivery_id uuid NOT NULL,
  kind varchar(16) NOT NULL,
  detail text,
  happened_at bigint NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX IF NOT EXISTS ${prefix}tracking_delivery
  ON ${schema}${prefix}tracking (delivery_id);
CREATE INDEX IF NOT EXISTS ${prefix}tracking_happened
  ON ${schema}${prefix}tracking USING brin (happened_at);
