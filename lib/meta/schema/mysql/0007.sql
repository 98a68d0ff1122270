-- Room taken before anything is written. object_key NULL: for the variants of an image.
CREATE TABLE IF NOT EXISTS hold (
    id            BINARY(16) NOT NULL PRIMARY KEY,
    image_id      BINARY(16) NOT NULL,
    pool_id       BINARY(16) NOT NULL,
    owner         VARBINARY(255) NOT NULL,
    object_key    VARBINARY(1024) NULL,
    temporary_key VARBINARY(1024) NULL,
    bytes         BIGINT NOT NULL,
    holder        BINARY(16) NOT NULL,
    expires_ms    BIGINT NOT NULL,
    KEY hold_by_image (image_id),
    CHECK (bytes >= 0)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
