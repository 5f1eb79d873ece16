-- Keyspace mailbox, sharded by user_id (xxhash): nothing here is ever joined with keyspace conversation.

-- One row per user: the version of the last change of its mailbox. Locked by whoever changes the mailbox, until
-- commit, so that versions become visible in order.
CREATE TABLE IF NOT EXISTS mailbox (
  user_id VARBINARY(64) NOT NULL,
  version BIGINT NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (user_id)
);

-- One row per user and conversation: the list of recent conversations and the index of what changed, in one.
CREATE TABLE IF NOT EXISTS thread (
  user_id VARBINARY(64) NOT NULL,
  conversation_id BINARY(16) NOT NULL,
  -- The mailbox's version at which the thread last changed; unique per user.
  version BIGINT NOT NULL,
  -- The newest message that the user receives; never goes back.
  last_seq BIGINT NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (user_id, conversation_id),
  KEY by_version (user_id, version)
);

-- One row per device that ever acknowledged a page of a sync: the version up to which it is complete.
CREATE TABLE IF NOT EXISTS device (
  user_id VARBINARY(64) NOT NULL,
  device_id VARBINARY(64) NOT NULL,
  synced_version BIGINT NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (user_id, device_id)
);
