/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/queue.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/time.h"
#include "model/names.h"
#include "queue/check.h"
#include "queue/driver.h"

void fox_job_let_go(struct fox_job *job)
{
    free(job->payload);
    free(job->result);
    job->payload = NULL;
    job->result = NULL;
}

pxf_status fox_queue_begin(struct fox_queue *queue, const struct fox_queue_driver *driver,
                           const struct fox_env *env, const struct fox_queue_self *self,
                           pxf_error *err)
{
    if (self->node) {
        TRY(fox_name_check_node(self->node, err));
    }
    queue->driver = driver;
    queue->env = env;
    queue->self = *self;
    if (!self->node) {
        queue->self.node = "";
    }
    if (pthread_mutex_init(&queue->shared.lock, NULL) != 0) {
        return fox_fail(err, PXF_NO_MEMORY, "no memory for a lock");
    }
    return PXF_OK;
}

void fox_queue_end(struct fox_queue *queue)
{
    free(queue->shared.kinds);
    (void)pthread_mutex_destroy(&queue->shared.lock);
}

void fox_queue_close(struct fox_queue *queue)
{
    if (queue) {
        queue->driver->close(queue);
    }
}

const char *fox_queue_driver_name(const struct fox_queue *queue)
{
    return queue->driver->name;
}

bool fox_queue_shares(const struct fox_queue *queue, const struct fox_sql *db)
{
    return queue->driver->shares && queue->driver->shares(queue, db);
}

pxf_status fox_queue_check_shared(const struct fox_queue *queue, pxf_error *err)
{
    if (!queue->driver->shares) {
        return fox_fail(err, PXF_UNSUPPORTED, "the '%s' queue is in no database",
                        queue->driver->name);
    }
    return PXF_OK;
}

bool fox_queue_is_dead(const struct fox_queue *queue, const struct fox_id *process_id)
{
    if (!queue->self.is_dead || fox_id_is_zero(process_id) ||
        fox_id_equals(process_id, &queue->self.process_id)) {
        return false;
    }
    return queue->self.is_dead(queue->self.ctx, process_id);
}

pxf_status fox_queue_no_job(const struct fox_id *id, pxf_error *err)
{
    char text[FOX_ID_TEXT_BYTES];

    fox_id_format(text, id);
    return fox_fail(err, PXF_NOT_FOUND, "no job '%s'", text);
}

pxf_status fox_queue_lost(const struct fox_job *job, pxf_error *err)
{
    char text[FOX_ID_TEXT_BYTES];

    fox_id_format(text, &job->id);
    return fox_fail(err, PXF_LOST, "job '%s' is no longer this worker's", text);
}

pxf_status fox_queue_none_ready(pxf_error *err)
{
    return fox_fail(err, PXF_NOT_FOUND, "no job is ready");
}

pxf_status fox_queue_exists(const char *unique_key, pxf_error *err)
{
    return fox_fail(err, PXF_EXISTS, "a job with the unique key '%s' is there", unique_key);
}

pxf_status fox_queue_twin_lives(const struct fox_id *id, pxf_error *err)
{
    char text[FOX_ID_TEXT_BYTES];

    fox_id_format(text, id);
    return fox_fail(err, PXF_CONFLICT, "another job with the unique key of job '%s' lives", text);
}

pxf_error fox_queue_crash_cause(bool process_died)
{
    pxf_error cause = {0};

    (void)fox_fail_from(&cause, PXF_UNAVAILABLE, PXF_ORIGIN_QUEUE, 0, "%s",
                        process_died ? "its process died" : "its lease ran out");
    return cause;
}

void fox_queue_set_waker(struct fox_queue *queue, void (*wake)(void *ctx), void *ctx)
{
    pthread_mutex_lock(&queue->shared.lock);
    queue->shared.wake = wake;
    queue->shared.wake_ctx = ctx;
    pthread_mutex_unlock(&queue->shared.lock);
}

void fox_queue_wake(struct fox_queue *queue)
{
    void (*wake)(void *ctx);
    void *ctx;

    pthread_mutex_lock(&queue->shared.lock);
    wake = queue->shared.wake;
    ctx = queue->shared.wake_ctx;
    pthread_mutex_unlock(&queue->shared.lock);
    if (wake) {
        wake(ctx);
    }
}

