/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_QUEUE_MEMORY_MEMORY_H
#define FOX_QUEUE_MEMORY_MEMORY_H

#include "queue/driver.h"
#include "queue/order.h"

/* The driver's own: what functions end in `_locked` need the lock of `struct memory_queue`. */

enum { MEMORY_STATES = PXF_JOB_CANCELLED + 1 };

struct memory_kind {
    char name[FOX_KIND_NAME_BYTES];
    struct fox_kind_view view;
};

/* Jobs that the same workers may take: of one kind, bound to one node or to none. */
struct memory_lane {
    size_t number;
    struct memory_kind *kind;
    char node[FOX_NODE_BYTES];
    int64_t counts[MEMORY_STATES];
};

struct memory_job {
    struct fox_job_row row;
    struct memory_lane *lane;
    char *payload, *result, *unique_key;
    struct fox_attempt *attempts;
    size_t attempt_count, attempt_capacity;
    struct fox_order_node by_id, by_image, by_unique, by_place, by_seq;
};

struct memory_queue {
    struct fox_queue generic;
    struct {
        pthread_mutex_t lock;
        struct memory_kind **kinds;
        struct memory_lane **lanes;
        size_t kind_count, kind_capacity, lane_count, lane_capacity;
        int64_t last_seq;
        struct fox_order by_id, by_image;
        struct fox_order by_unique; /* living jobs with a unique key */
        struct fox_order by_place;  /* lane, state, then as the state is worked through */
        struct fox_order by_seq;    /* lane, state, age */
    } shared;
};

/* Known kinds and lanes stay for good. NULL and the error set if memory ran out. */
struct memory_kind *fox_queue_memory_kind_locked(struct memory_queue *queue, const char *name,
                                                 pxf_error *err);
struct memory_lane *fox_queue_memory_lane_locked(struct memory_queue *queue, const char *kind,
                                                 const char *node, pxf_error *err);

/* Puts a new job with its row filled into all orders; never fails. */
void fox_queue_memory_add_locked(struct memory_queue *queue, struct memory_job *job);

/* Takes it out of all orders and frees it. */
void fox_queue_memory_drop_locked(struct memory_queue *queue, struct memory_job *job);
void fox_queue_memory_job_free(struct memory_job *job);

static inline void memory_job_let_go(struct memory_job **job)
{
    fox_queue_memory_job_free(*job);
}

/* Around each change of a row: lifts the job out of the orders that the change may concern, and
 * lays it back. */
void fox_queue_memory_lift_locked(struct memory_queue *queue, struct memory_job *job);
void fox_queue_memory_lay_locked(struct memory_queue *queue, struct memory_job *job);

/* NULL if there is none. */
struct memory_job *fox_queue_memory_find_locked(const struct memory_queue *queue,
                                                const struct fox_id *id);
struct memory_job *fox_queue_memory_twin_locked(const struct memory_queue *queue,
                                                const char *unique_key);
/* The first of a lane's state, in the order in which it is worked through. */
struct memory_job *fox_queue_memory_first_locked(const struct memory_queue *queue,
                                                 struct memory_lane *lane, pxf_job_state state);
/* The oldest of a lane's state, and the youngest that was put before `seq`. */
struct memory_job *fox_queue_memory_oldest_locked(const struct memory_queue *queue,
                                                  struct memory_lane *lane, pxf_job_state state);
struct memory_job *fox_queue_memory_before_locked(const struct memory_queue *queue,
                                                  struct memory_lane *lane, pxf_job_state state,
                                                  int64_t seq);
/* The youngest of an image's jobs that was put before `seq`. */
struct memory_job *fox_queue_memory_of_image_locked(const struct memory_queue *queue,
                                                    const struct fox_id *image_id, int64_t seq);

/* Makes ready whatever fell due. */
void fox_queue_memory_promote_locked(struct memory_queue *queue, int64_t now_ms);

/* NULL gives NULL. */
pxf_status fox_queue_memory_copy_text(char **ret_copy, const char *text, pxf_error *err);

/* Copies the job with its texts. */
pxf_status fox_queue_memory_show_locked(const struct memory_job *job, pxf_job_state state,
                                        struct fox_job *ret_job, pxf_error *err);

/* Whether a worker of this node asks for that lane's jobs. */
bool fox_queue_memory_is_served(const struct memory_queue *queue, const struct memory_lane *lane,
                                const struct fox_reserve *reserve);

/* Slots of the driver table. */
pxf_status fox_queue_memory_put(struct fox_queue *queue, struct fox_sql_tx *tx,
                                const struct fox_put *put, struct fox_id *ret_id, pxf_error *err);
pxf_status fox_queue_memory_reserve(struct fox_queue *queue, const struct fox_reserve *reserve,
                                    const struct fox_take *take, struct fox_job *ret_job,
                                    pxf_error *err);
pxf_status fox_queue_memory_extend(struct fox_queue *queue, const struct fox_job *job,
                                   int64_t until_ms, int32_t progress_permille, bool *ret_cancel,
                                   pxf_error *err);
pxf_status fox_queue_memory_leave(struct fox_queue *queue, struct fox_sql_tx *tx,
                                  const struct fox_job *job, const struct fox_exit *exit,
                                  pxf_job_state *ret_state, pxf_error *err);
pxf_status fox_queue_memory_recover(struct fox_queue *queue, int64_t *ret_count, pxf_error *err);
pxf_status fox_queue_memory_find(struct fox_queue *queue, const struct fox_id *id,
                                 struct fox_job *ret_job, pxf_error *err);
pxf_status fox_queue_memory_page(struct fox_queue *queue, const struct fox_job_page *page,
                                 struct fox_job_place *places, size_t *ret_count, pxf_error *err);
pxf_status fox_queue_memory_history(struct fox_queue *queue, const struct fox_id *id,
                                    struct fox_attempt *attempts, size_t *ret_count,
                                    pxf_error *err);
pxf_status fox_queue_memory_counts(struct fox_queue *queue, struct fox_job_count **ret_counts,
                                   size_t *ret_count, pxf_error *err);
pxf_status fox_queue_memory_next_due(struct fox_queue *queue, const struct fox_reserve *reserve,
                                     int64_t *ret_due_ms, pxf_error *err);
pxf_status fox_queue_memory_cancel(struct fox_queue *queue, const struct fox_id *id,
                                   pxf_error *err);
pxf_status fox_queue_memory_retry(struct fox_queue *queue, const struct fox_id *id, pxf_error *err);
pxf_status fox_queue_memory_cancel_image(struct fox_queue *queue, struct fox_sql_tx *tx,
                                         const struct fox_id *image_id, const char *except_kind,
                                         pxf_error *err);
pxf_status fox_queue_memory_set_paused(struct fox_queue *queue, const char *kind, bool is_paused,
                                       pxf_error *err);
pxf_status fox_queue_memory_announce(struct fox_queue *queue, const char *const *kinds,
                                     size_t count, pxf_error *err);
pxf_status fox_queue_memory_expire(struct fox_queue *queue, int64_t before_ms, size_t limit,
                                   int64_t *ret_count, pxf_error *err);

static inline struct memory_queue *fox_queue_memory_of(struct fox_queue *queue)
{
    return (struct memory_queue *)queue;
}

#endif
