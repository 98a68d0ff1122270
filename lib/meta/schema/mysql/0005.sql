-- The usage ledger: what an owner has. max_bytes NULL: the setting decides.
CREATE TABLE IF NOT EXISTS owner (
    name        VARBINARY(255) NOT NULL PRIMARY KEY,
    used_bytes  BIGINT NOT NULL,
    held_bytes  BIGINT NOT NULL,
    image_count BIGINT NOT NULL,
    max_bytes   BIGINT NULL,
    CHECK (used_bytes >= 0),
    CHECK (held_bytes >= 0),
    CHECK (image_count >= 0)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
