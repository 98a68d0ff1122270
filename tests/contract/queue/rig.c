/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t now_ms(void *ctx)
{
    return atomic_load(&((struct rig *)ctx)->now_ms);
}

static int64_t monotonic_ms(void *ctx)
{
    return atomic_load(&((struct rig *)ctx)->monotonic_ms);
}

static pxf_status random_bytes(void *ctx, void *bytes, size_t size, pxf_error *err)
{
    struct rig *rig = ctx;

    (void)err;
    for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
        const size_t part = size - i < sizeof(uint64_t) ? size - i : sizeof(uint64_t);
        uint64_t mix = atomic_fetch_add(&rig->seed, UINT64_C(0x9e3779b97f4a7c15));

        mix = (mix ^ mix >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        mix = (mix ^ mix >> 27) * UINT64_C(0x94d049bb133111eb);
        mix ^= mix >> 31;
        memcpy((char *)bytes + i, &mix, part);
    }
    return PXF_OK;
}

static bool is_dead(void *ctx, const struct fox_id *process_id)
{
    return fox_id_equals(process_id, &((struct rig *)ctx)->dead_process);
}

static void count_wake(void *ctx)
{
    atomic_fetch_add(&((struct rig *)ctx)->wake_count, 1);
}

struct rig *rig_new(const struct rig_driver *driver)
{
    struct rig *rig = calloc(1, sizeof *rig);
    pxf_error err = {0};

    assert_non_null(rig);
    rig->driver = driver;
    atomic_store(&rig->now_ms, INT64_C(1764034086000));
    atomic_store(&rig->monotonic_ms, 1000);
    atomic_store(&rig->seed, 1);
    rig->env = (struct fox_env){
        .ctx = rig,
        .now_ms = now_ms,
        .monotonic_ms = monotonic_ms,
        .random = random_bytes,
    };
    rig->self = (struct fox_queue_self){
        .process_id = {.bytes = {1}},
        .node = "here",
        .is_dead = is_dead,
        .ctx = rig,
    };
    assert_ok(driver->open(rig, &rig->self, &rig->queue, &err));
    fox_queue_set_waker(rig->queue, count_wake, rig);
    return rig;
}

void rig_pass(struct rig *rig, int64_t ms)
{
    atomic_fetch_add(&rig->now_ms, ms);
    atomic_fetch_add(&rig->monotonic_ms, ms);
}

struct fox_queue *rig_second(struct rig *rig, const char *node, uint8_t process)
{
    struct fox_queue_self self = rig->self;
    struct fox_queue *queue = NULL;
    pxf_error err = {0};

    self.node = node;
    self.process_id = (struct fox_id){.bytes = {process}};
    assert_ok(rig->driver->open(rig, &self, &queue, &err));
    return queue;
}

struct fox_id rig_put(struct rig *rig, const struct fox_job_spec *spec)
{
    pxf_error err = {0};
    struct fox_id id;

    assert_ok(fox_queue_put(rig->queue, spec, &id, &err));
    return id;
}

struct fox_id rig_put_plain(struct rig *rig)
{
    return rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND});
}

struct fox_job rig_take(struct rig *rig)
{
    return rig_take_kind(rig, RIG_KIND);
}

void rig_take_and_die(struct rig *rig)
{
    struct fox_job job = rig_take(rig);

    fox_job_let_go(&job);
}

static struct fox_reserve reserve_of(const char *const *kind)
{
    return (struct fox_reserve){.kinds = kind, .kind_count = 1, .lease_ms = RIG_LEASE_MS};
}

struct fox_job rig_take_kind(struct rig *rig, const char *kind)
{
    const struct fox_reserve reserve = reserve_of(&kind);
    pxf_error err = {0};
    struct fox_job job;

    assert_ok(fox_queue_reserve(rig->queue, &reserve, &job, &err));
    return job;
}

bool rig_is_empty(struct rig *rig)
{
    return rig_is_empty_of(rig, RIG_KIND);
}

bool rig_is_empty_of(struct rig *rig, const char *kind)
{
    const struct fox_reserve reserve = reserve_of(&kind);
    AUTO(fox_job) job = {0};
    pxf_error err = {0};

    switch ((int)fox_queue_reserve(rig->queue, &reserve, &job, &err)) {
    case PXF_OK:
        return false;
    case PXF_NOT_FOUND:
        return true;
    default:
        fail_msg("reserve: %s", err.message);
        return false;
    }
}

struct fox_job rig_find(struct rig *rig, const struct fox_id *id)
{
    pxf_error err = {0};
    struct fox_job job;

    assert_ok(fox_queue_find(rig->queue, id, &job, &err));
    return job;
}

pxf_job_state rig_state(struct rig *rig, const struct fox_id *id)
{
    AUTO(fox_job) job = rig_find(rig, id);

    return job.state;
}

void rig_finish(struct rig *rig, const struct fox_job *job)
{
    pxf_error err = {0};

    assert_ok(fox_queue_finish(rig->queue, job, NULL, &err));
}

pxf_error rig_cause(pxf_status status)
{
    pxf_error cause = {0};

    (void)fox_fail(&cause, status, "the cause is %s", fox_status_name(status));
    return cause;
}

enum fox_failed rig_fail(struct rig *rig, const struct fox_job *job, pxf_status status)
{
    const pxf_error cause = rig_cause(status);
    enum fox_failed failed = 0;
    pxf_error err = {0};

    assert_ok(fox_queue_fail(rig->queue, job, &cause, false, &failed, &err));
    return failed;
}

int64_t rig_recover(struct rig *rig)
{
    pxf_error err = {0};
    int64_t count = -1;

    assert_ok(fox_queue_recover(rig->queue, &count, &err));
    return count;
}

void rig_check(struct rig *rig)
{
    pxf_error err = {0};

    assert_ok(fox_queue_check(rig->queue, &err));
}

struct tally {
    pxf_job_state state;
    int64_t count;
};

static pxf_status add_up(void *ctx, const struct fox_job_count *count, pxf_error *err)
{
    struct tally *tally = ctx;

    (void)err;
    if (count->state == tally->state) {
        tally->count += count->count;
    }
    return PXF_OK;
}

int64_t rig_count(struct rig *rig, pxf_job_state state)
{
    struct tally tally = {.state = state};
    pxf_error err = {0};

    assert_ok(fox_queue_counts(rig->queue, add_up, &tally, &err));
    return tally.count;
}
