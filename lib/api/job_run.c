/* SPDX-License-Identifier: Apache-2.0 */
#include "api/job.h"

/* A job that runs for whoever holds its handle. */

enum { PERMILLE = 1000 };

/* A job that a worker runs is told by its run, one that was reserved by the queue. */
static pxf_status check_mine(const pxf_job *job, pxf_error *err)
{
    if (!job->run && !job->is_reserved) {
        return fox_fail(err, PXF_CONFLICT, "the job does not run for you");
    }
    return PXF_OK;
}

pxf_status pxf_job_extend(pxf_job *job, int64_t lease_ms, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    fox_fail_clear(err);
    TRY(check_mine(job, err));
    TRY(fox_call_enter(&call, job->store, err));
    return fox_queue_extend(job->store->queue, &job->job, lease_ms, job->progress_permille,
                            &job->is_cancelled, err);
}

void pxf_job_set_progress(pxf_job *job, int32_t permille)
{
    const int32_t within = permille < 0 ? 0 : permille > PERMILLE ? PERMILLE : permille;

    job->progress_permille = within;
    if (job->run) {
        fox_run_set_progress(job->run, within);
    }
}

bool pxf_job_is_cancelled(const pxf_job *job)
{
    return job->is_cancelled || (job->run && fox_cancel_is_tripped(fox_run_cancel(job->run)));
}

static void over(pxf_job *job, enum fox_run_end end)
{
    job->is_reserved = false;
    if (job->run) {
        fox_run_set_end(job->run, end);
    }
}

pxf_status pxf_job_finish(pxf_job *job, const char *result, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    fox_fail_clear(err);
    TRY(check_mine(job, err));
    TRY(fox_call_enter(&call, job->store, err));
    TRY(fox_queue_finish(job->store->queue, &job->job, result, err));
    over(job, FOX_RUN_DONE);
    return PXF_OK;
}

pxf_status pxf_job_fail(pxf_job *job, pxf_status status, const char *message, int32_t retry_after_s,
                        pxf_error *err)
{
    AUTO(fox_call) call = {0};
    enum fox_failed failed = FOX_FAILED_RETRY;
    pxf_error cause = {0};

    fox_fail_clear(err);
    TRY(check_mine(job, err));
    TRY(fox_call_enter(&call, job->store, err));
    (void)fox_fail(&cause, status, "%s", message ? message : fox_status_name(status));
    cause.retry_after_s = retry_after_s;
    TRY(fox_queue_fail(job->store->queue, &job->job, &cause, false, &failed, err));
    over(job, fox_run_end_of(failed));
    return PXF_OK;
}
