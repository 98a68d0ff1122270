/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/memory/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int compare_numbers(int64_t one, int64_t other)
{
    return (one > other) - (one < other);
}

static int compare_ids(const void *one, const void *other)
{
    const struct memory_job *left = one, *right = other;

    return memcmp(&left->row.job.id, &right->row.job.id, sizeof left->row.job.id);
}

static int compare_images(const void *one, const void *other)
{
    const struct memory_job *left = one, *right = other;
    const int order =
        memcmp(&left->row.job.image_id, &right->row.job.image_id, sizeof left->row.job.image_id);

    return order != 0 ? order : compare_numbers(left->row.seq, right->row.seq);
}

static int compare_keys(const void *one, const void *other)
{
    const struct memory_job *left = one, *right = other;

    return strcmp(left->unique_key, right->unique_key);
}

static int compare_lanes(const struct memory_job *one, const struct memory_job *other)
{
    const int order = compare_numbers((int64_t)one->lane->number, (int64_t)other->lane->number);

    return order != 0 ? order : compare_numbers(one->row.job.state, other->row.job.state);
}

static int compare_ages(const void *one, const void *other)
{
    const struct memory_job *left = one, *right = other;
    const int order = compare_lanes(left, right);

    return order != 0 ? order : compare_numbers(left->row.seq, right->row.seq);
}

static int compare_turns(const struct memory_job *one, const struct memory_job *other)
{
    const int order = compare_numbers(one->row.job.priority, other->row.job.priority);

    return order != 0 ? order : other->row.is_front - one->row.is_front;
}

/* Two jobs of one state: which is worked first, or ended first. */
static int compare_within(const struct memory_job *one, const struct memory_job *other)
{
    switch (one->row.job.state) {
    case PXF_JOB_SCHEDULED:
        return compare_numbers(one->row.job.due_ms, other->row.job.due_ms);
    case PXF_JOB_READY:
        return compare_turns(one, other);
    case PXF_JOB_RUNNING:
        return compare_numbers(one->row.job.started_ms, other->row.job.started_ms);
    case PXF_JOB_DONE:
    case PXF_JOB_DEAD:
    case PXF_JOB_CANCELLED:
        return compare_numbers(one->row.job.ended_ms, other->row.job.ended_ms);
    case PXF_JOB_PAUSED:
    case PXF_JOB_STRANDED:
        break;
    }
    return 0;
}

static int compare_places(const void *one, const void *other)
{
    const struct memory_job *left = one, *right = other;
    int order = compare_lanes(left, right);

    if (order == 0) {
        order = compare_within(left, right);
    }
    return order != 0 ? order : compare_numbers(left->row.seq, right->row.seq);
}

static pxf_status fail_check(const struct memory_lane *lane, pxf_job_state state, int64_t found,
                             pxf_error *err)
{
    return fox_fail(err, PXF_INTERNAL, "kind '%s' has %lld jobs in state %d and counts %lld",
                    lane->kind->name, (long long)found, (int)state, (long long)lane->counts[state]);
}

static pxf_status check_job(const struct memory_job *job, pxf_error *err)
{
    const bool is_running = job->row.job.state == PXF_JOB_RUNNING;

    if (is_running != (job->row.job.token != 0) ||
        is_running != (job->row.job.lease_until_ms != 0)) {
        return fox_fail(err, PXF_INTERNAL, "a job of kind '%s' has a lease and does not run",
                        job->lane->kind->name);
    }
    if (fox_job_is_living(job->row.job.state) != (job->row.job.ended_ms == 0)) {
        return fox_fail(err, PXF_INTERNAL, "a job of kind '%s' has ended and lives",
                        job->lane->kind->name);
    }
    return PXF_OK;
}

static pxf_status check_state_locked(const struct memory_queue *queue, struct memory_lane *lane,
                                     pxf_job_state state, pxf_error *err)
{
    const struct memory_job *job = fox_queue_memory_before_locked(queue, lane, state, INT64_MAX);
    int64_t found = 0;

    for (; job; job = fox_queue_memory_before_locked(queue, lane, state, job->row.seq)) {
        TRY(check_job(job, err));
        found++;
    }
    return found == lane->counts[state] ? PXF_OK : fail_check(lane, state, found, err);
}

