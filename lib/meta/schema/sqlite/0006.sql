-- Where files are. max_bytes NULL: only the disk limits it. is_default is 1 or NULL.
CREATE TABLE pool (
    id               BLOB NOT NULL PRIMARY KEY,
    name             BLOB NOT NULL,
    type             INTEGER NOT NULL,
    tier             INTEGER NOT NULL,
    state            INTEGER NOT NULL,
    priority         INTEGER NOT NULL,
    weight           INTEGER NOT NULL,
    max_bytes        INTEGER,
    used_bytes       INTEGER NOT NULL,
    held_bytes       INTEGER NOT NULL,
    file_count       INTEGER NOT NULL,
    is_default       INTEGER,
    is_backup_target INTEGER NOT NULL,
    path             BLOB,
    node             BLOB,
    region           TEXT,
    public_url       TEXT,
    created_ms       INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    CHECK (is_default = 1),
    CHECK (used_bytes >= 0),
    CHECK (held_bytes >= 0),
    CHECK (file_count >= 0)
) WITHOUT ROWID;
CREATE UNIQUE INDEX pool_by_name ON pool (name);
CREATE UNIQUE INDEX pool_by_default ON pool (is_default);
