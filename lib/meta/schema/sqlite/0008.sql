-- An original. dedupe is owner and sha256, NULL once deleted: who has those bytes already.
CREATE TABLE image (
    id               BLOB NOT NULL PRIMARY KEY,
    owner            BLOB NOT NULL,
    title            TEXT,
    description      TEXT,
    visibility       INTEGER NOT NULL,
    uploader_address TEXT,
    share_key        BLOB NOT NULL,
    dedupe           BLOB,
    pool_id          BLOB NOT NULL,
    object_key       BLOB NOT NULL,
    bytes            INTEGER NOT NULL,
    format           INTEGER NOT NULL,
    width_px         INTEGER NOT NULL,
    height_px        INTEGER NOT NULL,
    frame_count      INTEGER NOT NULL,
    has_alpha        INTEGER NOT NULL,
    sha256           BLOB NOT NULL,
    state            INTEGER NOT NULL,
    state_ms         INTEGER NOT NULL,
    failure_status   INTEGER NOT NULL,
    failure_rule     BLOB NOT NULL,
    failure_message  TEXT,
    switches         INTEGER NOT NULL,
    created_ms       INTEGER NOT NULL,
    accessed_ms      INTEGER NOT NULL,
    ready_ms         INTEGER NOT NULL,
    deleted_ms       INTEGER NOT NULL,
    view_count       INTEGER NOT NULL,
    download_count   INTEGER NOT NULL,
    upload_node      BLOB,
    process_node     BLOB,
    trace_id         BLOB,
    version          INTEGER NOT NULL,
    CHECK (bytes >= 0)
);
CREATE UNIQUE INDEX image_by_dedupe ON image (dedupe);
CREATE UNIQUE INDEX image_by_share_key ON image (share_key);
CREATE UNIQUE INDEX image_by_place ON image (pool_id, object_key);
CREATE INDEX image_by_owner ON image (owner, created_ms, id);
CREATE INDEX image_by_time ON image (created_ms, id);
CREATE INDEX image_by_state ON image (state, created_ms, id);
