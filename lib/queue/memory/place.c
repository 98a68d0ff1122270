/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "queue/memory/memory.h"

static struct memory_kind *find_kind_locked(const struct memory_queue *queue, const char *name)
{
    for (size_t i = 0; i < queue->shared.kind_count; i++) {
        if (strcmp(queue->shared.kinds[i]->name, name) == 0) {
            return queue->shared.kinds[i];
        }
    }
    return NULL;
}

struct memory_kind *fox_queue_memory_kind_locked(struct memory_queue *queue, const char *name,
                                                 pxf_error *err)
{
    struct memory_kind *kind = find_kind_locked(queue, name);

    if (kind || fox_mem_grow(&queue->shared.kinds, &queue->shared.kind_capacity,
                             queue->shared.kind_count + 1, sizeof(void *), err) != PXF_OK) {
        return kind;
    }
    kind = fox_mem_new(1, sizeof *kind, err);
    if (kind) {
        memcpy(kind->name, name, strlen(name) + 1);
        kind->view.since_ms = fox_env_now_ms(queue->generic.env);
        queue->shared.kinds[queue->shared.kind_count++] = kind;
    }
    return kind;
}

static struct memory_lane *find_lane_locked(const struct memory_queue *queue,
                                            const struct memory_kind *kind, const char *node)
{
    for (size_t i = 0; i < queue->shared.lane_count; i++) {
        struct memory_lane *lane = queue->shared.lanes[i];

        if (lane->kind == kind && strcmp(lane->node, node) == 0) {
            return lane;
        }
    }
    return NULL;
}

static struct memory_lane *add_lane_locked(struct memory_queue *queue, struct memory_kind *kind,
                                           const char *node, pxf_error *err)
{
    struct memory_lane *lane;

    if (fox_mem_grow(&queue->shared.lanes, &queue->shared.lane_capacity,
                     queue->shared.lane_count + 1, sizeof(void *), err) != PXF_OK) {
        return NULL;
    }
    lane = fox_mem_new(1, sizeof *lane, err);
    if (lane) {
        lane->number = queue->shared.lane_count;
        lane->kind = kind;
        memcpy(lane->node, node, strlen(node) + 1);
        queue->shared.lanes[queue->shared.lane_count++] = lane;
    }
    return lane;
}

struct memory_lane *fox_queue_memory_lane_locked(struct memory_queue *queue, const char *kind,
                                                 const char *node, pxf_error *err)
{
    struct memory_kind *known = fox_queue_memory_kind_locked(queue, kind, err);
    struct memory_lane *lane = known ? find_lane_locked(queue, known, node) : NULL;

    return lane || !known ? lane : add_lane_locked(queue, known, node, err);
}

void fox_queue_memory_lift_locked(struct memory_queue *queue, struct memory_job *job)
{
    fox_order_remove(&queue->shared.by_place, job);
    fox_order_remove(&queue->shared.by_seq, job);
    if (job->unique_key && fox_job_is_living(job->row.job.state)) {
        fox_order_remove(&queue->shared.by_unique, job);
    }
    job->lane->counts[job->row.job.state]--;
}

void fox_queue_memory_lay_locked(struct memory_queue *queue, struct memory_job *job)
{
    fox_order_add(&queue->shared.by_place, &job->by_place, job);
    fox_order_add(&queue->shared.by_seq, &job->by_seq, job);
    if (job->unique_key && fox_job_is_living(job->row.job.state)) {
        fox_order_add(&queue->shared.by_unique, &job->by_unique, job);
    }
    job->lane->counts[job->row.job.state]++;
}

void fox_queue_memory_add_locked(struct memory_queue *queue, struct memory_job *job)
{
    job->row.seq = ++queue->shared.last_seq;
    fox_order_add(&queue->shared.by_id, &job->by_id, job);
    if (job->row.job.has_image) {
        fox_order_add(&queue->shared.by_image, &job->by_image, job);
    }
    fox_queue_memory_lay_locked(queue, job);
}

void fox_queue_memory_job_free(struct memory_job *job)
{
    if (job) {
        free(job->payload);
        free(job->result);
        free(job->unique_key);
        free(job->attempts);
        free(job);
    }
}

void fox_queue_memory_drop_locked(struct memory_queue *queue, struct memory_job *job)
{
    fox_queue_memory_lift_locked(queue, job);
    fox_order_remove(&queue->shared.by_id, job);
    if (job->row.job.has_image) {
        fox_order_remove(&queue->shared.by_image, job);
    }
    fox_queue_memory_job_free(job);
}

struct memory_job *fox_queue_memory_find_locked(const struct memory_queue *queue,
                                                const struct fox_id *id)
{
    const struct memory_job probe = {.row.job.id = *id};
    struct memory_job *job = fox_order_from(&queue->shared.by_id, &probe);

    return job && fox_id_equals(&job->row.job.id, id) ? job : NULL;
}

struct memory_job *fox_queue_memory_twin_locked(const struct memory_queue *queue,
                                                const char *unique_key)
{
    char key[FOX_KEY_BYTES] = "";
    const struct memory_job probe = {.unique_key = key};
    struct memory_job *job;

    strncpy(key, unique_key, sizeof key - 1);
    job = fox_order_from(&queue->shared.by_unique, &probe);
    return job && strcmp(job->unique_key, unique_key) == 0 ? job : NULL;
}

static struct memory_job *if_in(struct memory_job *job, const struct memory_lane *lane,
                                pxf_job_state state)
{
    return job && job->lane == lane && job->row.job.state == state ? job : NULL;
}

struct memory_job *fox_queue_memory_first_locked(const struct memory_queue *queue,
                                                 struct memory_lane *lane, pxf_job_state state)
{
    const struct memory_job probe = {
        .lane = lane,
        .row = {.job.state = state, .is_front = true},
    };

    return if_in(fox_order_from(&queue->shared.by_place, &probe), lane, state);
}

struct memory_job *fox_queue_memory_oldest_locked(const struct memory_queue *queue,
                                                  struct memory_lane *lane, pxf_job_state state)
{
    const struct memory_job probe = {.lane = lane, .row.job.state = state};

    return if_in(fox_order_from(&queue->shared.by_seq, &probe), lane, state);
}

struct memory_job *fox_queue_memory_before_locked(const struct memory_queue *queue,
                                                  struct memory_lane *lane, pxf_job_state state,
                                                  int64_t seq)
{
    const struct memory_job probe = {.lane = lane, .row = {.job.state = state, .seq = seq}};

    return if_in(fox_order_before(&queue->shared.by_seq, &probe), lane, state);
}

struct memory_job *fox_queue_memory_of_image_locked(const struct memory_queue *queue,
                                                    const struct fox_id *image_id, int64_t seq)
{
    const struct memory_job probe = {.row = {.job.image_id = *image_id, .seq = seq}};
    struct memory_job *job = fox_order_before(&queue->shared.by_image, &probe);

    return job && fox_id_equals(&job->row.job.image_id, image_id) ? job : NULL;
}
