/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_QUEUE_QUEUE_H
#define FOX_QUEUE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pixelfox/types.h>

#include "base/env.h"
#include "base/id.h"
#include "sql/sql.h"

/* Jobs that are worked at least once, whatever dies meanwhile. One semantics, several drivers
 * (doc/jobs.md draws a job's life):
 *
 *  put(delay) ─▶ SCHEDULED ─due─▶ READY ─reserve─▶ RUNNING ─finish─▶ DONE ─retention─▶ gone
 *                   ▲              ▲ ▲              │ │ └─ cancel ─▶ CANCELLED
 *                   └── backoff ───│─│──── fail ────┘ └─ out of attempts or crashes ─▶ DEAD
 *                                  │ └──── lease ran out, owner died: crashes + 1, to the front
 *                                  └────── retry by hand, from DEAD
 *
 * Whoever ends, extends or releases a running job shows its token, new with each lease: a stale one
 * changes nothing and answers LOST. Times are UTC milliseconds by the store's clock (env).
 * Any thread. */
struct fox_queue;

enum {
    FOX_KIND_NAME_BYTES = 64,
    FOX_PAYLOAD_LIMIT = 1 << 20,
    FOX_JOB_ERROR_BYTES = PXF_MESSAGE_BYTES,
    FOX_UNIQUE_BYTES = 128,
    FOX_NODE_BYTES = 64,
    FOX_TRACE_BYTES = 64,
    FOX_PRIORITY_DEFAULT = 100,
    FOX_PRIORITY_LAST = 8191,
    FOX_HISTORY_LIMIT = 32 /* attempts remembered of one job */
};

/* What to do when a living job (not done, dead or cancelled) of that kind and unique key is there.
 * The key is free again in the same change that ends the job. */
enum fox_unique_policy {
    FOX_UNIQUE_KEEP = 1,   /* answer OK with the other's id */
    FOX_UNIQUE_REJECT = 2, /* answer EXISTS */
    FOX_UNIQUE_REPLACE = 3 /* new payload, time and priority for a waiting one; KEEP if it runs */
};

/* What is put. Texts are lent; NULL or 0 means the default, which stands last. */
struct fox_job_spec {
    const char *kind;                     /* required: [a-z][a-z0-9_]{0,62} */
    const char *payload;                  /* JSON, at most FOX_PAYLOAD_LIMIT bytes; "{}" */
    const char *unique_key;               /* at most FOX_UNIQUE_BYTES bytes; none */
    enum fox_unique_policy unique_policy; /* KEEP */
    const struct fox_id *image_id;        /* whom it is about; nobody */
    const char *trace_id;                 /* shorter than FOX_TRACE_BYTES; none */
    const char *node;                     /* only that node may work it; any */
    int32_t priority;                     /* lower is sooner; 1 to 8191; 100 */
    int64_t due_ms;                       /* not before; now */
    int32_t max_attempts;                 /* of errors, -1: for ever; the kind's */
    int64_t timeout_ms;                   /* of one run; the kind's */
};

/* A job as it stands. Texts and payload live until it is let go. */
struct fox_job {
    struct fox_id id;
    uint64_t token; /* of the lease, if running for the caller; else 0 */
    char kind[FOX_KIND_NAME_BYTES];
    pxf_job_state state;
    int32_t priority;
    int32_t attempts;     /* that ended with an error */
    int32_t crashes;      /* of its helper, its process or its host */
    int32_t own_crashes;  /* those among them that were its own */
    int32_t max_attempts; /* -1: for ever */
    int64_t created_ms, due_ms;
    int64_t started_ms; /* the last run; 0: none yet */
    int64_t ended_ms;   /* 0: it lives */
    int64_t lease_until_ms, timeout_ms;
    bool has_image;
    struct fox_id image_id;
    bool cancel_requested;
    int32_t progress_permille;
    pxf_status error_status; /* of the last attempt that ended; OK if it ended well or none did */
    char error[FOX_JOB_ERROR_BYTES];
    char node[FOX_NODE_BYTES];      /* that runs or last ran it */
    char only_node[FOX_NODE_BYTES]; /* "" : any */
    char trace_id[FOX_TRACE_BYTES];
    char *payload;
    char *result; /* JSON or NULL */
};

void fox_job_let_go(struct fox_job *job);

/* One run of a job, for its history. A run that was handed back is none. */
struct fox_attempt {
    int64_t started_ms, ended_ms; /* ended 0: runs */
    char node[FOX_NODE_BYTES];
    char error[FOX_JOB_ERROR_BYTES]; /* "" : runs or ended well */
};

/* Who takes jobs. A liveness test lets a dead process' jobs go back at once; where it cannot tell,
 * the lease decides. */
