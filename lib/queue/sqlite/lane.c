/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "queue/sqlite/sqlite.h"

void sqlite_lanes_let_go(struct sqlite_lanes *lanes)
{
    free(lanes->lanes);
}

static pxf_status find_kind_in(struct fox_sql_tx *tx, const char *name, int64_t *ret_kind,
                               bool *ret_found, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT id FROM job_kind WHERE name = ?", err));
    fox_sql_bind_name(stmt, name);
    TRY(fox_sql_step(stmt, ret_found, err));
    if (*ret_found) {
        *ret_kind = fox_sql_int(stmt, "id");
    }
    return PXF_OK;
}

pxf_status fox_queue_sqlite_kind_in(struct fox_sql_tx *tx, const char *name, int64_t now_ms,
                                    int64_t *ret_kind, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found = false;

    TRY(find_kind_in(tx, name, ret_kind, &found, err));
    if (found) {
        return PXF_OK;
    }
    TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO job_kind(name, since_ms) VALUES (?, ?)", err));
    fox_sql_bind_name(stmt, name);
    fox_sql_bind_int(stmt, now_ms);
    TRY(fox_sql_run(stmt, NULL, err));
    *ret_kind = fox_sql_last_id(tx);
    return PXF_OK;
}

static pxf_status find_lane_in(struct fox_sql_tx *tx, const char *kind, const char *node,
                               int64_t *ret_lane, bool *ret_found, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT l.id AS id"
                        "  FROM job_kind k JOIN job_lane l ON l.kind = k.id"
                        " WHERE k.name = ? AND l.node = ?",
                        err));
    fox_sql_bind_name(stmt, kind);
    fox_sql_bind_name(stmt, node);
    TRY(fox_sql_step(stmt, ret_found, err));
    if (*ret_found) {
        *ret_lane = fox_sql_int(stmt, "id");
    }
    return PXF_OK;
}

pxf_status fox_queue_sqlite_lane_in(struct fox_sql_tx *tx, const char *kind, const char *node,
                                    int64_t now_ms, int64_t *ret_lane, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t kind_id = 0;
    bool found = false;

    TRY(find_lane_in(tx, kind, node, ret_lane, &found, err));
    if (found) {
        return PXF_OK;
    }
    TRY(fox_queue_sqlite_kind_in(tx, kind, now_ms, &kind_id, err));
    TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO job_lane(kind, node) VALUES (?, ?)", err));
    fox_sql_bind_int(stmt, kind_id);
    fox_sql_bind_name(stmt, node);
    TRY(fox_sql_run(stmt, NULL, err));
    *ret_lane = fox_sql_last_id(tx);
    return PXF_OK;
}

/* Copies a name that fits, cut where it does not. */
static void copy_name(char *to, size_t capacity, const char *name)
{
    const size_t size = name ? strnlen(name, capacity - 1) : 0;

    if (size > 0) {
        memcpy(to, name, size);
    }
    to[size] = '\0';
}

static void read_lane(struct fox_sql_stmt *stmt, struct sqlite_lane *lane)
{
    lane->id = fox_sql_int(stmt, "id");
    copy_name(lane->kind, sizeof lane->kind, fox_sql_text(stmt, "kind"));
    lane->view.is_paused = fox_sql_int(stmt, "is_paused") != 0;
    lane->view.since_ms = fox_sql_int(stmt, "since_ms");
    lane->view.seen_ms = fox_sql_int(stmt, "seen_ms");
    lane->counts[PXF_JOB_SCHEDULED] = fox_sql_int(stmt, "scheduled");
    lane->counts[PXF_JOB_READY] = fox_sql_int(stmt, "ready");
    lane->counts[PXF_JOB_RUNNING] = fox_sql_int(stmt, "running");
    lane->counts[PXF_JOB_DONE] = fox_sql_int(stmt, "done");
    lane->counts[PXF_JOB_DEAD] = fox_sql_int(stmt, "dead");
    lane->counts[PXF_JOB_CANCELLED] = fox_sql_int(stmt, "cancelled");
}

pxf_status fox_queue_sqlite_lanes_in(struct fox_sql_tx *tx, struct sqlite_lanes *ret_lanes,
                                     pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row = false;

    ret_lanes->count = 0;
    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT l.id AS id, k.name AS kind, k.is_paused AS is_paused,"
                        "       k.since_ms AS since_ms,"
                        "       (SELECT max(w.seen_ms) FROM job_worker w WHERE w.kind = k.id)"
                        "           AS seen_ms,"
                        "       l.scheduled AS scheduled, l.ready AS ready, l.running AS running,"
                        "       l.done AS done, l.dead AS dead, l.cancelled AS cancelled"
                        "  FROM job_lane l JOIN job_kind k ON k.id = l.kind"
                        " ORDER BY l.kind, l.id",
                        err));
    TRY(fox_sql_step(stmt, &row, err));
    while (row) {
        TRY(fox_mem_grow(&ret_lanes->lanes, &ret_lanes->capacity, ret_lanes->count + 1,
                         sizeof *ret_lanes->lanes, err));
        read_lane(stmt, &ret_lanes->lanes[ret_lanes->count++]);
        TRY(fox_sql_step(stmt, &row, err));
    }
    return PXF_OK;
}

pxf_status fox_queue_sqlite_kind_view_in(struct fox_sql_tx *tx, int64_t kind,
                                         struct fox_kind_view *ret_view, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row = false;

    *ret_view = (struct fox_kind_view){.is_paused = false};
    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT k.is_paused AS is_paused, k.since_ms AS since_ms,"
                        "       (SELECT max(w.seen_ms) FROM job_worker w WHERE w.kind = k.id)"
                        "           AS seen_ms"
                        "  FROM job_kind k WHERE k.id = ?",
                        err));
    fox_sql_bind_int(stmt, kind);
    TRY(fox_sql_step(stmt, &row, err));
    if (row) {
        ret_view->is_paused = fox_sql_int(stmt, "is_paused") != 0;
        ret_view->since_ms = fox_sql_int(stmt, "since_ms");
        ret_view->seen_ms = fox_sql_int(stmt, "seen_ms");
    }
    return PXF_OK;
}

pxf_status fox_queue_sqlite_count_in(struct fox_sql_tx *tx, int64_t lane, pxf_job_state from,
                                     pxf_job_state to, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    if (from == to) {
        return PXF_OK;
    }
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE job_lane"
                        "   SET scheduled = scheduled + ?, ready = ready + ?,"
                        "       running = running + ?, done = done + ?, dead = dead + ?,"
                        "       cancelled = cancelled + ?"
                        " WHERE id = ?",
                        err));
    for (pxf_job_state state = PXF_JOB_SCHEDULED; state <= PXF_JOB_CANCELLED; state++) {
        fox_sql_bind_int(stmt, (state == to) - (state == from));
    }
    fox_sql_bind_int(stmt, lane);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_queue_sqlite_prepare_kinds(struct fox_sql_stmt **ret_stmt, struct fox_sql_tx *tx,
                                          const char *begin, const struct fox_reserve *reserve,
                                          const char *end, pxf_error *err)
{
    AUTO(fox_str) sql = {0};

    fox_str_put_text(&sql, begin);
    for (size_t i = 0; i < reserve->kind_count; i++) {
        fox_str_put_text(&sql, i == 0 ? "?" : ", ?");
    }
    fox_str_put_text(&sql, end);
    TRY(fox_str_check(&sql, err));
    return fox_sql_prepare(ret_stmt, tx, fox_str_text(&sql), err);
}
