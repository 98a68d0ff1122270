/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "rig.h"

/* Brings a new job, which must be the only waiting one, into a state. */
static struct fox_id job_in(struct rig *rig, pxf_job_state state)
{
    const struct fox_id id =
        rig_put(rig, &(struct fox_job_spec){
                         .kind = RIG_KIND,
                         .due_ms = state == PXF_JOB_SCHEDULED ? rig->now_ms + 1000 : 0,
                     });
    AUTO(fox_job) job = {0};
    pxf_error err = {0};

    if (state == PXF_JOB_CANCELLED) {
        assert_ok(fox_queue_cancel(rig->queue, &id, &err));
    }
    if (state == PXF_JOB_RUNNING || state == PXF_JOB_DONE || state == PXF_JOB_DEAD) {
        job = rig_take(rig);
    }
    if (state == PXF_JOB_DONE) {
        rig_finish(rig, &job);
    }
    if (state == PXF_JOB_DEAD) {
        rig_fail(rig, &job, PXF_CORRUPT);
    }
    assert_int_equal(rig_state(rig, &id), state);
    return id;
}

static void cancelling_depends_on_the_state(void **state)
{
    static const struct {
        pxf_job_state from, to;
        pxf_status status;
    } cases[] = {
        {PXF_JOB_SCHEDULED, PXF_JOB_CANCELLED, PXF_OK},
        {PXF_JOB_READY, PXF_JOB_CANCELLED, PXF_OK},
        {PXF_JOB_RUNNING, PXF_JOB_RUNNING, PXF_OK},
        {PXF_JOB_DONE, PXF_JOB_DONE, PXF_CONFLICT},
        {PXF_JOB_DEAD, PXF_JOB_CANCELLED, PXF_OK},
        {PXF_JOB_CANCELLED, PXF_JOB_CANCELLED, PXF_OK},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig *rig = rig_new(((struct rig *)*state)->driver);
        const struct fox_id id = job_in(rig, cases[i].from);
        pxf_error err = {0};

        assert_int_equal(fox_queue_cancel(rig->queue, &id, &err), cases[i].status);
        assert_int_equal(rig_state(rig, &id), cases[i].to);
        rig_pass(rig, 1000);
        assert_true(rig_is_empty(rig));
        rig_check(rig);
        rig_free(rig);
    }
}

static void retrying_depends_on_the_state(void **state)
{
    static const struct {
        pxf_job_state from, to;
        pxf_status status;
    } cases[] = {
        {PXF_JOB_SCHEDULED, PXF_JOB_READY, PXF_OK},
        {PXF_JOB_READY, PXF_JOB_READY, PXF_OK},
        {PXF_JOB_RUNNING, PXF_JOB_RUNNING, PXF_CONFLICT},
        {PXF_JOB_DONE, PXF_JOB_DONE, PXF_CONFLICT},
        {PXF_JOB_DEAD, PXF_JOB_READY, PXF_OK},
        {PXF_JOB_CANCELLED, PXF_JOB_READY, PXF_OK},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig *rig = rig_new(((struct rig *)*state)->driver);
        const struct fox_id id = job_in(rig, cases[i].from);
        pxf_error err = {0};

        assert_int_equal(fox_queue_retry(rig->queue, &id, &err), cases[i].status);
        assert_int_equal(rig_state(rig, &id), cases[i].to);
        assert_int_equal(rig_is_empty(rig), cases[i].to != PXF_JOB_READY);
        rig_check(rig);
        rig_free(rig);
    }
}

static void a_retried_job_begins_anew(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put(rig, &(struct fox_job_spec){
                                              .kind = RIG_KIND,
                                              .max_attempts = 1,
                                          });
    pxf_error err = {0};

    for (int i = 0; i < 3; i++) {
        AUTO(fox_job) job = rig_take(rig);

        assert_int_equal(job.attempts, 0);
        assert_int_equal(job.ended_ms, 0);
        assert_int_equal(rig_fail(rig, &job, PXF_IO), FOX_FAILED_DEAD);
        assert_ok(fox_queue_retry(rig->queue, &id, &err));
    }
}

static void retrying_does_not_make_a_second_job_of_one_key(void **state)
{
    struct rig *rig = *state;
    const struct fox_job_spec spec = {.kind = RIG_KIND, .unique_key = "k"};
    const struct fox_id id = rig_put(rig, &spec);
    pxf_error err = {0};

    {
        AUTO(fox_job) job = rig_take(rig);

        rig_fail(rig, &job, PXF_CORRUPT);
    }
    rig_put(rig, &spec);
    assert_fails(fox_queue_retry(rig->queue, &id, &err), PXF_CONFLICT);
    assert_int_equal(rig_state(rig, &id), PXF_JOB_DEAD);
    {
        AUTO(fox_job) job = rig_take(rig);

        rig_finish(rig, &job);
    }
    assert_ok(fox_queue_retry(rig->queue, &id, &err));
    assert_int_equal(rig_state(rig, &id), PXF_JOB_READY);
}

