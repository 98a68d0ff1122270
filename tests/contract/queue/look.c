/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "rig.h"

enum { STRANDED_AFTER_MS = 60000, ANNOUNCE_EVERY_MS = 20000 };

static void a_kind_without_workers_is_stranded_after_a_minute(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);

    rig_pass(rig, STRANDED_AFTER_MS - 1);
    assert_int_equal(rig_state(rig, &id), PXF_JOB_READY);
    rig_pass(rig, 1);
    assert_int_equal(rig_state(rig, &id), PXF_JOB_STRANDED);
    assert_int_equal(rig_count(rig, PXF_JOB_STRANDED), 1);
    assert_int_equal(rig_count(rig, PXF_JOB_READY), 0);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_true(fox_id_equals(&job.id, &id));
        rig_finish(rig, &job);
    }
}

static void a_worker_that_asks_for_a_kind_takes_it_on(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put(rig, &(struct fox_job_spec){
                                              .kind = RIG_KIND,
                                              .node = "there",
                                          });

    for (int i = 0; i < 10; i++) {
        rig_pass(rig, ANNOUNCE_EVERY_MS);
        assert_true(rig_is_empty(rig));
        assert_int_equal(rig_state(rig, &id), PXF_JOB_READY);
    }
    rig_pass(rig, STRANDED_AFTER_MS);
    assert_int_equal(rig_state(rig, &id), PXF_JOB_STRANDED);
    assert_true(rig_is_empty(rig));
    assert_int_equal(rig_state(rig, &id), PXF_JOB_READY);
}

static void a_busy_worker_has_not_left_its_kinds(void **state)
{
    struct rig *rig = *state;
    static const char *const kinds[] = {RIG_KIND, "other"};
    const struct fox_reserve reserve = {.kinds = kinds, .kind_count = 2, .lease_ms = RIG_LEASE_MS};
    struct fox_id waits;
    AUTO(fox_job) job = {0};
    pxf_error err = {0};
    bool cancel;

    rig_put_plain(rig);
    waits = rig_put(rig, &(struct fox_job_spec){.kind = "other"});
    assert_ok(fox_queue_reserve(rig->queue, &reserve, &job, &err));
    for (int i = 0; i < 100; i++) {
        rig_pass(rig, RIG_LEASE_MS / 3);
        assert_ok(fox_queue_extend(rig->queue, &job, RIG_LEASE_MS, -1, &cancel, &err));
    }
    assert_int_equal(rig_state(rig, &waits), PXF_JOB_READY);
    rig_finish(rig, &job);
}

static void whoever_works_for_one_image_takes_on_no_kind(void **state)
{
    struct rig *rig = *state;
    static const char *const kinds[] = {RIG_KIND};
    const struct fox_id image_id = {.bytes = {1}};
    const struct fox_reserve reserve = {
        .kinds = kinds,
        .kind_count = 1,
        .image_id = &image_id,
        .lease_ms = RIG_LEASE_MS,
    };
    const struct fox_id id = rig_put_plain(rig);
    struct fox_job job;
    pxf_error err = {0};

    rig_pass(rig, STRANDED_AFTER_MS);
    assert_fails(fox_queue_reserve(rig->queue, &reserve, &job, &err), PXF_NOT_FOUND);
    assert_int_equal(rig_state(rig, &id), PXF_JOB_STRANDED);
}

/* What was counted, by kind and state. */
struct counted {
    struct fox_job_count counts[32];
    size_t count;
};

static pxf_status collect_count(void *ctx, const struct fox_job_count *count, pxf_error *err)
{
    struct counted *counted = ctx;

    (void)err;
    assert_true(counted->count < 32);
    counted->counts[counted->count++] = *count;
    return PXF_OK;
}

static void expect_count(const struct counted *counted, const char *kind, pxf_job_state state,
                         int64_t count, int64_t oldest_ms)
{
    for (size_t i = 0; i < counted->count; i++) {
        const struct fox_job_count *row = &counted->counts[i];

        if (strcmp(row->kind, kind) == 0 && row->state == state) {
            assert_int_equal(row->count, count);
            assert_int_equal(row->oldest_ms, oldest_ms);
            return;
        }
    }
    fail_msg("no count of '%s' in state %d", kind, (int)state);
}

static void counts_tell_kind_state_and_the_oldest(void **state)
{
    struct rig *rig = *state;
    const int64_t begin_ms = rig->now_ms;
    struct counted counted = {.count = 0};
    AUTO(fox_job) running = {0};
    pxf_error err = {0};

    for (int i = 0; i < 3; i++) {
        rig_put_plain(rig);
        rig_put(rig, &(struct fox_job_spec){
                         .kind = "other",
                         .due_ms = rig->now_ms + FOX_DAY_MS,
                         .priority = 10 - i,
                         .node = i == 0 ? "there" : NULL,
                     });
        rig_pass(rig, 1000);
    }
    {
        AUTO(fox_job) job = rig_take(rig);

        rig_finish(rig, &job);
    }
    running = rig_take(rig);
    rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .priority = 1});
    assert_ok(fox_queue_counts(rig->queue, collect_count, &counted, &err));
    assert_int_equal(counted.count, 4);
    expect_count(&counted, RIG_KIND, PXF_JOB_DONE, 1, begin_ms);
    expect_count(&counted, RIG_KIND, PXF_JOB_RUNNING, 1, begin_ms + 3000);
    expect_count(&counted, RIG_KIND, PXF_JOB_READY, 2, begin_ms + 2000);
    expect_count(&counted, "other", PXF_JOB_SCHEDULED, 3, begin_ms);
}

