/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "queue/sqlite/sqlite.h"

/* A look at one job. */
struct finding {
    const struct fox_id *id;
    int64_t now_ms;
    bool found;
    struct fox_job job;
    struct fox_attempt *attempts; /* NULL: not asked for */
    size_t attempt_count;
};

static pxf_status find_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct finding *finding = ctx;
    struct fox_kind_view view;
    struct sqlite_job job;

    fox_job_let_go(&finding->job);
    TRY(fox_queue_sqlite_load_id_in(tx, finding->id, &job, &finding->found, err));
    if (!finding->found) {
        return PXF_OK;
    }
    TRY(fox_queue_sqlite_kind_view_in(tx, job.kind, &view, err));
    finding->job = job.row.job;
    finding->job.state = fox_job_view(&job.row, &view, finding->now_ms);
    finding->job.token = 0;
    return fox_queue_sqlite_texts_in(tx, job.row.seq, &finding->job, err);
}

pxf_status fox_queue_sqlite_find(struct fox_queue *queue, const struct fox_id *id,
                                 struct fox_job *ret_job, pxf_error *err)
{
    struct finding finding = {.id = id, .now_ms = fox_env_now_ms(queue->env)};
    const pxf_status status =
        fox_sql_read(fox_queue_sqlite_of(queue)->db, FOX_FRESH, find_in, &finding, err);

    if (status != PXF_OK) {
        fox_job_let_go(&finding.job);
        return status;
    }
    if (!finding.found) {
        return fox_queue_no_job(id, err);
    }
    *ret_job = finding.job;
    return PXF_OK;
}

/* The newest come first, and fill the array from its end. */
static pxf_status read_attempts_in(struct fox_sql_tx *tx, int64_t seq, struct finding *finding,
                                   size_t limit, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row = false;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT started_ms, ended_ms, node, error FROM job_attempt"
                        " WHERE seq = ? ORDER BY run DESC LIMIT ?",
                        err));
    fox_sql_bind_int(stmt, seq);
    fox_sql_bind_int(stmt, (int64_t)limit);
    TRY(fox_sql_step(stmt, &row, err));
    while (row && finding->attempt_count < limit) {
        struct fox_attempt *attempt = &finding->attempts[limit - ++finding->attempt_count];

        *attempt = (struct fox_attempt){
            .started_ms = fox_sql_int(stmt, "started_ms"),
            .ended_ms = fox_sql_int(stmt, "ended_ms"),
        };
        strncpy(attempt->node, fox_sql_text(stmt, "node"), sizeof attempt->node - 1);
        strncpy(attempt->error, fox_sql_text(stmt, "error"), sizeof attempt->error - 1);
        TRY(fox_sql_step(stmt, &row, err));
    }
    memmove(finding->attempts, finding->attempts + limit - finding->attempt_count,
            finding->attempt_count * sizeof *finding->attempts);
    return PXF_OK;
}

static pxf_status history_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct finding *finding = ctx;
    const struct fox_job *job;
    struct sqlite_job found;
    bool stands_in_row;

    finding->attempt_count = 0;
    TRY(fox_queue_sqlite_load_id_in(tx, finding->id, &found, &finding->found, err));
    if (!finding->found) {
        return PXF_OK;
    }
    job = &found.row.job;
    stands_in_row = job->state == PXF_JOB_RUNNING || job->state == PXF_JOB_DONE;
    TRY(read_attempts_in(tx, found.row.seq, finding, FOX_HISTORY_LIMIT - stands_in_row, err));
    if (stands_in_row) {
        struct fox_attempt *last = &finding->attempts[finding->attempt_count++];

        *last = (struct fox_attempt){.started_ms = job->started_ms, .ended_ms = job->ended_ms};
        memcpy(last->node, job->node, sizeof last->node);
    }
    return PXF_OK;
}

pxf_status fox_queue_sqlite_history(struct fox_queue *queue, const struct fox_id *id,
                                    struct fox_attempt *attempts, size_t *ret_count, pxf_error *err)
{
    struct finding finding = {.id = id, .attempts = attempts};

