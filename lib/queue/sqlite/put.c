/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/sqlite/sqlite.h"

/* A put under way. */
struct putting {
    const struct fox_put *put;
    struct fox_id id; /* of the job that is there afterwards */
};

static void bind_image(struct fox_sql_stmt *stmt, const struct fox_id *image_id)
{
    if (image_id) {
        fox_sql_bind_blob(stmt, image_id->bytes, sizeof image_id->bytes);
    } else {
        fox_sql_bind_null(stmt);
    }
}

static pxf_status add_row_in(struct fox_sql_tx *tx, const struct fox_job *job, int64_t lane,
                             const struct fox_put *put, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO job(id, lane, state, priority, turn, due_ms, created_ms,"
                        "                started_ms, ended_ms, lease_until_ms, timeout_ms, token,"
                        "                node, run, attempts, crashes, own_crashes, max_attempts,"
                        "                cancel_requested, progress_permille, error_status,"
                        "                image_id, unique_key)"
                        " VALUES (?, ?, ?, ?, 1, ?, ?, 0, 0, 0, ?, 0, '', 0, 0, 0, 0, ?, 0, 0, 0,"
                        "         ?, ?)",
                        err));
    fox_sql_bind_blob(stmt, job->id.bytes, sizeof job->id.bytes);
    fox_sql_bind_int(stmt, lane);
    fox_sql_bind_int(stmt, job->state);
    fox_sql_bind_int(stmt, job->priority);
    fox_sql_bind_int(stmt, job->due_ms);
    fox_sql_bind_int(stmt, job->created_ms);
    fox_sql_bind_int(stmt, job->timeout_ms);
    fox_sql_bind_int(stmt, job->max_attempts);
    bind_image(stmt, put->spec.image_id);
    fox_sql_bind_name(stmt, put->spec.unique_key);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status add_payload_in(struct fox_sql_tx *tx, int64_t seq,
                                 const struct fox_job_spec *spec, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO job_payload(seq, trace_id, body) VALUES (?, ?, ?)",
                        err));
    fox_sql_bind_int(stmt, seq);
    fox_sql_bind_text(stmt, spec->trace_id ? spec->trace_id : "");
    fox_sql_bind_text(stmt, spec->payload);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status add_in(struct fox_sql_tx *tx, const struct fox_put *put, pxf_error *err)
{
    struct fox_job_row row;
    int64_t lane = 0;

    fox_step_put(&row, put);
    TRY(fox_queue_sqlite_lane_in(tx, put->spec.kind, put->spec.node, put->now_ms, &lane, err));
    TRY(add_row_in(tx, &row.job, lane, put, err));
    TRY(add_payload_in(tx, fox_sql_last_id(tx), &put->spec, err));
    return fox_queue_sqlite_count_in(tx, lane, 0, row.job.state, err);
}

static pxf_status replace_in(struct fox_sql_tx *tx, struct sqlite_job *twin,
                             const struct fox_put *put, pxf_error *err)
{
    const pxf_job_state before = twin->row.job.state;
    AUTO(fox_sql_stmt) *stmt = NULL;

    fox_step_replace(&twin->row, put);
    TRY(fox_queue_sqlite_save_in(tx, twin, before, err));
    TRY(fox_sql_prepare(&stmt, tx, "UPDATE job_payload SET body = ? WHERE seq = ?", err));
    fox_sql_bind_text(stmt, put->spec.payload);
    fox_sql_bind_int(stmt, twin->row.seq);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status meet_in(struct fox_sql_tx *tx, struct sqlite_job *twin, const struct fox_put *put,
                          pxf_error *err)
{
    if (put->spec.unique_policy == FOX_UNIQUE_REJECT) {
        return fox_queue_exists(put->spec.unique_key, err);
    }
    if (put->spec.unique_policy == FOX_UNIQUE_REPLACE && fox_job_is_waiting(twin->row.job.state)) {
        return replace_in(tx, twin, put, err);
    }
    return PXF_OK;
}

static pxf_status put_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct putting *putting = ctx;
    const struct fox_put *put = putting->put;
    struct sqlite_job twin;
    bool found = false;

    putting->id = put->id;
    if (put->spec.unique_key) {
        TRY(fox_queue_sqlite_load_key_in(tx, put->spec.unique_key, &twin, &found, err));
    }
    if (!found) {
        return add_in(tx, put, err);
    }
    putting->id = twin.row.job.id;
    return meet_in(tx, &twin, put, err);
}

pxf_status fox_queue_sqlite_put(struct fox_queue *queue, struct fox_sql_tx *tx,
                                const struct fox_put *put, struct fox_id *ret_id, pxf_error *err)
{
    struct putting putting = {.put = put};

    if (tx) {
        TRY(put_in(tx, &putting, err));
    } else {
        TRY(fox_sql_write(fox_queue_sqlite_of(queue)->db, FOX_DURABLE, put_in, &putting, err));
    }
    *ret_id = putting.id;
    return PXF_OK;
}
