/* SPDX-License-Identifier: Apache-2.0 */
#include "work/worker.h"

#include "base/meter.h"
#include "os/poll.h"

/* The lease thread. It is there while the worker is started, and while a job runs on a thread of a
 * caller's; only for a started worker it does more than to look after what runs. */

enum { BLIND_LOOK_MS = 250, LEAST_BEAT_MS = 20, NEWS_BEAT_MS = 1000 };

/* Prolongs the lease of one run and hears whether it shall stop. A queue that does not answer costs
 * no lease by itself: the next beat tries again before it runs out. */
static void beat(struct fox_worker *worker, struct fox_run *run, int32_t progress_permille)
{
    bool cancel = false;
    pxf_error err = {0};
    const pxf_status status = fox_queue_extend(worker->options.queue, &run->job, run->lease_ms,
                                               progress_permille, &cancel, &err);

    fox_run_heed(run, status, cancel);
    (void)pthread_mutex_lock(&worker->shared.lock);
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

/* Whether the worker's threads are there, too. */
static bool is_started(struct fox_worker *worker)
{
    bool is;

    (void)pthread_mutex_lock(&worker->shared.lock);
    is = worker->shared.phase != FOX_WORKER_IDLE;
    (void)pthread_mutex_unlock(&worker->shared.lock);
    return is;
}

static bool is_over(struct fox_worker *worker)
{
    bool is;

    (void)pthread_mutex_lock(&worker->shared.lock);
    is = worker->shared.is_heart_over;
    (void)pthread_mutex_unlock(&worker->shared.lock);
    return is;
}

/* Waits for the next beat, or for news from other processes, which go to the threads: true. */
static bool wait_for_news(struct fox_worker *worker, int64_t wait_ms)
{
    struct fox_poll polls[] = {{.number = worker->options.news_fd},
                               {.number = fox_fd_number(&worker->heart.wake)}};
    const bool is_blind = worker->options.news_fd < 0;
    size_t ready_count = 0;

    if (is_blind && wait_ms > BLIND_LOOK_MS) {
        wait_ms = BLIND_LOOK_MS;
    }
    (void)fox_poll(polls, 2, wait_ms, &ready_count, NULL);
    (void)fox_eventfd_drain(&worker->heart.wake);
    if (polls[0].is_ready) {
        worker->options.drain(worker->options.drain_ctx);
    }
    if (is_blind || polls[0].is_ready) {
        fox_worker_wake(worker);
    }
    return polls[0].is_ready;
}

/* Waits for the next beat, or for another run. */
static void wait_for_runs(struct fox_worker *worker, int64_t wait_ms)
{
    (void)fox_poll_sleep_us(fox_fd_number(&worker->heart.wake), wait_ms * 1000);
    (void)fox_eventfd_drain(&worker->heart.wake);
}

/* Makes ready what died, and lets the owner look after the rest. */
static void look_round(struct fox_worker *worker)
{
    const struct fox_worker_options *options = &worker->options;
    int64_t recovered_count = 0;

    if (fox_queue_recover(options->queue, &recovered_count, NULL) == PXF_OK &&
        recovered_count > 0) {
        fox_worker_wake(worker);
    }
    options->tick(options->tick_ctx);
}

/* When it beats: `next_ms` is never later than `last_ms` and a period. */
struct pulse {
    int64_t last_ms, next_ms;
};

/* A started worker hears of news, which may be a changed setting that shall not wait for the next
 * beat. */
static void beat_started(struct fox_worker *worker, struct pulse *pulse, int64_t now_ms)
{
    if (now_ms >= pulse->next_ms) {
        beat_all(worker);
        look_round(worker);
        *pulse = (struct pulse){now_ms, now_ms + worker->options.lease_ms / 3};
    }
    if (wait_for_news(worker, check_deadlines(worker, now_ms, pulse->next_ms - now_ms)) &&
        pulse->next_ms > pulse->last_ms + NEWS_BEAT_MS) {
        pulse->next_ms = pulse->last_ms + NEWS_BEAT_MS;
    }
}

/* One that is not hears nothing, so it asks as often as news would be looked at; a short job is
 * over before the first time. */
static void beat_callers(struct fox_worker *worker, struct pulse *pulse, int64_t now_ms)
{
    const int64_t third_ms = worker->options.lease_ms / 3;

    if (now_ms >= pulse->last_ms + NEWS_BEAT_MS || now_ms >= pulse->last_ms + third_ms) {
        beat_all(worker);
        pulse->last_ms = now_ms;
    }
    wait_for_runs(
        worker, check_deadlines(worker, now_ms, third_ms < NEWS_BEAT_MS ? third_ms : NEWS_BEAT_MS));
}

static void heart_main(void *ctx)
{
    struct fox_worker *worker = ctx;
    const struct fox_env *env = worker->options.env;
    struct pulse pulse = {.last_ms = fox_env_monotonic_ms(env)};

    (void)pthread_mutex_lock(&worker->shared.lock);
    worker->shared.heart_thread = pthread_self();
    worker->shared.has_heart = true;
    (void)pthread_mutex_unlock(&worker->shared.lock);
    pulse.next_ms = pulse.last_ms;
    while (!is_over(worker)) {
        const int64_t now_ms = fox_env_monotonic_ms(env);

        if (is_started(worker)) {
            beat_started(worker, &pulse, now_ms);
        } else {
            beat_callers(worker, &pulse, now_ms);
        }
    }
    (void)pthread_mutex_lock(&worker->shared.lock);
    worker->shared.has_heart = false;
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

pxf_status fox_worker_retain_heart(struct fox_worker *worker, pxf_error *err)
{
    pxf_status status = PXF_OK;

    (void)pthread_mutex_lock(&worker->heart.lock);
    if (worker->heart.user_count == 0) {
        status = fox_thread_start(&worker->heart.thread, "pixelfox-lease", heart_main, worker, err);
    }
    worker->heart.user_count += status == PXF_OK;
    (void)pthread_mutex_unlock(&worker->heart.lock);
    fox_eventfd_signal(&worker->heart.wake); /* the worker may be started now */
    return status;
}

static void set_over(struct fox_worker *worker, bool is_over)
{
    (void)pthread_mutex_lock(&worker->shared.lock);
    worker->shared.is_heart_over = is_over;
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

void fox_worker_release_heart(struct fox_worker *worker)
{
    (void)pthread_mutex_lock(&worker->heart.lock);
    if (--worker->heart.user_count == 0) {
        set_over(worker, true);
        fox_eventfd_signal(&worker->heart.wake);
        fox_thread_join(GIVE(worker->heart.thread));
        set_over(worker, false);
    }
    (void)pthread_mutex_unlock(&worker->heart.lock);
}
