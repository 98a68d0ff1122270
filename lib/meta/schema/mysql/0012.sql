-- Jobs on their way to a queue that is no part of this database.
CREATE TABLE IF NOT EXISTS outbox (
    id         BINARY(16) NOT NULL PRIMARY KEY,
    kind       VARBINARY(63) NOT NULL,
    payload    MEDIUMTEXT NULL,
    unique_key VARBINARY(128) NULL,
    node       VARBINARY(63) NULL,
    trace_id   VARBINARY(63) NULL,
    image_id   BINARY(16) NULL,
    priority   INT NOT NULL,
    due_ms     BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    KEY outbox_by_time (created_ms, id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
