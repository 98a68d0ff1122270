/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/mem.h"
#include "queue/memory/memory.h"

pxf_status fox_queue_memory_find(struct fox_queue *generic, const struct fox_id *id,
                                 struct fox_job *ret_job, pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    const int64_t now_ms = fox_env_now_ms(generic->env);
    struct fox_job shown;
    struct memory_job *job;
    pxf_status status;

    pthread_mutex_lock(&queue->shared.lock);
    job = fox_queue_memory_find_locked(queue, id);
    status = job ? fox_queue_memory_show_locked(
                       job, fox_job_view(&job->row, &job->lane->kind->view, now_ms), &shown, err)
                 : fox_queue_no_job(id, err);
    pthread_mutex_unlock(&queue->shared.lock);
    if (status == PXF_OK) {
        shown.token = 0;
        *ret_job = shown;
    }
    return status;
}

static bool is_wanted(const struct memory_lane *lane, pxf_job_state state,
                      const struct fox_job_page *page, int64_t now_ms)
{
    if (page->kind && strcmp(page->kind, lane->kind->name) != 0) {
        return false;
    }
    return page->state == 0 ||
           page->state ==
               (state == PXF_JOB_READY ? fox_kind_state(&lane->kind->view, now_ms) : state);
}

static struct memory_job *younger(struct memory_job *one, struct memory_job *other)
{
    if (!one || !other) {
        return one ? one : other;
    }
    return one->row.seq > other->row.seq ? one : other;
}

static struct memory_job *next_of_lanes_locked(const struct memory_queue *queue,
                                               const struct fox_job_page *page, int64_t seq,
                                               int64_t now_ms)
{
    struct memory_job *next = NULL;

    for (size_t i = 0; i < queue->shared.lane_count; i++) {
        struct memory_lane *lane = queue->shared.lanes[i];

        for (pxf_job_state state = PXF_JOB_SCHEDULED; state <= PXF_JOB_CANCELLED; state++) {
            if (is_wanted(lane, state, page, now_ms)) {
                next = younger(next, fox_queue_memory_before_locked(queue, lane, state, seq));
            }
        }
    }
    return next;
}

static struct memory_job *next_of_image_locked(const struct memory_queue *queue,
                                               const struct fox_job_page *page, int64_t seq,
                                               int64_t now_ms)
{
    struct memory_job *job = fox_queue_memory_of_image_locked(queue, page->image_id, seq);

    while (job && !is_wanted(job->lane, job->row.job.state, page, now_ms)) {
        job = fox_queue_memory_of_image_locked(queue, page->image_id, job->row.seq);
    }
    return job;
}

pxf_status fox_queue_memory_page(struct fox_queue *generic, const struct fox_job_page *page,
                                 struct fox_job_place *places, size_t *ret_count, pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    const int64_t now_ms = fox_env_now_ms(generic->env);
    int64_t seq = page->before_seq;
    size_t count = 0;

    (void)err;
    pthread_mutex_lock(&queue->shared.lock);
    fox_queue_memory_promote_locked(queue, now_ms);
    while (count < page->limit) {
        const struct memory_job *job = page->image_id
                                           ? next_of_image_locked(queue, page, seq, now_ms)
                                           : next_of_lanes_locked(queue, page, seq, now_ms);

        if (!job) {
            break;
        }
        seq = job->row.seq;
        places[count++] = (struct fox_job_place){.id = job->row.job.id, .seq = seq};
    }
    pthread_mutex_unlock(&queue->shared.lock);
    *ret_count = count;
    return PXF_OK;
}

/* The run under way, behind those that ended. */
static size_t add_running(const struct memory_job *job, struct fox_attempt *attempts, size_t count)
{
    if (job->row.job.state != PXF_JOB_RUNNING) {
        return count;
    }
    if (count == FOX_HISTORY_LIMIT) {
        count--;
        memmove(attempts, attempts + 1, count * sizeof *attempts);
    }
    attempts[count] = (struct fox_attempt){.started_ms = job->row.job.started_ms};
    memcpy(attempts[count].node, job->row.job.node, sizeof attempts[count].node);
    return count + 1;
}

pxf_status fox_queue_memory_history(struct fox_queue *generic, const struct fox_id *id,
                                    struct fox_attempt *attempts, size_t *ret_count, pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    const struct memory_job *job;

    pthread_mutex_lock(&queue->shared.lock);
    job = fox_queue_memory_find_locked(queue, id);
    if (job) {
        if (job->attempt_count > 0) {
            memcpy(attempts, job->attempts, job->attempt_count * sizeof *attempts);
        }
        *ret_count = add_running(job, attempts, job->attempt_count);
    }
    pthread_mutex_unlock(&queue->shared.lock);
    return job ? PXF_OK : fox_queue_no_job(id, err);
}

