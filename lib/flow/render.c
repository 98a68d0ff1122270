/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/render.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "flow/keep.h"
#include "meta/event.h"
#include "meta/owner.h"
#include "model/kinds.h"

/* One run, from the image's row to the commit. */
struct work {
    struct fox_flow *flow;
    struct fox_run *run;
    struct fox_image_row image;
    struct fox_keeper keeper;
    const char *rule; /* of a failure */
    const pxf_error *cause;
    enum fox_failed failed;
};

static pxf_status begin_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct work *work = ctx;
    struct fox_flow *flow = work->flow;
    const struct fox_id *id = &fox_run_job(work->run)->image_id;

    fox_image_row_let_go(&work->image);
    TRY(fox_image_get_in(tx, id, &work->image, err));
    if (work->image.state == PXF_IMAGE_DELETED || work->image.state == PXF_IMAGE_READY) {
        return PXF_OK;
    }
    return fox_image_set_state_in(tx, id, PXF_IMAGE_PROCESSING, NULL, flow->node,
                                  fox_env_now_ms(flow->env), err);
}

static pxf_status render(struct work *work, pxf_error *err)
{
    struct fox_flow *flow = work->flow;
    AUTO(fox_blob_source) *source = NULL;
    struct fox_picture_job job = {
        .env = flow->env,
        .settings = flow->settings,
        .switches = work->image.switches,
        .thread_count = flow->threads(flow->ctx),
    };

    TRY(fox_keeper_begin(&work->keeper, flow, work->run, &work->image, err));
    TRY(fox_blob_get(work->keeper.blob, work->image.key, &source, err));
    TRY(flow->helpers(flow->ctx, &job.helpers, err));
    job.reader = fox_blob_source_reader(source);
    job.fd = fox_blob_source_fd(source);
    return fox_picture_render(&job, fox_keeper_put, &work->keeper, &work->rule,
                              fox_run_cancel(work->run), err);
}

/* The room that was held becomes use, row by row, never beyond a limit: what the estimate did not
 * foresee is asked for like any other room. */
static pxf_status use_pool_in(struct fox_sql_tx *tx, const struct fox_variant_row *row,
                              pxf_error *err)
{
    TRY(fox_pool_hold_in(tx, &row->pool_id, row->bytes, err));
    TRY(fox_pool_unhold_in(tx, &row->pool_id, row->bytes, err));
    return fox_pool_use_in(tx, &row->pool_id, (int64_t)row->bytes, 1, err);
}

static pxf_status use_owner_in(struct fox_sql_tx *tx, const struct work *work, uint64_t bytes,
                               pxf_error *err)
{
    const char *owner = work->image.owner;

    TRY(fox_owner_hold_in(tx, owner, bytes, fox_room_owner_max_bytes(work->flow), err));
    TRY(fox_owner_unhold_in(tx, owner, bytes, err));
    return fox_owner_use_in(tx, owner, (int64_t)bytes, 0, err);
}

/* The rows, and what they use: all pools before the owner. */
static pxf_status put_rows_in(struct fox_sql_tx *tx, const struct work *work, pxf_error *err)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < work->keeper.row_count; i++) {
        const struct fox_variant_row *row = &work->keeper.rows[i];

        TRY(fox_variant_put_in(tx, row, err));
        if (row->key) {
            TRY(use_pool_in(tx, row, err));
            bytes += row->bytes;
        }
    }
    return use_owner_in(tx, work, bytes, err);
}

static pxf_status commit_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct work *work = ctx;
    struct fox_flow *flow = work->flow;
    const struct fox_id *id = &work->image.id;
    const int64_t now_ms = fox_env_now_ms(flow->env);

    TRY(fox_image_set_state_in(tx, id, PXF_IMAGE_READY, NULL, flow->node, now_ms, err));
    TRY(fox_hold_remove_of_image_in(tx, id, err));
    TRY(put_rows_in(tx, work, err));
    TRY(fox_event_add_in(tx, FOX_EVENT_IMAGE_PROCESSED, now_ms, id, NULL, NULL, err));
    if (!fox_queue_shares(flow->queue, flow->db)) {
        return PXF_OK;
    }
    return fox_queue_finish_in(flow->queue, tx, fox_run_job(work->run), NULL, err);
}