static void nobody_knows_an_unknown_id(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = {.bytes = {9}};
    struct fox_job job;
    pxf_error err = {0};

    assert_fails(fox_queue_cancel(rig->queue, &id, &err), PXF_NOT_FOUND);
    assert_fails(fox_queue_retry(rig->queue, &id, &err), PXF_NOT_FOUND);
    assert_fails(fox_queue_find(rig->queue, &id, &job, &err), PXF_NOT_FOUND);
    assert_fails(fox_queue_history(rig->queue, &id, NULL, NULL, &err), PXF_NOT_FOUND);
}

static void a_running_job_is_asked_to_stop(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);
    AUTO(fox_job) job = rig_take(rig);
    pxf_error err = {0};
    bool cancel = false;

    assert_ok(fox_queue_extend(rig->queue, &job, RIG_LEASE_MS, -1, &cancel, &err));
    assert_false(cancel);
    assert_ok(fox_queue_cancel(rig->queue, &id, &err));
    assert_ok(fox_queue_extend(rig->queue, &job, RIG_LEASE_MS, -1, &cancel, &err));
    assert_true(cancel);
    {
        AUTO(fox_job) found = rig_find(rig, &id);

        assert_true(found.cancel_requested);
    }
    rig_finish(rig, &job);
    assert_int_equal(rig_state(rig, &id), PXF_JOB_DONE);
}

static void stop_by_failing(struct rig *rig, const struct fox_job *job)
{
    assert_int_equal(rig_fail(rig, job, PXF_IO), FOX_FAILED_CANCELLED);
}

static void stop_by_failing_for_good(struct rig *rig, const struct fox_job *job)
{
    assert_int_equal(rig_fail(rig, job, PXF_CORRUPT), FOX_FAILED_CANCELLED);
}

static void stop_by_crashing(struct rig *rig, const struct fox_job *job)
{
    const pxf_error cause = rig_cause(PXF_UNAVAILABLE);
    enum fox_failed failed;
    pxf_error err = {0};

    assert_ok(fox_queue_fail(rig->queue, job, &cause, true, &failed, &err));
    assert_int_equal(failed, FOX_FAILED_CANCELLED);
}

static void stop_by_releasing(struct rig *rig, const struct fox_job *job)
{
    pxf_error err = {0};

    assert_ok(fox_queue_release(rig->queue, job, 0, &err));
}

static void stop_by_dying(struct rig *rig, const struct fox_job *job)
{
    (void)job;
    rig_pass(rig, RIG_LEASE_MS);
    assert_int_equal(rig_recover(rig), 1);
}

static void what_was_asked_to_stop_is_cancelled_unless_it_ends_well(void **state)
{
    static void (*const stops[])(struct rig *, const struct fox_job *) = {
        stop_by_failing, stop_by_failing_for_good, stop_by_crashing, stop_by_releasing,
        stop_by_dying,
    };
    struct rig *rig = *state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        const struct fox_id id = rig_put_plain(rig);
        AUTO(fox_job) job = rig_take(rig);

        assert_ok(fox_queue_cancel(rig->queue, &id, &err));
        assert_ok(fox_queue_cancel(rig->queue, &id, &err));
        stops[i](rig, &job);
        assert_int_equal(rig_state(rig, &id), PXF_JOB_CANCELLED);
        assert_true(rig_is_empty(rig));
    }
}

static void a_paused_kind_is_put_and_not_taken(void **state)
{
    struct rig *rig = *state;
    const struct fox_id other = rig_put(rig, &(struct fox_job_spec){.kind = "other"});
    struct fox_id before, after;
    pxf_error err = {0};

    before = rig_put_plain(rig);
    assert_ok(fox_queue_pause(rig->queue, RIG_KIND, &err));
    assert_ok(fox_queue_pause(rig->queue, RIG_KIND, &err));
    after = rig_put_plain(rig);
    assert_int_equal(rig_state(rig, &before), PXF_JOB_PAUSED);
    assert_int_equal(rig_state(rig, &after), PXF_JOB_PAUSED);
    assert_int_equal(rig_state(rig, &other), PXF_JOB_READY);
    assert_int_equal(rig_count(rig, PXF_JOB_PAUSED), 2);
    assert_int_equal(rig_count(rig, PXF_JOB_READY), 1);
    assert_true(rig_is_empty(rig));
    assert_ok(fox_queue_resume(rig->queue, RIG_KIND, &err));
    assert_ok(fox_queue_resume(rig->queue, RIG_KIND, &err));
    assert_int_equal(rig_state(rig, &before), PXF_JOB_READY);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_true(fox_id_equals(&job.id, &before));
    }
}

static void a_kind_can_be_paused_before_its_first_job(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    assert_ok(fox_queue_pause(rig->queue, RIG_KIND, &err));
    rig_put_plain(rig);
    assert_true(rig_is_empty(rig));
    assert_fails(fox_queue_pause(rig->queue, "no kind", &err), PXF_INVALID);
    assert_fails(fox_queue_resume(rig->queue, "", &err), PXF_INVALID);
}

