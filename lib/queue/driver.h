/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_QUEUE_DRIVER_H
#define FOX_QUEUE_DRIVER_H

#include <pthread.h>

#include "queue/step.h"

/* One row of the page that a listing shows next. */
struct fox_job_place {
    struct fox_id id;
    int64_t seq;
};

struct fox_job_page {
    pxf_job_state state; /* as people see it; 0: all */
    const char *kind;
    const struct fox_id *image_id;
    int64_t before_seq; /* rows put before that one */
    size_t limit;
};

/* What a driver is. The generic half (queue.c, put.c, look.c) checked every argument, filled in the
 * defaults, drew randomness and decided by the retry rule; it wakes whoever waits afterwards. Each
 * slot is one atomic change or look, may block on its store, is called on any thread and with no
 * lock held. Times come from the queue's env unless a step brings its own.
 *
 * `tx` is NULL, or an operation of the database that `shares` accepted. A slot that fails has
 * changed nothing. Jobs it hands out are filled and owned by the caller. */
struct fox_queue_driver {
    const char *name;

    /* NULL: no database can be shared, `tx` is always NULL. */
    bool (*shares)(const struct fox_queue *queue, const struct fox_sql *db);

    /* Durable. `*ret_id` is the new job's, or the other's under the same unique key. EXISTS by
     * policy. */
    pxf_status (*put)(struct fox_queue *queue, struct fox_sql_tx *tx, const struct fox_put *put,
                      struct fox_id *ret_id, pxf_error *err);

    /* Makes ready what fell due, then takes the first; NOT_FOUND. Need not be durable. */
    pxf_status (*reserve)(struct fox_queue *queue, const struct fox_reserve *reserve,
                          const struct fox_take *take, struct fox_job *ret_job, pxf_error *err);

    /* Only with the job's token, else LOST. Need not be durable. */
    pxf_status (*extend)(struct fox_queue *queue, const struct fox_job *job, int64_t until_ms,
                         int32_t progress_permille, bool *ret_cancel, pxf_error *err);

    /* Only with the job's token, else LOST. Durable where the job ends. Tells what it became. */
    pxf_status (*leave)(struct fox_queue *queue, struct fox_sql_tx *tx, const struct fox_job *job,
                        const struct fox_exit *exit, pxf_job_state *ret_state, pxf_error *err);

    /* NOT_FOUND, CONFLICT. */
    pxf_status (*cancel)(struct fox_queue *queue, const struct fox_id *id, pxf_error *err);
    pxf_status (*retry)(struct fox_queue *queue, const struct fox_id *id, pxf_error *err);
    pxf_status (*cancel_image)(struct fox_queue *queue, struct fox_sql_tx *tx,
                               const struct fox_id *image_id, const char *except_kind,
                               pxf_error *err);

    pxf_status (*set_paused)(struct fox_queue *queue, const char *kind, bool is_paused,
                             pxf_error *err);

    /* This node serves these kinds now. Need not be durable. */
    pxf_status (*announce)(struct fox_queue *queue, const char *const *kinds, size_t count,
                           pxf_error *err);

    /* NOT_FOUND. The token is left out. */
    pxf_status (*find)(struct fox_queue *queue, const struct fox_id *id, struct fox_job *ret_job,
                       pxf_error *err);

    /* At most `page->limit` places, newest first, into an array of that size. */
    pxf_status (*page)(struct fox_queue *queue, const struct fox_job_page *page,
                       struct fox_job_place *places, size_t *ret_count, pxf_error *err);

    /* At most FOX_HISTORY_LIMIT runs into an array of that size, oldest first, the running one
     * included; NOT_FOUND. */
    pxf_status (*history)(struct fox_queue *queue, const struct fox_id *id,
                          struct fox_attempt *attempts, size_t *ret_count, pxf_error *err);

    /* One element for each kind and state that has jobs; freed by the caller with free(). */
    pxf_status (*counts)(struct fox_queue *queue, struct fox_job_count **ret_counts,
                         size_t *ret_count, pxf_error *err);

    pxf_status (*next_due)(struct fox_queue *queue, const struct fox_reserve *reserve,
                           int64_t *ret_due_ms, pxf_error *err);
    pxf_status (*recover)(struct fox_queue *queue, int64_t *ret_count, pxf_error *err);
    pxf_status (*expire)(struct fox_queue *queue, int64_t before_ms, size_t limit,
                         int64_t *ret_count, pxf_error *err);
    pxf_status (*check)(struct fox_queue *queue, pxf_error *err);

    /* Frees the queue. */
    void (*close)(struct fox_queue *queue);
};

/* The generic half; drivers have it as their first member. */
struct fox_queue {
    const struct fox_queue_driver *driver;
    const struct fox_env *env;
    struct fox_queue_self self; /* node is never NULL */
    struct {
        pthread_mutex_t lock;
        void (*wake)(void *ctx);
        void *wake_ctx;
        char (*kinds)[FOX_KIND_NAME_BYTES]; /* that workers of this process asked for */
        size_t kind_count, kind_capacity;
        int64_t announced_ms; /* monotonic; 0: never */
    } shared;
};

/* Fills the generic half of a zeroed queue; INVALID for a node's name that is none. */
pxf_status fox_queue_begin(struct fox_queue *queue, const struct fox_queue_driver *driver,
                           const struct fox_env *env, const struct fox_queue_self *self,
                           pxf_error *err);

/* What `begin` made; for a driver's close. */
void fox_queue_end(struct fox_queue *queue);

/* Whether that process certainly died, never this one. */
bool fox_queue_is_dead(const struct fox_queue *queue, const struct fox_id *process_id);

/* Says, at most every 20 s, that this process' workers serve these kinds and those they asked for
 * before; `count` 0 renews only. Never fails: what could not be said is said next time. */
void fox_queue_announce(struct fox_queue *queue, const char *const *kinds, size_t count);

/* What every driver answers alike. */
pxf_status fox_queue_no_job(const struct fox_id *id, pxf_error *err);
pxf_status fox_queue_lost(const struct fox_job *job, pxf_error *err);
pxf_status fox_queue_none_ready(pxf_error *err);
pxf_status fox_queue_exists(const char *unique_key, pxf_error *err);
pxf_status fox_queue_twin_lives(const struct fox_id *id, pxf_error *err);

/* Why a crashed job was made ready. */
pxf_error fox_queue_crash_cause(bool process_died);

#endif