static pxf_status look_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct fox_image_row *row = ctx;
    const struct fox_id id = row->id;

    fox_image_row_let_go(row);
    row->id = id;
    return fox_image_get_in(tx, &id, row, err);
}

/* Whether the image was deleted. Another run that took this one's lease may have named the same
 * files: they only go where none will be named again. */
static bool is_deleted(const struct work *work)
{
    AUTO(fox_image_row) row = {.id = work->image.id};
    const pxf_status status = fox_sql_read(work->flow->db, FOX_FRESH, look_in, &row, NULL);

    return status == PXF_NOT_FOUND || (status == PXF_OK && row.state == PXF_IMAGE_DELETED);
}

/* Results first and then the job's end, in one commit where the queue shares the catalog. */
static pxf_status commit(struct work *work, pxf_error *err)
{
    struct fox_flow *flow = work->flow;
    pxf_error cause = {0};
    const pxf_status status =
        fox_sql_write(flow->db, FOX_DURABLE | FOX_ESSENTIAL, commit_in, work, &cause);

    if (status == PXF_OK) {
        if (fox_queue_shares(flow->queue, flow->db)) {
            fox_run_set_end(work->run, FOX_RUN_DONE);
        }
        flow->wake(flow->ctx);
        return PXF_OK;
    }
    if (status == PXF_CONFLICT || status == PXF_NOT_FOUND) { /* deleted or made meanwhile */
        if (is_deleted(work)) {
            fox_keeper_discard(&work->keeper);
        }
        return PXF_OK;
    }
    return fox_fail_as(err, &cause);
}

/* Also of a run that could not even read its row. */
static const struct fox_id *image_id_of(const struct work *work)
{
    return &fox_run_job(work->run)->image_id;
}

static pxf_status wait_again_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct work *work = ctx;

    return fox_image_set_state_in(tx, image_id_of(work), PXF_IMAGE_PENDING, NULL, work->flow->node,
                                  fox_env_now_ms(work->flow->env), err);
}

/* An image whose job is dead. */
struct end {
    struct fox_flow *flow;
    const struct fox_id *id;
    const pxf_error *cause;
    const char *rule;
};

static pxf_status show_end_in(struct fox_sql_tx *tx, const struct end *end, pxf_error *err)
{
    struct fox_flow *flow = end->flow;
    const int64_t now_ms = fox_env_now_ms(flow->env);
    struct fox_image_failure failure = {.status = (pxf_status)end->cause->status};
    char message[PXF_MESSAGE_BYTES];

    memcpy(message, end->cause->message, sizeof message);
    failure.message = message;
    (void)strncpy(failure.rule, end->rule, sizeof failure.rule - 1);
    TRY(fox_image_set_state_in(tx, end->id, PXF_IMAGE_FAILED, &failure, flow->node, now_ms, err));
    TRY(fox_hold_remove_of_image_in(tx, end->id, err));
    TRY(fox_event_add_in(tx, FOX_EVENT_JOB_DEAD, now_ms, end->id, NULL, message, err));
    return fox_event_add_in(tx, FOX_EVENT_IMAGE_FAILED, now_ms, end->id, NULL, message, err);
}

/* Only of an image that still waits. */
static pxf_status give_up_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct end *end = ctx;
    AUTO(fox_image_row) row = {0};

    TRY(fox_image_get_in(tx, end->id, &row, err));
    return row.state == PXF_IMAGE_PENDING || row.state == PXF_IMAGE_PROCESSING
               ? show_end_in(tx, end, err)
               : PXF_OK;
}

pxf_status fox_render_give_up(struct fox_flow *flow, const struct fox_id *id,
                              const pxf_error *cause, pxf_error *err)
{
    struct end end = {.flow = flow,
                      .id = id,
                      .cause = cause,
                      .rule = fox_failure_of_status((pxf_status)cause->status)->rule};

    TRY(fox_sql_write(flow->db, FOX_DURABLE, give_up_in, &end, err));
    flow->wake(flow->ctx);
    return PXF_OK;
}

/* What the image shows while its job waits again or is dead. */
static pxf_status show_failure_in(struct fox_sql_tx *tx, struct work *work, pxf_error *err)
{
    const struct end end = {
        .flow = work->flow, .id = image_id_of(work), .cause = work->cause, .rule = work->rule};

    return work->failed == FOX_FAILED_RETRY ? wait_again_in(tx, work, err)
                                            : show_end_in(tx, &end, err);
}

