/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "queue/memory/memory.h"

static pxf_status add_locked(struct memory_queue *queue, const struct fox_put *put,
                             struct fox_id *ret_id, pxf_error *err)
{
    AUTO(memory_job) *job = fox_mem_new(1, sizeof *job, err);

    if (!job) {
        return PXF_NO_MEMORY;
    }
    TRY(fox_queue_memory_copy_text(&job->payload, put->spec.payload, err));
    TRY(fox_queue_memory_copy_text(&job->unique_key, put->spec.unique_key, err));
    job->lane = fox_queue_memory_lane_locked(queue, put->spec.kind, put->spec.node, err);
    if (!job->lane) {
        return PXF_NO_MEMORY;
    }
    fox_step_put(&job->row, put);
    fox_queue_memory_add_locked(queue, job);
    *ret_id = GIVE(job)->row.job.id;
    return PXF_OK;
}

static pxf_status replace_locked(struct memory_queue *queue, struct memory_job *job,
                                 const struct fox_put *put, pxf_error *err)
{
    char *payload;

    TRY(fox_queue_memory_copy_text(&payload, put->spec.payload, err));
    free(job->payload);
    job->payload = payload;
    fox_queue_memory_lift_locked(queue, job);
    fox_step_replace(&job->row, put);
    fox_queue_memory_lay_locked(queue, job);
    return PXF_OK;
}

static pxf_status meet_locked(struct memory_queue *queue, struct memory_job *twin,
                              const struct fox_put *put, struct fox_id *ret_id, pxf_error *err)
{
    if (put->spec.unique_policy == FOX_UNIQUE_REJECT) {
        return fox_queue_exists(put->spec.unique_key, err);
    }
    if (put->spec.unique_policy == FOX_UNIQUE_REPLACE && fox_job_is_waiting(twin->row.job.state)) {
        TRY(replace_locked(queue, twin, put, err));
    }
    *ret_id = twin->row.job.id;
    return PXF_OK;
}

static pxf_status put_locked(struct memory_queue *queue, const struct fox_put *put,
                             struct fox_id *ret_id, pxf_error *err)
{
    struct memory_job *twin =
        put->spec.unique_key ? fox_queue_memory_twin_locked(queue, put->spec.unique_key) : NULL;

    return twin ? meet_locked(queue, twin, put, ret_id, err) : add_locked(queue, put, ret_id, err);
}

pxf_status fox_queue_memory_put(struct fox_queue *generic, struct fox_sql_tx *tx,
                                const struct fox_put *put, struct fox_id *ret_id, pxf_error *err)
{
    struct memory_queue *queue = fox_queue_memory_of(generic);
    pxf_status status;

    (void)tx;
    pthread_mutex_lock(&queue->shared.lock);
    status = put_locked(queue, put, ret_id, err);
    pthread_mutex_unlock(&queue->shared.lock);
    return status;
}
