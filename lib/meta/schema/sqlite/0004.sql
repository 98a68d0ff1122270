-- The last slot taken of work that comes back.
CREATE TABLE recurring (
    name    BLOB NOT NULL PRIMARY KEY,
    slot_ms INTEGER NOT NULL
) WITHOUT ROWID;
