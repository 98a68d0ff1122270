/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/step.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "base/utf8.h"
#include "model/retry.h"
#include "model/words.h"

/* Copies a text that may be longer, cut at a character's boundary. */
static void copy_text(char *to, size_t capacity, const char *text)
{
    size_t size = text ? strlen(text) : 0;

    if (size >= capacity) {
        size = fox_utf8_whole(text, capacity - 1);
    }
    if (size > 0) {
        memcpy(to, text, size);
    }
    to[size] = '\0';
}

bool fox_job_is_waiting(pxf_job_state state)
{
    return state == PXF_JOB_SCHEDULED || state == PXF_JOB_READY;
}

bool fox_job_is_living(pxf_job_state state)
{
    return fox_job_is_waiting(state) || state == PXF_JOB_RUNNING;
}

static void wait_until(struct fox_job_row *row, int64_t due_ms, int64_t now_ms)
{
    row->job.state = due_ms > now_ms ? PXF_JOB_SCHEDULED : PXF_JOB_READY;
    row->job.due_ms = due_ms;
    row->is_front = false;
}

void fox_step_put(struct fox_job_row *row, const struct fox_put *put)
{
    const struct fox_job_spec *spec = &put->spec;

    *row = (struct fox_job_row){.job = {
                                    .id = put->id,
                                    .priority = spec->priority,
                                    .max_attempts = spec->max_attempts,
                                    .created_ms = put->now_ms,
                                    .timeout_ms = spec->timeout_ms,
                                    .has_image = spec->image_id != NULL,
                                }};
    if (spec->image_id) {
        row->job.image_id = *spec->image_id;
    }
    copy_text(row->job.kind, sizeof row->job.kind, spec->kind);
    copy_text(row->job.only_node, sizeof row->job.only_node, spec->node);
    copy_text(row->job.trace_id, sizeof row->job.trace_id, spec->trace_id);
    wait_until(row, spec->due_ms, put->now_ms);
}

void fox_step_replace(struct fox_job_row *row, const struct fox_put *put)
{
    row->job.priority = put->spec.priority;
    wait_until(row, put->spec.due_ms, put->now_ms);
}

void fox_step_promote(struct fox_job_row *row)
{
    row->job.state = PXF_JOB_READY;
}

void fox_step_take(struct fox_job_row *row, const struct fox_take *take)
{
    struct fox_job *job = &row->job;

    job->state = PXF_JOB_RUNNING;
    job->token = take->token;
    job->started_ms = take->now_ms;
    job->lease_until_ms = fox_time_after(take->now_ms, take->lease_ms);
    job->progress_permille = 0;
    copy_text(job->node, sizeof job->node, take->self->node);
    row->process_id = take->self->process_id;
    row->is_front = false;
    row->run++;
}

bool fox_job_is_held(const struct fox_job_row *row, const struct fox_job *job)
{
    return row->job.state == PXF_JOB_RUNNING && row->job.token == job->token;
}

static void let_lease_go(struct fox_job_row *row)
{
    row->job.token = 0;
    row->job.lease_until_ms = 0;
    row->process_id = (struct fox_id){.bytes = {0}};
}

static void end_as(struct fox_job_row *row, pxf_job_state state, int64_t now_ms)
{
    row->job.state = state;
    row->job.ended_ms = now_ms;
    row->job.cancel_requested = false;
    row->is_front = false;
}

/* Why the attempt failed, as its history says. */
static const char *reason_of(const struct fox_job_row *row, const struct fox_exit *exit)
{
    if (exit->cause) {
        return exit->cause->message;
    }
    return row->job.state == PXF_JOB_CANCELLED ? "cancelled" : "";
}

static bool note_attempt(const struct fox_job_row *row, const struct fox_exit *exit,
                         struct fox_attempt *ret_attempt)
{
    if (!exit->cause && fox_job_is_living(row->job.state)) {
        return false;
    }
    *ret_attempt = (struct fox_attempt){
        .started_ms = row->job.started_ms,
        .ended_ms = exit->now_ms,
    };
    copy_text(ret_attempt->node, sizeof ret_attempt->node, row->job.node);
    copy_text(ret_attempt->error, sizeof ret_attempt->error, reason_of(row, exit));
    return true;
}