static void pausing_lets_go_on_what_runs(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);
    AUTO(fox_job) job = rig_take(rig);
    pxf_error err = {0};

    assert_ok(fox_queue_pause(rig->queue, RIG_KIND, &err));
    assert_int_equal(rig_state(rig, &id), PXF_JOB_RUNNING);
    rig_fail(rig, &job, PXF_IO);
    assert_int_equal(rig_state(rig, &id), PXF_JOB_SCHEDULED);
    rig_pass(rig, FOX_HOUR_MS);
    assert_int_equal(rig_state(rig, &id), PXF_JOB_PAUSED);
    assert_true(rig_is_empty(rig));
}

static void an_images_jobs_are_cancelled_together(void **state)
{
    struct rig *rig = *state;
    const struct fox_id image_id = {.bytes = {1}}, other_id = {.bytes = {2}};
    const struct fox_id other =
        rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .image_id = &other_id});
    const struct fox_id running = rig_put(rig, &(struct fox_job_spec){
                                                   .kind = RIG_KIND,
                                                   .image_id = &image_id,
                                                   .priority = 1,
                                               });
    const struct fox_id ready =
        rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .image_id = &image_id});
    const struct fox_id scheduled = rig_put(rig, &(struct fox_job_spec){
                                                     .kind = RIG_KIND,
                                                     .image_id = &image_id,
                                                     .due_ms = rig->now_ms + 1000,
                                                 });
    const struct fox_id spared =
        rig_put(rig, &(struct fox_job_spec){.kind = "image_delete", .image_id = &image_id});
    AUTO(fox_job) job = rig_take(rig);
    pxf_error err = {0};
    bool cancel = false;

    assert_true(fox_id_equals(&job.id, &running));
    assert_ok(fox_queue_cancel_image(rig->queue, NULL, &image_id, "image_delete", &err));
    assert_int_equal(rig_state(rig, &other), PXF_JOB_READY);
    assert_int_equal(rig_state(rig, &ready), PXF_JOB_CANCELLED);
    assert_int_equal(rig_state(rig, &scheduled), PXF_JOB_CANCELLED);
    assert_int_equal(rig_state(rig, &spared), PXF_JOB_READY);
    assert_ok(fox_queue_extend(rig->queue, &job, RIG_LEASE_MS, -1, &cancel, &err));
    assert_true(cancel);
    assert_ok(fox_queue_cancel_image(rig->queue, NULL, &image_id, NULL, &err));
    assert_int_equal(rig_state(rig, &spared), PXF_JOB_CANCELLED);
    rig_finish(rig, &job);
}

static void dead_and_done_jobs_of_an_image_are_left(void **state)
{
    struct rig *rig = *state;
    const struct fox_id image_id = {.bytes = {1}};
    const struct fox_job_spec spec = {.kind = RIG_KIND, .image_id = &image_id};
    const struct fox_id done = rig_put(rig, &spec), dead = rig_put(rig, &spec);
    pxf_error err = {0};

    {
        AUTO(fox_job) job = rig_take(rig);

        rig_finish(rig, &job);
    }
    {
        AUTO(fox_job) job = rig_take(rig);

        rig_fail(rig, &job, PXF_CORRUPT);
    }
    assert_ok(fox_queue_cancel_image(rig->queue, NULL, &image_id, NULL, &err));
    assert_int_equal(rig_state(rig, &done), PXF_JOB_DONE);
    assert_int_equal(rig_state(rig, &dead), PXF_JOB_DEAD);
}

static void retrying_and_resuming_wake_whoever_waits(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = job_in(rig, PXF_JOB_DEAD);
    const int count = rig->wake_count;
    pxf_error err = {0};

    assert_ok(fox_queue_retry(rig->queue, &id, &err));
    assert_int_equal(rig->wake_count, count + 1);
    assert_ok(fox_queue_resume(rig->queue, RIG_KIND, &err));
    assert_int_equal(rig->wake_count, count + 2);
}

RIG_TESTS(hand_tests, cmocka_unit_test(cancelling_depends_on_the_state),
          cmocka_unit_test(retrying_depends_on_the_state),
          cmocka_unit_test(a_retried_job_begins_anew),
          cmocka_unit_test(retrying_does_not_make_a_second_job_of_one_key),
          cmocka_unit_test(nobody_knows_an_unknown_id),
          cmocka_unit_test(a_running_job_is_asked_to_stop),
          cmocka_unit_test(what_was_asked_to_stop_is_cancelled_unless_it_ends_well),
          cmocka_unit_test(a_paused_kind_is_put_and_not_taken),
          cmocka_unit_test(a_kind_can_be_paused_before_its_first_job),
          cmocka_unit_test(pausing_lets_go_on_what_runs),
          cmocka_unit_test(an_images_jobs_are_cancelled_together),
          cmocka_unit_test(dead_and_done_jobs_of_an_image_are_left),
          cmocka_unit_test(retrying_and_resuming_wake_whoever_waits))
