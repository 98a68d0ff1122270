/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "rig.h"

enum { HOST_CRASH_LIMIT = 20 };

/* The second way in which the original loses jobs: a worker dies between taking a job and noting
 * that it took it, and the sweeper drops what it does not understand. */
static void a_worker_that_dies_right_after_taking_loses_nothing(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);

    rig_take_and_die(rig);
    rig_pass(rig, RIG_LEASE_MS - 1);
    assert_int_equal(rig_recover(rig), 0);
    assert_true(rig_is_empty(rig));
    rig_pass(rig, 1);
    assert_int_equal(rig_recover(rig), 1);
    assert_int_equal(rig_recover(rig), 0);
    {
        AUTO(fox_job) again = rig_take(rig);

        assert_true(fox_id_equals(&again.id, &id));
        assert_int_equal(again.crashes, 1);
        assert_int_equal(again.own_crashes, 0);
        assert_int_equal(again.attempts, 0);
        assert_string_equal(again.error, "its lease ran out");
        rig_finish(rig, &again);
    }
}

static void what_crashed_goes_to_the_front_at_once(void **state)
{
    struct rig *rig = *state;
    struct fox_id id;
    AUTO(fox_job) older = {0};
    AUTO(fox_job) job = {0};

    rig_put_plain(rig);
    id = rig_put_plain(rig);
    older = rig_take(rig);
    job = rig_take(rig);
    assert_true(fox_id_equals(&job.id, &id));
    rig_put_plain(rig);
    rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .priority = 101});
    rig_finish(rig, &older);
    rig_pass(rig, RIG_LEASE_MS);
    assert_int_equal(rig_recover(rig), 1);
    {
        AUTO(fox_job) again = rig_take(rig);

        assert_true(fox_id_equals(&again.id, &id));
    }
}

static void a_lease_that_is_renewed_is_not_recovered(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_job) kept = {0};
    AUTO(fox_job) left = {0};
    pxf_error err = {0};
    bool cancel;

    rig_put_plain(rig);
    rig_put_plain(rig);
    kept = rig_take(rig);
    left = rig_take(rig);
    rig_pass(rig, RIG_LEASE_MS - 1);
    assert_ok(fox_queue_extend(rig->queue, &kept, RIG_LEASE_MS, -1, &cancel, &err));
    rig_pass(rig, 1);
    assert_int_equal(rig_recover(rig), 1);
    assert_int_equal(rig_state(rig, &kept.id), PXF_JOB_RUNNING);
    assert_int_equal(rig_state(rig, &left.id), PXF_JOB_READY);
    rig_finish(rig, &kept);
}

static void a_lease_that_nobody_took_can_still_be_renewed(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_job) job = {0};
    pxf_error err = {0};
    bool cancel;

    rig_put_plain(rig);
    job = rig_take(rig);
    rig_pass(rig, 10 * RIG_LEASE_MS);
    assert_ok(fox_queue_extend(rig->queue, &job, RIG_LEASE_MS, -1, &cancel, &err));
    assert_int_equal(rig_recover(rig), 0);
    rig_finish(rig, &job);
}

static void a_worker_that_comes_back_late_is_told(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_job) late = {0};
    AUTO(fox_job) job = {0};
    pxf_error err = {0};

    rig_put_plain(rig);
    late = rig_take(rig);
    rig_pass(rig, RIG_LEASE_MS);
    rig_recover(rig);
    job = rig_take(rig);
    assert_fails(fox_queue_finish(rig->queue, &late, "1", &err), PXF_LOST);
    assert_ok(fox_queue_finish(rig->queue, &job, "2", &err));
    assert_fails(fox_queue_finish(rig->queue, &late, "1", &err), PXF_LOST);
    {
        AUTO(fox_job) found = rig_find(rig, &job.id);

        assert_string_equal(found.result, "2");
    }
}

/* An image that kills its host again and again comes to an end. */
static void the_twentieth_death_of_a_host_is_the_jobs_last(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);

    for (int i = 1; i <= HOST_CRASH_LIMIT; i++) {
        rig_take_and_die(rig);
        rig_pass(rig, RIG_LEASE_MS);
        assert_int_equal(rig_recover(rig), 1);
        assert_int_equal(rig_state(rig, &id), i < HOST_CRASH_LIMIT ? PXF_JOB_READY : PXF_JOB_DEAD);
    }
    {
        AUTO(fox_job) job = rig_find(rig, &id);

        assert_int_equal(job.crashes, HOST_CRASH_LIMIT);
        assert_int_equal(job.attempts, 0);
    }
}