/* The original counts up only. */
static void counts_go_down_again(void **state)
{
    struct rig *rig = *state;

    for (int i = 0; i < 10; i++) {
        rig_put_plain(rig);
    }
    assert_int_equal(rig_count(rig, PXF_JOB_READY), 10);
    for (int i = 0; i < 10; i++) {
        AUTO(fox_job) job = rig_take(rig);

        assert_int_equal(rig_count(rig, PXF_JOB_READY), 9 - i);
        assert_int_equal(rig_count(rig, PXF_JOB_RUNNING), 1);
        rig_finish(rig, &job);
        assert_int_equal(rig_count(rig, PXF_JOB_RUNNING), 0);
    }
}

static void counting_sees_what_fell_due(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .due_ms = rig->now_ms + 1000});
    assert_int_equal(rig_count(rig, PXF_JOB_SCHEDULED), 1);
    rig_pass(rig, 1000);
    assert_int_equal(rig_count(rig, PXF_JOB_SCHEDULED), 0);
    assert_int_equal(rig_count(rig, PXF_JOB_READY), 1);
}

struct told {
    struct fox_attempt attempts[FOX_HISTORY_LIMIT];
    size_t count;
};

static pxf_status collect_attempt(void *ctx, const struct fox_attempt *attempt, pxf_error *err)
{
    struct told *told = ctx;

    (void)err;
    assert_true(told->count < FOX_HISTORY_LIMIT);
    told->attempts[told->count++] = *attempt;
    return PXF_OK;
}

static struct told history_of(struct rig *rig, const struct fox_id *id)
{
    struct told told = {.count = 0};
    pxf_error err = {0};

    assert_ok(fox_queue_history(rig->queue, id, collect_attempt, &told, &err));
    return told;
}

static void a_history_tells_each_run(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);
    const int64_t begin_ms = rig->now_ms;
    struct told told = history_of(rig, &id);
    pxf_error err = {0};

    assert_int_equal(told.count, 0);
    {
        AUTO(fox_job) job = rig_take(rig);

        rig_pass(rig, 10);
        rig_fail(rig, &job, PXF_IO);
    }
    rig_pass(rig, FOX_HOUR_MS - 10);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_ok(fox_queue_release(rig->queue, &job, 0, &err));
    }
    rig_take_and_die(rig);
    rig_pass(rig, RIG_LEASE_MS);
    rig_recover(rig);
    {
        AUTO(fox_job) job = rig_take(rig);

        told = history_of(rig, &id);
        assert_int_equal(told.count, 3);
        assert_int_equal(told.attempts[2].ended_ms, 0);
        rig_finish(rig, &job);
    }
    told = history_of(rig, &id);
    assert_int_equal(told.count, 3);
    assert_int_equal(told.attempts[0].started_ms, begin_ms);
    assert_int_equal(told.attempts[0].ended_ms, begin_ms + 10);
    assert_string_equal(told.attempts[0].node, "here");
    assert_string_equal(told.attempts[0].error, "the cause is IO");
    assert_int_equal(told.attempts[1].started_ms, begin_ms + FOX_HOUR_MS);
    assert_string_equal(told.attempts[1].error, "its lease ran out");
    assert_int_equal(told.attempts[2].ended_ms, rig->now_ms);
    assert_string_equal(told.attempts[2].error, "");
}

static void a_history_keeps_the_last_runs_only(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put(rig, &(struct fox_job_spec){
                                              .kind = RIG_KIND,
                                              .max_attempts = -1,
                                          });
    struct told told;
    int64_t started_ms = 0;

    for (int i = 0; i < FOX_HISTORY_LIMIT + 5; i++) {
        AUTO(fox_job) job = rig_take(rig);

        started_ms = rig->now_ms;
        rig_fail(rig, &job, PXF_IO);
        rig_pass(rig, FOX_HOUR_MS);
    }
    told = history_of(rig, &id);
    assert_int_equal(told.count, FOX_HISTORY_LIMIT);
    assert_int_equal(told.attempts[FOX_HISTORY_LIMIT - 1].started_ms, started_ms);
    assert_int_equal(told.attempts[0].started_ms,
                     started_ms - (FOX_HISTORY_LIMIT - 1) * (int64_t)FOX_HOUR_MS);
    rig_take_and_die(rig);
    told = history_of(rig, &id);
    assert_int_equal(told.count, FOX_HISTORY_LIMIT);
    assert_int_equal(told.attempts[FOX_HISTORY_LIMIT - 1].ended_ms, 0);
}

