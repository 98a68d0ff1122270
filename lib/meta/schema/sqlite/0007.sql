-- Room taken before anything is written. object_key NULL: for the variants of an image.
CREATE TABLE hold (
    id            BLOB NOT NULL PRIMARY KEY,
    image_id      BLOB NOT NULL,
    pool_id       BLOB NOT NULL,
    owner         BLOB NOT NULL,
    object_key    BLOB,
    temporary_key BLOB,
    bytes         INTEGER NOT NULL,
    holder        BLOB NOT NULL,
    expires_ms    INTEGER NOT NULL,
    CHECK (bytes >= 0)
) WITHOUT ROWID;
CREATE INDEX hold_by_image ON hold (image_id);
