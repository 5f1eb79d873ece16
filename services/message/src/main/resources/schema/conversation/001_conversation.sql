-- Keyspace conversation, sharded by conversation_id (vindex xxhash): every table has it first in its primary key.

-- The head of a conversation; one row, moved by compare-and-set on last_seq with every append.
CREATE TABLE IF NOT EXISTS conversation (
  conversation_id BINARY(16) NOT NULL,
  slot SMALLINT UNSIGNED NOT NULL COMMENT 'function of conversation_id, never spans a shard',
  kind TINYINT UNSIGNED NOT NULL COMMENT '1 direct, 2 group',
  owner VARBINARY(64) NOT NULL COMMENT 'owner of a group, lesser user of a direct conversation',
  peer VARBINARY(64) NOT NULL COMMENT 'greater user of a direct conversation, empty for a group',
  title VARBINARY(256) NOT NULL,
  history_policy TINYINT UNSIGNED NOT NULL COMMENT '1 from join, 2 all',
  first_seq BIGINT NOT NULL,
  last_seq BIGINT NOT NULL,
  message_count BIGINT NOT NULL COMMENT 'countable messages',
  fanned_seq BIGINT NOT NULL COMMENT 'fan-out is complete up to here',
  fanout_pending TINYINT UNSIGNED NOT NULL COMMENT '1 until fan-out is known to be complete',
  updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (conversation_id),
  KEY by_pending (slot, fanout_pending)
);

-- One row per message, whatever the number of members.
CREATE TABLE IF NOT EXISTS message (
  conversation_id BINARY(16) NOT NULL,
  seq BIGINT NOT NULL,
  prev_seq BIGINT NOT NULL,
  ordinal BIGINT NOT NULL COMMENT 'countable messages up to and including this one',
  sender VARBINARY(64) NOT NULL,
  client_message_id BINARY(16) NOT NULL,
  kind TINYINT UNSIGNED NOT NULL COMMENT 'number of the content in carillon.type.v1.Body',
  target_seq BIGINT NOT NULL COMMENT 'message that an edit, recall or reaction refers to, else 0',
  recalled_by_seq BIGINT NOT NULL COMMENT '0: not recalled',
  stored_at DATETIME(3) NOT NULL,
  body MEDIUMBLOB NOT NULL COMMENT 'carillon.type.v1.Body',
  PRIMARY KEY (conversation_id, seq),
  UNIQUE KEY by_client_message_id (conversation_id, client_message_id, sender)
);

-- Present and past members of groups; direct conversations have their two in the head.
CREATE TABLE IF NOT EXISTS member (
  conversation_id BINARY(16) NOT NULL,
  user_id VARBINARY(64) NOT NULL,
  join_seq BIGINT NOT NULL,
  join_index INT NOT NULL COMMENT 'order among those who joined with one notice',
  visible_after_seq BIGINT NOT NULL COMMENT 'messages up to this one are not visible',
  left_seq BIGINT NULL COMMENT 'NULL: a member',
  PRIMARY KEY (conversation_id, user_id)
);
