/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <stddef.h>

enum { HOST_CRASH_LIMIT = 20 };

const char *const model_kinds[MODEL_KINDS] = {"alpha", "beta", "gamma"};
const char *const model_nodes[3] = {NULL, "here", "there"};

bool model_is_waiting(const struct model_job *job)
{
    return job->state == PXF_JOB_SCHEDULED || job->state == PXF_JOB_READY;
}

bool model_is_living(const struct model_job *job)
{
    return model_is_waiting(job) || job->state == PXF_JOB_RUNNING;
}

int model_living_count(const struct model *model)
{
    int count = 0;

    for (int i = 0; i < MODEL_JOBS; i++) {
        count += model->jobs[i].is_there && model_is_living(&model->jobs[i]);
    }
    return count;
}

void model_know(struct model *model, int kind)
{
    if (!model->kinds[kind].is_known) {
        model->kinds[kind] = (struct model_kind){.is_known = true, .since_ms = model->now_ms};
    }
}

void model_announce(struct model *model, unsigned mask)
{
    bool is_due =
        !model->has_announced || model->monotonic_ms - model->announced_ms >= MODEL_ANNOUNCE_MS;

    for (int i = 0; i < MODEL_KINDS; i++) {
        if (mask & 1U << i) {
            is_due = is_due || !model->kinds[i].is_asked_for;
            model_know(model, i);
            model->kinds[i].is_asked_for = true;
        }
    }
    if (!is_due) {
        return;
    }
    model->has_announced = true;
    model->announced_ms = model->monotonic_ms;
    for (int i = 0; i < MODEL_KINDS; i++) {
        if (model->kinds[i].is_asked_for) {
            model->kinds[i].seen_ms = model->now_ms;
        }
    }
}

void model_promote(struct model *model)
{
    for (int i = 0; i < MODEL_JOBS; i++) {
        struct model_job *job = &model->jobs[i];

        if (job->is_there && job->state == PXF_JOB_SCHEDULED && job->due_ms <= model->now_ms) {
            job->state = PXF_JOB_READY;
        }
    }
}

struct model_job *model_new(struct model *model)
{
    for (int i = 0; i < MODEL_JOBS; i++) {
        if (!model->jobs[i].is_there) {
            model->jobs[i] = (struct model_job){.is_there = true, .seq = ++model->last_seq};
            return &model->jobs[i];
        }
    }
    return NULL;
}

struct model_job *model_find(struct model *model, const struct fox_id *id)
{
    for (int i = 0; i < MODEL_JOBS; i++) {
        if (model->jobs[i].is_there && fox_id_equals(&model->jobs[i].id, id)) {
            return &model->jobs[i];
        }
    }
    return NULL;
}

struct model_job *model_twin(struct model *model, int kind, int key)
{
    for (int i = 0; i < MODEL_JOBS; i++) {
        struct model_job *job = &model->jobs[i];

        if (job->is_there && key >= 0 && job->key == key && job->kind == kind &&
            model_is_living(job)) {
            return job;
        }
    }
    return NULL;
}

void model_wait(struct model *model, struct model_job *job, int64_t due_ms)
{
    job->state = due_ms > model->now_ms ? PXF_JOB_SCHEDULED : PXF_JOB_READY;
    job->due_ms = due_ms;
    job->is_front = false;
}

static bool is_served(const struct model *model, const struct model_job *job, unsigned mask,
                      int image)
{
    return job->is_there && model_is_waiting(job) && mask & 1U << job->kind &&
           !model->kinds[job->kind].is_paused && job->node != 2 &&
           (image < 0 || job->image == image);
}

static bool is_sooner(const struct model_job *one, const struct model_job *other)
{
    if (one->priority != other->priority) {
        return one->priority < other->priority;
    }
    if (one->is_front != other->is_front) {
        return one->is_front;
    }
    return one->seq < other->seq;
}

struct model_job *model_pick(struct model *model, unsigned mask, int image)
{
    struct model_job *best = NULL;

    for (int i = 0; i < MODEL_JOBS; i++) {
        struct model_job *job = &model->jobs[i];

        if (is_served(model, job, mask, image) && (image >= 0 || job->state == PXF_JOB_READY) &&
            (!best || is_sooner(job, best))) {
            best = job;
        }
    }
    return best;
}

int64_t model_next_due(const struct model *model, unsigned mask, int image)
{
    int64_t next_ms = INT64_MAX;

    for (int i = 0; i < MODEL_JOBS; i++) {
        const struct model_job *job = &model->jobs[i];

        if (is_served(model, job, mask, image)) {
            const bool is_now = image >= 0 || job->state == PXF_JOB_READY;
            const int64_t due_ms = is_now ? model->now_ms : job->due_ms;

            next_ms = due_ms < next_ms ? due_ms : next_ms;
        }
    }
    return next_ms;
}

void model_end(struct model *model, struct model_job *job, pxf_job_state state)
{
    job->state = state;
    job->ended_ms = model->now_ms;
    job->cancel_requested = false;
    job->is_front = false;
}

void model_leave(struct model *model, struct model_job *job, pxf_job_state state, int64_t due_ms)
{
    job->token = 0;
    job->lease_until_ms = 0;
    if (state == PXF_JOB_DONE) {
        job->progress_permille = 1000;
        job->error_status = PXF_OK;
        model_end(model, job, PXF_JOB_DONE);
    } else if (job->cancel_requested) {
        model_end(model, job, PXF_JOB_CANCELLED);
    } else if (state == PXF_JOB_DEAD) {
        model_end(model, job, PXF_JOB_DEAD);
    } else {
        model_wait(model, job, due_ms);
        job->is_front = state == PXF_JOB_READY;
    }
}

int model_recover(struct model *model)
{
    int count = 0;

    for (int i = 0; i < MODEL_JOBS; i++) {
        struct model_job *job = &model->jobs[i];

        if (job->is_there && job->state == PXF_JOB_RUNNING &&
            job->lease_until_ms <= model->now_ms) {
            job->crashes++;
            job->error_status = PXF_UNAVAILABLE;
            model_leave(model, job,
                        job->crashes - job->own_crashes >= HOST_CRASH_LIMIT ? PXF_JOB_DEAD
                                                                            : PXF_JOB_READY,
                        model->now_ms);
            count++;
        }
    }
    return count;
}

int model_expire(struct model *model, int64_t before_ms, int limit)
{
    int count = 0;

    while (count < limit) {
        struct model_job *first = NULL;

        for (int i = 0; i < MODEL_JOBS; i++) {
            struct model_job *job = &model->jobs[i];

            if (job->is_there && (job->state == PXF_JOB_DONE || job->state == PXF_JOB_CANCELLED) &&
                job->ended_ms < before_ms &&
                (!first || job->ended_ms < first->ended_ms ||
                 (job->ended_ms == first->ended_ms && job->seq < first->seq))) {
                first = job;
            }
        }
        if (!first) {
            break;
        }
        first->is_there = false;
        count++;
    }
    return count;
}

pxf_job_state model_view(const struct model *model, const struct model_job *job)
{
    const struct model_kind *kind = &model->kinds[job->kind];
    const int64_t seen_ms = kind->seen_ms > kind->since_ms ? kind->seen_ms : kind->since_ms;

    if (!model_is_waiting(job) ||
        (job->state == PXF_JOB_SCHEDULED && job->due_ms > model->now_ms)) {
        return job->state;
    }
    if (kind->is_paused) {
        return PXF_JOB_PAUSED;
    }
    return model->now_ms - seen_ms >= MODEL_STRANDED_MS ? PXF_JOB_STRANDED : PXF_JOB_READY;
}
