/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/sqlite/sqlite.h"

/* A reservation under way. */
struct reserving {
    const struct fox_reserve *reserve;
    const struct fox_take *take;
    const char *node;
    bool found;
    struct fox_job job;
};

static void bind_kinds(struct fox_sql_stmt *stmt, const struct fox_reserve *reserve)
{
    for (size_t i = 0; i < reserve->kind_count; i++) {
        fox_sql_bind_name(stmt, reserve->kinds[i]);
    }
}

static pxf_status step_to_seq(struct fox_sql_stmt *stmt, int64_t *ret_seq, pxf_error *err)
{
    bool row = false;

    TRY(fox_sql_step(stmt, &row, err));
    *ret_seq = row ? fox_sql_int(stmt, "seq") : 0;
    return PXF_OK;
}

/* The best of the heads of all lanes that this worker may serve; 0: none. */
static pxf_status pick_in(struct fox_sql_tx *tx, const struct reserving *reserving,
                          int64_t *ret_seq, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_queue_sqlite_prepare_kinds(
        &stmt, tx,
        "SELECT j.seq AS seq"
        "  FROM job_kind k CROSS JOIN job_lane l ON l.kind = k.id"
        "  CROSS JOIN job j ON j.seq = (SELECT h.seq FROM job h INDEXED BY job_ready"
        "                          WHERE h.lane = l.id AND h.state = 2"
        "                          ORDER BY h.priority, h.turn, h.seq LIMIT 1)"
        " WHERE k.name IN (",
        reserving->reserve,
        ") AND k.is_paused = 0 AND l.node IN (x'', ?) AND l.ready > 0"
        " ORDER BY j.priority, j.turn, j.seq LIMIT 1",
        err));
    bind_kinds(stmt, reserving->reserve);
    fox_sql_bind_name(stmt, reserving->node);
    return step_to_seq(stmt, ret_seq, err);
}

static pxf_status pick_of_image_in(struct fox_sql_tx *tx, const struct reserving *reserving,
                                   int64_t *ret_seq, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_queue_sqlite_prepare_kinds(
        &stmt, tx,
        "SELECT j.seq AS seq"
        "  FROM job j INDEXED BY job_image CROSS JOIN job_lane l ON l.id = j.lane"
        "  CROSS JOIN job_kind k ON k.id = l.kind"
        " WHERE k.name IN (",
        reserving->reserve,
        ") AND k.is_paused = 0 AND l.node IN (x'', ?) AND j.image_id = ? AND j.state IN (1, 2)"
        " ORDER BY j.priority, j.turn, j.seq LIMIT 1",
        err));
    bind_kinds(stmt, reserving->reserve);
    fox_sql_bind_name(stmt, reserving->node);
    fox_sql_bind_blob(stmt, reserving->reserve->image_id->bytes,
                      sizeof reserving->reserve->image_id->bytes);
    return step_to_seq(stmt, ret_seq, err);
}

static pxf_status take_in(struct fox_sql_tx *tx, struct reserving *reserving, int64_t seq,
                          pxf_error *err)
{
    struct sqlite_job job;
    pxf_job_state before;
    bool found = false;

    TRY(fox_queue_sqlite_load_in(tx, seq, &job, &found, err));
    before = job.row.job.state;
    fox_step_take(&job.row, reserving->take);
    TRY(fox_queue_sqlite_save_in(tx, &job, before, err));
    reserving->job = job.row.job;
    reserving->found = found;
    return fox_queue_sqlite_texts_in(tx, seq, &reserving->job, err);
}

static pxf_status reserve_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct reserving *reserving = ctx;
    int64_t seq = 0;
    size_t count;

    fox_job_let_go(&reserving->job);
    reserving->found = false;
    TRY(fox_queue_sqlite_promote_in(tx, reserving->take->now_ms, &count, err));
    if (reserving->reserve->image_id) {
        TRY(pick_of_image_in(tx, reserving, &seq, err));
    } else {
        TRY(pick_in(tx, reserving, &seq, err));
    }
    return seq == 0 ? PXF_OK : take_in(tx, reserving, seq, err);
}

pxf_status fox_queue_sqlite_reserve(struct fox_queue *queue, const struct fox_reserve *reserve,
                                    const struct fox_take *take, struct fox_job *ret_job,
                                    pxf_error *err)
{
    struct reserving reserving = {
        .reserve = reserve,
        .take = take,
        .node = queue->self.node,
    };
    const pxf_status status = fox_sql_write(
        fox_queue_sqlite_of(queue)->db, FOX_RELAXED | FOX_ESSENTIAL, reserve_in, &reserving, err);

    if (status != PXF_OK) {
        fox_job_let_go(&reserving.job);
        return status;
    }
    if (!reserving.found) {
        return fox_queue_none_ready(err);
    }
    *ret_job = reserving.job;
    return PXF_OK;
}

static pxf_status next_of_image_in(struct fox_sql_tx *tx, const struct reserving *reserving,
                                   int64_t now_ms, int64_t *ret_due_ms, pxf_error *err)
{
    int64_t seq = 0;

    TRY(pick_of_image_in(tx, reserving, &seq, err));
    *ret_due_ms = seq != 0 ? now_ms : INT64_MAX;
    return PXF_OK;
}

static pxf_status next_of_lanes_in(struct fox_sql_tx *tx, const struct reserving *reserving,
                                   int64_t now_ms, int64_t *ret_due_ms, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t next_ms = INT64_MAX;
    bool row = false;

    TRY(fox_queue_sqlite_prepare_kinds(
        &stmt, tx,
        "SELECT l.ready AS ready,"
        "       (SELECT min(j.due_ms) FROM job j INDEXED BY job_due"
        "         WHERE j.lane = l.id AND j.state = 1) AS due_ms"
        "  FROM job_kind k JOIN job_lane l ON l.kind = k.id"
        " WHERE k.name IN (",
        reserving->reserve,
        ") AND k.is_paused = 0 AND l.node IN (x'', ?) AND (l.ready > 0 OR l.scheduled > 0)", err));
    bind_kinds(stmt, reserving->reserve);
    fox_sql_bind_name(stmt, reserving->node);
    TRY(fox_sql_step(stmt, &row, err));
    while (row) {
        const int64_t due_ms =
            fox_sql_int(stmt, "ready") > 0 ? now_ms : fox_sql_int(stmt, "due_ms");

        next_ms = due_ms < next_ms ? due_ms : next_ms;
        TRY(fox_sql_step(stmt, &row, err));
    }
    *ret_due_ms = next_ms;
    return PXF_OK;
}

/* A look ahead under way. */
struct awaiting {
    struct reserving reserving;
    int64_t now_ms, due_ms;
};

static pxf_status next_due_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct awaiting *awaiting = ctx;

    return awaiting->reserving.reserve->image_id
               ? next_of_image_in(tx, &awaiting->reserving, awaiting->now_ms, &awaiting->due_ms,
                                  err)
               : next_of_lanes_in(tx, &awaiting->reserving, awaiting->now_ms, &awaiting->due_ms,
                                  err);
}

pxf_status fox_queue_sqlite_next_due(struct fox_queue *queue, const struct fox_reserve *reserve,
                                     int64_t *ret_due_ms, pxf_error *err)
{
    struct awaiting awaiting = {
        .reserving = {.reserve = reserve, .node = queue->self.node},
        .now_ms = fox_env_now_ms(queue->env),
    };

    TRY(fox_sql_read(fox_queue_sqlite_of(queue)->db, FOX_FRESH, next_due_in, &awaiting, err));
    *ret_due_ms = awaiting.due_ms;
    return PXF_OK;
}
