/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_WORK_WORK_H
#define FOX_WORK_WORK_H

#include "work/run.h"

/* A worker: threads that lease jobs and run handlers, or one job at a time on a thread of the
 * caller's, and one thread more that renews leases while either is the case. Any thread. */
struct fox_worker;

enum { FOX_WORKER_THREAD_LIMIT = 256 };

struct fox_worker_options {
    const struct fox_env *env; /* lent for the worker's life, as the rest */
    struct fox_queue *queue;
    int64_t lease_ms;
    size_t thread_count;
    /* What other processes have to say: readable when a job may be ready; -1: none, then the worker
     * looks every 250 ms. `drain` makes it quiet. */
    int news_fd;
    void (*drain)(void *drain_ctx);
    void *drain_ctx;
    /* Called by the lease thread of a started worker about every lease_ms / 3, after what died was
     * made ready. */
    void (*tick)(void *tick_ctx);
    void *tick_ctx;
};

pxf_status fox_worker_new(struct fox_worker **ret_worker, const struct fox_worker_options *options,
                          pxf_error *err);

/* Stops without waiting for what runs (drain 0) and frees. Not on a thread that is inside. NULL is
 * fine. */
void fox_worker_free(struct fox_worker *worker);

static inline void fox_worker_let_go(struct fox_worker **worker)
{
    fox_worker_free(*worker);
}

/* Before it starts. EXISTS for a kind that it has. The handler is copied, its texts are lent. */
pxf_status fox_worker_add(struct fox_worker *worker, const struct fox_handler *handler,
                          pxf_error *err);

/* Starts its threads; CONFLICT if it runs, or a stop is under way. */
pxf_status fox_worker_start(struct fox_worker *worker, pxf_error *err);
bool fox_worker_is_running(struct fox_worker *worker);

/* Resizes, also while it runs: surplus threads end with their job. INVALID outside 1 to 256. */
pxf_status fox_worker_set_threads(struct fox_worker *worker, size_t thread_count, pxf_error *err);

/* Takes no more jobs, gives those that run `drain_ms`, then trips them and hands them back, no
 * attempt counted; joins all threads. Again is no error, and waits for a stop under way. On a
 * thread that is inside it only asks: no more jobs are taken, nothing is joined, and a stop by
 * somebody else (or a start) makes an end of it. */
void fox_worker_stop(struct fox_worker *worker, int64_t drain_ms);

/* Whether the calling thread runs one of its jobs, or is its lease thread. */
bool fox_worker_is_inside(struct fox_worker *worker);

/* A job may be ready. From any thread; takes a lock for a moment. */
void fox_worker_wake(struct fox_worker *worker);

/* Works one ready job on this thread, of that image only if one is given, also one that waits for
 * its time; NOT_FOUND if there is none. Where the worker is not started it first makes ready what
 * died, and a thread renews the lease while the job runs. The job's own failure is none of the
 * call; that its end could not be written is one. */
pxf_status fox_worker_run_one(struct fox_worker *worker, const struct fox_id *image_id,
                              struct fox_cancel *cancel, pxf_error *err);

/* Whether nothing of its kinds is ready or running. */
pxf_status fox_worker_is_idle(struct fox_worker *worker, bool *ret_idle, pxf_error *err);

/* Since it was made. */
struct fox_worker_totals {
    int64_t done, failed, retrying, running;
};
struct fox_worker_totals fox_worker_totals(struct fox_worker *worker);

#endif