static pxf_status check_locked(const struct memory_queue *queue, pxf_error *err)
{
    int64_t total = 0;

    for (size_t i = 0; i < queue->shared.lane_count; i++) {
        struct memory_lane *lane = queue->shared.lanes[i];

        for (pxf_job_state state = PXF_JOB_SCHEDULED; state <= PXF_JOB_CANCELLED; state++) {
            TRY(check_state_locked(queue, lane, state, err));
            total += lane->counts[state];
        }
    }
    if ((int64_t)queue->shared.by_id.count != total ||
        (int64_t)queue->shared.by_place.count != total ||
        (int64_t)queue->shared.by_seq.count != total) {
        return fox_fail(err, PXF_INTERNAL, "an order of the queue misses a job");
    }
    return PXF_OK;
}

static pxf_status memory_check(struct fox_queue *generic, pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    pxf_status status;

    pthread_mutex_lock(&queue->shared.lock);
    status = check_locked(queue, err);
    pthread_mutex_unlock(&queue->shared.lock);
    return status;
}

static void memory_close(struct fox_queue *generic)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    const struct fox_order_node *node;

    while ((node = queue->shared.by_id.root)) {
        fox_queue_memory_drop_locked(queue, node->thing);
    }
    for (size_t i = 0; i < queue->shared.lane_count; i++) {
        free(queue->shared.lanes[i]);
    }
    for (size_t i = 0; i < queue->shared.kind_count; i++) {
        free(queue->shared.kinds[i]);
    }
    free(queue->shared.lanes);
    free(queue->shared.kinds);
    (void)pthread_mutex_destroy(&queue->shared.lock);
    fox_queue_end(generic);
    free(queue);
}

static const struct fox_queue_driver memory_driver = {
    .name = "memory",
    .put = fox_queue_memory_put,
    .reserve = fox_queue_memory_reserve,
    .extend = fox_queue_memory_extend,
    .leave = fox_queue_memory_leave,
    .cancel = fox_queue_memory_cancel,
    .retry = fox_queue_memory_retry,
    .cancel_image = fox_queue_memory_cancel_image,
    .set_paused = fox_queue_memory_set_paused,
    .announce = fox_queue_memory_announce,
    .find = fox_queue_memory_find,
    .page = fox_queue_memory_page,
    .history = fox_queue_memory_history,
    .counts = fox_queue_memory_counts,
    .next_due = fox_queue_memory_next_due,
    .recover = fox_queue_memory_recover,
    .expire = fox_queue_memory_expire,
    .check = memory_check,
    .close = memory_close,
};

static pxf_status begin(struct memory_queue *queue, const struct fox_env *env,
                        const struct fox_queue_self *self, pxf_error *err)
{
    TRY(fox_queue_begin(&queue->generic, &memory_driver, env, self, err));
    if (pthread_mutex_init(&queue->shared.lock, NULL) != 0) {
        fox_queue_end(&queue->generic);
        return fox_fail(err, PXF_NO_MEMORY, "no memory for a lock");
    }
    queue->shared.by_id.compare = compare_ids;
    queue->shared.by_image.compare = compare_images;
    queue->shared.by_unique.compare = compare_keys;
    queue->shared.by_place.compare = compare_places;
    queue->shared.by_seq.compare = compare_ages;
    return PXF_OK;
}

pxf_status fox_queue_open_memory(struct fox_queue **ret_queue, const struct fox_env *env,
                                 const struct fox_queue_self *self, pxf_error *err)
{
    struct memory_queue *queue = fox_mem_new(1, sizeof *queue, err);
    pxf_status status;

    if (!queue) {
        return PXF_NO_MEMORY;
    }
    status = begin(queue, env, self, err);
    if (status != PXF_OK) {
        free(queue);
        return status;
    }
    *ret_queue = &queue->generic;
    return PXF_OK;
}
