/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/sqlite/sqlite.h"

struct promoting {
    int64_t now_ms;
    size_t count;
};

/* A job that fell due. */
struct due {
    int64_t seq, lane;
};

/* CROSS keeps the order of the tables: lanes are few, and an index's order begins with the lane. */
static pxf_status read_due_in(struct fox_sql_tx *tx, int64_t now_ms, struct due *dues,
                              size_t *ret_count, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    size_t count = 0;
    bool row = false;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT j.seq AS seq, j.lane AS lane"
                        "  FROM job_lane l CROSS JOIN job j INDEXED BY job_due ON j.lane = l.id"
                        " WHERE l.scheduled > 0 AND j.state = 1 AND j.due_ms <= ?"
                        " LIMIT ?",
                        err));
    fox_sql_bind_int(stmt, now_ms);
    fox_sql_bind_int(stmt, SQLITE_PROMOTE_LIMIT);
    TRY(fox_sql_step(stmt, &row, err));
    while (row && count < SQLITE_PROMOTE_LIMIT) {
        dues[count].seq = fox_sql_int(stmt, "seq");
        dues[count++].lane = fox_sql_int(stmt, "lane");
        TRY(fox_sql_step(stmt, &row, err));
    }
    *ret_count = count;
    return PXF_OK;
}

static pxf_status promote_one_in(struct fox_sql_tx *tx, const struct due *due, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "UPDATE job SET state = 2 WHERE seq = ?", err));
    fox_sql_bind_int(stmt, due->seq);
    TRY(fox_sql_run(stmt, NULL, err));
    return fox_queue_sqlite_count_in(tx, due->lane, PXF_JOB_SCHEDULED, PXF_JOB_READY, err);
}

pxf_status fox_queue_sqlite_promote_in(struct fox_sql_tx *tx, int64_t now_ms, size_t *ret_count,
                                       pxf_error *err)
{
    struct due dues[SQLITE_PROMOTE_LIMIT];
    size_t count = 0;

    TRY(read_due_in(tx, now_ms, dues, &count, err));
    for (size_t i = 0; i < count; i++) {
        TRY(promote_one_in(tx, &dues[i], err));
    }
    *ret_count = count;
    return PXF_OK;
}

static pxf_status promote_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct promoting *promoting = ctx;

    return fox_queue_sqlite_promote_in(tx, promoting->now_ms, &promoting->count, err);
}

static pxf_status look_for_due_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct promoting *promoting = ctx;
    struct due dues[SQLITE_PROMOTE_LIMIT];

    return read_due_in(tx, promoting->now_ms, dues, &promoting->count, err);
}

void fox_queue_sqlite_promote(struct sqlite_queue *queue)
{
    struct promoting promoting = {.now_ms = fox_env_now_ms(queue->generic.env)};

    if (fox_sql_read(queue->db, FOX_FRESH, look_for_due_in, &promoting, NULL) != PXF_OK) {
        return;
    }
    while (promoting.count > 0 &&
           fox_sql_write(queue->db, FOX_RELAXED, promote_in, &promoting, NULL) == PXF_OK &&
           promoting.count == SQLITE_PROMOTE_LIMIT) {
    }
}
