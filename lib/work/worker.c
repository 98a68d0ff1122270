/* SPDX-License-Identifier: Apache-2.0 */
#include "work/work.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/meter.h"
#include "base/time.h"
#include "model/kinds.h"
#include "os/poll.h"
#include "work/worker.h"

enum { TROUBLE_WAIT_MS = 1000, LONGEST_WAIT_MS = 60000 };

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
    (void)pthread_mutex_init(&worker->shared.lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&worker->shared.changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    TRY(fox_eventfd_open(&worker->heart_wake, PXF_ORIGIN_QUEUE, err));
    *ret_worker = GIVE(worker);
    return PXF_OK;
}

void fox_worker_free(struct fox_worker *worker)
{
    if (!worker) {
        return;
    }
    fox_worker_stop(worker, 0);
    fox_fd_let_go(&worker->heart_wake);
    (void)pthread_cond_destroy(&worker->shared.changed);
    (void)pthread_mutex_destroy(&worker->shared.lock);
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

static struct fox_reserve request_of(const struct fox_worker *worker)
{
    return (struct fox_reserve){
        .kinds = worker->kinds,
        .kind_count = worker->handler_count,
        .lease_ms = worker->options.lease_ms,
    };
}

static bool is_surplus_locked(const struct fox_worker_thread *thread)
{
    return thread->worker->shared.is_stopping ||
           thread->index >= thread->worker->shared.thread_count;
}

/* Sleeps until somebody wakes the worker, at most `wait_ms`. */
static void sleep_locked(struct fox_worker_thread *thread, uint64_t seen, int64_t wait_ms)
{
    struct fox_worker *worker = thread->worker;
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(wait_ms / 1000);
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    while (worker->shared.wake_count == seen && !is_surplus_locked(thread) &&
           pthread_cond_timedwait(&worker->shared.changed, &worker->shared.lock, &until) == 0) {
    }
}

/* How long nothing will fall due by itself. Sleeps are short enough that a clock's jump costs
 * little. */
static int64_t idle_ms(struct fox_worker *worker)
{
    const struct fox_reserve request = request_of(worker);
    int64_t due_ms = INT64_MAX, wait_ms;

    if (fox_queue_next_due(worker->options.queue, &request, &due_ms, NULL) != PXF_OK ||
        due_ms == INT64_MAX) {
        return LONGEST_WAIT_MS;
    }
    wait_ms = due_ms - fox_env_now_ms(worker->options.env);
    if (wait_ms < 1) {
        return 1;
    }
    return wait_ms < LONGEST_WAIT_MS ? wait_ms : LONGEST_WAIT_MS;
}

/* Tells of a queue that does not answer once, and once when it does again. */
static void tell(struct fox_worker *worker, pxf_status status, const pxf_error *err)
{
    const bool is_troubled = status != PXF_OK && status != PXF_NOT_FOUND;
    bool is_news;

    (void)pthread_mutex_lock(&worker->shared.lock);
    is_news = worker->shared.is_troubled != is_troubled;
    worker->shared.is_troubled = is_troubled;
    (void)pthread_mutex_unlock(&worker->shared.lock);
    if (is_news && is_troubled) {
        fox_env_log(worker->options.env, FOX_LEVEL_WARN, "the queue does not answer: %s",
                    err->message);
    } else if (is_news) {
        fox_env_log(worker->options.env, FOX_LEVEL_INFO, "the queue answers again");
    }
}

/* Takes a job and runs it; how long to sleep if there was none, 0 if there was. */
static int64_t work_once(struct fox_worker *worker)
{
    const struct fox_reserve request = request_of(worker);
    AUTO(fox_cancel) *cancel = NULL;
    struct fox_job job = {0};
    pxf_error err = {0};
    pxf_status status;

    cancel = fox_cancel_new(&err);
    status = cancel ? fox_queue_reserve(worker->options.queue, &request, &job, &err)
                    : (pxf_status)err.status;
    tell(worker, status, &err);
    if (status == PXF_OK) {
        fox_worker_run(worker, &job, request.lease_ms, cancel);
        return 0;
    }
    return status == PXF_NOT_FOUND ? idle_ms(worker) : TROUBLE_WAIT_MS;
}

static void thread_main(void *ctx)
{
    struct fox_worker_thread *thread = ctx;
    struct fox_worker *worker = thread->worker;

    (void)pthread_mutex_lock(&worker->shared.lock);
    while (!is_surplus_locked(thread)) {
        const uint64_t seen = worker->shared.wake_count;
        int64_t wait_ms;

        (void)pthread_mutex_unlock(&worker->shared.lock);
        wait_ms = work_once(worker);
        (void)pthread_mutex_lock(&worker->shared.lock);
        if (wait_ms > 0) {
            sleep_locked(thread, seen, wait_ms);
        }
    }
    thread->is_over = true;
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

/* One place of the crew: joins who ended there, starts who is wanted. */
static pxf_status man(struct fox_worker *worker, size_t index, pxf_error *err)
{
    struct fox_worker_thread *thread = &worker->shared.threads[index];
    bool is_over, is_wanted;

    (void)pthread_mutex_lock(&worker->shared.lock);
    is_over = thread->is_over;
    is_wanted = index < worker->shared.thread_count && !worker->shared.is_stopping;
    (void)pthread_mutex_unlock(&worker->shared.lock);
    if (is_over) {
        fox_thread_join(GIVE(thread->thread));
        thread->is_over = false;
    }
    if (!is_wanted || thread->thread) {
        return PXF_OK;
    }
    thread->worker = worker;
    thread->index = index;
    return fox_thread_start(&thread->thread, "pixelfox-work", thread_main, thread, err);
}

/* Starts the threads that are wanted and not there; joins those that ended. */
static pxf_status fill(struct fox_worker *worker, pxf_error *err)
{
    pxf_status status = PXF_OK;

    (void)pthread_mutex_lock(&worker->crew_lock);
    for (size_t i = 0; i < FOX_WORKER_THREAD_LIMIT && status == PXF_OK; i++) {
        status = man(worker, i, err);
    }
    (void)pthread_mutex_unlock(&worker->crew_lock);
    return status;
}

static pxf_status start(struct fox_worker *worker, pxf_error *err)
{
    TRY(fox_thread_start(&worker->heart, "pixelfox-lease", fox_worker_heart, worker, err));
    return fill(worker, err);
}

pxf_status fox_worker_start(struct fox_worker *worker, pxf_error *err)
{
    bool is_running;
    pxf_status status;

    (void)pthread_mutex_lock(&worker->shared.lock);
    is_running = worker->shared.is_running;
    if (!is_running) { /* a stop under way goes on */
        worker->shared.is_running = true;
        worker->shared.is_stopping = false;
    }
    (void)pthread_mutex_unlock(&worker->shared.lock);
    if (is_running) {
        return fox_fail(err, PXF_CONFLICT, "the worker runs already");
    }
    status = start(worker, err);
    if (status != PXF_OK) {
        fox_worker_stop(worker, 0);
    }
    return status;
}

bool fox_worker_is_running(struct fox_worker *worker)
{
    bool is_running;

    (void)pthread_mutex_lock(&worker->shared.lock);
    is_running = worker->shared.is_running && !worker->shared.is_stopping;
    (void)pthread_mutex_unlock(&worker->shared.lock);
    return is_running;
}

pxf_status fox_worker_set_threads(struct fox_worker *worker, size_t thread_count, pxf_error *err)
{
    bool is_running;

    if (thread_count < 1 || thread_count > FOX_WORKER_THREAD_LIMIT) {
        return fox_fail(err, PXF_INVALID, "a worker has 1 to %d threads, not %zu",
                        FOX_WORKER_THREAD_LIMIT, thread_count);
    }
    (void)pthread_mutex_lock(&worker->shared.lock);
    if (worker->shared.thread_count == thread_count) {
        (void)pthread_mutex_unlock(&worker->shared.lock);
        return PXF_OK;
    }
    worker->shared.thread_count = thread_count;
    is_running = worker->shared.is_running && !worker->shared.is_stopping;
    (void)pthread_cond_broadcast(&worker->shared.changed);
    (void)pthread_mutex_unlock(&worker->shared.lock);
    fox_meter_set(worker->options.env->meters, FOX_METER_WORKERS, NULL, NULL, (double)thread_count);
    return is_running ? fill(worker, err) : PXF_OK;
}

/* Waits until nothing runs, at most `drain_ms`; then trips what still does. */
static void drain(struct fox_worker *worker, int64_t drain_ms)
{
    const struct fox_env *env = worker->options.env;
    const int64_t until_ms = fox_time_after(fox_env_monotonic_ms(env), drain_ms);
    bool is_busy = true;

    while (is_busy && fox_env_monotonic_ms(env) < until_ms) {
        (void)pthread_mutex_lock(&worker->shared.lock);
        is_busy = worker->shared.runs != NULL;
        (void)pthread_mutex_unlock(&worker->shared.lock);
        if (is_busy) {
            (void)fox_poll_sleep_us(-1, 5000);
        }
    }
    (void)pthread_mutex_lock(&worker->shared.lock);
    for (struct fox_run *run = worker->shared.runs; run; run = run->next) {
        fox_run_stop_locked(run, FOX_STOP_DRAIN);
    }
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

void fox_worker_stop(struct fox_worker *worker, int64_t drain_ms)
{
    bool is_mine;

    (void)pthread_mutex_lock(&worker->shared.lock);
    is_mine = worker->shared.is_running && !worker->shared.is_stopping;
    worker->shared.is_stopping = true;
    (void)pthread_cond_broadcast(&worker->shared.changed);
    (void)pthread_mutex_unlock(&worker->shared.lock);
    if (!is_mine) {
        return;
    }
    drain(worker, drain_ms);
    (void)pthread_mutex_lock(&worker->crew_lock);
    for (size_t i = 0; i < FOX_WORKER_THREAD_LIMIT; i++) {
        struct fox_worker_thread *thread = &worker->shared.threads[i];

        fox_thread_join(GIVE(thread->thread));
        thread->is_over = false;
    }
    (void)pthread_mutex_unlock(&worker->crew_lock);
    fox_eventfd_signal(&worker->heart_wake);
    fox_thread_join(GIVE(worker->heart));
    (void)pthread_mutex_lock(&worker->shared.lock);
    worker->shared.is_running = false;
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

pxf_status fox_worker_run_one(struct fox_worker *worker, const struct fox_id *image_id,
                              struct fox_cancel *cancel, pxf_error *err)
{
    struct fox_reserve request = request_of(worker);
    AUTO(fox_cancel) *own = NULL;
    struct fox_job job = {0};

    request.image_id = image_id;
    /* No thread renews this lease, so it is as long as a run may take; a death of this process is
     * seen by its sign of life. */
    request.lease_ms = FOX_KIND_DEFAULT_TIMEOUT_MS + worker->options.lease_ms;
    TRY(fox_cancel_check(cancel, err));
    own = fox_cancel_new_below(cancel, err);
    if (!own) {
        return PXF_NO_MEMORY;
    }
    TRY(fox_queue_reserve(worker->options.queue, &request, &job, err));
    fox_worker_run(worker, &job, request.lease_ms, own);
    return PXF_OK;
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
