/* SPDX-License-Identifier: Apache-2.0 */
#include "work/worker.h"

#include "base/meter.h"
#include "os/poll.h"

enum { BLIND_LOOK_MS = 250, LEAST_BEAT_MS = 20, NEWS_BEAT_MS = 1000 };

/* Prolongs the lease of one run and hears whether it shall stop. A queue that does not answer costs
 * no lease by itself: the next beat tries again before it runs out. */
static void beat(struct fox_worker *worker, struct fox_run *run, int32_t progress_permille)
{
    bool cancel = false;
    pxf_error err = {0};
    const pxf_status status = fox_queue_extend(worker->options.queue, &run->job, run->lease_ms,
                                               progress_permille, &cancel, &err);

    (void)pthread_mutex_lock(&worker->shared.lock);
    if (status == PXF_LOST) {
        fox_run_stop_locked(run, FOX_STOP_LOST);
    } else if (cancel) {
        fox_run_stop_locked(run, FOX_STOP_CANCELLED);
    }
    run->is_beating = false;
    (void)pthread_cond_broadcast(&worker->shared.changed);
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

/* Beats every run that stands in the list once; a run cannot leave while it is spoken of. */
static void beat_all(struct fox_worker *worker)
{
    struct fox_run *run;

    (void)pthread_mutex_lock(&worker->shared.lock);
    run = worker->shared.runs;
    while (run) {
        struct fox_run *next = run->next;
        const int32_t progress_permille = run->progress_permille;

        run->is_beating = true;
        if (next) {
            next->is_beating = true; /* keeps its place while the lock is let go */
        }
        (void)pthread_mutex_unlock(&worker->shared.lock);
        beat(worker, run, progress_permille);
        (void)pthread_mutex_lock(&worker->shared.lock);
        run = next;
    }
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

/* Trips what ran out of time; tells when the next one would. */
static int64_t check_deadlines(struct fox_worker *worker, int64_t now_ms, int64_t wait_ms)
{
    (void)pthread_mutex_lock(&worker->shared.lock);
    for (struct fox_run *run = worker->shared.runs; run; run = run->next) {
        if (run->deadline_ms <= now_ms) {
            fox_run_stop_locked(run, FOX_STOP_TIMEOUT);
        } else if (run->deadline_ms - now_ms < wait_ms) {
            wait_ms = run->deadline_ms - now_ms;
        }
    }
    (void)pthread_mutex_unlock(&worker->shared.lock);
    return wait_ms > LEAST_BEAT_MS ? wait_ms : LEAST_BEAT_MS;
}

static bool is_stopping(struct fox_worker *worker)
{
    bool stopping;

    (void)pthread_mutex_lock(&worker->shared.lock);
    stopping = worker->shared.is_stopping && !worker->shared.runs;
    (void)pthread_mutex_unlock(&worker->shared.lock);
    return stopping;
}

/* Waits for the next beat, or for news from other processes, which go to the threads: true. */
static bool wait_for_news(struct fox_worker *worker, int64_t wait_ms)
{
    struct fox_poll polls[] = {{.number = worker->options.news_fd},
                               {.number = fox_fd_number(&worker->heart_wake)}};
    const bool is_blind = worker->options.news_fd < 0;
    size_t ready_count = 0;

    if (is_blind && wait_ms > BLIND_LOOK_MS) {
        wait_ms = BLIND_LOOK_MS;
    }
    (void)fox_poll(polls, 2, wait_ms, &ready_count, NULL);
    (void)fox_eventfd_drain(&worker->heart_wake);
    if (polls[0].is_ready) {
        worker->options.drain(worker->options.drain_ctx);
    }
    if (is_blind || polls[0].is_ready) {
        fox_worker_wake(worker);
    }
    return polls[0].is_ready;
}

/* Renews leases, makes ready what died, and lets the owner look after the rest. */
static void beat_once(struct fox_worker *worker)
{
    const struct fox_worker_options *options = &worker->options;
    int64_t recovered_count = 0;

    beat_all(worker);
    if (fox_queue_recover(options->queue, &recovered_count, NULL) == PXF_OK &&
        recovered_count > 0) {
        fox_worker_wake(worker);
    }
    options->tick(options->tick_ctx);
}

/* News may be a changed setting, which shall not wait for the next beat. */
void fox_worker_heart(void *ctx)
{
    struct fox_worker *worker = ctx;
    const struct fox_env *env = worker->options.env;
    const int64_t period_ms = worker->options.lease_ms / 3;
    int64_t last_ms = fox_env_monotonic_ms(env), next_ms = last_ms;

    while (!is_stopping(worker)) {
        const int64_t now_ms = fox_env_monotonic_ms(env);

        if (now_ms >= next_ms) {
            beat_once(worker);
            last_ms = now_ms;
            next_ms = now_ms + period_ms;
        }
        if (wait_for_news(worker, check_deadlines(worker, now_ms, next_ms - now_ms)) &&
            next_ms > last_ms + NEWS_BEAT_MS) {
            next_ms = last_ms + NEWS_BEAT_MS;
        }
    }
}
