/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "rig.h"

/* The first wait of a kind that a host registered, its factor, its longest and its jitter. */
enum { FIRST_MS = 30000, FACTOR = 2, LONGEST_MS = 3600000, JITTER_PCT = 10, ATTEMPTS = 5 };

static void an_error_waits_and_is_tried_again(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);
    AUTO(fox_job) job = rig_take(rig);

    assert_int_equal(rig_fail(rig, &job, PXF_IO), FOX_FAILED_RETRY);
    {
        AUTO(fox_job) found = rig_find(rig, &id);

        assert_int_equal(found.state, PXF_JOB_SCHEDULED);
        assert_int_equal(found.attempts, 1);
        assert_int_equal(found.crashes, 0);
        assert_int_equal(found.error_status, PXF_IO);
        assert_string_equal(found.error, "the cause is IO");
        assert_int_equal(found.ended_ms, 0);
    }
    assert_true(rig_is_empty(rig));
}

/* The third way in which the original loses jobs: it takes a job from one list before it puts it on
 * the next. */
static void a_failed_job_is_always_somewhere(void **state)
{
    struct rig *rig = *state;

    for (int i = 0; i < ATTEMPTS - 1; i++) {
        AUTO(fox_job) job = {0};

        rig_put_plain(rig);
        job = rig_take(rig);
        rig_fail(rig, &job, PXF_TIMEOUT);
        assert_int_equal(rig_count(rig, PXF_JOB_SCHEDULED), i + 1);
        rig_check(rig);
    }
}

static void waits_grow_up_to_the_longest(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put(rig, &(struct fox_job_spec){
                                              .kind = RIG_KIND,
                                              .max_attempts = -1,
                                          });
    int64_t expected_ms = FIRST_MS;

    for (int i = 0; i < 40; i++) {
        AUTO(fox_job) job = rig_take(rig);
        AUTO(fox_job) found = {0};
        int64_t wait_ms;

        assert_int_equal(rig_fail(rig, &job, PXF_UNAVAILABLE), FOX_FAILED_RETRY);
        found = rig_find(rig, &id);
        wait_ms = found.due_ms - rig->now_ms;
        assert_in_range(wait_ms, expected_ms - expected_ms * JITTER_PCT / 100, expected_ms);
        rig_pass(rig, wait_ms - 1);
        assert_true(rig_is_empty(rig));
        rig_pass(rig, 1);
        expected_ms = expected_ms * FACTOR < LONGEST_MS ? expected_ms * FACTOR : LONGEST_MS;
    }
}

static void what_failed_together_does_not_return_together(void **state)
{
    struct rig *rig = *state;
    enum { JOB_COUNT = 100, CLOSE_MS = 100 };
    int64_t dues[JOB_COUNT];
    int close_count = 0;

    for (int i = 0; i < JOB_COUNT; i++) {
        const struct fox_id id = rig_put_plain(rig);
        AUTO(fox_job) job = rig_take(rig);
        AUTO(fox_job) found = {0};

        rig_fail(rig, &job, PXF_UNAVAILABLE);
        found = rig_find(rig, &id);
        dues[i] = found.due_ms;
    }
    for (int i = 1; i < JOB_COUNT; i++) {
        close_count += llabs(dues[i] - dues[0]) < CLOSE_MS;
    }
    assert_in_range(close_count, 0, JOB_COUNT / 4);
}

static void a_service_says_when_to_come_back(void **state)
{
    struct rig *rig = *state;
    static const struct {
        int32_t after_s;
        int64_t least_ms, most_ms;
    } cases[] = {
        {0, FIRST_MS - FIRST_MS / 10, FIRST_MS},
        {1, FIRST_MS - FIRST_MS / 10, FIRST_MS},
        {60, 60000, 66000},
        {7200, 7200000, 7920000},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct fox_id id = rig_put_plain(rig);
        AUTO(fox_job) job = rig_take(rig);
        AUTO(fox_job) found = {0};
        pxf_error cause = rig_cause(PXF_BUSY), err = {0};
        enum fox_failed failed;

        cause.retry_after_s = cases[i].after_s;
        assert_ok(fox_queue_fail(rig->queue, &job, &cause, false, &failed, &err));
        found = rig_find(rig, &id);
        assert_in_range(found.due_ms - rig->now_ms, cases[i].least_ms, cases[i].most_ms);
    }
}

static void only_what_may_succeed_later_is_tried_again(void **state)
{
    struct rig *rig = *state;

    for (pxf_status status = PXF_INVALID; status <= PXF_INTERNAL; status++) {
        const struct fox_id id = rig_put_plain(rig);
        AUTO(fox_job) job = rig_take(rig);
        const bool again = fox_status_is_retryable(status);

        assert_int_equal(rig_fail(rig, &job, status), again ? FOX_FAILED_RETRY : FOX_FAILED_DEAD);
        assert_int_equal(rig_state(rig, &id), again ? PXF_JOB_SCHEDULED : PXF_JOB_DEAD);
    }
}