static int64_t next_due(struct rig *rig, const char *kind, const struct fox_id *image_id)
{
    const struct fox_reserve reserve = {.kinds = &kind, .kind_count = 1, .image_id = image_id};
    pxf_error err = {0};
    int64_t due_ms = -1;

    assert_ok(fox_queue_next_due(rig->queue, &reserve, &due_ms, &err));
    return due_ms;
}

static void the_next_due_time_is_the_earliest_that_may_be_taken(void **state)
{
    struct rig *rig = *state;
    const int64_t now_ms = rig->now_ms;
    const struct fox_id image_id = {.bytes = {1}};
    pxf_error err = {0};

    assert_true(next_due(rig, RIG_KIND, NULL) == INT64_MAX);
    rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .due_ms = now_ms + 9000});
    rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .due_ms = now_ms + 5000});
    rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .due_ms = now_ms + 7, .node = "there"});
    rig_put(rig, &(struct fox_job_spec){.kind = "other", .due_ms = now_ms + 3});
    assert_int_equal(next_due(rig, RIG_KIND, NULL), now_ms + 5000);
    assert_true(next_due(rig, RIG_KIND, &image_id) == INT64_MAX);
    rig_put(rig, &(struct fox_job_spec){
                     .kind = RIG_KIND,
                     .due_ms = now_ms + 20000,
                     .image_id = &image_id,
                 });
    assert_true(next_due(rig, RIG_KIND, &image_id) <= now_ms);
    assert_ok(fox_queue_pause(rig->queue, RIG_KIND, &err));
    assert_true(next_due(rig, RIG_KIND, NULL) == INT64_MAX);
    assert_ok(fox_queue_resume(rig->queue, RIG_KIND, &err));
    rig_pass(rig, 5000);
    assert_true(next_due(rig, RIG_KIND, NULL) <= rig->now_ms);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_int_equal(next_due(rig, RIG_KIND, NULL), now_ms + 9000);
        rig_finish(rig, &job);
    }
}

static void expiring_forgets_what_ended_long_ago(void **state)
{
    struct rig *rig = *state;
    enum { JOB_COUNT = 7 };
    struct fox_id ids[JOB_COUNT], waits, dead, cancelled;
    struct fox_job job;
    pxf_error err = {0};
    int64_t count;

    for (int i = 0; i < JOB_COUNT; i++) {
        ids[i] = rig_put_plain(rig);
        rig_pass(rig, 1000);
        job = rig_take(rig);
        assert_ok(fox_queue_finish(rig->queue, &job, "{}", &err));
        fox_job_let_go(&job);
    }
    dead = rig_put_plain(rig);
    job = rig_take(rig);
    rig_fail(rig, &job, PXF_CORRUPT);
    fox_job_let_go(&job);
    waits = rig_put_plain(rig);
    cancelled = rig_put_plain(rig);
    assert_ok(fox_queue_cancel(rig->queue, &cancelled, &err));

    assert_ok(fox_queue_expire(rig->queue, rig->now_ms - 4000, 2, &count, &err));
    assert_int_equal(count, 2);
    assert_fails(fox_queue_find(rig->queue, &ids[0], &job, &err), PXF_NOT_FOUND);
    assert_fails(fox_queue_find(rig->queue, &ids[1], &job, &err), PXF_NOT_FOUND);
    assert_int_equal(rig_state(rig, &ids[2]), PXF_JOB_DONE);
    rig_check(rig);
    assert_ok(fox_queue_expire(rig->queue, rig->now_ms, 1000, &count, &err));
    assert_int_equal(count, JOB_COUNT - 3);
    assert_int_equal(rig_state(rig, &ids[JOB_COUNT - 1]), PXF_JOB_DONE);
    assert_ok(fox_queue_expire(rig->queue, rig->now_ms + 1, 1000, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(rig_state(rig, &dead), PXF_JOB_DEAD);
    assert_int_equal(rig_state(rig, &waits), PXF_JOB_READY);
    assert_fails(fox_queue_history(rig->queue, &ids[0], collect_attempt, NULL, &err),
                 PXF_NOT_FOUND);
}

RIG_TESTS(look_tests, cmocka_unit_test(a_kind_without_workers_is_stranded_after_a_minute),
          cmocka_unit_test(a_worker_that_asks_for_a_kind_takes_it_on),
          cmocka_unit_test(a_busy_worker_has_not_left_its_kinds),
          cmocka_unit_test(whoever_works_for_one_image_takes_on_no_kind),
          cmocka_unit_test(counts_tell_kind_state_and_the_oldest),
          cmocka_unit_test(counts_go_down_again), cmocka_unit_test(counting_sees_what_fell_due),
          cmocka_unit_test(a_history_tells_each_run),
          cmocka_unit_test(a_history_keeps_the_last_runs_only),
          cmocka_unit_test(the_next_due_time_is_the_earliest_that_may_be_taken),
          cmocka_unit_test(expiring_forgets_what_ended_long_ago))
