/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_QUEUE_SQLITE_SQLITE_H
#define FOX_QUEUE_SQLITE_SQLITE_H

#include "queue/driver.h"

/* The driver's own. What ends in `_in` is part of an operation. */

enum { SQLITE_STATES = PXF_JOB_CANCELLED + 1 };

struct sqlite_queue {
    struct fox_queue generic;
    struct fox_sql *db;
};

/* A job's row with where it stands. */
struct sqlite_job {
    struct fox_job_row row;
    int64_t lane, kind;
};

/* A lane with what is known of its kind. */
struct sqlite_lane {
    int64_t id;
    char kind[FOX_KIND_NAME_BYTES];
    struct fox_kind_view view;
    int64_t counts[SQLITE_STATES];
};

struct sqlite_lanes {
    struct sqlite_lane *lanes;
    size_t count, capacity;
};
void sqlite_lanes_let_go(struct sqlite_lanes *lanes);

/* The number of a kind and of a lane, made where it is new. */
pxf_status fox_queue_sqlite_kind_in(struct fox_sql_tx *tx, const char *name, int64_t now_ms,
                                    int64_t *ret_kind, pxf_error *err);
pxf_status fox_queue_sqlite_lane_in(struct fox_sql_tx *tx, const char *kind, const char *node,
                                    int64_t now_ms, int64_t *ret_lane, pxf_error *err);

/* All lanes, by kind. */
pxf_status fox_queue_sqlite_lanes_in(struct fox_sql_tx *tx, struct sqlite_lanes *ret_lanes,
                                     pxf_error *err);

/* What is known of a kind. */
pxf_status fox_queue_sqlite_kind_view_in(struct fox_sql_tx *tx, int64_t kind,
                                         struct fox_kind_view *ret_view, pxf_error *err);

/* A lane's count goes from one state to another; 0 is no state. */
pxf_status fox_queue_sqlite_count_in(struct fox_sql_tx *tx, int64_t lane, pxf_job_state from,
                                     pxf_job_state to, pxf_error *err);

/* Loads a row without its texts; NOT_FOUND is no error but `*ret_found` false. */
pxf_status fox_queue_sqlite_load_in(struct fox_sql_tx *tx, int64_t seq, struct sqlite_job *ret_job,
                                    bool *ret_found, pxf_error *err);
pxf_status fox_queue_sqlite_load_id_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                       struct sqlite_job *ret_job, bool *ret_found, pxf_error *err);
/* The living job with that unique key. */
pxf_status fox_queue_sqlite_load_key_in(struct fox_sql_tx *tx, const char *unique_key,
                                        struct sqlite_job *ret_job, bool *ret_found,
                                        pxf_error *err);
/* The living job that has the same unique key as the job. */
pxf_status fox_queue_sqlite_has_twin_in(struct fox_sql_tx *tx, int64_t seq, bool *ret_has,
                                        pxf_error *err);

/* Writes back what a step changed, and the lane's counts with it. */
pxf_status fox_queue_sqlite_save_in(struct fox_sql_tx *tx, const struct sqlite_job *job,
                                    pxf_job_state before, pxf_error *err);

/* Adds the texts to a loaded job: payload, trace id, result, error. */
pxf_status fox_queue_sqlite_texts_in(struct fox_sql_tx *tx, int64_t seq, struct fox_job *job,
                                     pxf_error *err);

/* A running job leaves: row, error, result and attempt. */
pxf_status fox_queue_sqlite_leave_in(struct fox_sql_tx *tx, struct sqlite_job *job,
                                     const struct fox_exit *exit, pxf_error *err);

/* Makes ready what fell due, PROMOTE_LIMIT jobs at most. */
enum { SQLITE_PROMOTE_LIMIT = 200 };
pxf_status fox_queue_sqlite_promote_in(struct fox_sql_tx *tx, int64_t now_ms, size_t *ret_count,
                                       pxf_error *err);

/* The same by itself and for all, before a look; a failure leaves the rest scheduled. */
void fox_queue_sqlite_promote(struct sqlite_queue *queue);

/* A statement with `"… IN (?, ?)"` for the kinds asked for: `begin`, the places, `end`. */
pxf_status fox_queue_sqlite_prepare_kinds(struct fox_sql_stmt **ret_stmt, struct fox_sql_tx *tx,
                                          const char *begin, const struct fox_reserve *reserve,
                                          const char *end, pxf_error *err);

/* Slots of the driver table. */
pxf_status fox_queue_sqlite_put(struct fox_queue *queue, struct fox_sql_tx *tx,
                                const struct fox_put *put, struct fox_id *ret_id, pxf_error *err);
pxf_status fox_queue_sqlite_reserve(struct fox_queue *queue, const struct fox_reserve *reserve,
                                    const struct fox_take *take, struct fox_job *ret_job,
                                    pxf_error *err);
pxf_status fox_queue_sqlite_extend(struct fox_queue *queue, const struct fox_job *job,
                                   int64_t until_ms, int32_t progress_permille, bool *ret_cancel,
                                   pxf_error *err);
pxf_status fox_queue_sqlite_leave(struct fox_queue *queue, struct fox_sql_tx *tx,
                                  const struct fox_job *job, const struct fox_exit *exit,
                                  pxf_job_state *ret_state, pxf_error *err);
pxf_status fox_queue_sqlite_cancel(struct fox_queue *queue, const struct fox_id *id,
                                   pxf_error *err);
pxf_status fox_queue_sqlite_retry(struct fox_queue *queue, const struct fox_id *id, pxf_error *err);
pxf_status fox_queue_sqlite_cancel_image(struct fox_queue *queue, struct fox_sql_tx *tx,
                                         const struct fox_id *image_id, const char *except_kind,
                                         pxf_error *err);
pxf_status fox_queue_sqlite_set_paused(struct fox_queue *queue, const char *kind, bool is_paused,
                                       pxf_error *err);
pxf_status fox_queue_sqlite_announce(struct fox_queue *queue, const char *const *kinds,
                                     size_t count, pxf_error *err);
pxf_status fox_queue_sqlite_find(struct fox_queue *queue, const struct fox_id *id,
                                 struct fox_job *ret_job, pxf_error *err);
pxf_status fox_queue_sqlite_page(struct fox_queue *queue, const struct fox_job_page *page,
                                 struct fox_job_place *places, size_t *ret_count, pxf_error *err);
pxf_status fox_queue_sqlite_history(struct fox_queue *queue, const struct fox_id *id,
                                    struct fox_attempt *attempts, size_t *ret_count,
                                    pxf_error *err);
pxf_status fox_queue_sqlite_counts(struct fox_queue *queue, struct fox_job_count **ret_counts,
                                   size_t *ret_count, pxf_error *err);
pxf_status fox_queue_sqlite_next_due(struct fox_queue *queue, const struct fox_reserve *reserve,
                                     int64_t *ret_due_ms, pxf_error *err);
pxf_status fox_queue_sqlite_recover(struct fox_queue *queue, int64_t *ret_count, pxf_error *err);
pxf_status fox_queue_sqlite_expire(struct fox_queue *queue, int64_t before_ms, size_t limit,
                                   int64_t *ret_count, pxf_error *err);
pxf_status fox_queue_sqlite_check(struct fox_queue *queue, pxf_error *err);

static inline struct sqlite_queue *fox_queue_sqlite_of(struct fox_queue *queue)
{
    return (struct sqlite_queue *)queue;
}

#endif
