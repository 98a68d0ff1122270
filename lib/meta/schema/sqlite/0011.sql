-- What happened, oldest first by number.
CREATE TABLE event (
    number   INTEGER NOT NULL PRIMARY KEY,
    kind     INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    image_id BLOB,
    pool     BLOB,
    message  TEXT
);