    TRY(fox_sql_read(fox_queue_sqlite_of(queue)->db, FOX_FRESH, history_in, &finding, err));
    if (!finding.found) {
        return fox_queue_no_job(id, err);
    }
    *ret_count = finding.attempt_count;
    return PXF_OK;
}

/* Counts under way. */
struct counting {
    int64_t now_ms;
    struct fox_job_count *counts;
    size_t count, capacity;
};

static pxf_status oldest_in(struct fox_sql_tx *tx, int64_t lane, pxf_job_state state,
                            int64_t *ret_ms, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row = false;

    TRY(fox_sql_prepare(&stmt, tx,
                        state == PXF_JOB_RUNNING
                            ? "SELECT min(started_ms) AS oldest_ms FROM job INDEXED BY job_list"
                              " WHERE state = ? AND lane = ?"
                            : "SELECT created_ms AS oldest_ms FROM job INDEXED BY job_list"
                              " WHERE state = ? AND lane = ? ORDER BY seq LIMIT 1",
                        err));
    fox_sql_bind_int(stmt, state);
    fox_sql_bind_int(stmt, lane);
    TRY(fox_sql_step(stmt, &row, err));
    *ret_ms = row ? fox_sql_int(stmt, "oldest_ms") : INT64_MAX;
    return PXF_OK;
}

/* Lanes come by kind, so that the element of a kind and state is among the last ones. */
static struct fox_job_count *element_of(struct counting *counting, const char *kind,
                                        pxf_job_state state, pxf_error *err)
{
    struct fox_job_count *element;

    for (size_t i = counting->count; i > 0; i--) {
        element = &counting->counts[i - 1];
        if (strcmp(element->kind, kind) != 0) {
            break;
        }
        if (element->state == state) {
            return element;
        }
    }
    if (fox_mem_grow(&counting->counts, &counting->capacity, counting->count + 1,
                     sizeof *counting->counts, err) != PXF_OK) {
        return NULL;
    }
    element = &counting->counts[counting->count++];
    *element = (struct fox_job_count){.state = state, .oldest_ms = INT64_MAX};
    memcpy(element->kind, kind, strlen(kind) + 1);
    return element;
}

static pxf_status count_lane_in(struct fox_sql_tx *tx, struct counting *counting,
                                const struct sqlite_lane *lane, pxf_error *err)
{
    for (pxf_job_state state = PXF_JOB_SCHEDULED; state <= PXF_JOB_CANCELLED; state++) {
        const pxf_job_state seen =
            state == PXF_JOB_READY ? fox_kind_state(&lane->view, counting->now_ms) : state;
        struct fox_job_count *element;
        int64_t oldest_ms = 0;

        if (lane->counts[state] == 0) {
            continue;
        }
        element = element_of(counting, lane->kind, seen, err);
        if (!element) {
            return PXF_NO_MEMORY;
        }
        TRY(oldest_in(tx, lane->id, state, &oldest_ms, err));
        element->count += lane->counts[state];
        element->oldest_ms = oldest_ms < element->oldest_ms ? oldest_ms : element->oldest_ms;
    }
    return PXF_OK;
}

static pxf_status counts_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct counting *counting = ctx;
    AUTO(sqlite_lanes) lanes = {0};

    counting->count = 0;
    TRY(fox_queue_sqlite_lanes_in(tx, &lanes, err));
    for (size_t i = 0; i < lanes.count; i++) {
        TRY(count_lane_in(tx, counting, &lanes.lanes[i], err));
    }
    return PXF_OK;
}

pxf_status fox_queue_sqlite_counts(struct fox_queue *generic, struct fox_job_count **ret_counts,
                                   size_t *ret_count, pxf_error *err)
{
    struct sqlite_queue *queue = fox_queue_sqlite_of(generic);
    struct counting counting = {.now_ms = fox_env_now_ms(generic->env)};
    pxf_status status;

    fox_queue_sqlite_promote(queue);
    status = fox_sql_read(queue->db, FOX_FRESH, counts_in, &counting, err);
    if (status != PXF_OK) {
        free(counting.counts);
        return status;
    }
    *ret_counts = counting.counts;
    *ret_count = counting.count;
    return PXF_OK;
}