/* The original forgets a job for good a day after its last attempt. */
static void out_of_attempts_a_job_is_dead_and_stays(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);
    pxf_error err = {0};
    int64_t count;

    for (int i = 1; i <= ATTEMPTS; i++) {
        AUTO(fox_job) job = rig_take(rig);

        assert_int_equal(rig_fail(rig, &job, PXF_IO),
                         i < ATTEMPTS ? FOX_FAILED_RETRY : FOX_FAILED_DEAD);
        rig_pass(rig, LONGEST_MS);
    }
    rig_pass(rig, 90 * FOX_DAY_MS);
    assert_ok(fox_queue_expire(rig->queue, rig->now_ms, 100, &count, &err));
    assert_int_equal(count, 0);
    {
        AUTO(fox_job) job = rig_find(rig, &id);

        assert_int_equal(job.state, PXF_JOB_DEAD);
        assert_int_equal(job.attempts, ATTEMPTS);
        assert_int_equal(job.error_status, PXF_IO);
        assert_true(job.ended_ms > 0);
    }
}

static void a_jobs_own_attempts_go_before_the_kinds(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_job) job = {0};

    rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .max_attempts = 1});
    job = rig_take(rig);
    assert_int_equal(rig_fail(rig, &job, PXF_IO), FOX_FAILED_DEAD);
}

static void a_failure_has_a_cause(void **state)
{
    struct rig *rig = *state;
    const pxf_error nothing = {0};
    AUTO(fox_job) job = {0};
    enum fox_failed failed;
    pxf_error err = {0};

    rig_put_plain(rig);
    job = rig_take(rig);
    assert_fails(fox_queue_fail(rig->queue, &job, &nothing, false, &failed, &err), PXF_INVALID);
    assert_fails(fox_queue_fail(rig->queue, &job, NULL, false, &failed, &err), PXF_INVALID);
    rig_finish(rig, &job);
}

static void a_success_after_failures_leaves_no_error(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);

    {
        AUTO(fox_job) job = rig_take(rig);

        rig_fail(rig, &job, PXF_IO);
    }
    rig_pass(rig, FIRST_MS);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_int_equal(job.error_status, PXF_IO);
        assert_string_equal(job.error, "the cause is IO");
        rig_finish(rig, &job);
    }
    {
        AUTO(fox_job) job = rig_find(rig, &id);

        assert_int_equal(job.error_status, PXF_OK);
        assert_string_equal(job.error, "");
        assert_int_equal(job.attempts, 1);
    }
}

static enum fox_failed crash(struct rig *rig, const struct fox_job *job)
{
    const pxf_error cause = rig_cause(PXF_UNAVAILABLE);
    enum fox_failed failed = 0;
    pxf_error err = {0};

    assert_ok(fox_queue_fail(rig->queue, job, &cause, true, &failed, &err));
    return failed;
}

static void a_crash_of_its_own_goes_to_the_front_and_kills_at_the_third(void **state)
{
    struct rig *rig = *state;
    const struct fox_id older = rig_put_plain(rig), id = rig_put_plain(rig);
    AUTO(fox_job) kept = rig_take(rig);

    (void)older;
    for (int i = 1; i <= 3; i++) {
        AUTO(fox_job) job = rig_take(rig);

        rig_put_plain(rig);
        assert_true(fox_id_equals(&job.id, &id));
        assert_int_equal(crash(rig, &job), i < 3 ? FOX_FAILED_RETRY : FOX_FAILED_DEAD);
        {
            AUTO(fox_job) found = rig_find(rig, &id);

            assert_int_equal(found.state, i < 3 ? PXF_JOB_READY : PXF_JOB_DEAD);
            assert_int_equal(found.crashes, i);
            assert_int_equal(found.own_crashes, i);
            assert_int_equal(found.attempts, 0);
            assert_int_equal(found.error_status, PXF_UNAVAILABLE);
        }
    }
    rig_finish(rig, &kept);
}

static void errors_and_crashes_are_counted_apart(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);

    for (int i = 0; i < 2; i++) {
        AUTO(fox_job) crashed = rig_take(rig);

        assert_int_equal(crash(rig, &crashed), FOX_FAILED_RETRY);
        {
            AUTO(fox_job) failed = rig_take(rig);

            assert_int_equal(rig_fail(rig, &failed, PXF_IO), FOX_FAILED_RETRY);
        }
        rig_pass(rig, LONGEST_MS);
    }
    {
        AUTO(fox_job) job = rig_find(rig, &id);

        assert_int_equal(job.attempts, 2);
        assert_int_equal(job.crashes, 2);
    }
}

static void failing_wakes_whoever_waits(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_job) job = {0};
    int count;

    rig_put_plain(rig);
    job = rig_take(rig);
    count = rig->wake_count;
    rig_fail(rig, &job, PXF_IO);
    assert_int_equal(rig->wake_count, count + 1);
}

RIG_TESTS(fail_tests, cmocka_unit_test(an_error_waits_and_is_tried_again),
          cmocka_unit_test(a_failed_job_is_always_somewhere),
          cmocka_unit_test(waits_grow_up_to_the_longest),
          cmocka_unit_test(what_failed_together_does_not_return_together),
          cmocka_unit_test(a_service_says_when_to_come_back),
          cmocka_unit_test(only_what_may_succeed_later_is_tried_again),
          cmocka_unit_test(out_of_attempts_a_job_is_dead_and_stays),
          cmocka_unit_test(a_jobs_own_attempts_go_before_the_kinds),
          cmocka_unit_test(a_failure_has_a_cause),
          cmocka_unit_test(a_success_after_failures_leaves_no_error),
          cmocka_unit_test(a_crash_of_its_own_goes_to_the_front_and_kills_at_the_third),
          cmocka_unit_test(errors_and_crashes_are_counted_apart),
          cmocka_unit_test(failing_wakes_whoever_waits))