struct fox_queue_self {
    struct fox_id process_id; /* new with each start */
    const char *node;         /* this host's name, lent for the queue's life; NULL: none */
    /* Tells whether that process certainly died; NULL if nobody knows. Never blocks. */
    bool (*is_dead)(void *ctx, const struct fox_id *process_id);
    void *ctx;
};

/* In the catalog's database: put_in and finish_in join the caller's operation. Runs migrations.
 * `db` is lent and outlives the queue. */
pxf_status fox_queue_open_sqlite(struct fox_queue **ret_queue, const struct fox_env *env,
                                 struct fox_sql *db, const struct fox_queue_self *self,
                                 pxf_error *err);

/* In this process' memory: gone with it; the catalog's outbox puts again what it lost. */
pxf_status fox_queue_open_memory(struct fox_queue **ret_queue, const struct fox_env *env,
                                 const struct fox_queue_self *self, pxf_error *err);

/* No call may be under way. */
void fox_queue_close(struct fox_queue *queue);

static inline void fox_queue_let_go(struct fox_queue **queue)
{
    fox_queue_close(*queue);
}

/* "sqlite", "memory" */
const char *fox_queue_driver_name(const struct fox_queue *queue);

/* Whether put_in and finish_in work on operations of `db`. */
bool fox_queue_shares(const struct fox_queue *queue, const struct fox_sql *db);

/* Puts a job; durable when it returns. INVALID for a spec out of range; LIMIT for a payload above
 * FOX_PAYLOAD_LIMIT; EXISTS by policy; FULL, BUSY, UNAVAILABLE. `ret_id` may be NULL. */
pxf_status fox_queue_put(struct fox_queue *queue, const struct fox_job_spec *spec,
                         struct fox_id *ret_id, pxf_error *err);

/* The same inside an operation on a shared database; UNSUPPORTED for another driver. Wakes nobody:
 * call fox_queue_wake after the commit. */
pxf_status fox_queue_put_in(struct fox_queue *queue, struct fox_sql_tx *tx,
                            const struct fox_job_spec *spec, struct fox_id *ret_id, pxf_error *err);

/* What a worker asks for. */
struct fox_reserve {
    const char *const *kinds; /* it has handlers for */
    size_t kind_count;
    const struct fox_id *image_id; /* only that image's jobs, due or not; else NULL */
    int64_t lease_ms;
};

/* Takes the first due job: lowest priority number, then oldest. NOT_FOUND without words of alarm if
 * none is ready. Needs no sync: a lease lost by a power cut makes the job ready again. */
pxf_status fox_queue_reserve(struct fox_queue *queue, const struct fox_reserve *reserve,
                             struct fox_job *ret_job, pxf_error *err);

/* Prolongs the lease and notes progress (0–1000, -1 leaves it); tells whether somebody asked to
 * cancel. LOST if the token is stale. */
pxf_status fox_queue_extend(struct fox_queue *queue, const struct fox_job *job, int64_t lease_ms,
                            int32_t progress_permille, bool *ret_cancel, pxf_error *err);

/* Ended well; `result` is JSON of at most FOX_PAYLOAD_LIMIT bytes (else INVALID, LIMIT) or NULL.
 * LOST if the token is stale: nothing was written. */
pxf_status fox_queue_finish(struct fox_queue *queue, const struct fox_job *job, const char *result,
                            pxf_error *err);
pxf_status fox_queue_finish_in(struct fox_queue *queue, struct fox_sql_tx *tx,
                               const struct fox_job *job, const char *result, pxf_error *err);

/* What an attempt's failure led to. */
enum fox_failed { FOX_FAILED_RETRY = 1, FOX_FAILED_DEAD = 2, FOX_FAILED_CANCELLED = 3 };

/* An attempt failed with `cause`; the retry rule of model/retry.h decides by its status, the
 * job's kind and counts. A cause with retry_after_s waits at least so long. `own_crash` counts it
 * as a crash of the job (its helper died) instead of an error. LOST if the token is stale. The
 * `_in` form joins an operation so that the image's state changes with it. */
pxf_status fox_queue_fail(struct fox_queue *queue, const struct fox_job *job,
                          const pxf_error *cause, bool own_crash, enum fox_failed *ret_failed,
                          pxf_error *err);
pxf_status fox_queue_fail_in(struct fox_queue *queue, struct fox_sql_tx *tx,
                             const struct fox_job *job, const pxf_error *cause, bool own_crash,
                             enum fox_failed *ret_failed, pxf_error *err);

/* Back to READY at `due_ms` (0: now, to the front), no attempt counted: snooze, drain, stop. */
pxf_status fox_queue_release(struct fox_queue *queue, const struct fox_job *job, int64_t due_ms,
                             pxf_error *err);