/* When the oldest job of a lane's state was put, or began to run. */
static int64_t oldest_ms_locked(const struct memory_queue *queue, struct memory_lane *lane,
                                pxf_job_state state)
{
    if (state == PXF_JOB_RUNNING) {
        return fox_queue_memory_first_locked(queue, lane, state)->row.job.started_ms;
    }
    return fox_queue_memory_oldest_locked(queue, lane, state)->row.job.created_ms;
}

/* One element from all lanes of a kind; false if there is no such job. */
static bool count_locked(const struct memory_queue *queue, const struct memory_kind *kind,
                         pxf_job_state state, struct fox_job_count *count)
{
    *count = (struct fox_job_count){.state = state, .oldest_ms = INT64_MAX};
    for (size_t i = 0; i < queue->shared.lane_count; i++) {
        struct memory_lane *lane = queue->shared.lanes[i];

        if (lane->kind == kind && lane->counts[state] > 0) {
            const int64_t oldest_ms = oldest_ms_locked(queue, lane, state);

            count->count += lane->counts[state];
            count->oldest_ms = oldest_ms < count->oldest_ms ? oldest_ms : count->oldest_ms;
        }
    }
    memcpy(count->kind, kind->name, sizeof count->kind);
    return count->count > 0;
}

static size_t count_all_locked(const struct memory_queue *queue, struct fox_job_count *counts,
                               int64_t now_ms)
{
    size_t count = 0;

    for (size_t i = 0; i < queue->shared.kind_count; i++) {
        const struct memory_kind *kind = queue->shared.kinds[i];

        for (pxf_job_state state = PXF_JOB_SCHEDULED; state <= PXF_JOB_CANCELLED; state++) {
            if (!count_locked(queue, kind, state, &counts[count])) {
                continue;
            }
            if (state == PXF_JOB_READY) {
                counts[count].state = fox_kind_state(&kind->view, now_ms);
            }
            count++;
        }
    }
    return count;
}

pxf_status fox_queue_memory_counts(struct fox_queue *generic, struct fox_job_count **ret_counts,
                                   size_t *ret_count, pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    const int64_t now_ms = fox_env_now_ms(generic->env);
    struct fox_job_count *counts;

    pthread_mutex_lock(&queue->shared.lock);
    counts = fox_mem_new(queue->shared.kind_count * MEMORY_STATES, sizeof *counts, err);
    if (counts) {
        fox_queue_memory_promote_locked(queue, now_ms);
        *ret_count = count_all_locked(queue, counts, now_ms);
        *ret_counts = counts;
    }
    pthread_mutex_unlock(&queue->shared.lock);
    return counts ? PXF_OK : PXF_NO_MEMORY;
}

/* A clock that went back may have a ready job's time ahead of it. */
static int64_t next_of_lane_locked(const struct memory_queue *queue, struct memory_lane *lane,
                                   int64_t now_ms)
{
    const struct memory_job *job;

    if (lane->counts[PXF_JOB_READY] > 0) {
        return now_ms;
    }
    job = fox_queue_memory_first_locked(queue, lane, PXF_JOB_SCHEDULED);
    return job ? job->row.job.due_ms : INT64_MAX;
}

static int64_t next_of_lanes_due_locked(const struct memory_queue *queue,
                                        const struct fox_reserve *reserve, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;

    for (size_t i = 0; i < queue->shared.lane_count; i++) {
        struct memory_lane *lane = queue->shared.lanes[i];

        if (fox_queue_memory_is_served(queue, lane, reserve)) {
            const int64_t due_ms = next_of_lane_locked(queue, lane, now_ms);

            next_ms = due_ms < next_ms ? due_ms : next_ms;
        }
    }
    return next_ms;
}

/* An image's job may be taken before it is due. */
static int64_t next_of_image_due_locked(const struct memory_queue *queue,
                                        const struct fox_reserve *reserve, int64_t now_ms)
{
    const struct memory_job *job =
        fox_queue_memory_of_image_locked(queue, reserve->image_id, INT64_MAX);

    while (job) {
        if (fox_job_is_waiting(job->row.job.state) &&
            fox_queue_memory_is_served(queue, job->lane, reserve)) {
            return now_ms;
        }
        job = fox_queue_memory_of_image_locked(queue, reserve->image_id, job->row.seq);
    }
    return INT64_MAX;
}

pxf_status fox_queue_memory_next_due(struct fox_queue *generic, const struct fox_reserve *reserve,
                                     int64_t *ret_due_ms, pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    const int64_t now_ms = fox_env_now_ms(generic->env);

    (void)err;
    pthread_mutex_lock(&queue->shared.lock);
    *ret_due_ms = reserve->image_id ? next_of_image_due_locked(queue, reserve, now_ms)
                                    : next_of_lanes_due_locked(queue, reserve, now_ms);
    pthread_mutex_unlock(&queue->shared.lock);
    return PXF_OK;
}
