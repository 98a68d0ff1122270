/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "queue/memory/memory.h"

pxf_status fox_queue_memory_copy_text(char **ret_copy, const char *text, pxf_error *err)
{
    char *copy = fox_mem_text(text, err);

    if (text && !copy) {
        return PXF_NO_MEMORY;
    }
    *ret_copy = copy;
    return PXF_OK;
}

pxf_status fox_queue_memory_show_locked(const struct memory_job *job, pxf_job_state state,
                                        struct fox_job *ret_job, pxf_error *err)
{
    AUTO(fox_job) texts = {0};

    TRY(fox_queue_memory_copy_text(&texts.payload, job->payload, err));
    TRY(fox_queue_memory_copy_text(&texts.result, job->result, err));
    *ret_job = job->row.job;
    ret_job->state = state;
    ret_job->payload = GIVE(texts.payload);
    ret_job->result = GIVE(texts.result);
    return PXF_OK;
}

void fox_queue_memory_promote_locked(struct memory_queue *queue, int64_t now_ms)
{
    for (size_t i = 0; i < queue->shared.lane_count; i++) {
        struct memory_lane *lane = queue->shared.lanes[i];
        struct memory_job *job = fox_queue_memory_first_locked(queue, lane, PXF_JOB_SCHEDULED);

        while (job && job->row.job.due_ms <= now_ms) {
            fox_queue_memory_lift_locked(queue, job);
            fox_step_promote(&job->row);
            fox_queue_memory_lay_locked(queue, job);
            job = fox_queue_memory_first_locked(queue, lane, PXF_JOB_SCHEDULED);
        }
    }
}

bool fox_queue_memory_is_served(const struct memory_queue *queue, const struct memory_lane *lane,
                                const struct fox_reserve *reserve)
{
    if (lane->kind->view.is_paused ||
        (lane->node[0] != '\0' && strcmp(lane->node, queue->generic.self.node) != 0)) {
        return false;
    }
    for (size_t i = 0; i < reserve->kind_count; i++) {
        if (strcmp(reserve->kinds[i], lane->kind->name) == 0) {
            return true;
        }
    }
    return false;
}

/* The one of two that is taken first; either may be NULL. */
static struct memory_job *sooner(struct memory_job *one, struct memory_job *other)
{
    if (!one || !other) {
        return one ? one : other;
    }
    if (one->row.job.priority != other->row.job.priority) {
        return one->row.job.priority < other->row.job.priority ? one : other;
    }
    if (one->row.is_front != other->row.is_front) {
        return one->row.is_front ? one : other;
    }
    return one->row.seq < other->row.seq ? one : other;
}

static struct memory_job *pick_locked(struct memory_queue *queue, const struct fox_reserve *reserve)
{
    struct memory_job *best = NULL;

    for (size_t i = 0; i < queue->shared.lane_count; i++) {
        struct memory_lane *lane = queue->shared.lanes[i];

        if (lane->counts[PXF_JOB_READY] > 0 && fox_queue_memory_is_served(queue, lane, reserve)) {
            best = sooner(best, fox_queue_memory_first_locked(queue, lane, PXF_JOB_READY));
        }
    }
    return best;
}

static struct memory_job *pick_of_image_locked(struct memory_queue *queue,
                                               const struct fox_reserve *reserve)
{
    struct memory_job *job = fox_queue_memory_of_image_locked(queue, reserve->image_id, INT64_MAX);
    struct memory_job *best = NULL;

    for (; job; job = fox_queue_memory_of_image_locked(queue, reserve->image_id, job->row.seq)) {
        if (fox_job_is_waiting(job->row.job.state) &&
            fox_queue_memory_is_served(queue, job->lane, reserve)) {
            best = sooner(best, job);
        }
    }
    return best;
}

static pxf_status take_locked(struct memory_queue *queue, struct memory_job *job,
                              const struct fox_take *take, struct fox_job *ret_job, pxf_error *err)
{
    AUTO(fox_job) shown = {0};

    TRY(fox_queue_memory_show_locked(job, PXF_JOB_RUNNING, &shown, err));
    fox_queue_memory_lift_locked(queue, job);
    fox_step_take(&job->row, take);
    fox_queue_memory_lay_locked(queue, job);
    *ret_job = job->row.job;
    ret_job->payload = GIVE(shown.payload);
    ret_job->result = GIVE(shown.result);
    return PXF_OK;
}

pxf_status fox_queue_memory_reserve(struct fox_queue *generic, const struct fox_reserve *reserve,
                                    const struct fox_take *take, struct fox_job *ret_job,
                                    pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    struct memory_job *job;
    pxf_status status;

    pthread_mutex_lock(&queue->shared.lock);
    fox_queue_memory_promote_locked(queue, take->now_ms);
    job = reserve->image_id ? pick_of_image_locked(queue, reserve) : pick_locked(queue, reserve);
    status = job ? take_locked(queue, job, take, ret_job, err) : fox_queue_none_ready(err);
    pthread_mutex_unlock(&queue->shared.lock);
    return status;
}