static void note_cause(struct fox_job *job, const struct fox_exit *exit)
{
    if (exit->cause) {
        job->error_status = (pxf_status)exit->cause->status;
        copy_text(job->error, sizeof job->error, exit->cause->message);
    } else if (exit->state == PXF_JOB_DONE) {
        job->error_status = PXF_OK;
        job->error[0] = '\0';
    }
}

bool fox_step_leave(struct fox_job_row *row, const struct fox_exit *exit,
                    struct fox_attempt *ret_attempt)
{
    struct fox_job *job = &row->job;

    let_lease_go(row);
    job->attempts += exit->attempts;
    job->crashes += exit->crashes;
    job->own_crashes += exit->own_crashes;
    note_cause(job, exit);
    if (exit->state == PXF_JOB_DONE) {
        job->progress_permille = 1000;
        end_as(row, PXF_JOB_DONE, exit->now_ms);
    } else if (job->cancel_requested) {
        end_as(row, PXF_JOB_CANCELLED, exit->now_ms);
    } else if (exit->state == PXF_JOB_DEAD) {
        end_as(row, PXF_JOB_DEAD, exit->now_ms);
    } else {
        wait_until(row, exit->due_ms, exit->now_ms);
        row->is_front = exit->state == PXF_JOB_READY;
    }
    return note_attempt(row, exit, ret_attempt);
}

struct fox_exit fox_step_crash(const struct fox_job_row *row, const pxf_error *cause,
                               int64_t now_ms)
{
    const struct fox_crashes crashes = {
        .own = row->job.own_crashes,
        .host = row->job.crashes - row->job.own_crashes + 1,
    };

    return (struct fox_exit){
        .state = fox_retry_after_crash(crashes).is_dead ? PXF_JOB_DEAD : PXF_JOB_READY,
        .now_ms = now_ms,
        .due_ms = now_ms,
        .crashes = 1,
        .cause = cause,
    };
}

static pxf_status forbid(const struct fox_job_row *row, const char *verb, pxf_error *err)
{
    char id[FOX_ID_TEXT_BYTES];

    fox_id_format(id, &row->job.id);
    return fox_fail(err, PXF_CONFLICT, "job '%s' is %s and cannot be %s", id,
                    fox_job_state_name(row->job.state), verb);
}

pxf_status fox_step_cancel(struct fox_job_row *row, int64_t now_ms, pxf_error *err)
{
    if (row->job.state == PXF_JOB_DONE) {
        return forbid(row, "cancelled", err);
    }
    if (row->job.state == PXF_JOB_RUNNING) {
        row->job.cancel_requested = true;
    } else if (row->job.state != PXF_JOB_CANCELLED) {
        end_as(row, PXF_JOB_CANCELLED, now_ms);
    }
    return PXF_OK;
}

pxf_status fox_step_retry(struct fox_job_row *row, int64_t now_ms, pxf_error *err)
{
    struct fox_job *job = &row->job;

    if (job->state == PXF_JOB_RUNNING || job->state == PXF_JOB_DONE) {
        return forbid(row, "retried", err);
    }
    if (!fox_job_is_waiting(job->state)) {
        job->attempts = 0;
        job->crashes = 0;
        job->own_crashes = 0;
        job->ended_ms = 0;
    }
    if (job->state != PXF_JOB_READY) {
        wait_until(row, now_ms, now_ms);
    }
    return PXF_OK;
}

pxf_job_state fox_kind_state(const struct fox_kind_view *kind, int64_t now_ms)
{
    const int64_t seen_ms = kind->seen_ms > kind->since_ms ? kind->seen_ms : kind->since_ms;

    if (kind->is_paused) {
        return PXF_JOB_PAUSED;
    }
    return now_ms - seen_ms >= FOX_STRANDED_AFTER_MS ? PXF_JOB_STRANDED : PXF_JOB_READY;
}

pxf_job_state fox_job_view(const struct fox_job_row *row, const struct fox_kind_view *kind,
                           int64_t now_ms)
{
    if (!fox_job_is_waiting(row->job.state)) {
        return row->job.state;
    }
    if (row->job.state == PXF_JOB_SCHEDULED && row->job.due_ms > now_ms) {
        return PXF_JOB_SCHEDULED;
    }
    return fox_kind_state(kind, now_ms);
}
