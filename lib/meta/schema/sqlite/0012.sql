-- Jobs on their way to a queue that is no part of this database.
CREATE TABLE outbox (
    id         BLOB NOT NULL PRIMARY KEY,
    kind       BLOB NOT NULL,
    payload    TEXT,
    unique_key BLOB,
    node       BLOB,
    trace_id   BLOB,
    image_id   BLOB,
    priority   INTEGER NOT NULL,
    due_ms     INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX outbox_by_time ON outbox (created_ms, id);
