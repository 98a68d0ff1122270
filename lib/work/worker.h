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

struct fox_worker {
    struct fox_worker_options options;
    struct fox_handler *handlers;
    size_t handler_count, handler_capacity;
    const char **kinds; /* of the handlers, for the queue */
    size_t kind_capacity;
    struct fox_thread *heart;
    struct fox_fd heart_wake;  /* an eventfd */
    pthread_mutex_t crew_lock; /* held while threads are started or joined */
    struct {
        pthread_mutex_t lock;
        pthread_cond_t changed; /* on the monotonic clock */
        struct fox_worker_thread threads[FOX_WORKER_THREAD_LIMIT];
        size_t thread_count; /* wanted */
        uint64_t wake_count;
        bool is_running, is_stopping;
        struct fox_run *runs;
        struct fox_worker_totals totals;
        bool is_troubled; /* the queue did not answer; told once */
    } shared;
};

/* Runs a reserved job to its end and lets it go. */
void fox_worker_run(struct fox_worker *worker, struct fox_job *job, int64_t lease_ms,
                    struct fox_cancel *cancel);

/* The lease thread. */
void fox_worker_heart(void *ctx);

/* Trips a run for a reason; the first one stands. */
void fox_run_stop_locked(struct fox_run *run, enum fox_run_stop stop);

#endif
