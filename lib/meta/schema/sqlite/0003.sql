-- Settings that differ from their default.
CREATE TABLE setting (
    name    BLOB NOT NULL PRIMARY KEY,
    value   TEXT NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;