static pxf_status fail_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct work *work = ctx;
    struct fox_flow *flow = work->flow;

    if (fox_queue_shares(flow->queue, flow->db)) {
        TRY(fox_queue_fail_in(flow->queue, tx, fox_run_job(work->run), work->cause,
                              fox_run_is_crashed(work->run), &work->failed, err));
    }
    return show_failure_in(tx, work, err);
}

/* Whether the run only stopped here and goes on elsewhere; the worker hands it back. */
static bool is_interrupted(const struct work *work, const pxf_error *cause)
{
    switch (fox_run_stopped(work->run)) {
    case FOX_STOP_NONE:
        return cause->status == PXF_CANCELLED;
    case FOX_STOP_DRAIN:
        return true;
    case FOX_STOP_CANCELLED:
    case FOX_STOP_LOST:
    case FOX_STOP_TIMEOUT:
        return false;
    }
    return false;
}

/* What the failure is called, and whether it counts as a crash. */
static void classify(struct work *work, pxf_error *cause)
{
    pxf_error verdict = {0};

    if (fox_run_verdict(work->run, &verdict) != PXF_OK) {
        *cause = verdict;
        work->rule = NULL;
    }
    if (!work->rule || !*work->rule) {
        work->rule = fox_failure_of_status((pxf_status)cause->status)->rule;
    }
    if (strcmp(work->rule, "crashed") == 0) {
        fox_run_set_crashed(work->run);
    }
    work->cause = cause;
}

/* The job's fate first where the queue is another's: a death in between leaves an image that the
 * sweep finds without a job. */
static pxf_status settle(struct work *work, pxf_error *err)
{
    struct fox_flow *flow = work->flow;

    if (!fox_queue_shares(flow->queue, flow->db)) {
        TRY(fox_queue_fail(flow->queue, fox_run_job(work->run), work->cause,
                           fox_run_is_crashed(work->run), &work->failed, err));
        fox_run_set_end(work->run, fox_run_end_of(work->failed));
    }
    TRY(fox_sql_write(flow->db, FOX_DURABLE | FOX_ESSENTIAL, fail_in, work, err));
    fox_run_set_end(work->run, fox_run_end_of(work->failed));
    flow->wake(flow->ctx);
    return PXF_OK;
}

/* Ends the attempt: the job's fate and what the image shows change together. A run that was lost
 * changes nothing. */
static void conclude(struct work *work, pxf_error *cause)
{
    struct fox_flow *flow = work->flow;
    pxf_error err = {0};
    pxf_status status;

    if (cause->status == PXF_LOST || fox_run_stopped(work->run) == FOX_STOP_LOST) {
        return;
    }
    if (is_interrupted(work, cause)) {
        status = fox_sql_write(flow->db, FOX_RELAXED, wait_again_in, work, &err);
    } else {
        classify(work, cause);
        status = settle(work, &err);
    }
    if (status != PXF_OK) {
        fox_env_log(flow->env, FOX_LEVEL_WARN, "an attempt's end could not be noted: %s",
                    err.message);
    }
}

static pxf_status run(struct work *work, pxf_error *err)
{
    TRY(fox_flow_refresh(work->flow, err));
    TRY(fox_sql_write(work->flow->db, FOX_RELAXED, begin_in, work, err));
    if (work->image.state == PXF_IMAGE_DELETED || work->image.state == PXF_IMAGE_READY) {
        return PXF_OK;
    }
    TRY(render(work, err));
    return commit(work, err);
}

pxf_status fox_render_run(void *flow, struct fox_run *fox_run, pxf_error *err)
{
    struct work *work = fox_mem_new(1, sizeof *work, err); /* too large for a thread's stack */
    pxf_error cause = {0};
    pxf_status status;

    if (!work) {
        return PXF_NO_MEMORY;
    }
    work->flow = flow;
    work->run = fox_run;
    work->failed = FOX_FAILED_RETRY;
    status = run(work, &cause);
    if (status == PXF_NOT_FOUND && fox_id_is_zero(&work->image.id)) {
        status = PXF_OK; /* its row is gone: nothing is left to do */
    } else if (status != PXF_OK) {
        conclude(work, &cause);
        (void)fox_fail_as(err, &cause);
    }
    fox_keeper_let_go(&work->keeper);
    fox_image_row_let_go(&work->image);
    free(work);
    return status;
}
