/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_WORK_WORKER_H
#define FOX_WORK_WORKER_H

#include <pthread.h>

#include "os/fd.h"
#include "os/thread.h"
#include "work/work.h"

/* What the files of this folder share. */

struct fox_run {
    struct fox_worker *worker;
    struct fox_job job;
    const struct fox_handler *handler;
    struct fox_cancel *cancel;
    pthread_t thread; /* that runs it */
    int64_t lease_ms;
    int64_t deadline_ms; /* monotonic */
    enum fox_run_end end;
    bool crashed;
    /* Under the worker's lock. */
    enum fox_run_stop stop;
    int32_t progress_permille;
    bool is_beating; /* the lease thread speaks of it with the queue */
    struct fox_run *next;
};

struct fox_worker_thread {
    struct fox_thread *thread;
    struct fox_worker *worker;
    size_t index;
    bool is_over; /* ran to its end and can be joined */
};

/* Where its threads are in their life. */
enum fox_worker_phase {
    FOX_WORKER_IDLE = 0,
    FOX_WORKER_RUNS = 1,
    FOX_WORKER_ENDS = 2, /* one of its own jobs asked for it: its threads end, nobody joins them */
    FOX_WORKER_STOPS = 3 /* somebody waits for its end */
};

struct fox_worker {
    struct fox_worker_options options;
    struct fox_handler *handlers;
    size_t handler_count, handler_capacity;
    const char **kinds; /* of the handlers, for the queue */
    size_t kind_capacity;
    pthread_mutex_t crew_lock; /* held while threads that work are started or joined */
    struct {
        pthread_mutex_t lock; /* held while the lease thread is started or joined */
        struct fox_thread *thread;
        size_t user_count;  /* a worker that is started, each job on a thread of a caller's */
        struct fox_fd wake; /* an eventfd */
    } heart;
    struct {
        pthread_mutex_t lock;
        pthread_cond_t changed; /* on the monotonic clock */
        struct fox_worker_thread threads[FOX_WORKER_THREAD_LIMIT];
        size_t thread_count; /* wanted */
        uint64_t wake_count;
        enum fox_worker_phase phase;
        bool is_heart_over; /* nobody needs the lease thread any more */
        pthread_t heart_thread;
        bool has_heart; /* `heart_thread` is its id */
        struct fox_run *runs;
        struct fox_worker_totals totals;
        bool is_troubled; /* the queue did not answer; told once */
    } shared;
};

/* Runs a reserved job to its end and lets it go. A failure is that its end could not be written:
 * then its lease runs out. */
pxf_status fox_worker_run(struct fox_worker *worker, struct fox_job *job, int64_t lease_ms,
                          struct fox_cancel *cancel, pxf_error *err);

/* Sees that the lease thread is there until the release that belongs to it. */
pxf_status fox_worker_retain_heart(struct fox_worker *worker, pxf_error *err);
void fox_worker_release_heart(struct fox_worker *worker);

/* What this worker asks the queue for. */
struct fox_reserve fox_worker_request(const struct fox_worker *worker);

/* Whether the calling thread runs one of its jobs, or is its lease thread: it cannot wait for the
 * worker's end. */
bool fox_worker_is_inside_locked(const struct fox_worker *worker);

/* Takes in what the queue answered to an extension of the lease. */
void fox_run_heed(struct fox_run *run, pxf_status status, bool cancel);

/* Trips a run for a reason; the first one stands. */
void fox_run_stop_locked(struct fox_run *run, enum fox_run_stop stop);

#endif
