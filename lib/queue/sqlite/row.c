/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "queue/sqlite/sqlite.h"

static const char job_columns[] =
    "SELECT j.seq AS seq, j.id AS id, j.lane AS lane, j.state AS state, j.priority AS priority,"
    "       j.turn AS turn, j.due_ms AS due_ms, j.created_ms AS created_ms,"
    "       j.started_ms AS started_ms, j.ended_ms AS ended_ms,"
    "       j.lease_until_ms AS lease_until_ms, j.timeout_ms AS timeout_ms, j.token AS token,"
    "       j.process AS process, j.node AS node, j.run AS run, j.attempts AS attempts,"
    "       j.crashes AS crashes, j.own_crashes AS own_crashes, j.max_attempts AS max_attempts,"
    "       j.cancel_requested AS cancel_requested, j.progress_permille AS progress_permille,"
    "       j.error_status AS error_status, j.image_id AS image_id, l.node AS only_node,"
    "       k.id AS kind, k.name AS kind_name"
    "  FROM job j JOIN job_lane l ON l.id = j.lane JOIN job_kind k ON k.id = l.kind"
    " WHERE ";

enum { SQL_BYTES = sizeof job_columns + 80 };

/* Copies a text of ours, cut where the column has more than we write. */
static void copy_column(struct fox_sql_stmt *stmt, const char *column, char *to, size_t capacity)
{
    const char *text = fox_sql_text(stmt, column);
    const size_t size = text ? strnlen(text, capacity - 1) : 0;

    if (size > 0) {
        memcpy(to, text, size);
    }
    to[size] = '\0';
}

static void read_id(struct fox_sql_stmt *stmt, const char *column, struct fox_id *id)
{
    fox_sql_copy(stmt, column, id->bytes, sizeof id->bytes);
}

/* Columns in their order, which spares the search for their names. */
static void read_row(struct fox_sql_stmt *stmt, struct sqlite_job *ret_job)
{
    struct fox_job_row *row = &ret_job->row;
    struct fox_job *job = &row->job;

    row->seq = fox_sql_int(stmt, "seq");
    read_id(stmt, "id", &job->id);
    ret_job->lane = fox_sql_int(stmt, "lane");
    job->state = (pxf_job_state)fox_sql_int(stmt, "state");
    job->priority = (int32_t)fox_sql_int(stmt, "priority");
    row->is_front = fox_sql_int(stmt, "turn") == 0;
    job->due_ms = fox_sql_int(stmt, "due_ms");
    job->created_ms = fox_sql_int(stmt, "created_ms");
    job->started_ms = fox_sql_int(stmt, "started_ms");
    job->ended_ms = fox_sql_int(stmt, "ended_ms");
    job->lease_until_ms = fox_sql_int(stmt, "lease_until_ms");
    job->timeout_ms = fox_sql_int(stmt, "timeout_ms");
    job->token = (uint64_t)fox_sql_int(stmt, "token");
    if (!fox_sql_is_null(stmt, "process")) {
        read_id(stmt, "process", &row->process_id);
    }
    copy_column(stmt, "node", job->node, sizeof job->node);
    row->run = (int32_t)fox_sql_int(stmt, "run");
    job->attempts = (int32_t)fox_sql_int(stmt, "attempts");
    job->crashes = (int32_t)fox_sql_int(stmt, "crashes");
    job->own_crashes = (int32_t)fox_sql_int(stmt, "own_crashes");
    job->max_attempts = (int32_t)fox_sql_int(stmt, "max_attempts");
    job->cancel_requested = fox_sql_int(stmt, "cancel_requested") != 0;
    job->progress_permille = (int32_t)fox_sql_int(stmt, "progress_permille");
    job->error_status = (pxf_status)fox_sql_int(stmt, "error_status");
    job->has_image = !fox_sql_is_null(stmt, "image_id");
    if (job->has_image) {
        read_id(stmt, "image_id", &job->image_id);
    }
    copy_column(stmt, "only_node", job->only_node, sizeof job->only_node);
    ret_job->kind = fox_sql_int(stmt, "kind");
    copy_column(stmt, "kind_name", job->kind, sizeof job->kind);
}

/* Prepares the columns with a condition of one value. */
static pxf_status prepare_row(struct fox_sql_stmt **ret_stmt, struct fox_sql_tx *tx,
                              const char *condition, pxf_error *err)
{
    char sql[SQL_BYTES];

    (void)snprintf(sql, sizeof sql, "%s%s", job_columns, condition);
    return fox_sql_prepare(ret_stmt, tx, sql, err);
}

/* Steps a bound statement to the one row it has. */
static pxf_status step_to(struct fox_sql_stmt *stmt, struct sqlite_job *ret_job, bool *ret_found,
                          pxf_error *err)
{
    TRY(fox_sql_step(stmt, ret_found, err));
    *ret_job = (struct sqlite_job){.lane = 0};
    if (*ret_found) {
        read_row(stmt, ret_job);
    }
    return PXF_OK;
}

