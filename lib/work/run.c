/* SPDX-License-Identifier: Apache-2.0 */
#include "work/run.h"

#include <string.h>

#include "base/meter.h"
#include "base/time.h"
#include "os/poll.h"
#include "work/worker.h"

const struct fox_job *fox_run_job(const struct fox_run *run)
{
    return &run->job;
}

struct fox_cancel *fox_run_cancel(struct fox_run *run)
{
    return run->cancel;
}

void fox_run_set_progress(struct fox_run *run, int32_t permille)
{
    (void)pthread_mutex_lock(&run->worker->shared.lock);
    run->progress_permille = permille;
    (void)pthread_mutex_unlock(&run->worker->shared.lock);
}

void fox_run_set_end(struct fox_run *run, enum fox_run_end end)
{
    run->end = end;
}

void fox_run_set_crashed(struct fox_run *run)
{
    run->crashed = true;
}

bool fox_run_is_crashed(const struct fox_run *run)
{
    return run->crashed;
}

void fox_run_stop_locked(struct fox_run *run, enum fox_run_stop stop)
{
    if (run->stop == FOX_STOP_NONE) {
        run->stop = stop;
        fox_cancel_trip(run->cancel);
    }
}

enum fox_run_stop fox_run_stopped(const struct fox_run *run)
{
    enum fox_run_stop stop;

    (void)pthread_mutex_lock(&run->worker->shared.lock);
    stop = run->stop;
    (void)pthread_mutex_unlock(&run->worker->shared.lock);
    return stop;
}

pxf_status fox_run_verdict(const struct fox_run *run, pxf_error *err)
{
    switch (fox_run_stopped(run)) {
    case FOX_STOP_NONE:
        return PXF_OK;
    case FOX_STOP_CANCELLED:
        return fox_fail(err, PXF_CANCELLED, "cancelled by hand");
    case FOX_STOP_LOST:
        return fox_fail(err, PXF_LOST, "the lease went to another worker");
    case FOX_STOP_TIMEOUT:
        return fox_fail(err, PXF_TIMEOUT, "not done within %lld s",
                        (long long)(run->job.timeout_ms / FOX_SECOND_MS));
    case FOX_STOP_DRAIN:
        return fox_fail(err, PXF_CANCELLED, "its worker stopped");
    }
    return PXF_OK;
}

pxf_status fox_run_check(struct fox_run *run, pxf_error *err)
{
    struct fox_worker *worker = run->worker;
    bool cancel = false;
    pxf_status status;

    TRY(fox_run_verdict(run, err));
    status = fox_queue_extend(worker->options.queue, &run->job, run->lease_ms, -1, &cancel, err);
    fox_run_heed(run, status, cancel);
    return status == PXF_OK ? fox_run_verdict(run, err) : status;
}

