-- What was made of an image: one row for a kind. A skipped one has its reason and no place.
CREATE TABLE variant (
    image_id   BLOB NOT NULL,
    kind       BLOB NOT NULL,
    position   INTEGER NOT NULL,
    pool_id    BLOB,
    object_key BLOB,
    bytes      INTEGER NOT NULL,
    format     INTEGER NOT NULL,
    width_px   INTEGER NOT NULL,
    height_px  INTEGER NOT NULL,
    quality    INTEGER NOT NULL,
    sha256     BLOB NOT NULL,
    render_ms  INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    skip       INTEGER NOT NULL,
    PRIMARY KEY (image_id, kind),
    CHECK (bytes >= 0)
) WITHOUT ROWID;
CREATE UNIQUE INDEX variant_by_place ON variant (pool_id, object_key);
