/* SPDX-License-Identifier: Apache-2.0 */
#include "api/job.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/plain.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/time.h"
#include "model/kinds.h"
#include "model/names.h"

enum { PRIORITY_DEFAULT = 100, PRIORITY_LIMIT = 8191, CURSOR_BYTES = 128 };

const char *pxf_job_kind_name(size_t index)
{
    return fox_kind_at(index) ? fox_kind_at(index)->name : NULL;
}

const char *pxf_job_kind_help(size_t index)
{
    return fox_kind_at(index) ? fox_kind_at(index)->help : NULL;
}

static void name_ids(pxf_job *job)
{
    fox_id_format(job->id, &job->job.id);
    fox_id_format(job->image_id, &job->job.image_id);
}

pxf_job *fox_job_out(pxf_store *store, struct fox_job *from, const char *cursor, pxf_error *err)
{
    pxf_job *job = fox_mem_new(1, sizeof *job, err);

    if (!job) {
        fox_job_let_go(from);
        return NULL;
    }
    job->job = *from;
    *from = (struct fox_job){0};
    job->store = fox_store_share(store);
    job->progress_permille = -1;
    name_ids(job);
    job->cursor = fox_mem_text(cursor, err);
    if (cursor && !job->cursor) {
        pxf_job_free(job);
        return NULL;
    }
    return job;
}

static pxf_status fill(pxf_job *job, const char *kind, const char *payload, pxf_error *err)
{
    AUTO(json_t) *json = NULL;
    const char *text = payload ? payload : "{}";
    pxf_error cause = {0};

    TRY(fox_text_check(kind, "a job's kind", err));
    TRY(fox_name_check_kind(kind, err));
    if (strlen(kind) >= sizeof job->job.kind) {
        return fox_fail(err, PXF_INVALID, "a job's kind has at most %zu letters",
                        sizeof job->job.kind - 1);
    }
    if (strlen(text) > FOX_PAYLOAD_LIMIT) {
        return fox_fail(err, PXF_INVALID, "a payload has at most %d bytes", FOX_PAYLOAD_LIMIT);
    }
    if (fox_json_parse(&json, text, strlen(text), &cause) != PXF_OK) {
        return cause.status == PXF_CORRUPT
                   ? fox_fail(err, PXF_INVALID, "the payload: %s", cause.message)
                   : fox_fail_as(err, &cause);
    }
    memcpy(job->job.kind, kind, strlen(kind));
    job->job.priority = PRIORITY_DEFAULT;
    job->job.payload = fox_mem_text(text, err);
    return job->job.payload ? PXF_OK : PXF_NO_MEMORY;
}

pxf_job *pxf_job_new(const char *kind, const char *payload, pxf_error *err)
{
    pxf_job *job;

    fox_fail_clear(err);
    job = fox_mem_new(1, sizeof *job, err);
    if (job && fill(job, kind, payload, err) != PXF_OK) {
        pxf_job_free(job);
        return NULL;
    }
    return job;
}

pxf_status pxf_job_set_priority(pxf_job *job, int32_t priority, pxf_error *err)
{
    fox_fail_clear(err);
    if (priority < 0 || priority > PRIORITY_LIMIT) {
        return fox_fail(err, PXF_INVALID, "a priority is 0 to %d, not %" PRId32, PRIORITY_LIMIT,
                        priority);
    }
    job->job.priority = priority;
    return PXF_OK;
}

pxf_status pxf_job_set_delay_ms(pxf_job *job, int64_t delay_ms, pxf_error *err)
{
    fox_fail_clear(err);
    if (delay_ms < 0) {
        return fox_fail(err, PXF_INVALID, "a delay is not negative");
    }
    job->delay_ms = delay_ms;
    return PXF_OK;
}

pxf_status pxf_job_set_unique(pxf_job *job, const char *key, pxf_error *err)
{
    char *copy;

    fox_fail_clear(err);
    if (key && strlen(key) > FOX_UNIQUE_BYTES) {
        return fox_fail(err, PXF_INVALID, "a unique key has at most %d bytes", FOX_UNIQUE_BYTES);
    }
    copy = fox_mem_text(key, err);
    if (key && !copy) {
        return PXF_NO_MEMORY;
    }
    free(job->unique_key);
    job->unique_key = copy;
    return PXF_OK;
}

static pxf_job *find(pxf_store *store, const struct fox_id *id, pxf_error *err)
{
    struct fox_job job = {0};

    if (fox_queue_find(store->queue, id, &job, err) != PXF_OK) {
        return NULL;
    }
    return fox_job_out(store, &job, NULL, err);
}

pxf_job *pxf_job_put(pxf_store *store, pxf_job *job, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_job_spec spec = {
        .kind = job->job.kind,
        .payload = job->job.payload,
        .unique_key = job->unique_key,
        .unique_policy = FOX_UNIQUE_REJECT,
        .priority = job->job.priority,
    };
    struct fox_id id;

    if (fox_call_enter(&call, store, err) != PXF_OK) {
        return NULL;
    }
    if (job->delay_ms > 0) {
        spec.due_ms = fox_time_after(fox_env_now_ms(&store->env), job->delay_ms);
    }
    if (fox_queue_put(store->queue, &spec, &id, err) != PXF_OK) {
        return NULL;
    }
    fox_queue_wake(store->queue);
    store->flow.wake(store->flow.ctx);
    return find(store, &id, err);
}

