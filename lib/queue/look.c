/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/mem.h"
#include "queue/driver.h"

enum { LIST_LIMIT = 1000, CURSOR_BYTES = 17 };

pxf_status fox_queue_find(struct fox_queue *queue, const struct fox_id *id, struct fox_job *ret_job,
                          pxf_error *err)
{
    return queue->driver->find(queue, id, ret_job, err);
}

static pxf_status read_cursor(const char *cursor, int64_t *ret_seq, pxf_error *err)
{
    uint8_t bytes[sizeof *ret_seq];
    uint64_t seq = 0;

    if (!fox_hex_parse(bytes, sizeof bytes, cursor)) {
        return fox_fail(err, PXF_INVALID, "a list of jobs gave no cursor '%s'", cursor);
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        seq = seq << 8 | bytes[i];
    }
    *ret_seq = (int64_t)(seq & INT64_MAX);
    return PXF_OK;
}

static bool still_fits(const struct fox_job *job, const struct fox_job_filter *filter)
{
    return filter->state == 0 || job->state == filter->state;
}

/* A listing under way. */
struct listing {
    const struct fox_job_filter *filter;
    fox_job_fn fn;
    void *ctx;
    size_t shown_count;
};

/* Shows one job, or nothing where it went away or changed since the page was read. */
static pxf_status show(struct fox_queue *queue, struct listing *listing,
                       const struct fox_job_place *place, pxf_error *err)
{
    AUTO(fox_job) job = {0};
    char cursor[CURSOR_BYTES];
    pxf_error miss = {0};
    const pxf_status status = queue->driver->find(queue, &place->id, &job, &miss);

    if (status == PXF_NOT_FOUND || (status == PXF_OK && !still_fits(&job, listing->filter))) {
        return PXF_OK;
    }
    if (status != PXF_OK) {
        return fox_fail_from(err, status, (pxf_origin)miss.origin, miss.code, "%s", miss.message);
    }
    (void)snprintf(cursor, sizeof cursor, "%016" PRIx64, (uint64_t)place->seq);
    listing->shown_count++;
    return listing->fn(listing->ctx, &job, cursor, err);
}

/* Pages until as many were shown as were asked for, so that a short list is a list's end. */
static pxf_status show_all(struct fox_queue *queue, struct listing *listing,
                           struct fox_job_page *page, struct fox_job_place *places, pxf_error *err)
{
    size_t count;

    do {
        page->limit = listing->filter->limit - listing->shown_count;
        TRY(queue->driver->page(queue, page, places, &count, err));
        for (size_t i = 0; i < count; i++) {
            TRY(show(queue, listing, &places[i], err));
            page->before_seq = places[i].seq;
        }
    } while (count == page->limit && listing->shown_count < listing->filter->limit);
    return PXF_OK;
}

pxf_status fox_queue_list(struct fox_queue *queue, const struct fox_job_filter *filter,
                          fox_job_fn fn, void *ctx, pxf_error *err)
{
    struct fox_job_page page = {
        .state = filter->state,
        .kind = filter->kind,
        .image_id = filter->image_id,
        .before_seq = INT64_MAX,
    };
    struct listing listing = {.filter = filter, .fn = fn, .ctx = ctx};
    struct fox_job_place *places;
    pxf_status status;

    if (filter->limit < 1 || filter->limit > LIST_LIMIT) {
        return fox_fail(err, PXF_INVALID, "a list of jobs has 1 to %d rows, not %zu", LIST_LIMIT,
                        filter->limit);
    }
    if (filter->cursor) {
        TRY(read_cursor(filter->cursor, &page.before_seq, err));
    }
    places = fox_mem_new(filter->limit, sizeof *places, err);
    if (!places) {
        return PXF_NO_MEMORY;
    }
    status = show_all(queue, &listing, &page, places, err);
    free(places);
    return status;
}

pxf_status fox_queue_history(struct fox_queue *queue, const struct fox_id *id, fox_attempt_fn fn,
                             void *ctx, pxf_error *err)
{
    struct fox_attempt attempts[FOX_HISTORY_LIMIT];
    size_t count;

    TRY(queue->driver->history(queue, id, attempts, &count, err));
    for (size_t i = 0; i < count; i++) {
        TRY(fn(ctx, &attempts[i], err));
    }
    return PXF_OK;
}

pxf_status fox_queue_counts(struct fox_queue *queue, fox_job_count_fn fn, void *ctx, pxf_error *err)
{
    struct fox_job_count *counts = NULL;
    pxf_status status = PXF_OK;
    size_t count = 0;

    TRY(queue->driver->counts(queue, &counts, &count, err));
    for (size_t i = 0; i < count && status == PXF_OK; i++) {
        status = fn(ctx, &counts[i], err);
    }
    free(counts);
    return status;
}

pxf_status fox_queue_next_due(struct fox_queue *queue, const struct fox_reserve *reserve,
                              int64_t *ret_due_ms, pxf_error *err)
{
    if (reserve->kind_count == 0) {
        *ret_due_ms = INT64_MAX;
        return PXF_OK;
    }
    return queue->driver->next_due(queue, reserve, ret_due_ms, err);
}
