-- What a picture says of its making.
CREATE TABLE IF NOT EXISTS metadata (
    image_id      BINARY(16) NOT NULL PRIMARY KEY,
    camera_model  TEXT NULL,
    taken_at      TEXT NULL,
    taken_zone    TEXT NULL,
    latitude      DOUBLE NULL,
    longitude     DOUBLE NULL,
    exposure_time TEXT NULL,
    aperture      TEXT NULL,
    iso           BIGINT NOT NULL,
    focal_length  TEXT NULL,
    tags          MEDIUMTEXT NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
