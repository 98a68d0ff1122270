/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "queue/memory/memory.h"

/* A change that a person, or the image's change, asks for. */
typedef pxf_status (*step_fn)(struct fox_job_row *row, int64_t now_ms, pxf_error *err);

static pxf_status step_locked(struct memory_queue *queue, struct memory_job *job, step_fn step,
                              pxf_error *err)
{
    struct fox_job_row row = job->row;

    TRY(step(&row, fox_env_now_ms(queue->generic.env), err));
    fox_queue_memory_lift_locked(queue, job);
    job->row = row;
    fox_queue_memory_lay_locked(queue, job);
    return PXF_OK;
}

pxf_status fox_queue_memory_cancel(struct fox_queue *generic, const struct fox_id *id,
                                   pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    struct memory_job *job;
    pxf_status status;

    pthread_mutex_lock(&queue->shared.lock);
    job = fox_queue_memory_find_locked(queue, id);
    status = job ? step_locked(queue, job, fox_step_cancel, err) : fox_queue_no_job(id, err);
    pthread_mutex_unlock(&queue->shared.lock);
    return status;
}

/* An ended job's key may be another's by now. */
static pxf_status retry_locked(struct memory_queue *queue, struct memory_job *job, pxf_error *err)
{
    const struct memory_job *twin =
        job->unique_key ? fox_queue_memory_twin_locked(queue, job->unique_key) : NULL;

    if (twin && twin != job) {
        return fox_queue_twin_lives(&job->row.job.id, err);
    }
    return step_locked(queue, job, fox_step_retry, err);
}

pxf_status fox_queue_memory_retry(struct fox_queue *generic, const struct fox_id *id,
                                  pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    struct memory_job *job;
    pxf_status status;

    pthread_mutex_lock(&queue->shared.lock);
    job = fox_queue_memory_find_locked(queue, id);
    status = job ? retry_locked(queue, job, err) : fox_queue_no_job(id, err);
    pthread_mutex_unlock(&queue->shared.lock);
    return status;
}

static pxf_status cancel_image_locked(struct memory_queue *queue, const struct fox_id *image_id,
                                      const char *except_kind, pxf_error *err)
{
    struct memory_job *job = fox_queue_memory_of_image_locked(queue, image_id, INT64_MAX);

    for (; job; job = fox_queue_memory_of_image_locked(queue, image_id, job->row.seq)) {
        if (fox_job_is_living(job->row.job.state) &&
            !(except_kind && strcmp(job->lane->kind->name, except_kind) == 0)) {
            TRY(step_locked(queue, job, fox_step_cancel, err));
        }
    }
    return PXF_OK;
}

pxf_status fox_queue_memory_cancel_image(struct fox_queue *generic, struct fox_sql_tx *tx,
                                         const struct fox_id *image_id, const char *except_kind,
                                         pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    pxf_status status;

    (void)tx;
    pthread_mutex_lock(&queue->shared.lock);
    status = cancel_image_locked(queue, image_id, except_kind, err);
    pthread_mutex_unlock(&queue->shared.lock);
    return status;
}

pxf_status fox_queue_memory_set_paused(struct fox_queue *generic, const char *name, bool is_paused,
                                       pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    struct memory_kind *kind;

    pthread_mutex_lock(&queue->shared.lock);
    kind = fox_queue_memory_kind_locked(queue, name, err);
    if (kind) {
        kind->view.is_paused = is_paused;
    }
    pthread_mutex_unlock(&queue->shared.lock);
    return kind ? PXF_OK : PXF_NO_MEMORY;
}

static pxf_status announce_locked(struct memory_queue *queue, const char *const *kinds,
                                  size_t count, pxf_error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct memory_kind *kind = fox_queue_memory_kind_locked(queue, kinds[i], err);

        if (!kind) {
            return PXF_NO_MEMORY;
        }
        kind->view.seen_ms = fox_env_now_ms(queue->generic.env);
    }
    return PXF_OK;
}

pxf_status fox_queue_memory_announce(struct fox_queue *generic, const char *const *kinds,
                                     size_t count, pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    pxf_status status;

    pthread_mutex_lock(&queue->shared.lock);
    status = announce_locked(queue, kinds, count, err);
    pthread_mutex_unlock(&queue->shared.lock);
    return status;
}

/* Whichever ended first; either may be NULL. */
static struct memory_job *earlier(struct memory_job *one, struct memory_job *other)
{
    if (!one || !other) {
        return one ? one : other;
    }
    if (one->row.job.ended_ms != other->row.job.ended_ms) {
        return one->row.job.ended_ms < other->row.job.ended_ms ? one : other;
    }
    return one->row.seq < other->row.seq ? one : other;
}

static struct memory_job *first_ended_locked(struct memory_queue *queue)
{
    struct memory_job *first = NULL;

    for (size_t i = 0; i < queue->shared.lane_count; i++) {
        struct memory_lane *lane = queue->shared.lanes[i];

        first = earlier(first, fox_queue_memory_first_locked(queue, lane, PXF_JOB_DONE));
        first = earlier(first, fox_queue_memory_first_locked(queue, lane, PXF_JOB_CANCELLED));
    }
    return first;
}

pxf_status fox_queue_memory_expire(struct fox_queue *generic, int64_t before_ms, size_t limit,
                                   int64_t *ret_count, pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    struct memory_job *job;
    size_t count = 0;

    (void)err;
    pthread_mutex_lock(&queue->shared.lock);
    job = first_ended_locked(queue);
    while (job && count < limit && job->row.job.ended_ms < before_ms) {
        fox_queue_memory_drop_locked(queue, job);
        count++;
        job = first_ended_locked(queue);
    }
    pthread_mutex_unlock(&queue->shared.lock);
    *ret_count = (int64_t)count;
    return PXF_OK;
}
