-- What was made of an image: one row for a kind. A skipped one has its reason and no place.
CREATE TABLE IF NOT EXISTS variant (
    image_id   BINARY(16) NOT NULL,
    kind       VARBINARY(35) NOT NULL,
    position   INT NOT NULL,
    pool_id    BINARY(16) NULL,
    object_key VARBINARY(1024) NULL,
    bytes      BIGINT NOT NULL,
    format     INT NOT NULL,
    width_px   BIGINT NOT NULL,
    height_px  BIGINT NOT NULL,
    quality    INT NOT NULL,
    sha256     BINARY(32) NOT NULL,
    render_ms  BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    skip       INT NOT NULL,
    PRIMARY KEY (image_id, kind),
    UNIQUE KEY variant_by_place (pool_id, object_key),
    CHECK (bytes >= 0)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