pxf_status fox_job_check_state(pxf_job_state state, pxf_error *err)
{
    if ((int)state < 0 || state > PXF_JOB_STRANDED) {
        return fox_fail(err, PXF_INVALID, "%d is no state of a job", (int)state);
    }
    return PXF_OK;
}

pxf_status fox_job_parse_id(struct fox_id *ret_id, const char *text, pxf_error *err)
{
    TRY(fox_text_check(text, "a job's id", err));
    if (!fox_id_parse(ret_id, text)) {
        return fox_fail(err, PXF_INVALID, "'%s' is no job's id", text);
    }
    return PXF_OK;
}

pxf_job *pxf_job_find(pxf_store *store, const char *id, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_id parsed;

    if (fox_call_enter(&call, store, err) != PXF_OK ||
        fox_job_parse_id(&parsed, id, err) != PXF_OK) {
        return NULL;
    }
    return find(store, &parsed, err);
}

struct next {
    struct fox_id id;
    char cursor[CURSOR_BYTES];
    bool has_one;
};

static pxf_status note_next(void *ctx, const struct fox_job *job, const char *cursor,
                            pxf_error *err)
{
    struct next *next = ctx;

    (void)err;
    next->id = job->id;
    (void)strncpy(next->cursor, cursor, sizeof next->cursor - 1);
    next->has_one = true;
    return PXF_OK;
}

/* Reads the first job of a list, if there is one; one that expired since it was listed is passed
 * over. */
static pxf_status find_next(struct fox_queue *queue, const struct fox_job_filter *filter,
                            struct next *next, struct fox_job *ret_job, pxf_error *err)
{
    struct fox_job_filter behind = *filter;
    char cursor[CURSOR_BYTES];

    for (;;) {
        pxf_error cause = {0};

        next->has_one = false;
        TRY(fox_queue_list(queue, &behind, note_next, next, err));
        if (!next->has_one || fox_queue_find(queue, &next->id, ret_job, &cause) == PXF_OK) {
            return PXF_OK;
        }
        if (cause.status != PXF_NOT_FOUND) {
            return fox_fail_as(err, &cause);
        }
        memcpy(cursor, next->cursor, sizeof cursor);
        behind.cursor = cursor;
    }
}

pxf_job *pxf_job_next(pxf_store *store, pxf_job_state state, const char *kind, const char *cursor,
                      pxf_error *err)
{
    AUTO(fox_call) call = {0};
    const struct fox_job_filter filter = {
        .state = state, .kind = kind, .cursor = cursor, .limit = 1};
    struct next next = {.has_one = false};
    struct fox_job job = {0};

    if (fox_call_enter(&call, store, err) != PXF_OK || fox_job_check_state(state, err) != PXF_OK ||
        find_next(store->queue, &filter, &next, &job, err) != PXF_OK || !next.has_one) {
        return NULL;
    }
    return fox_job_out(store, &job, next.cursor, err);
}
static void hand_back(pxf_job *job)
{
    AUTO(fox_call) call = {0};

    if (job->is_reserved && fox_call_enter(&call, job->store, NULL) == PXF_OK) {
        (void)fox_queue_release(job->store->queue, &job->job, 0, NULL);
    }
}

void pxf_job_free(pxf_job *job)
{
    if (!job || job->run) { /* a worker that runs it lends it */
        return;
    }
    hand_back(job);
    fox_job_let_go(&job->job);
    fox_store_let_go(job->store);
    free(job->unique_key);
    free(job->cursor);
    free(job);
}

const char *pxf_job_id(const pxf_job *job)
{
    return job->id;
}

const char *pxf_job_kind(const pxf_job *job)
{
    return job->job.kind;
}

pxf_job_state pxf_job_get_state(const pxf_job *job)
{
    return job->job.state;
}

const char *pxf_job_payload(const pxf_job *job)
{
    return job->job.payload ? job->job.payload : "{}";
}

const char *pxf_job_result(const pxf_job *job)
{
    return job->job.result;
}

const char *pxf_job_error(const pxf_job *job)
{
    return *job->job.error ? job->job.error : NULL;
}

const char *pxf_job_image_id(const pxf_job *job)
{
    return job->job.has_image ? job->image_id : NULL;
}

const char *pxf_job_node(const pxf_job *job)
{
    return *job->job.node ? job->job.node : NULL;
}

int32_t pxf_job_attempts(const pxf_job *job)
{
    return job->job.attempts;
}

int32_t pxf_job_crashes(const pxf_job *job)
{
    return job->job.crashes;
}

int32_t pxf_job_priority(const pxf_job *job)
{
    return job->job.priority;
}

int32_t pxf_job_progress(const pxf_job *job)
{
    return job->job.progress_permille > 0 ? job->job.progress_permille : 0;
}

int64_t pxf_job_created_ms(const pxf_job *job)
{
    return job->job.created_ms;
}

int64_t pxf_job_due_ms(const pxf_job *job)
{
    return job->job.due_ms;
}

const char *pxf_job_cursor(const pxf_job *job)
{
    return job->cursor;
}
