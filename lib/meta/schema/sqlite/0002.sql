-- Numbers that only grow, by name.
CREATE TABLE counter (
    name  BLOB NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;
