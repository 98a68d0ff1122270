-- What happened, oldest first by number.
CREATE TABLE IF NOT EXISTS event (
    number   BIGINT NOT NULL PRIMARY KEY,
    kind     INT NOT NULL,
    at_ms    BIGINT NOT NULL,
    image_id BINARY(16) NULL,
    pool     VARBINARY(63) NULL,
    message  TEXT NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
