-- Settings that differ from their default.
CREATE TABLE IF NOT EXISTS setting (
    name    VARBINARY(255) NOT NULL PRIMARY KEY,
    value   TEXT NOT NULL,
    version BIGINT NOT NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
