-- The last slot taken of work that comes back.
CREATE TABLE IF NOT EXISTS recurring (
    name    VARBINARY(255) NOT NULL PRIMARY KEY,
    slot_ms BIGINT NOT NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
