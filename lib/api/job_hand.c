/* SPDX-License-Identifier: Apache-2.0 */
#include "api/job.h"

#include <inttypes.h>
#include <string.h>

#include "api/plain.h"
#include "base/json.h"
#include "meta/image.h"
#include "model/kinds.h"
#include "model/names.h"

/* What people do to jobs by hand, and what they see of them. */

struct change {
    pxf_store *store;
    struct fox_id image_id;
    pxf_image_state state;
    struct fox_image_failure failure;
};

/* A job that was retried may have made its image ready by now, and only a failed one waits again.
 */
static pxf_status set_state_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct change *change = ctx;
    AUTO(fox_image_row) row = {0};

    TRY(fox_image_get_in(tx, &change->image_id, &row, err));
    if (change->state == PXF_IMAGE_PENDING && row.state != PXF_IMAGE_FAILED) {
        return PXF_OK;
    }
    return fox_image_set_state_in(tx, &change->image_id, change->state, &change->failure,
                                  change->store->node, fox_env_now_ms(&change->store->env), err);
}

/* What an image shows follows what was done to its job by hand. */
static void show(pxf_store *store, const struct fox_id *id, pxf_image_state state)
{
    char message[] = "its job was cancelled";
    struct change change = {.store = store, .state = state};
    struct fox_job job = {0};

    if (fox_queue_find(store->queue, id, &job, NULL) == PXF_OK && job.has_image &&
        strcmp(job.kind, FOX_JOB_PROCESSING) == 0) {
        change.image_id = job.image_id;
        if (state == PXF_IMAGE_FAILED) {
            change.failure =
                (struct fox_image_failure){.status = PXF_CANCELLED, .message = message};
            memcpy(change.failure.rule, "cancelled", sizeof "cancelled");
        }
        (void)fox_sql_write(store->db, FOX_DURABLE, set_state_in, &change, NULL);
    }
    fox_job_let_go(&job);
}

static bool is_cancelled(pxf_store *store, const struct fox_id *id)
{
    struct fox_job job = {0};
    const bool is =
        fox_queue_find(store->queue, id, &job, NULL) == PXF_OK && job.state == PXF_JOB_CANCELLED;

    fox_job_let_go(&job);
    return is;
}

pxf_status pxf_job_cancel(pxf_store *store, const char *id, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_id parsed;

    TRY(fox_call_enter(&call, store, err));
    TRY(fox_job_parse_id(&parsed, id, err));
    TRY(fox_queue_cancel(store->queue, &parsed, err));
    if (is_cancelled(store, &parsed)) { /* one that runs shows its end itself */
        show(store, &parsed, PXF_IMAGE_FAILED);
    }
    return PXF_OK;
}

pxf_status pxf_job_retry(pxf_store *store, const char *id, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_id parsed;

    TRY(fox_call_enter(&call, store, err));
    TRY(fox_job_parse_id(&parsed, id, err));
    TRY(fox_queue_retry(store->queue, &parsed, err));
    show(store, &parsed, PXF_IMAGE_PENDING);
    fox_queue_wake(store->queue);
    store->flow.wake(store->flow.ctx);
    return PXF_OK;
}

pxf_status pxf_job_pause(pxf_store *store, const char *kind, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    TRY(fox_call_enter(&call, store, err));
    TRY(fox_text_check(kind, "a job's kind", err));
    TRY(fox_name_check_kind(kind, err));
    return fox_queue_pause(store->queue, kind, err);
}

pxf_status pxf_job_resume(pxf_store *store, const char *kind, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    TRY(fox_call_enter(&call, store, err));
    TRY(fox_text_check(kind, "a job's kind", err));
    TRY(fox_name_check_kind(kind, err));
    TRY(fox_queue_resume(store->queue, kind, err));
    fox_queue_wake(store->queue);
    store->flow.wake(store->flow.ctx);
    return PXF_OK;
}

struct sum {
    const char *kind;
    pxf_job_state state;
    int64_t count;
};

static pxf_status add_up(void *ctx, const struct fox_job_count *count, pxf_error *err)
{
    struct sum *sum = ctx;

    (void)err;
    if ((!sum->kind || strcmp(sum->kind, count->kind) == 0) &&
        (sum->state == 0 || sum->state == count->state)) {
        sum->count += count->count;
    }
    return PXF_OK;
}

int64_t pxf_job_count(pxf_store *store, const char *kind, pxf_job_state state, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct sum sum = {.kind = kind, .state = state};

    if (fox_call_enter(&call, store, err) != PXF_OK || fox_job_check_state(state, err) != PXF_OK ||
        fox_queue_counts(store->queue, add_up, &sum, err) != PXF_OK) {
        return -1;
    }
    return sum.count;
}
static pxf_status write_attempt(void *ctx, const struct fox_attempt *attempt, pxf_error *err)
{
    struct fox_str *text = ctx;

    (void)err;
    fox_str_add(text, "%s{\"started_ms\":%" PRId64, text->size > 1 ? "," : "", attempt->started_ms);
    if (attempt->ended_ms > 0) {
        fox_str_add(text, ",\"ended_ms\":%" PRId64, attempt->ended_ms);
    }
    if (*attempt->node) {
        fox_str_put_text(text, ",\"node\":");
        fox_json_quote(text, attempt->node);
    }
    if (*attempt->error) {
        fox_str_put_text(text, ",\"error\":");
        fox_json_quote(text, attempt->error);
    }
    fox_str_put_text(text, "}");
    return PXF_OK;
}

pxf_bytes *pxf_job_history(pxf_store *store, const char *id, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    AUTO(fox_str) text = {0};
    struct fox_id parsed;

    fox_str_put_text(&text, "[");
    if (fox_call_enter(&call, store, err) != PXF_OK ||
        fox_job_parse_id(&parsed, id, err) != PXF_OK ||
        fox_queue_history(store->queue, &parsed, write_attempt, &text, err) != PXF_OK) {
        return NULL;
    }
    fox_str_put_text(&text, "]");
    return fox_text_out(&text, err);
}
