/* SPDX-License-Identifier: Apache-2.0 */
#include "work/work.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "os/poll.h"
#include "work/worker.h"

pxf_status fox_worker_new(struct fox_worker **ret_worker, const struct fox_worker_options *options,
                          pxf_error *err)
{
    AUTO(fox_worker) *worker = fox_mem_new(1, sizeof *worker, err);
    pthread_condattr_t monotonic;

    if (!worker) {
        return PXF_NO_MEMORY;
    }
    worker->options = *options;
    worker->shared.thread_count = options->thread_count;
    (void)pthread_mutex_init(&worker->crew_lock, NULL);
    (void)pthread_mutex_init(&worker->heart.lock, NULL);
    (void)pthread_mutex_init(&worker->shared.lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&worker->shared.changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    TRY(fox_eventfd_open(&worker->heart.wake, PXF_ORIGIN_QUEUE, err));
    *ret_worker = GIVE(worker);
    return PXF_OK;
}

void fox_worker_free(struct fox_worker *worker)
{
    if (!worker) {
        return;
    }
    fox_worker_stop(worker, 0);
    fox_fd_let_go(&worker->heart.wake);
    (void)pthread_cond_destroy(&worker->shared.changed);
    (void)pthread_mutex_destroy(&worker->shared.lock);
    (void)pthread_mutex_destroy(&worker->heart.lock);
    (void)pthread_mutex_destroy(&worker->crew_lock);
    free(worker->handlers);
    free(worker->kinds);
    free(worker);
}

pxf_status fox_worker_add(struct fox_worker *worker, const struct fox_handler *handler,
                          pxf_error *err)
{
    const size_t count = worker->handler_count;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(worker->handlers[i].kind, handler->kind) == 0) {
            return fox_fail(err, PXF_EXISTS, "the worker has a handler for '%s' already",
                            handler->kind);
        }
    }
    TRY(fox_mem_grow(&worker->handlers, &worker->handler_capacity, count + 1, sizeof *handler,
                     err));
    TRY(fox_mem_grow(&worker->kinds, &worker->kind_capacity, count + 1, sizeof *worker->kinds,
                     err));
    worker->handlers[count] = *handler;
    worker->kinds[count] = handler->kind;
    worker->handler_count++;
    return PXF_OK;
}

void fox_worker_wake(struct fox_worker *worker)
{
    (void)pthread_mutex_lock(&worker->shared.lock);
    worker->shared.wake_count++;
    (void)pthread_cond_broadcast(&worker->shared.changed);
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

struct fox_reserve fox_worker_request(const struct fox_worker *worker)
{
    return (struct fox_reserve){
        .kinds = worker->kinds,
        .kind_count = worker->handler_count,
        .lease_ms = worker->options.lease_ms,
    };
}

/* While nobody else of this process looks after what died, whoever looks for work does. */
static pxf_status reserve(struct fox_worker *worker, const struct fox_reserve *request,
                          struct fox_job *ret_job, pxf_error *err)
{
    struct fox_queue *queue = worker->options.queue;
    int64_t recovered_count = 0;
    pxf_error cause = {0};
    pxf_status status = fox_queue_reserve(queue, request, ret_job, &cause);

    if (status == PXF_NOT_FOUND && !fox_worker_is_running(worker)) {
        TRY(fox_queue_recover(queue, &recovered_count, err));
    }
    if (recovered_count > 0) {
        fox_fail_clear(&cause);
        status = fox_queue_reserve(queue, request, ret_job, &cause);
    }
    return status == PXF_OK ? PXF_OK : fox_fail_as(err, &cause);
}

pxf_status fox_worker_run_one(struct fox_worker *worker, const struct fox_id *image_id,
                              struct fox_cancel *cancel, pxf_error *err)
{
    struct fox_reserve request = fox_worker_request(worker);
    AUTO(fox_cancel) *own = NULL;
    struct fox_job job = {0};
    pxf_status status;

    request.image_id = image_id;
    TRY(fox_cancel_check(cancel, err));
    own = fox_cancel_new_below(cancel, err);
    if (!own) {
        return PXF_NO_MEMORY;
    }
    TRY(reserve(worker, &request, &job, err));
    status = fox_worker_retain_heart(worker, err);
    if (status != PXF_OK) {
        (void)fox_queue_release(worker->options.queue, &job, 0, NULL);
        fox_job_let_go(&job);
        return status;
    }
    status = fox_worker_run(worker, &job, request.lease_ms, own, err);
    fox_worker_release_heart(worker);
    return status;
}

static pxf_status note_busy(void *ctx, const struct fox_job_count *count, pxf_error *err)
{
    const struct fox_worker *worker = ((void **)ctx)[0];
    bool *is_idle = ((void **)ctx)[1];
    const bool is_busy = count->state == PXF_JOB_READY || count->state == PXF_JOB_RUNNING;

    (void)err;
    for (size_t i = 0; i < worker->handler_count && is_busy && count->count > 0; i++) {
        if (strcmp(worker->kinds[i], count->kind) == 0) {
            *is_idle = false;
        }
    }
    return PXF_OK;
}

pxf_status fox_worker_is_idle(struct fox_worker *worker, bool *ret_idle, pxf_error *err)
{
    bool is_idle = true;
    void *ctx[] = {worker, &is_idle};

    TRY(fox_queue_counts(worker->options.queue, note_busy, ctx, err));
    *ret_idle = is_idle;
    return PXF_OK;
}

struct fox_worker_totals fox_worker_totals(struct fox_worker *worker)
{
    struct fox_worker_totals totals;

    (void)pthread_mutex_lock(&worker->shared.lock);
    totals = worker->shared.totals;
    (void)pthread_mutex_unlock(&worker->shared.lock);
    return totals;
}
