-- What this store is: one row.
CREATE TABLE store (
    one        INTEGER NOT NULL PRIMARY KEY,
    id         BLOB NOT NULL,
    created_ms INTEGER NOT NULL,
    CHECK (one = 1)
);
