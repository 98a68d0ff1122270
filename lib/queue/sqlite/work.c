/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/sqlite/sqlite.h"

/* A running job's end, or its way back. */
struct leaving {
    const struct fox_job *job;
    const struct fox_exit *exit;
    pxf_job_state state; /* that it led to */
};

struct extending {
    const struct fox_job *job;
    int64_t until_ms;
    int32_t progress_permille;
    bool cancel;
};

/* The job if it is still the caller's. */
static pxf_status held_in(struct fox_sql_tx *tx, const struct fox_job *lease,
                          struct sqlite_job *ret_job, pxf_error *err)
{
    bool found = false;

    TRY(fox_queue_sqlite_load_id_in(tx, &lease->id, ret_job, &found, err));
    return found && fox_job_is_held(&ret_job->row, lease) ? PXF_OK : fox_queue_lost(lease, err);
}

static pxf_status note_error_in(struct fox_sql_tx *tx, int64_t seq, const char *error,
                                pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO job_result(seq, error) VALUES (?, ?)"
                        " ON CONFLICT(seq) DO UPDATE SET error = excluded.error",
                        err));
    fox_sql_bind_int(stmt, seq);
    fox_sql_bind_text(stmt, error);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status note_result_in(struct fox_sql_tx *tx, int64_t seq, const char *result,
                                 pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO job_result(seq, body) VALUES (?, ?)"
                        " ON CONFLICT(seq) DO UPDATE SET body = excluded.body",
                        err));
    fox_sql_bind_int(stmt, seq);
    fox_sql_bind_text(stmt, result);
    return fox_sql_run(stmt, NULL, err);
}

/* Keeps the last FOX_HISTORY_LIMIT; runs that were handed back leave gaps in the numbers. */
static pxf_status trim_attempts_in(struct fox_sql_tx *tx, int64_t seq, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "DELETE FROM job_attempt"
                        " WHERE seq = ?"
                        "   AND run <= (SELECT run FROM job_attempt WHERE seq = ?"
                        "                ORDER BY run DESC LIMIT 1 OFFSET ?)",
                        err));
    fox_sql_bind_int(stmt, seq);
    fox_sql_bind_int(stmt, seq);
    fox_sql_bind_int(stmt, FOX_HISTORY_LIMIT);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status note_attempt_in(struct fox_sql_tx *tx, const struct fox_job_row *row,
                                  const struct fox_attempt *attempt, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO job_attempt(seq, run, started_ms, ended_ms, node, error)"
                        " VALUES (?, ?, ?, ?, ?, ?)",
                        err));
    fox_sql_bind_int(stmt, row->seq);
    fox_sql_bind_int(stmt, row->run);
    fox_sql_bind_int(stmt, attempt->started_ms);
    fox_sql_bind_int(stmt, attempt->ended_ms);
    fox_sql_bind_text(stmt, attempt->node);
    fox_sql_bind_text(stmt, attempt->error);
    TRY(fox_sql_run(stmt, NULL, err));
    return row->run > FOX_HISTORY_LIMIT ? trim_attempts_in(tx, row->seq, err) : PXF_OK;
}

pxf_status fox_queue_sqlite_leave_in(struct fox_sql_tx *tx, struct sqlite_job *job,
                                     const struct fox_exit *exit, pxf_error *err)
{
    struct fox_attempt attempt;
    const bool is_noted = fox_step_leave(&job->row, exit, &attempt);

    TRY(fox_queue_sqlite_save_in(tx, job, PXF_JOB_RUNNING, err));
    if (exit->cause) {
        TRY(note_error_in(tx, job->row.seq, exit->cause->message, err));
    }
    if (exit->result) {
        TRY(note_result_in(tx, job->row.seq, exit->result, err));
    }
    if (is_noted && job->row.job.state != PXF_JOB_DONE) {
        TRY(note_attempt_in(tx, &job->row, &attempt, err));
    }
    return PXF_OK;
}

static pxf_status leave_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct leaving *leaving = ctx;
    struct sqlite_job job;

    TRY(held_in(tx, leaving->job, &job, err));
    TRY(fox_queue_sqlite_leave_in(tx, &job, leaving->exit, err));
    leaving->state = job.row.job.state;
    return PXF_OK;
}

/* What does not end may be undone by a power cut: then its lease runs out. */
static unsigned durability_of(const struct fox_exit *exit)
{
    const bool is_end = exit->state == PXF_JOB_DONE || exit->state == PXF_JOB_DEAD;

    return (unsigned)(is_end ? FOX_DURABLE : FOX_RELAXED) | FOX_ESSENTIAL;
}

pxf_status fox_queue_sqlite_leave(struct fox_queue *queue, struct fox_sql_tx *tx,
                                  const struct fox_job *job, const struct fox_exit *exit,
                                  pxf_job_state *ret_state, pxf_error *err)
{
    struct leaving leaving = {.job = job, .exit = exit};

    if (tx) {
        TRY(leave_in(tx, &leaving, err));
    } else {
        TRY(fox_sql_write(fox_queue_sqlite_of(queue)->db, durability_of(exit), leave_in, &leaving,
                          err));
    }
    *ret_state = leaving.state;
    return PXF_OK;
}

/* No index has these columns: a heartbeat rewrites one narrow row. */
static pxf_status extend_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct extending *extending = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    struct sqlite_job job;

    TRY(held_in(tx, extending->job, &job, err));
    extending->cancel = job.row.job.cancel_requested;
    TRY(fox_sql_prepare(
        &stmt, tx, "UPDATE job SET lease_until_ms = ?, progress_permille = ? WHERE seq = ?", err));
    fox_sql_bind_int(stmt, extending->until_ms);
    fox_sql_bind_int(stmt, extending->progress_permille >= 0 ? extending->progress_permille
                                                             : job.row.job.progress_permille);
    fox_sql_bind_int(stmt, job.row.seq);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_queue_sqlite_extend(struct fox_queue *queue, const struct fox_job *job,
                                   int64_t until_ms, int32_t progress_permille, bool *ret_cancel,
                                   pxf_error *err)
{
    struct extending extending = {
        .job = job,
        .until_ms = until_ms,
        .progress_permille = progress_permille,
    };

    TRY(fox_sql_write(fox_queue_sqlite_of(queue)->db, FOX_RELAXED | FOX_ESSENTIAL, extend_in,
                      &extending, err));
    *ret_cancel = extending.cancel;
    return PXF_OK;
}
