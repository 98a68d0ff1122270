-- What a picture says of its making.
CREATE TABLE metadata (
    image_id      BLOB NOT NULL PRIMARY KEY,
    camera_model  TEXT,
    taken_at      TEXT,
    taken_zone    TEXT,
    latitude      REAL,
    longitude     REAL,
    exposure_time TEXT,
    aperture      TEXT,
    iso           INTEGER NOT NULL,
    focal_length  TEXT,
    tags          TEXT
) WITHOUT ROWID;
