-- The usage ledger: what an owner has. max_bytes NULL: the setting decides.
CREATE TABLE owner (
    name        BLOB NOT NULL PRIMARY KEY,
    used_bytes  INTEGER NOT NULL,
    held_bytes  INTEGER NOT NULL,
    image_count INTEGER NOT NULL,
    max_bytes   INTEGER,
    CHECK (used_bytes >= 0),
    CHECK (held_bytes >= 0),
    CHECK (image_count >= 0)
) WITHOUT ROWID;
