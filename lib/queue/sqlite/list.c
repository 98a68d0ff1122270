/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "queue/sqlite/sqlite.h"

/* A page under way: places of several lanes and states, to be put in order. */
struct paging {
    const struct fox_job_page *page;
    int64_t now_ms;
    struct fox_job_place *places;
    size_t count, capacity;
};

static pxf_status collect(struct fox_sql_stmt *stmt, struct paging *paging, pxf_error *err)
{
    bool row = false;

    TRY(fox_sql_step(stmt, &row, err));
    while (row) {
        struct fox_job_place *place;

        TRY(fox_mem_grow(&paging->places, &paging->capacity, paging->count + 1,
                         sizeof *paging->places, err));
        place = &paging->places[paging->count++];
        place->seq = fox_sql_int(stmt, "seq");
        fox_sql_copy(stmt, "id", place->id.bytes, sizeof place->id.bytes);
        TRY(fox_sql_step(stmt, &row, err));
    }
    return PXF_OK;
}

/* All jobs, by the key they stand under. */
static pxf_status page_all_in(struct fox_sql_tx *tx, struct paging *paging, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT seq, id FROM job WHERE seq < ? ORDER BY seq DESC LIMIT ?", err));
    fox_sql_bind_int(stmt, paging->page->before_seq);
    fox_sql_bind_int(stmt, (int64_t)paging->page->limit);
    return collect(stmt, paging, err);
}

static pxf_status page_lane_in(struct fox_sql_tx *tx, struct paging *paging, int64_t lane,
                               pxf_job_state state, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT seq, id FROM job INDEXED BY job_list"
                        " WHERE state = ? AND lane = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
                        err));
    fox_sql_bind_int(stmt, state);
    fox_sql_bind_int(stmt, lane);
    fox_sql_bind_int(stmt, paging->page->before_seq);
    fox_sql_bind_int(stmt, (int64_t)paging->page->limit);
    return collect(stmt, paging, err);
}

/* An image has few jobs. */
static pxf_status page_image_in(struct fox_sql_tx *tx, struct paging *paging, int64_t lane,
                                pxf_job_state state, pxf_error *err)
{
    const struct fox_id *image_id = paging->page->image_id;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT seq, id FROM job INDEXED BY job_image"
                        " WHERE image_id = ? AND state = ? AND lane = ? AND seq < ?"
                        " ORDER BY seq DESC LIMIT ?",
                        err));
    fox_sql_bind_blob(stmt, image_id->bytes, sizeof image_id->bytes);
    fox_sql_bind_int(stmt, state);
    fox_sql_bind_int(stmt, lane);
    fox_sql_bind_int(stmt, paging->page->before_seq);
    fox_sql_bind_int(stmt, (int64_t)paging->page->limit);
    return collect(stmt, paging, err);
}

static bool is_wanted(const struct sqlite_lane *lane, pxf_job_state state,
                      const struct paging *paging)
{
    const struct fox_job_page *page = paging->page;

    if (lane->counts[state] == 0 || (page->kind && strcmp(page->kind, lane->kind) != 0)) {
        return false;
    }
    return page->state == 0 ||
           page->state ==
               (state == PXF_JOB_READY ? fox_kind_state(&lane->view, paging->now_ms) : state);
}

static pxf_status page_lanes_in(struct fox_sql_tx *tx, struct paging *paging, pxf_error *err)
{
    AUTO(sqlite_lanes) lanes = {0};

    TRY(fox_queue_sqlite_lanes_in(tx, &lanes, err));
    for (size_t i = 0; i < lanes.count; i++) {
        const struct sqlite_lane *lane = &lanes.lanes[i];

        for (pxf_job_state state = PXF_JOB_SCHEDULED; state <= PXF_JOB_CANCELLED; state++) {
            if (!is_wanted(lane, state, paging)) {
                continue;
            }
            TRY(paging->page->image_id ? page_image_in(tx, paging, lane->id, state, err)
                                       : page_lane_in(tx, paging, lane->id, state, err));
        }
    }
    return PXF_OK;
}

static pxf_status page_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct paging *paging = ctx;
    const struct fox_job_page *page = paging->page;

    paging->count = 0;
    if (page->state == 0 && !page->kind && !page->image_id) {
        return page_all_in(tx, paging, err);
    }
    return page_lanes_in(tx, paging, err);
}

static int compare_places(const void *one, const void *other)
{
    const struct fox_job_place *left = one, *right = other;

    return (left->seq < right->seq) - (left->seq > right->seq);
}

pxf_status fox_queue_sqlite_page(struct fox_queue *generic, const struct fox_job_page *page,
                                 struct fox_job_place *places, size_t *ret_count, pxf_error *err)
{
    struct sqlite_queue *queue = fox_queue_sqlite_of(generic);
    struct paging paging = {.page = page, .now_ms = fox_env_now_ms(generic->env)};
    pxf_status status;

    fox_queue_sqlite_promote(queue);
    status = fox_sql_read(queue->db, FOX_FRESH, page_in, &paging, err);
    if (status == PXF_OK && paging.count > 0) {
        qsort(paging.places, paging.count, sizeof *paging.places, compare_places);
        *ret_count = paging.count < page->limit ? paging.count : page->limit;
        memcpy(places, paging.places, *ret_count * sizeof *places);
    } else if (status == PXF_OK) {
        *ret_count = 0;
    }
    free(paging.places);
    return status;
}
