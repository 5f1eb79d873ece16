-- The durable end of every key's numbers: no number above block_end has ever left the service.
-- Sharded by sequence_key (vindex: xxhash).
CREATE TABLE IF NOT EXISTS sequence_block (
  sequence_key VARBINARY(64) NOT NULL,
  -- The newest block made durable, both ends included.
  block_first BIGINT NOT NULL,
  block_end BIGINT NOT NULL,
  PRIMARY KEY (sequence_key)
) ENGINE = InnoDB;
