/* SPDX-License-Identifier: Apache-2.0 */
#include "model/kinds.h"
#include "queue/check.h"
#include "queue/driver.h"

static pxf_status finish(struct fox_queue *queue, struct fox_sql_tx *tx, const struct fox_job *job,
                         const char *result, pxf_error *err)
{
    const struct fox_exit exit = {
        .state = PXF_JOB_DONE,
        .now_ms = fox_env_now_ms(queue->env),
        .result = result,
    };
    pxf_job_state state;

    if (result) {
        TRY(fox_queue_check_json("result", result, err));
    }
    return queue->driver->leave(queue, tx, job, &exit, &state, err);
}

pxf_status fox_queue_finish(struct fox_queue *queue, const struct fox_job *job, const char *result,
                            pxf_error *err)
{
    return finish(queue, NULL, job, result, err);
}

pxf_status fox_queue_finish_in(struct fox_queue *queue, struct fox_sql_tx *tx,
                               const struct fox_job *job, const char *result, pxf_error *err)
{
    TRY(fox_queue_check_shared(queue, err));
    return finish(queue, tx, job, result, err);
}

/* What the retry rule says after an error. The counts are those of the lease's beginning: while its
 * token is good nobody changes them. */
static struct fox_retry after_error(const struct fox_job *job, const pxf_error *cause,
                                    uint64_t random)
{
    const struct fox_kind *kind = fox_kind_find(job->kind);
    struct fox_backoff backoff = kind ? kind->backoff : fox_kind_default_backoff;

    backoff.attempts = job->max_attempts < 0 ? 0 : job->max_attempts;
    return fox_retry_after_error(&backoff, job->attempts + 1, cause, random);
}

static struct fox_exit exit_after_error(const struct fox_job *job, const pxf_error *cause,
                                        int64_t now_ms, uint64_t random)
{
    const struct fox_retry retry = after_error(job, cause, random);

    return (struct fox_exit){
        .state = retry.is_dead ? PXF_JOB_DEAD : PXF_JOB_SCHEDULED,
        .now_ms = now_ms,
        .due_ms = now_ms + retry.delay_ms,
        .attempts = 1,
        .cause = cause,
    };
}

static struct fox_exit exit_after_own_crash(const struct fox_job *job, const pxf_error *cause,
                                            int64_t now_ms)
{
    const struct fox_crashes crashes = {
        .own = job->own_crashes + 1,
        .host = job->crashes - job->own_crashes,
    };

    return (struct fox_exit){
        .state = fox_retry_after_crash(crashes).is_dead ? PXF_JOB_DEAD : PXF_JOB_READY,
        .now_ms = now_ms,
        .due_ms = now_ms,
        .crashes = 1,
        .own_crashes = 1,
        .cause = cause,
    };
}

static enum fox_failed failed_as(pxf_job_state state)
{
    if (state == PXF_JOB_CANCELLED) {
        return FOX_FAILED_CANCELLED;
    }
    return state == PXF_JOB_DEAD ? FOX_FAILED_DEAD : FOX_FAILED_RETRY;
}

static pxf_status fail_job(struct fox_queue *queue, struct fox_sql_tx *tx,
                           const struct fox_job *job, const pxf_error *cause, bool own_crash,
                           enum fox_failed *ret_failed, pxf_error *err)
{
    const int64_t now_ms = fox_env_now_ms(queue->env);
    struct fox_exit exit;
    pxf_job_state state;
    uint64_t random;

    if (!cause || cause->status == PXF_OK) {
        return fox_fail(err, PXF_INVALID, "a job fails for a cause");
    }
    TRY(fox_env_random(queue->env, &random, sizeof random, err));
    exit = own_crash ? exit_after_own_crash(job, cause, now_ms)
                     : exit_after_error(job, cause, now_ms, random);
    TRY(queue->driver->leave(queue, tx, job, &exit, &state, err));
    *ret_failed = failed_as(state);
    return PXF_OK;
}

pxf_status fox_queue_fail(struct fox_queue *queue, const struct fox_job *job,
                          const pxf_error *cause, bool own_crash, enum fox_failed *ret_failed,
                          pxf_error *err)
{
    TRY(fail_job(queue, NULL, job, cause, own_crash, ret_failed, err));
    fox_queue_wake(queue);
    return PXF_OK;
}

pxf_status fox_queue_fail_in(struct fox_queue *queue, struct fox_sql_tx *tx,
                             const struct fox_job *job, const pxf_error *cause, bool own_crash,
                             enum fox_failed *ret_failed, pxf_error *err)
{
    TRY(fox_queue_check_shared(queue, err));
    return fail_job(queue, tx, job, cause, own_crash, ret_failed, err);
}

pxf_status fox_queue_release(struct fox_queue *queue, const struct fox_job *job, int64_t due_ms,
                             pxf_error *err)
{
    const int64_t now_ms = fox_env_now_ms(queue->env);
    const struct fox_exit exit = {
        .state = due_ms == 0 ? PXF_JOB_READY : PXF_JOB_SCHEDULED,
        .now_ms = now_ms,
        .due_ms = due_ms == 0 ? now_ms : due_ms,
    };
    pxf_job_state state;

    if (due_ms < 0) {
        return fox_fail(err, PXF_INVALID, "a job is not due before 1970");
    }
    TRY(queue->driver->leave(queue, NULL, job, &exit, &state, err));
    fox_queue_wake(queue);
    return PXF_OK;
}
