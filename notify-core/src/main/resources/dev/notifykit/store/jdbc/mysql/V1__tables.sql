-- NotifyKit, version 1 of the schema. Replace ${schema} by the schema and a dot, or by nothing, and
-- ${prefix} by the table prefix, "notify_" by default. Times are microseconds since 1970-01-01 UTC by
-- the database's clock.
-- ${collation} is utf8mb4_0900_bin on MySQL and utf8mb4_nopad_bin on MariaDB.

-- What was asked for, once for all its deliveries. dedupe_key is the event id while it must not repeat.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}notification (
  id BINARY(16) NOT NULL,
  tenant VARCHAR(200) NOT NULL,
  event_id VARCHAR(200) NOT NULL,
  dedupe_key VARCHAR(200),
  dedupe_until BIGINT,
  fingerprint BIGINT NOT NULL,
  template VARCHAR(200) NOT NULL,
  category VARCHAR(200) NOT NULL,
  topic VARCHAR(200),
  priority SMALLINT NOT NULL,
  unknown_outcome VARCHAR(20) NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  purged BIGINT,
  content LONGTEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY ${prefix}notification_event (tenant, dedupe_key),
  KEY ${prefix}notification_purged (purged)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- Deliveries that are not settled; small and hot. lane is the priority of one that waits, null otherwise.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}queue (
  id BINARY(16) NOT NULL,
  notification_id BINARY(16) NOT NULL,
  tenant VARCHAR(200) NOT NULL,
  recipient_id VARCHAR(200) NOT NULL,
  route VARCHAR(16) NOT NULL,
  target_key VARCHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  reason VARCHAR(200),
  priority SMALLINT NOT NULL,
  lane SMALLINT,
  due_at BIGINT NOT NULL,
  token BIGINT NOT NULL,
  attempt INT NOT NULL,
  recoveries INT NOT NULL,
  lease_until BIGINT,
  worker VARCHAR(200),
  provider VARCHAR(200),
  provider_message_id VARCHAR(255),
  expires_at BIGINT,
  updated_at BIGINT NOT NULL,
  address LONGTEXT NOT NULL,
  PRIMARY KEY (id),
  KEY ${prefix}queue_due (route, lane, due_at),
  KEY ${prefix}queue_lease (lease_until),
  KEY ${prefix}queue_expiry (expires_at),
  KEY ${prefix}queue_notification (notification_id),
  KEY ${prefix}queue_recipient (tenant, recipient_id),
  KEY ${prefix}queue_provider (provider_message_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- Deliveries that are settled; only ever added to, apart from receipts. listed is 1 for a dead letter that was not discarded.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}log (
  id BINARY(16) NOT NULL,
  notification_id BINARY(16) NOT NULL,
  tenant VARCHAR(200) NOT NULL,
  recipient_id VARCHAR(200) NOT NULL,
  route VARCHAR(16) NOT NULL,
  target_key VARCHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  reason VARCHAR(200),
  attempt INT NOT NULL,
  token BIGINT NOT NULL,
  provider VARCHAR(200),
  provider_message_id VARCHAR(255),
  updated_at BIGINT NOT NULL,
  listed SMALLINT,
  address LONGTEXT,
  PRIMARY KEY (id),
  KEY ${prefix}log_notification (notification_id),
  KEY ${prefix}log_recipient (tenant, recipient_id, id),
  KEY ${prefix}log_provider (provider_message_id),
  KEY ${prefix}log_listed (listed, tenant, id),
  KEY ${prefix}log_updated (updated_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- Attempts that did not succeed at once. row_id is only there because clusters and some hosts want a primary key.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}attempt (
  row_id BIGINT NOT NULL AUTO_INCREMENT,
  delivery_id BINARY(16) NOT NULL,
  tenant VARCHAR(200) NOT NULL,
  number INT NOT NULL,
  provider VARCHAR(200),
  outcome VARCHAR(64) NOT NULL,
  code VARCHAR(200),
  started_at BIGINT NOT NULL,
  took BIGINT NOT NULL,
  PRIMARY KEY (row_id),
  KEY ${prefix}attempt_delivery (delivery_id, started_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- Profiles. A row without profile holds quiet hours or an erasure of someone who has none.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}recipient (
  tenant VARCHAR(200) NOT NULL,
  recipient_id VARCHAR(200) NOT NULL,
  profile BOOLEAN NOT NULL,
  name VARCHAR(200),
  email VARCHAR(254),
  phone VARCHAR(32),
  locale VARCHAR(100),
  zone VARCHAR(64),
  quiet_from VARCHAR(18),
  quiet_to VARCHAR(18),
  erased BOOLEAN NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, recipient_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- Devices of recipients.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}device (
  tenant VARCHAR(200) NOT NULL,
  device_id VARCHAR(64) NOT NULL,
  recipient_id VARCHAR(200) NOT NULL,
  position INT NOT NULL,
  platform VARCHAR(16) NOT NULL,
  token LONGTEXT NOT NULL,
  token_type VARCHAR(16) NOT NULL,
  environment VARCHAR(16) NOT NULL,
  app_id VARCHAR(200),
  app_version VARCHAR(200),
  locale VARCHAR(100),
  registered_at BIGINT,
  last_seen_at BIGINT,
  disabled_at BIGINT,
  PRIMARY KEY (tenant, device_id),
  KEY ${prefix}device_recipient (tenant, recipient_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- Choices. channel is empty for all; name is a category, empty for all, or a topic, by scope.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}preference (
  tenant VARCHAR(200) NOT NULL,
  recipient_id VARCHAR(200) NOT NULL,
  scope VARCHAR(8) NOT NULL,
  channel VARCHAR(8) NOT NULL,
  name VARCHAR(200) NOT NULL,
  opted_in BOOLEAN NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, recipient_id, scope, channel, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- Addresses that must not be used, by key.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}suppression (
  tenant VARCHAR(200) NOT NULL,
  target_key VARCHAR(64) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, target_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- Token buckets: when each would be full again, in nanoseconds since 1970.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}bucket (
  bucket_key VARCHAR(700) NOT NULL,
  full_at BIGINT NOT NULL,
  PRIMARY KEY (bucket_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- Versions of template files.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}template (
  path VARCHAR(400) NOT NULL,
  version INT NOT NULL,
  body LONGTEXT NOT NULL,
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (path, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- In-app inboxes.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}inbox (
  tenant VARCHAR(200) NOT NULL,
  recipient_id VARCHAR(200) NOT NULL,
  id BINARY(16) NOT NULL,
  title LONGTEXT NOT NULL,
  body LONGTEXT,
  link LONGTEXT,
  data LONGTEXT NOT NULL,
  category VARCHAR(200) NOT NULL,
  created_at BIGINT NOT NULL,
  read_at BIGINT,
  PRIMARY KEY (tenant, recipient_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};

-- What recipients and providers did with deliveries.
CREATE TABLE IF NOT EXISTS ${schema}${prefix}tracking (
  tenant VARCHAR(200) NOT NULL,
  id VARCHAR(255) NOT NULL,
  delivery_id BINARY(16) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  detail LONGTEXT,
  happened_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  KEY ${prefix}tracking_delivery (delivery_id),
  KEY ${prefix}tracking_happened (happened_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation};