static void deaths_of_hosts_are_not_the_jobs_own(void **state)
{
    struct rig *rig = *state;
    const pxf_error cause = rig_cause(PXF_UNAVAILABLE);
    enum fox_failed failed;
    pxf_error err = {0};

    rig_put_plain(rig);
    for (int i = 0; i < 10; i++) {
        rig_take_and_die(rig);
        rig_pass(rig, RIG_LEASE_MS);
        rig_recover(rig);
    }
    for (int i = 1; i <= 3; i++) {
        AUTO(fox_job) job = rig_take(rig);

        assert_ok(fox_queue_fail(rig->queue, &job, &cause, true, &failed, &err));
        assert_int_equal(failed, i < 3 ? FOX_FAILED_RETRY : FOX_FAILED_DEAD);
    }
}

static void recovering_wakes_whoever_waits(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_job) job = {0};
    int count;

    rig_put_plain(rig);
    job = rig_take(rig);
    count = rig->wake_count;
    rig_recover(rig);
    assert_int_equal(rig->wake_count, count);
    rig_pass(rig, RIG_LEASE_MS);
    rig_recover(rig);
    assert_int_equal(rig->wake_count, count + 1);
}

/* A clock that jumps: nothing is lost, and nothing comes earlier than by the jump. */
static void a_clock_may_jump_forward(void **state)
{
    struct rig *rig = *state;
    const struct fox_id soon = rig_put(rig, &(struct fox_job_spec){
                                                .kind = RIG_KIND,
                                                .due_ms = rig->now_ms + FOX_HOUR_MS,
                                            });
    const struct fox_id late = rig_put(rig, &(struct fox_job_spec){
                                                .kind = RIG_KIND,
                                                .due_ms = rig->now_ms + 2 * FOX_DAY_MS,
                                            });
    AUTO(fox_job) held = {0};

    rig_put_plain(rig);
    held = rig_take(rig);
    atomic_fetch_add(&rig->now_ms, FOX_DAY_MS);
    assert_int_equal(rig_recover(rig), 1);
    for (int i = 0; i < 2; i++) {
        AUTO(fox_job) job = rig_take(rig);

        assert_true(fox_id_equals(&job.id, i == 0 ? &held.id : &soon));
        rig_finish(rig, &job);
    }
    assert_true(rig_is_empty(rig));
    assert_int_equal(rig_state(rig, &late), PXF_JOB_SCHEDULED);
    rig_pass(rig, FOX_DAY_MS);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_true(fox_id_equals(&job.id, &late));
        rig_finish(rig, &job);
    }
    assert_int_equal(rig_count(rig, PXF_JOB_DONE), 3);
}

static void a_clock_may_jump_back(void **state)
{
    struct rig *rig = *state;
    const struct fox_id ready = rig_put_plain(rig), held_id = rig_put_plain(rig);
    const struct fox_id late = rig_put(rig, &(struct fox_job_spec){
                                                .kind = RIG_KIND,
                                                .due_ms = rig->now_ms + 1000,
                                            });
    AUTO(fox_job) held = {0};

    {
        AUTO(fox_job) job = rig_take(rig);
        pxf_error err = {0};

        held = rig_take(rig);
        assert_true(fox_id_equals(&held.id, &held_id));
        assert_ok(fox_queue_release(rig->queue, &job, 0, &err));
    }
    atomic_fetch_add(&rig->now_ms, -FOX_DAY_MS);
    assert_int_equal(rig_recover(rig), 0);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_true(fox_id_equals(&job.id, &ready));
        rig_finish(rig, &job);
    }
    rig_finish(rig, &held);
    assert_true(rig_is_empty(rig));
    assert_int_equal(rig_state(rig, &late), PXF_JOB_SCHEDULED);
    rig_pass(rig, FOX_DAY_MS + 1000);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_true(fox_id_equals(&job.id, &late));
        rig_finish(rig, &job);
    }
    assert_int_equal(rig_count(rig, PXF_JOB_DONE), 3);
}

static void a_lease_of_a_later_clock_ends_once_that_time_has_come(void **state)
{
    struct rig *rig = *state;

    rig_put_plain(rig);
    rig_take_and_die(rig);
    atomic_fetch_add(&rig->now_ms, -FOX_DAY_MS);
    rig_pass(rig, FOX_DAY_MS + RIG_LEASE_MS);
    assert_int_equal(rig_recover(rig), 1);
}

RIG_TESTS(recover_tests, cmocka_unit_test(a_worker_that_dies_right_after_taking_loses_nothing),
          cmocka_unit_test(what_crashed_goes_to_the_front_at_once),
          cmocka_unit_test(a_lease_that_is_renewed_is_not_recovered),
          cmocka_unit_test(a_lease_that_nobody_took_can_still_be_renewed),
          cmocka_unit_test(a_worker_that_comes_back_late_is_told),
          cmocka_unit_test(the_twentieth_death_of_a_host_is_the_jobs_last),
          cmocka_unit_test(deaths_of_hosts_are_not_the_jobs_own),
          cmocka_unit_test(recovering_wakes_whoever_waits),
          cmocka_unit_test(a_clock_may_jump_forward), cmocka_unit_test(a_clock_may_jump_back),
          cmocka_unit_test(a_lease_of_a_later_clock_ends_once_that_time_has_come))