/* By hand. NOT_FOUND for an unknown id; CONFLICT for a state that forbids it.
 * A waiting or dead job becomes CANCELLED at once; a running one is asked to stop, and becomes
 * CANCELLED if it then fails, crashes or is released. A done one forbids it. */
pxf_status fox_queue_cancel(struct fox_queue *queue, const struct fox_id *id, pxf_error *err);

/* A dead or cancelled job becomes READY with its counts at zero, one that waits for its time
 * becomes READY as it is. A running or done one forbids it, and so does another living job with its
 * unique key. */
pxf_status fox_queue_retry(struct fox_queue *queue, const struct fox_id *id, pxf_error *err);

/* Cancels what waits and asks what runs of an image to stop, in the same operation as a change of
 * the image where the database is shared (`tx`), else by itself (`tx` NULL). `except` may be NULL.
 */
pxf_status fox_queue_cancel_image(struct fox_queue *queue, struct fox_sql_tx *tx,
                                  const struct fox_id *image_id, const char *except_kind,
                                  pxf_error *err);

/* A paused kind is put, not reserved. Idempotent. */
pxf_status fox_queue_pause(struct fox_queue *queue, const char *kind, pxf_error *err);
pxf_status fox_queue_resume(struct fox_queue *queue, const char *kind, pxf_error *err);

/* Looking. A job that could be reserved but for its kind reads PAUSED where the kind is paused, and
 * STRANDED where no worker of any process took on that kind for a minute. */
pxf_status fox_queue_find(struct fox_queue *queue, const struct fox_id *id, struct fox_job *ret_job,
                          pxf_error *err);

struct fox_job_filter {
    pxf_job_state state; /* 0: all */
    const char *kind;    /* NULL: all */
    const struct fox_id *image_id;
    const char *cursor; /* opaque, of the last row of the page before; NULL: from the newest */
    size_t limit;       /* 1 to 1000 */
};

/* Newest first. `fn` is called with no lock held, for one job after the other; `cursor` is the
 * row's. A job that changes its state meanwhile may be left out, none comes twice. A failure of
 * `fn` ends the listing and is handed on. INVALID for a cursor that is none, and for a limit out of
 * range. */
typedef pxf_status (*fox_job_fn)(void *ctx, const struct fox_job *job, const char *cursor,
                                 pxf_error *err);
pxf_status fox_queue_list(struct fox_queue *queue, const struct fox_job_filter *filter,
                          fox_job_fn fn, void *ctx, pxf_error *err);

/* The last FOX_HISTORY_LIMIT runs, oldest first. */
typedef pxf_status (*fox_attempt_fn)(void *ctx, const struct fox_attempt *attempt, pxf_error *err);
pxf_status fox_queue_history(struct fox_queue *queue, const struct fox_id *id, fox_attempt_fn fn,
                             void *ctx, pxf_error *err);

/* Counts by kind and state, with the age of the oldest: `fn` once for each pair. */
struct fox_job_count {
    char kind[FOX_KIND_NAME_BYTES];
    pxf_job_state state;
    int64_t count, oldest_ms; /* creation (start, where running) of the oldest */
};
typedef pxf_status (*fox_job_count_fn)(void *ctx, const struct fox_job_count *count,
                                       pxf_error *err);
pxf_status fox_queue_counts(struct fox_queue *queue, fox_job_count_fn fn, void *ctx,
                            pxf_error *err);

/* When the next waiting job that `reserve` may take falls due: now or earlier if one is ready,
 * INT64_MAX if none waits. */
pxf_status fox_queue_next_due(struct fox_queue *queue, const struct fox_reserve *reserve,
                              int64_t *ret_due_ms, pxf_error *err);

/* Makes ready what died: leases that ran out, jobs of processes that are dead. Each counts as a
 * crash of its host, and the job goes to the front at once. Reads the jobs, needs no single
 * sweeper. Cheap; call it when idle and on each heartbeat. */
pxf_status fox_queue_recover(struct fox_queue *queue, int64_t *ret_count, pxf_error *err);

/* Forgets done and cancelled jobs that ended before `before_ms`, at most `limit` of them. */
pxf_status fox_queue_expire(struct fox_queue *queue, int64_t before_ms, size_t limit,
                            int64_t *ret_count, pxf_error *err);

/* Proves the queue: every job in exactly one state, counters equal a count, no lease without a job.
 * INTERNAL naming the first thing that is wrong. */
pxf_status fox_queue_check(struct fox_queue *queue, pxf_error *err);

/* Whom to wake when a job may be ready, in this process; the store wakes other processes. Called
 * with no lock held, from the thread that put or released. */
void fox_queue_set_waker(struct fox_queue *queue, void (*wake)(void *ctx), void *ctx);
void fox_queue_wake(struct fox_queue *queue);

#endif
