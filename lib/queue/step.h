/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_QUEUE_STEP_H
#define FOX_QUEUE_STEP_H

#include "queue/queue.h"

/* The steps of a job's life as pure functions over its row: drivers load, apply one of these, and
 * save. Clock, randomness and decisions come in as arguments, so every driver has the same
 * semantics. */

enum {
    FOX_STRANDED_AFTER_MS = 60000,
    FOX_KEY_BYTES = FOX_KIND_NAME_BYTES + FOX_UNIQUE_BYTES + 1 /* kind, '/', unique key, zero */
};

/* A job as drivers keep it. The public part's payload and result are not used here, its token is
 * the true one, its state is never PAUSED or STRANDED. */
struct fox_job_row {
    struct fox_job job;
    int64_t seq;              /* order of putting, given by the driver */
    bool is_front;            /* before its equals in priority, when it is ready */
    struct fox_id process_id; /* that runs it */
    int32_t run;              /* how often it was taken, which numbers its attempts */
};

/* A checked spec with its defaults filled in. Its unique key is `key`, which begins with the kind:
 * two parts of a program never meet in one key. */
struct fox_put {
    struct fox_job_spec spec;
    char key[FOX_KEY_BYTES];
    struct fox_id id; /* for a new job */
    int64_t now_ms;
};

/* A lease on its way to a job. */
struct fox_take {
    uint64_t token;
    const struct fox_queue_self *self;
    int64_t now_ms, lease_ms;
};

/* How a running job leaves its worker. */
struct fox_exit {
    pxf_job_state state; /* DONE, DEAD, SCHEDULED until `due_ms`, or READY at the front */
    int64_t now_ms, due_ms;
    int32_t attempts, crashes, own_crashes; /* to be added */
    const pxf_error *cause;                 /* what failed; NULL: nothing */
    const char *result;                     /* of DONE, or NULL */
};

/* What is known of a kind beside its jobs. */
struct fox_kind_view {
    bool is_paused;
    int64_t since_ms; /* when this queue first heard of it */
    int64_t seen_ms;  /* when a worker of any process last said that it serves it; 0: never */
};

bool fox_job_is_waiting(pxf_job_state state); /* SCHEDULED or READY */
bool fox_job_is_living(pxf_job_state state);  /* waiting or RUNNING: holds its unique key */

/* Fills a new row, all but `seq`. */
void fox_step_put(struct fox_job_row *row, const struct fox_put *put);

/* A waiting job becomes what was put under the same key; its id and age stay. */
void fox_step_replace(struct fox_job_row *row, const struct fox_put *put);

/* A scheduled job's time has come. */
void fox_step_promote(struct fox_job_row *row);

void fox_step_take(struct fox_job_row *row, const struct fox_take *take);

/* Whether `job` shows the token of the row's running lease. */
bool fox_job_is_held(const struct fox_job_row *row, const struct fox_job *job);

/* The held job leaves RUNNING: CANCELLED instead where that was asked for and it did not end well.
 * Tells whether `ret_attempt` was filled for the history; its number is the row's `run`. */
bool fox_step_leave(struct fox_job_row *row, const struct fox_exit *exit,
                    struct fox_attempt *ret_attempt);

/* How a job leaves whose lease ran out, or whose process died. */
struct fox_exit fox_step_crash(const struct fox_job_row *row, const pxf_error *cause,
                               int64_t now_ms);

/* CONFLICT where the state forbids it. */
pxf_status fox_step_cancel(struct fox_job_row *row, int64_t now_ms, pxf_error *err);
pxf_status fox_step_retry(struct fox_job_row *row, int64_t now_ms, pxf_error *err);

/* What people see: the state of a waiting job follows the clock and its kind. */
pxf_job_state fox_job_view(const struct fox_job_row *row, const struct fox_kind_view *kind,
                           int64_t now_ms);

/* What a ready job of that kind reads: READY, PAUSED or STRANDED. */
pxf_job_state fox_kind_state(const struct fox_kind_view *kind, int64_t now_ms);

#endif