void fox_run_heed(struct fox_run *run, pxf_status status, bool cancel)
{
    struct fox_worker *worker = run->worker;

    (void)pthread_mutex_lock(&worker->shared.lock);
    if (status == PXF_LOST) {
        fox_run_stop_locked(run, FOX_STOP_LOST);
    } else if (status == PXF_OK && cancel) {
        fox_run_stop_locked(run, FOX_STOP_CANCELLED);
    }
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

/* A job that was taken while the stop began is none that the stop waits for: it goes back. */
static void enlist(struct fox_run *run)
{
    struct fox_worker *worker = run->worker;

    (void)pthread_mutex_lock(&worker->shared.lock);
    if (worker->shared.phase == FOX_WORKER_STOPS) {
        fox_run_stop_locked(run, FOX_STOP_DRAIN);
    }
    run->next = worker->shared.runs;
    worker->shared.runs = run;
    worker->shared.totals.running++;
    (void)pthread_mutex_unlock(&worker->shared.lock);
    fox_eventfd_signal(&worker->heart.wake);
}

/* Takes the run out of the lease thread's sight, waiting while it speaks of it. */
static void delist(struct fox_run *run)
{
    struct fox_worker *worker = run->worker;
    struct fox_run **at = &worker->shared.runs;

    (void)pthread_mutex_lock(&worker->shared.lock);
    while (run->is_beating) {
        (void)pthread_cond_wait(&worker->shared.changed, &worker->shared.lock);
    }
    while (*at != run) {
        at = &(*at)->next;
    }
    *at = run->next;
    worker->shared.totals.running--;
    if (worker->shared.phase == FOX_WORKER_STOPS) { /* it waits for the last one */
        (void)pthread_cond_broadcast(&worker->shared.changed);
    }
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

enum fox_run_end fox_run_end_of(enum fox_failed failed)
{
    switch (failed) {
    case FOX_FAILED_RETRY:
        return FOX_RUN_RETRY;
    case FOX_FAILED_DEAD:
        return FOX_RUN_DEAD;
    case FOX_FAILED_CANCELLED:
        return FOX_RUN_CANCELLED;
    }
    return FOX_RUN_RETRY;
}

static pxf_status hand_back(struct fox_run *run, pxf_error *err)
{
    run->end = FOX_RUN_RETRY;
    return fox_queue_release(run->worker->options.queue, &run->job, 0, err);
}

/* Tells the queue how a run ended that its handler left open. */
static pxf_status conclude(struct fox_run *run, pxf_error *cause, pxf_error *err)
{
    struct fox_queue *queue = run->worker->options.queue;
    enum fox_failed failed = FOX_FAILED_RETRY;
    pxf_error verdict = {0};

    if (cause->status == PXF_OK) {
        run->end = FOX_RUN_DONE;
        return fox_queue_finish(queue, &run->job, NULL, err);
    }
    switch (fox_run_stopped(run)) {
    case FOX_STOP_LOST:
        return PXF_LOST;
    case FOX_STOP_DRAIN:
        return hand_back(run, err);
    case FOX_STOP_CANCELLED:
    case FOX_STOP_TIMEOUT:
        (void)fox_run_verdict(run, &verdict);
        cause = &verdict;
        break;
    case FOX_STOP_NONE:
        if (cause->status == PXF_CANCELLED) { /* the caller of run_one went away */
            return hand_back(run, err);
        }
        break;
    }
    TRY(fox_queue_fail(queue, &run->job, cause, run->crashed, &failed, err));
    run->end = fox_run_end_of(failed);
    return PXF_OK;
}

static const char *end_name(enum fox_run_end end)
{
    switch (end) {
    case FOX_RUN_OPEN:
        return "lost";
    case FOX_RUN_DONE:
        return "done";
    case FOX_RUN_RETRY:
        return "retry";
    case FOX_RUN_DEAD:
        return "dead";
    case FOX_RUN_CANCELLED:
        return "cancelled";
    }
    return "lost";
}

static void count(struct fox_run *run, int64_t began_ms)
{
    struct fox_worker *worker = run->worker;
    struct fox_meters *meters = worker->options.env->meters;
    const int64_t now_ms = fox_env_monotonic_ms(worker->options.env);

    fox_meter_add(meters, FOX_METER_JOBS_FINISHED, run->job.kind, end_name(run->end), 1);
    fox_meter_observe(meters, FOX_METER_JOB_SECONDS, run->job.kind, NULL,
                      (double)(now_ms - began_ms) / FOX_SECOND_MS);
    (void)pthread_mutex_lock(&worker->shared.lock);
    worker->shared.totals.done += run->end == FOX_RUN_DONE;
    worker->shared.totals.failed += run->end == FOX_RUN_DEAD;
    worker->shared.totals.retrying += run->end == FOX_RUN_RETRY;
    (void)pthread_mutex_unlock(&worker->shared.lock);
}

static const struct fox_handler *handler_of(const struct fox_worker *worker, const char *kind)
{
    for (size_t i = 0; i < worker->handler_count; i++) {
        if (strcmp(worker->handlers[i].kind, kind) == 0) {
            return &worker->handlers[i];
        }
    }
    return NULL;
}

/* Ends what its handler left open. A lease that was lost is no failure: whoever has it ends it. */
static pxf_status end(struct fox_run *run, pxf_error *cause, pxf_error *err)
{
    pxf_error trouble = {0};

    if (run->end != FOX_RUN_OPEN || conclude(run, cause, &trouble) == PXF_OK) {
        return PXF_OK;
    }
    run->end = FOX_RUN_OPEN;
    fox_env_log(run->worker->options.env, FOX_LEVEL_WARN,
                "a job of kind '%s' could not be ended: %s", run->job.kind,
                trouble.status != PXF_OK ? trouble.message : cause->message);
    if (trouble.status == PXF_OK || trouble.status == PXF_LOST) {
        return PXF_OK;
    }
    return fox_fail_as(err, &trouble);
}

pxf_status fox_worker_run(struct fox_worker *worker, struct fox_job *job, int64_t lease_ms,
                          struct fox_cancel *cancel, pxf_error *err)
{
    const struct fox_env *env = worker->options.env;
    const int64_t began_ms = fox_env_monotonic_ms(env);
    pxf_error cause = {0};
    pxf_status status;
    struct fox_run run = {
        .worker = worker,
        .job = *job,
        .handler = handler_of(worker, job->kind),
        .cancel = cancel,
        .thread = pthread_self(),
        .lease_ms = lease_ms,
        .progress_permille = -1,
    };

    run.deadline_ms = fox_time_after(began_ms, run.job.timeout_ms);
    fox_meter_observe(env->meters, FOX_METER_JOB_WAIT_SECONDS, job->kind, NULL,
                      (double)(fox_env_now_ms(env) - job->due_ms) / FOX_SECOND_MS);
    enlist(&run);
    if (fox_run_verdict(&run, &cause) == PXF_OK) {
        (void)run.handler->run(run.handler->self, &run, &cause);
    }
    delist(&run);
    status = end(&run, &cause, err);
    count(&run, began_ms);
    *job = run.job;
    fox_job_let_go(job);
    return status;
}
