/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "queue/sqlite/sqlite.h"

/* A node that said nothing for so long is forgotten. */
static const int64_t worker_kept_ms = FOX_DAY_MS;

struct pausing {
    const char *kind;
    bool is_paused;
    int64_t now_ms;
};

struct announcing {
    const char *const *kinds;
    size_t count;
    const char *node;
    int64_t now_ms;
};

static pxf_status set_paused_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct pausing *pausing = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t kind = 0;

    TRY(fox_queue_sqlite_kind_in(tx, pausing->kind, pausing->now_ms, &kind, err));
    TRY(fox_sql_prepare(&stmt, tx, "UPDATE job_kind SET is_paused = ? WHERE id = ?", err));
    fox_sql_bind_int(stmt, pausing->is_paused);
    fox_sql_bind_int(stmt, kind);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_queue_sqlite_set_paused(struct fox_queue *queue, const char *kind, bool is_paused,
                                       pxf_error *err)
{
    struct pausing pausing = {
        .kind = kind,
        .is_paused = is_paused,
        .now_ms = fox_env_now_ms(queue->env),
    };

    return fox_sql_write(fox_queue_sqlite_of(queue)->db, FOX_DURABLE | FOX_ESSENTIAL, set_paused_in,
                         &pausing, err);
}

static pxf_status note_worker_in(struct fox_sql_tx *tx, const struct announcing *announcing,
                                 const char *name, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t kind = 0;

    TRY(fox_queue_sqlite_kind_in(tx, name, announcing->now_ms, &kind, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO job_worker(kind, node, seen_ms) VALUES (?, ?, ?)"
                        " ON CONFLICT(kind, node) DO UPDATE SET seen_ms = excluded.seen_ms",
                        err));
    fox_sql_bind_int(stmt, kind);
    fox_sql_bind_name(stmt, announcing->node);
    fox_sql_bind_int(stmt, announcing->now_ms);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status announce_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct announcing *announcing = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    for (size_t i = 0; i < announcing->count; i++) {
        TRY(note_worker_in(tx, announcing, announcing->kinds[i], err));
    }
    TRY(fox_sql_prepare(&stmt, tx, "DELETE FROM job_worker WHERE seen_ms < ?", err));
    fox_sql_bind_int(stmt, announcing->now_ms - worker_kept_ms);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_queue_sqlite_announce(struct fox_queue *queue, const char *const *kinds,
                                     size_t count, pxf_error *err)
{
    struct announcing announcing = {
        .kinds = kinds,
        .count = count,
        .node = queue->self.node,
        .now_ms = fox_env_now_ms(queue->env),
    };

    return fox_sql_write(fox_queue_sqlite_of(queue)->db, FOX_RELAXED, announce_in, &announcing,
                         err);
}
