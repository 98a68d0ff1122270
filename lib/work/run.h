/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_WORK_RUN_H
#define FOX_WORK_RUN_H

#include "base/cancel.h"
#include "queue/queue.h"

/* One run of a job by a handler. */
struct fox_run;

/* How a kind of job is worked. */
struct fox_handler {
    const char *kind;
    /* Runs on a worker's thread, no lock held. OK ends the job well, a failure ends this attempt;
     * what it leaves behind must be right if it runs again. */
    pxf_status (*run)(void *self, struct fox_run *run, pxf_error *err);
    void *self;
};

/* The job, lent for the run. */
const struct fox_job *fox_run_job(const struct fox_run *run);

/* Tripped when somebody asked to cancel, the lease was lost, the time ran out or the worker stops:
 * give it to slow calls, lent. */
struct fox_cancel *fox_run_cancel(struct fox_run *run);

/* Thousandths that are done; told with the next heartbeat. */
void fox_run_set_progress(struct fox_run *run, int32_t permille);

/* Prolongs the lease now: LOST if another has the job. Call it before an effect that must not
 * meet another run's. */
pxf_status fox_run_check(struct fox_run *run, pxf_error *err);

/* How a job ended that its handler ended itself, in an operation of its own. */
enum fox_run_end {
    FOX_RUN_OPEN = 0, /* the worker ends it by what the handler returns */
    FOX_RUN_DONE = 1,
    FOX_RUN_RETRY = 2,
    FOX_RUN_DEAD = 3,
    FOX_RUN_CANCELLED = 4
};
void fox_run_set_end(struct fox_run *run, enum fox_run_end end);

/* The same for a failed attempt, as the queue answered it. */
enum fox_run_end fox_run_end_of(enum fox_failed failed);

/* The attempt's failure is a crash of the job's own (its helper died), counted apart. */
void fox_run_set_crashed(struct fox_run *run);
bool fox_run_is_crashed(const struct fox_run *run);

/* Why a run shall stop, the first reason; NONE while it goes on. */
enum fox_run_stop {
    FOX_STOP_NONE = 0,
    FOX_STOP_CANCELLED = 1, /* somebody asked for it */
    FOX_STOP_LOST = 2,      /* the lease went to another worker */
    FOX_STOP_TIMEOUT = 3,
    FOX_STOP_DRAIN = 4 /* its worker stops */
};
enum fox_run_stop fox_run_stopped(const struct fox_run *run);

/* The same as a failure with its words; OK while it goes on. */
pxf_status fox_run_verdict(const struct fox_run *run, pxf_error *err);

#endif