/* NULL for a stale token. */
static struct memory_job *held_locked(const struct memory_queue *queue, const struct fox_job *job)
{
    struct memory_job *held = fox_queue_memory_find_locked(queue, &job->id);

    return held && fox_job_is_held(&held->row, job) ? held : NULL;
}

static pxf_status extend_locked(struct memory_queue *queue, const struct fox_job *job,
                                int64_t until_ms, int32_t progress_permille, bool *ret_cancel,
                                pxf_error *err)
{
    struct memory_job *held = held_locked(queue, job);

    if (!held) {
        return fox_queue_lost(job, err);
    }
    held->row.job.lease_until_ms = until_ms;
    if (progress_permille >= 0) {
        held->row.job.progress_permille = progress_permille;
    }
    *ret_cancel = held->row.job.cancel_requested;
    return PXF_OK;
}

pxf_status fox_queue_memory_extend(struct fox_queue *generic, const struct fox_job *job,
                                   int64_t until_ms, int32_t progress_permille, bool *ret_cancel,
                                   pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    pxf_status status;

    pthread_mutex_lock(&queue->shared.lock);
    status = extend_locked(queue, job, until_ms, progress_permille, ret_cancel, err);
    pthread_mutex_unlock(&queue->shared.lock);
    return status;
}

/* There is room for one more. */
static void push_attempt(struct memory_job *job, const struct fox_attempt *attempt)
{
    if (job->attempt_count == FOX_HISTORY_LIMIT) {
        job->attempt_count--;
        memmove(job->attempts, job->attempts + 1, job->attempt_count * sizeof *job->attempts);
    }
    job->attempts[job->attempt_count++] = *attempt;
}

static pxf_status exit_locked(struct memory_queue *queue, struct memory_job *job,
                              const struct fox_exit *exit, pxf_error *err)
{
    struct fox_attempt attempt;
    char *result;

    if (job->attempt_count < FOX_HISTORY_LIMIT) {
        TRY(fox_mem_grow(&job->attempts, &job->attempt_capacity, job->attempt_count + 1,
                         sizeof *job->attempts, err));
    }
    TRY(fox_queue_memory_copy_text(&result, exit->result, err));
    if (exit->state == PXF_JOB_DONE) {
        free(job->result);
        job->result = result;
    }
    fox_queue_memory_lift_locked(queue, job);
    if (fox_step_leave(&job->row, exit, &attempt)) {
        push_attempt(job, &attempt);
    }
    fox_queue_memory_lay_locked(queue, job);
    return PXF_OK;
}

static pxf_status leave_locked(struct memory_queue *queue, const struct fox_job *job,
                               const struct fox_exit *exit, pxf_job_state *ret_state,
                               pxf_error *err)
{
    struct memory_job *held = held_locked(queue, job);

    if (!held) {
        return fox_queue_lost(job, err);
    }
    TRY(exit_locked(queue, held, exit, err));
    *ret_state = held->row.job.state;
    return PXF_OK;
}

pxf_status fox_queue_memory_leave(struct fox_queue *generic, struct fox_sql_tx *tx,
                                  const struct fox_job *job, const struct fox_exit *exit,
                                  pxf_job_state *ret_state, pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    pxf_status status;

    (void)tx;
    pthread_mutex_lock(&queue->shared.lock);
    status = leave_locked(queue, job, exit, ret_state, err);
    pthread_mutex_unlock(&queue->shared.lock);
    return status;
}

/* The first running job of a lane, from that age on, whose lease ran out. */
static struct memory_job *expired_locked(const struct memory_queue *queue, struct memory_lane *lane,
                                         int64_t now_ms)
{
    struct memory_job *job =
        fox_queue_memory_before_locked(queue, lane, PXF_JOB_RUNNING, INT64_MAX);

    while (job && job->row.job.lease_until_ms > now_ms) {
        job = fox_queue_memory_before_locked(queue, lane, PXF_JOB_RUNNING, job->row.seq);
    }
    return job;
}

static pxf_status recover_locked(struct memory_queue *queue, int64_t *ret_count, pxf_error *err)
{
    const pxf_error cause = fox_queue_crash_cause(false);
    const int64_t now_ms = fox_env_now_ms(queue->generic.env);
    int64_t count = 0;

    for (size_t i = 0; i < queue->shared.lane_count; i++) {
        struct memory_job *job = expired_locked(queue, queue->shared.lanes[i], now_ms);

        for (; job; job = expired_locked(queue, queue->shared.lanes[i], now_ms)) {
            const struct fox_exit exit = fox_step_crash(&job->row, &cause, now_ms);

            TRY(exit_locked(queue, job, &exit, err));
            count++;
        }
    }
    *ret_count = count;
    return PXF_OK;
}

pxf_status fox_queue_memory_recover(struct fox_queue *generic, int64_t *ret_count, pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    pxf_status status;

    pthread_mutex_lock(&queue->shared.lock);
    status = recover_locked(queue, ret_count, err);
    pthread_mutex_unlock(&queue->shared.lock);
    return status;
}
