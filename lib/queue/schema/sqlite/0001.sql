-- Jobs in the catalog's SQLite database. States are those of pxf_job_state: 1 scheduled, 2 ready,
-- 3 running, 4 done, 5 dead, 6 cancelled. What is rewritten often is narrow; what is written once
-- stands apart.

CREATE TABLE job_kind(
    id INTEGER PRIMARY KEY,
    name BLOB NOT NULL UNIQUE,
    is_paused INTEGER NOT NULL DEFAULT 0,
    since_ms INTEGER NOT NULL
) STRICT;

-- Jobs that the same workers may take: of one kind, bound to one node or (empty) to none. A worker
-- looks at the heads of its lanes, never at a job it may not take. The counts change with the jobs.
CREATE TABLE job_lane(
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    node BLOB NOT NULL,
    scheduled INTEGER NOT NULL DEFAULT 0,
    ready INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    dead INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0,
    UNIQUE(kind, node)
) STRICT;

CREATE TABLE job(
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    lane INTEGER NOT NULL,
    state INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    turn INTEGER NOT NULL, -- 0 at the front of its priority, 1 by age
    due_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    lease_until_ms INTEGER NOT NULL,
    timeout_ms INTEGER NOT NULL,
    token INTEGER NOT NULL,
    process BLOB, -- that runs it
    node TEXT NOT NULL,
    run INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    crashes INTEGER NOT NULL,
    own_crashes INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL,
    progress_permille INTEGER NOT NULL,
    error_status INTEGER NOT NULL,
    image_id BLOB,
    unique_key BLOB
) STRICT;

CREATE INDEX job_ready ON job(lane, priority, turn) WHERE state = 2;
CREATE INDEX job_due ON job(lane, due_ms) WHERE state = 1;
CREATE INDEX job_ended ON job(ended_ms) WHERE state IN (4, 6);
CREATE INDEX job_list ON job(state, lane);
CREATE INDEX job_image ON job(image_id) WHERE image_id IS NOT NULL;
-- The state that ends a job frees its key.
CREATE UNIQUE INDEX job_key ON job(unique_key) WHERE unique_key IS NOT NULL AND state < 4;

CREATE TABLE job_payload(
    seq INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

-- The error's text of the last attempt that failed; the result of a done job.
CREATE TABLE job_result(
    seq INTEGER PRIMARY KEY,
    error TEXT,
    body TEXT
) STRICT;

-- Runs that failed. One that ended well stands in the job itself.
CREATE TABLE job_attempt(
    seq INTEGER NOT NULL,
    run INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    node TEXT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY(seq, run)
) STRICT, WITHOUT ROWID;

-- Which node said when that it works a kind.
CREATE TABLE job_worker(
    kind INTEGER NOT NULL,
    node BLOB NOT NULL,
    seen_ms INTEGER NOT NULL,
    PRIMARY KEY(kind, node)
) STRICT, WITHOUT ROWID;
