-- Items of the tests.
CREATE TABLE IF NOT EXISTS item (
  id BINARY(16) NOT NULL,
  name VARCHAR(64) CHARACTER SET utf8mb4 NOT NULL,
  size BIGINT NULL,
  made_at DATETIME(3) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY item_name (name)
);
