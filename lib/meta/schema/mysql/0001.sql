-- What this store is: one row.
CREATE TABLE IF NOT EXISTS store (
    one        INT NOT NULL PRIMARY KEY,
    id         BINARY(16) NOT NULL,
    created_ms BIGINT NOT NULL,
    CHECK (one = 1)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