static pxf_status check_lease(int64_t lease_ms, pxf_error *err)
{
    if (lease_ms <= 0) {
        return fox_fail(err, PXF_INVALID, "a lease lasts at least 1 ms, not %" PRId64, lease_ms);
    }
    return PXF_OK;
}

/* A token that is neither 0 (no lease) nor one that another lease is likely to have. */
static pxf_status draw_token(const struct fox_queue *queue, uint64_t *ret_token, pxf_error *err)
{
    uint64_t token;

    TRY(fox_env_random(queue->env, &token, sizeof token, err));
    *ret_token = token != 0 ? token : 1;
    return PXF_OK;
}

pxf_status fox_queue_reserve(struct fox_queue *queue, const struct fox_reserve *reserve,
                             struct fox_job *ret_job, pxf_error *err)
{
    struct fox_take take = {
        .self = &queue->self,
        .now_ms = fox_env_now_ms(queue->env),
        .lease_ms = reserve->lease_ms,
    };

    TRY(check_lease(reserve->lease_ms, err));
    if (!reserve->image_id) {
        fox_queue_announce(queue, reserve->kinds, reserve->kind_count);
    }
    if (reserve->kind_count == 0) {
        return fox_queue_none_ready(err);
    }
    TRY(draw_token(queue, &take.token, err));
    return queue->driver->reserve(queue, reserve, &take, ret_job, err);
}

pxf_status fox_queue_extend(struct fox_queue *queue, const struct fox_job *job, int64_t lease_ms,
                            int32_t progress_permille, bool *ret_cancel, pxf_error *err)
{
    TRY(check_lease(lease_ms, err));
    if (progress_permille < -1 || progress_permille > 1000) {
        return fox_fail(err, PXF_INVALID, "progress is 0 to 1000, not %" PRId32, progress_permille);
    }
    fox_queue_announce(queue, NULL, 0);
    return queue->driver->extend(queue, job, fox_time_after(fox_env_now_ms(queue->env), lease_ms),
                                 progress_permille, ret_cancel, err);
}

pxf_status fox_queue_cancel(struct fox_queue *queue, const struct fox_id *id, pxf_error *err)
{
    return queue->driver->cancel(queue, id, err);
}

pxf_status fox_queue_retry(struct fox_queue *queue, const struct fox_id *id, pxf_error *err)
{
    TRY(queue->driver->retry(queue, id, err));
    fox_queue_wake(queue);
    return PXF_OK;
}

pxf_status fox_queue_cancel_image(struct fox_queue *queue, struct fox_sql_tx *tx,
                                  const struct fox_id *image_id, const char *except_kind,
                                  pxf_error *err)
{
    if (tx) {
        TRY(fox_queue_check_shared(queue, err));
    }
    return queue->driver->cancel_image(queue, tx, image_id, except_kind, err);
}

pxf_status fox_queue_pause(struct fox_queue *queue, const char *kind, pxf_error *err)
{
    TRY(fox_name_check_kind(kind, err));
    return queue->driver->set_paused(queue, kind, true, err);
}

pxf_status fox_queue_resume(struct fox_queue *queue, const char *kind, pxf_error *err)
{
    TRY(fox_name_check_kind(kind, err));
    TRY(queue->driver->set_paused(queue, kind, false, err));
    fox_queue_wake(queue);
    return PXF_OK;
}

pxf_status fox_queue_recover(struct fox_queue *queue, int64_t *ret_count, pxf_error *err)
{
    int64_t count;

    TRY(queue->driver->recover(queue, &count, err));
    if (count > 0) {
        fox_queue_wake(queue);
    }
    *ret_count = count;
    return PXF_OK;
}

pxf_status fox_queue_expire(struct fox_queue *queue, int64_t before_ms, size_t limit,
                            int64_t *ret_count, pxf_error *err)
{
    return queue->driver->expire(queue, before_ms, limit, ret_count, err);
}

pxf_status fox_queue_check(struct fox_queue *queue, pxf_error *err)
{
    return queue->driver->check(queue, err);
}
