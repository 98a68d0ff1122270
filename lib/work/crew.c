/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "base/meter.h"
#include "base/time.h"
#include "os/poll.h"
#include "work/worker.h"

/* The threads that work: what each does, and how they are started, resized and stopped. */

enum { TROUBLE_WAIT_MS = 1000, LONGEST_WAIT_MS = 60000 };

static bool is_surplus_locked(const struct fox_worker_thread *thread)
{
    return thread->worker->shared.phase != FOX_WORKER_RUNS ||
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
    const struct fox_reserve request = fox_worker_request(worker);
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
    const struct fox_reserve request = fox_worker_request(worker);
    AUTO(fox_cancel) *cancel = NULL;
    struct fox_job job = {0};
    pxf_error err = {0};
    pxf_status status;

    cancel = fox_cancel_new(&err);
    status = cancel ? fox_queue_reserve(worker->options.queue, &request, &job, &err)
                    : (pxf_status)err.status;
    tell(worker, status, &err);
    if (status == PXF_OK) {
        (void)fox_worker_run(worker, &job, request.lease_ms, cancel, NULL);
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
    is_wanted = index < worker->shared.thread_count && worker->shared.phase == FOX_WORKER_RUNS;
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

bool fox_worker_is_inside_locked(const struct fox_worker *worker)
{
    const pthread_t self = pthread_self();

    for (const struct fox_run *run = worker->shared.runs; run; run = run->next) {
        if (pthread_equal(run->thread, self)) {
            return true;
        }
    }
    return worker->shared.has_heart && pthread_equal(worker->shared.heart_thread, self);
}

bool fox_worker_is_inside(struct fox_worker *worker)
{
    bool is;

    (void)pthread_mutex_lock(&worker->shared.lock);
    is = fox_worker_is_inside_locked(worker);
    (void)pthread_mutex_unlock(&worker->shared.lock);
    return is;
}

/* Tells the phase it was in. One that only ends by its own job's wish goes on instead; a stop under
 * way is left alone. */
static enum fox_worker_phase begin(struct fox_worker *worker)
{
    enum fox_worker_phase before;

    (void)pthread_mutex_lock(&worker->shared.lock);
    before = worker->shared.phase;
    if (before != FOX_WORKER_STOPS) {
        worker->shared.phase = FOX_WORKER_RUNS;
    }
    (void)pthread_mutex_unlock(&worker->shared.lock);
    return before;
}

static void set_idle(struct fox_worker *worker)
{
    (void)pthread_mutex_lock(&worker->shared.lock);
    worker->shared.phase = FOX_WORKER_IDLE;
    (void)pthread_cond_broadcast(&worker->shared.changed);
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

pxf_status fox_worker_start(struct fox_worker *worker, pxf_error *err)
{
    const enum fox_worker_phase before = begin(worker);
    pxf_status status = PXF_OK;

    if (before == FOX_WORKER_RUNS || before == FOX_WORKER_STOPS) {
        return fox_fail(err, PXF_CONFLICT, "the worker runs already");
    }
    if (before == FOX_WORKER_IDLE) {
        status = fox_worker_retain_heart(worker, err);
    }
    if (status != PXF_OK) {
        set_idle(worker);
        return status;
    }
    status = fill(worker, err);
    if (status != PXF_OK) {
        fox_worker_stop(worker, 0);
    }
    return status;
}

bool fox_worker_is_running(struct fox_worker *worker)
{
    bool is_running;

    (void)pthread_mutex_lock(&worker->shared.lock);
    is_running = worker->shared.phase == FOX_WORKER_RUNS;
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
    is_running = worker->shared.phase == FOX_WORKER_RUNS;
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

static void join_crew(struct fox_worker *worker)
{
    (void)pthread_mutex_lock(&worker->crew_lock);
    for (size_t i = 0; i < FOX_WORKER_THREAD_LIMIT; i++) {
        struct fox_worker_thread *thread = &worker->shared.threads[i];

        fox_thread_join(GIVE(thread->thread));
        thread->is_over = false;
    }
    (void)pthread_mutex_unlock(&worker->crew_lock);
}

/* Jobs on threads of callers'. */
static void wait_for_runs(struct fox_worker *worker)
{
    (void)pthread_mutex_lock(&worker->shared.lock);
    while (worker->shared.runs) {
        (void)pthread_cond_wait(&worker->shared.changed, &worker->shared.lock);
    }
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

/* Takes the stop upon this thread, after another's; tells the phase before. A job of its own can
 * only ask for the end: IDLE, nothing is left to do here. */
static enum fox_worker_phase begin_stop(struct fox_worker *worker)
{
    enum fox_worker_phase before = FOX_WORKER_IDLE;

    (void)pthread_mutex_lock(&worker->shared.lock);
    if (fox_worker_is_inside_locked(worker)) {
        if (worker->shared.phase == FOX_WORKER_RUNS) {
            worker->shared.phase = FOX_WORKER_ENDS;
        }
    } else {
        while (worker->shared.phase == FOX_WORKER_STOPS) {
            (void)pthread_cond_wait(&worker->shared.changed, &worker->shared.lock);
        }
        before = worker->shared.phase;
        worker->shared.phase = before != FOX_WORKER_IDLE ? FOX_WORKER_STOPS : FOX_WORKER_IDLE;
    }
    (void)pthread_cond_broadcast(&worker->shared.changed);
    (void)pthread_mutex_unlock(&worker->shared.lock);
    return before;
}

void fox_worker_stop(struct fox_worker *worker, int64_t drain_ms)
{
    if (begin_stop(worker) == FOX_WORKER_IDLE) {
        return;
    }
    drain(worker, drain_ms);
    join_crew(worker);
    wait_for_runs(worker);
    fox_worker_release_heart(worker);
    set_idle(worker);
}