pxf_status fox_queue_sqlite_load_in(struct fox_sql_tx *tx, int64_t seq, struct sqlite_job *ret_job,
                                    bool *ret_found, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(prepare_row(&stmt, tx, "j.seq = ?", err));
    fox_sql_bind_int(stmt, seq);
    return step_to(stmt, ret_job, ret_found, err);
}

pxf_status fox_queue_sqlite_load_id_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                       struct sqlite_job *ret_job, bool *ret_found, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(prepare_row(&stmt, tx, "j.id = ?", err));
    fox_sql_bind_blob(stmt, id->bytes, sizeof id->bytes);
    return step_to(stmt, ret_job, ret_found, err);
}

pxf_status fox_queue_sqlite_load_key_in(struct fox_sql_tx *tx, const char *unique_key,
                                        struct sqlite_job *ret_job, bool *ret_found, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(prepare_row(&stmt, tx, "j.unique_key = ? AND j.state < 4", err));
    fox_sql_bind_name(stmt, unique_key);
    return step_to(stmt, ret_job, ret_found, err);
}

pxf_status fox_queue_sqlite_has_twin_in(struct fox_sql_tx *tx, int64_t seq, bool *ret_has,
                                        pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT t.seq AS seq"
                        "  FROM job j JOIN job t ON t.unique_key = j.unique_key"
                        " WHERE j.seq = ? AND t.seq <> j.seq AND t.state < 4 LIMIT 1",
                        err));
    fox_sql_bind_int(stmt, seq);
    return fox_sql_step(stmt, ret_has, err);
}

static void bind_process(struct fox_sql_stmt *stmt, const struct fox_id *process_id)
{
    if (fox_id_is_zero(process_id)) {
        fox_sql_bind_null(stmt);
    } else {
        fox_sql_bind_blob(stmt, process_id->bytes, sizeof process_id->bytes);
    }
}

static pxf_status save_row_in(struct fox_sql_tx *tx, const struct fox_job_row *row, pxf_error *err)
{
    const struct fox_job *job = &row->job;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE job"
                        "   SET state = ?, priority = ?, turn = ?, due_ms = ?, started_ms = ?,"
                        "       ended_ms = ?, lease_until_ms = ?, token = ?, process = ?,"
                        "       node = ?, run = ?, attempts = ?, crashes = ?, own_crashes = ?,"
                        "       cancel_requested = ?, progress_permille = ?, error_status = ?"
                        " WHERE seq = ?",
                        err));
    fox_sql_bind_int(stmt, job->state);
    fox_sql_bind_int(stmt, job->priority);
    fox_sql_bind_int(stmt, row->is_front ? 0 : 1);
    fox_sql_bind_int(stmt, job->due_ms);
    fox_sql_bind_int(stmt, job->started_ms);
    fox_sql_bind_int(stmt, job->ended_ms);
    fox_sql_bind_int(stmt, job->lease_until_ms);
    fox_sql_bind_int(stmt, (int64_t)job->token);
    bind_process(stmt, &row->process_id);
    fox_sql_bind_text(stmt, job->node);
    fox_sql_bind_int(stmt, row->run);
    fox_sql_bind_int(stmt, job->attempts);
    fox_sql_bind_int(stmt, job->crashes);
    fox_sql_bind_int(stmt, job->own_crashes);
    fox_sql_bind_int(stmt, job->cancel_requested);
    fox_sql_bind_int(stmt, job->progress_permille);
    fox_sql_bind_int(stmt, job->error_status);
    fox_sql_bind_int(stmt, row->seq);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_queue_sqlite_save_in(struct fox_sql_tx *tx, const struct sqlite_job *job,
                                    pxf_job_state before, pxf_error *err)
{
    TRY(save_row_in(tx, &job->row, err));
    return fox_queue_sqlite_count_in(tx, job->lane, before, job->row.job.state, err);
}

static pxf_status take_text(struct fox_sql_stmt *stmt, const char *column, char **ret_text,
                            pxf_error *err)
{
    const char *text = fox_sql_text(stmt, column);

    *ret_text = fox_mem_text(text, err);
    return text && !*ret_text ? PXF_NO_MEMORY : PXF_OK;
}

pxf_status fox_queue_sqlite_texts_in(struct fox_sql_tx *tx, int64_t seq, struct fox_job *job,
                                     pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row = false;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT p.trace_id AS trace_id, p.body AS payload, r.error AS error,"
                        "       r.body AS result"
                        "  FROM job_payload p LEFT JOIN job_result r ON r.seq = p.seq"
                        " WHERE p.seq = ?",
                        err));
    fox_sql_bind_int(stmt, seq);
    TRY(fox_sql_step(stmt, &row, err));
    if (!row) {
        return fox_fail_from(err, PXF_INTERNAL, PXF_ORIGIN_QUEUE, 0, "a job has no payload");
    }
    copy_column(stmt, "trace_id", job->trace_id, sizeof job->trace_id);
    TRY(take_text(stmt, "payload", &job->payload, err));
    if (job->error_status != PXF_OK) {
        copy_column(stmt, "error", job->error, sizeof job->error);
    }
    return take_text(stmt, "result", &job->result, err);
}
