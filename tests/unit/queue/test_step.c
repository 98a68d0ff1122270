/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/step.h"

#include <string.h>

#include "support/suite.h"

enum { NOW_MS = 1000000 };

static const struct fox_queue_self self = {.process_id = {.bytes = {1}}, .node = "here"};

static struct fox_put put_of(int64_t due_ms)
{
    return (struct fox_put){
        .spec = {.kind = "work", .payload = "{}", .node = "", .priority = 5, .due_ms = due_ms},
        .id = {.bytes = {9}},
        .now_ms = NOW_MS,
    };
}

static struct fox_job_row row_in(pxf_job_state state)
{
    const struct fox_put put = put_of(NOW_MS);
    struct fox_job_row row;

    fox_step_put(&row, &put);
    row.job.state = state;
    row.job.ended_ms = fox_job_is_living(state) ? 0 : NOW_MS;
    return row;
}

static struct fox_job_row running_row(void)
{
    struct fox_job_row row = row_in(PXF_JOB_READY);

    fox_step_take(&row, &(struct fox_take){
                            .token = 7,
                            .self = &self,
                            .now_ms = NOW_MS + 10,
                            .lease_ms = 500,
                        });
    return row;
}

static void each_state_waits_or_lives_or_neither(void **state)
{
    static const struct {
        pxf_job_state state;
        bool is_waiting, is_living;
    } cases[] = {
        {PXF_JOB_SCHEDULED, true, true}, {PXF_JOB_READY, true, true},
        {PXF_JOB_RUNNING, false, true},  {PXF_JOB_DONE, false, false},
        {PXF_JOB_DEAD, false, false},    {PXF_JOB_CANCELLED, false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(fox_job_is_waiting(cases[i].state), cases[i].is_waiting);
        assert_int_equal(fox_job_is_living(cases[i].state), cases[i].is_living);
    }
}

static void a_job_is_ready_at_its_millisecond(void **state)
{
    static const struct {
        int64_t due_ms;
        pxf_job_state state;
    } cases[] = {
        {1, PXF_JOB_READY},
        {NOW_MS, PXF_JOB_READY},
        {NOW_MS + 1, PXF_JOB_SCHEDULED},
        {INT64_MAX, PXF_JOB_SCHEDULED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct fox_put put = put_of(cases[i].due_ms);
        struct fox_job_row row;

        fox_step_put(&row, &put);
        assert_int_equal(row.job.state, cases[i].state);
        assert_true(row.job.due_ms == cases[i].due_ms);
    }
}

static void replacing_keeps_what_the_job_is(void **state)
{
    struct fox_job_row row = row_in(PXF_JOB_READY);
    struct fox_put put = put_of(NOW_MS + 50);

    (void)state;
    row.is_front = true;
    row.job.attempts = 2;
    put.id = (struct fox_id){.bytes = {8}};
    put.now_ms = NOW_MS + 40;
    put.spec.priority = 6;
    fox_step_replace(&row, &put);
    assert_int_equal(row.job.id.bytes[0], 9);
    assert_int_equal(row.job.created_ms, NOW_MS);
    assert_int_equal(row.job.attempts, 2);
    assert_int_equal(row.job.priority, 6);
    assert_int_equal(row.job.state, PXF_JOB_SCHEDULED);
    assert_false(row.is_front);
}

static void taking_notes_whose_it_is(void **state)
{
    const struct fox_job_row row = running_row();

    (void)state;
    assert_int_equal(row.job.state, PXF_JOB_RUNNING);
    assert_int_equal(row.job.token, 7);
    assert_int_equal(row.job.started_ms, NOW_MS + 10);
    assert_int_equal(row.job.lease_until_ms, NOW_MS + 510);
    assert_string_equal(row.job.node, "here");
    assert_true(fox_id_equals(&row.process_id, &self.process_id));
    assert_int_equal(row.run, 1);
}

static void only_a_running_job_is_held(void **state)
{
    struct fox_job_row row = running_row();
    struct fox_job lease = {.token = 7};

    (void)state;
    assert_true(fox_job_is_held(&row, &lease));
    lease.token = 8;
    assert_false(fox_job_is_held(&row, &lease));
    row.job.state = PXF_JOB_READY;
    row.job.token = 0;
    lease.token = 0;
    assert_false(fox_job_is_held(&row, &lease));
}

static void an_exit_leads_to_its_state(void **state)
{
    static const struct {
        pxf_job_state exit;
        bool cancel_requested;
        int64_t due_ms;
        pxf_job_state state;
        bool is_front;
    } cases[] = {
        {PXF_JOB_DONE, false, 0, PXF_JOB_DONE, false},
        {PXF_JOB_DONE, true, 0, PXF_JOB_DONE, false},
        {PXF_JOB_DEAD, false, 0, PXF_JOB_DEAD, false},
        {PXF_JOB_DEAD, true, 0, PXF_JOB_CANCELLED, false},
        {PXF_JOB_SCHEDULED, false, NOW_MS + 100, PXF_JOB_SCHEDULED, false},
        {PXF_JOB_SCHEDULED, false, NOW_MS + 20, PXF_JOB_READY, false},
        {PXF_JOB_SCHEDULED, true, NOW_MS + 100, PXF_JOB_CANCELLED, false},
        {PXF_JOB_READY, false, NOW_MS + 20, PXF_JOB_READY, true},
        {PXF_JOB_READY, true, NOW_MS + 20, PXF_JOB_CANCELLED, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fox_job_row row = running_row();
        const struct fox_exit exit = {
            .state = cases[i].exit,
            .now_ms = NOW_MS + 20,
            .due_ms = cases[i].due_ms,
        };
        struct fox_attempt attempt;

        row.job.cancel_requested = cases[i].cancel_requested;
        (void)fox_step_leave(&row, &exit, &attempt);
        assert_int_equal(row.job.state, cases[i].state);
        assert_int_equal(row.is_front, cases[i].is_front);
        assert_int_equal(row.job.token, 0);
        assert_int_equal(row.job.lease_until_ms, 0);
        assert_true(fox_id_is_zero(&row.process_id));
        assert_int_equal(row.job.ended_ms, fox_job_is_living(cases[i].state) ? 0 : NOW_MS + 20);
        assert_false(row.job.cancel_requested && !fox_job_is_living(row.job.state));
    }
}

static void a_run_that_was_handed_back_is_no_attempt(void **state)
{
    struct fox_exit exit = {.state = PXF_JOB_READY, .now_ms = NOW_MS + 20};
    pxf_error cause = {0};
    struct fox_attempt attempt;
    struct fox_job_row row = running_row();

    (void)state;
    assert_false(fox_step_leave(&row, &exit, &attempt));
    row = running_row();
    row.job.cancel_requested = true;
    assert_true(fox_step_leave(&row, &exit, &attempt));
    assert_string_equal(attempt.error, "cancelled");
    (void)fox_fail(&cause, PXF_IO, "the disk is gone");
    exit.cause = &cause;
    row = running_row();
    assert_true(fox_step_leave(&row, &exit, &attempt));
    assert_string_equal(attempt.error, "the disk is gone");
    assert_string_equal(attempt.node, "here");
    assert_int_equal(attempt.started_ms, NOW_MS + 10);
    assert_int_equal(attempt.ended_ms, NOW_MS + 20);
}

static void the_twentieth_crash_of_a_host_is_the_last(void **state)
{
    static const struct {
        int32_t crashes, own_crashes;
        pxf_job_state state;
    } cases[] = {
        {0, 0, PXF_JOB_READY},  {18, 0, PXF_JOB_READY}, {19, 0, PXF_JOB_DEAD},
        {20, 2, PXF_JOB_READY}, {21, 2, PXF_JOB_DEAD},
    };
    const pxf_error cause = {.status = PXF_UNAVAILABLE};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fox_job_row row = running_row();
        struct fox_exit exit;

        row.job.crashes = cases[i].crashes;
        row.job.own_crashes = cases[i].own_crashes;
        exit = fox_step_crash(&row, &cause, NOW_MS);
        assert_int_equal(exit.state, cases[i].state);
        assert_int_equal(exit.crashes, 1);
        assert_int_equal(exit.own_crashes + exit.attempts, 0);
    }
}

static void a_forbidden_step_changes_nothing(void **state)
{
    struct fox_job_row row = row_in(PXF_JOB_DONE);
    const struct fox_job_row before = row;
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_step_cancel(&row, NOW_MS, &err), PXF_CONFLICT);
    assert_fails(fox_step_retry(&row, NOW_MS, &err), PXF_CONFLICT);
    assert_memory_equal(&row, &before, sizeof row);
    row = running_row();
    assert_fails(fox_step_retry(&row, NOW_MS, &err), PXF_CONFLICT);
    assert_int_equal(row.job.state, PXF_JOB_RUNNING);
}

static void what_people_see_follows_kind_and_clock(void **state)
{
    static const struct {
        pxf_job_state kept;
        int64_t due_ms;
        struct fox_kind_view kind;
        pxf_job_state seen;
    } cases[] = {
        {PXF_JOB_SCHEDULED, NOW_MS + 1, {true, 0, 0}, PXF_JOB_SCHEDULED},
        {PXF_JOB_SCHEDULED, NOW_MS, {false, NOW_MS, 0}, PXF_JOB_READY},
        {PXF_JOB_SCHEDULED, NOW_MS, {true, NOW_MS, 0}, PXF_JOB_PAUSED},
        {PXF_JOB_READY, NOW_MS, {false, NOW_MS, 0}, PXF_JOB_READY},
        {PXF_JOB_READY, NOW_MS, {false, NOW_MS - 59999, 0}, PXF_JOB_READY},
        {PXF_JOB_READY, NOW_MS, {false, NOW_MS - 60000, 0}, PXF_JOB_STRANDED},
        {PXF_JOB_READY, NOW_MS, {false, 0, NOW_MS - 59999}, PXF_JOB_READY},
        {PXF_JOB_READY, NOW_MS, {false, 0, NOW_MS - 60000}, PXF_JOB_STRANDED},
        {PXF_JOB_READY, NOW_MS, {false, 0, NOW_MS + 5000}, PXF_JOB_READY},
        {PXF_JOB_READY, NOW_MS, {true, 0, 0}, PXF_JOB_PAUSED},
        {PXF_JOB_RUNNING, NOW_MS, {true, 0, 0}, PXF_JOB_RUNNING},
        {PXF_JOB_DONE, NOW_MS, {true, 0, 0}, PXF_JOB_DONE},
        {PXF_JOB_DEAD, NOW_MS, {false, 0, 0}, PXF_JOB_DEAD},
        {PXF_JOB_CANCELLED, NOW_MS, {true, 0, 0}, PXF_JOB_CANCELLED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fox_job_row row = row_in(cases[i].kept);

        row.job.due_ms = cases[i].due_ms;
        assert_int_equal(fox_job_view(&row, &cases[i].kind, NOW_MS), cases[i].seen);
    }
}

SUITE(step, cmocka_unit_test(each_state_waits_or_lives_or_neither),
      cmocka_unit_test(a_job_is_ready_at_its_millisecond),
      cmocka_unit_test(replacing_keeps_what_the_job_is), cmocka_unit_test(taking_notes_whose_it_is),
      cmocka_unit_test(only_a_running_job_is_held), cmocka_unit_test(an_exit_leads_to_its_state),
      cmocka_unit_test(a_run_that_was_handed_back_is_no_attempt),
      cmocka_unit_test(the_twentieth_crash_of_a_host_is_the_last),
      cmocka_unit_test(a_forbidden_step_changes_nothing),
      cmocka_unit_test(what_people_see_follows_kind_and_clock))
