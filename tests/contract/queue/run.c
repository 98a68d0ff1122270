/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "rig.h"

static void take_and_expect(struct rig *rig, const struct fox_id *id)
{
    AUTO(fox_job) job = rig_take(rig);

    assert_true(fox_id_equals(&job.id, id));
}

static void the_lowest_number_goes_first_then_the_oldest(void **state)
{
    struct rig *rig = *state;
    static const int32_t priorities[] = {100, 5, 8191, 5, 1, 0, 100};
    static const size_t order[] = {4, 1, 3, 0, 5, 6, 2};
    struct fox_id ids[sizeof priorities / sizeof priorities[0]];

    for (size_t i = 0; i < sizeof priorities / sizeof priorities[0]; i++) {
        ids[i] = rig_put(rig, &(struct fox_job_spec){
                                  .kind = RIG_KIND,
                                  .priority = priorities[i],
                              });
    }
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        take_and_expect(rig, &ids[order[i]]);
    }
    assert_true(rig_is_empty(rig));
}

static void age_counts_across_kinds_and_delays(void **state)
{
    struct rig *rig = *state;
    static const char *const kinds[] = {"one", "two", "three"};
    const struct fox_reserve reserve = {.kinds = kinds, .kind_count = 3, .lease_ms = 1000};
    struct fox_id ids[6];
    pxf_error err = {0};

    for (size_t i = 0; i < 6; i++) {
        ids[i] = rig_put(rig, &(struct fox_job_spec){
                                  .kind = kinds[i % 3],
                                  .due_ms = i == 2 ? rig->now_ms + 10 : 0,
                              });
    }
    rig_pass(rig, 10);
    for (size_t i = 0; i < 6; i++) {
        AUTO(fox_job) job = {0};

        assert_ok(fox_queue_reserve(rig->queue, &reserve, &job, &err));
        assert_true(fox_id_equals(&job.id, &ids[i]));
    }
}

static void a_taken_job_tells_its_lease(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put(rig, &(struct fox_job_spec){
                                              .kind = RIG_KIND,
                                              .payload = "{\"a\":1}",
                                          });
    AUTO(fox_job) job = rig_take(rig);
    AUTO(fox_job) found = rig_find(rig, &id);

    assert_int_equal(job.state, PXF_JOB_RUNNING);
    assert_true(job.token != 0);
    assert_int_equal(job.started_ms, rig->now_ms);
    assert_int_equal(job.lease_until_ms, rig->now_ms + RIG_LEASE_MS);
    assert_string_equal(job.node, "here");
    assert_string_equal(job.payload, "{\"a\":1}");
    assert_int_equal(found.state, PXF_JOB_RUNNING);
    assert_true(found.token == 0);
    assert_int_equal(found.lease_until_ms, job.lease_until_ms);
}

static void a_taken_job_is_nobody_elses(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_job) job = {0};

    rig_put_plain(rig);
    job = rig_take(rig);
    assert_true(rig_is_empty(rig));
    rig_finish(rig, &job);
    assert_true(rig_is_empty(rig));
}

static void only_the_kinds_asked_for_are_taken(void **state)
{
    struct rig *rig = *state;
    const struct fox_reserve nothing = {.lease_ms = 1000};
    struct fox_job job;
    pxf_error err = {0};

    rig_put_plain(rig);
    assert_true(rig_is_empty_of(rig, "other"));
    assert_fails(fox_queue_reserve(rig->queue, &nothing, &job, &err), PXF_NOT_FOUND);
    assert_false(rig_is_empty(rig));
}

/* The fifth way in which the original goes wrong: a job for another node is popped and pushed back
 * to the front, and everybody behind it waits. */
static void a_job_of_another_node_is_left_alone_and_blocks_nobody(void **state)
{
    struct rig *rig = *state;
    struct fox_id theirs[50], ours;

    for (size_t i = 0; i < 50; i++) {
        theirs[i] = rig_put(rig, &(struct fox_job_spec){
                                     .kind = RIG_KIND,
                                     .node = "there",
                                     .priority = 1,
                                 });
    }
    ours = rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .node = "here"});
    take_and_expect(rig, &ours);
    assert_true(rig_is_empty(rig));
    for (size_t i = 0; i < 50; i++) {
        AUTO(fox_job) job = rig_find(rig, &theirs[i]);

        assert_int_equal(job.state, PXF_JOB_READY);
        assert_int_equal(job.started_ms, 0);
    }
}

static void an_image_filter_takes_what_is_not_due(void **state)
{
    struct rig *rig = *state;
    static const char *const kinds[] = {RIG_KIND};
    const struct fox_id image_id = {.bytes = {1}}, other_id = {.bytes = {2}};
    const struct fox_reserve reserve = {
        .kinds = kinds,
        .kind_count = 1,
        .image_id = &image_id,
        .lease_ms = 1000,
    };
    struct fox_id id;
    struct fox_job job;
    pxf_error err = {0};

    rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .image_id = &other_id});
    rig_put(rig, &(struct fox_job_spec){.kind = "other", .image_id = &image_id});
    rig_put_plain(rig);
    assert_fails(fox_queue_reserve(rig->queue, &reserve, &job, &err), PXF_NOT_FOUND);
    id = rig_put(rig, &(struct fox_job_spec){
                          .kind = RIG_KIND,
                          .image_id = &image_id,
                          .due_ms = rig->now_ms + FOX_DAY_MS,
                      });
    assert_ok(fox_queue_reserve(rig->queue, &reserve, &job, &err));
    assert_true(fox_id_equals(&job.id, &id));
    rig_finish(rig, &job);
    fox_job_let_go(&job);
    assert_fails(fox_queue_reserve(rig->queue, &reserve, &job, &err), PXF_NOT_FOUND);
}

static void a_lease_has_a_length(void **state)
{
    struct rig *rig = *state;
    static const char *const kinds[] = {RIG_KIND};
    struct fox_reserve reserve = {.kinds = kinds, .kind_count = 1};
    struct fox_job job;
    pxf_error err = {0};

    rig_put_plain(rig);
    assert_fails(fox_queue_reserve(rig->queue, &reserve, &job, &err), PXF_INVALID);
    reserve.lease_ms = -5;
    assert_fails(fox_queue_reserve(rig->queue, &reserve, &job, &err), PXF_INVALID);
}

static void extending_moves_the_lease_and_notes_progress(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);
    AUTO(fox_job) job = rig_take(rig);
    pxf_error err = {0};
    bool cancel = true;

    rig_pass(rig, 5000);
    assert_ok(fox_queue_extend(rig->queue, &job, 20000, 250, &cancel, &err));
    assert_false(cancel);
    {
        AUTO(fox_job) found = rig_find(rig, &id);

        assert_int_equal(found.lease_until_ms, rig->now_ms + 20000);
        assert_int_equal(found.progress_permille, 250);
    }
    assert_ok(fox_queue_extend(rig->queue, &job, 20000, -1, &cancel, &err));
    {
        AUTO(fox_job) found = rig_find(rig, &id);

        assert_int_equal(found.progress_permille, 250);
    }
    assert_fails(fox_queue_extend(rig->queue, &job, 20000, 1001, &cancel, &err), PXF_INVALID);
    assert_fails(fox_queue_extend(rig->queue, &job, 0, 0, &cancel, &err), PXF_INVALID);
}

/* The fourth way in which the original goes wrong: what runs longer than ten minutes is run twice,
 * and both runs complete. */
static void a_long_job_that_is_extended_is_given_to_nobody_else(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_job) job = {0};
    pxf_error err = {0};
    bool cancel;

    rig_put_plain(rig);
    job = rig_take(rig);
    for (int i = 0; i < 1000; i++) {
        rig_pass(rig, RIG_LEASE_MS / 3);
        assert_ok(fox_queue_extend(rig->queue, &job, RIG_LEASE_MS, -1, &cancel, &err));
        assert_int_equal(rig_recover(rig), 0);
        assert_true(rig_is_empty(rig));
    }
    rig_finish(rig, &job);
}

static void finishing_keeps_the_result(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);
    AUTO(fox_job) job = rig_take(rig);
    pxf_error err = {0};

    rig_pass(rig, 7);
    assert_ok(fox_queue_finish(rig->queue, &job, "{\"variants\":8}", &err));
    {
        AUTO(fox_job) found = rig_find(rig, &id);

        assert_int_equal(found.state, PXF_JOB_DONE);
        assert_string_equal(found.result, "{\"variants\":8}");
        assert_int_equal(found.ended_ms, rig->now_ms);
        assert_int_equal(found.lease_until_ms, 0);
        assert_int_equal(found.progress_permille, 1000);
        assert_string_equal(found.node, "here");
    }
}

static void a_result_is_json_with_a_limit(void **state)
{
    struct rig *rig = *state;
    char *result = malloc(FOX_PAYLOAD_LIMIT + 2);
    AUTO(fox_job) job = {0};
    pxf_error err = {0};

    assert_non_null(result);
    memset(result, ' ', FOX_PAYLOAD_LIMIT + 1);
    result[0] = '1';
    result[FOX_PAYLOAD_LIMIT + 1] = '\0';
    rig_put_plain(rig);
    job = rig_take(rig);
    assert_fails(fox_queue_finish(rig->queue, &job, "{", &err), PXF_INVALID);
    assert_fails(fox_queue_finish(rig->queue, &job, result, &err), PXF_LIMIT);
    assert_int_equal(rig_state(rig, &job.id), PXF_JOB_RUNNING);
    rig_finish(rig, &job);
    free(result);
}

/* Every way of showing a token that is no longer good. */
static void expect_lost(struct rig *rig, const struct fox_job *job)
{
    const pxf_error cause = rig_cause(PXF_IO);
    enum fox_failed failed;
    pxf_error err = {0};
    bool cancel;

    assert_fails(fox_queue_finish(rig->queue, job, NULL, &err), PXF_LOST);
    assert_fails(fox_queue_fail(rig->queue, job, &cause, false, &failed, &err), PXF_LOST);
    assert_fails(fox_queue_fail(rig->queue, job, &cause, true, &failed, &err), PXF_LOST);
    assert_fails(fox_queue_release(rig->queue, job, 0, &err), PXF_LOST);
    assert_fails(fox_queue_extend(rig->queue, job, 1000, 5, &cancel, &err), PXF_LOST);
}

static void lose_by_finishing(struct rig *rig, const struct fox_job *job)
{
    rig_finish(rig, job);
}

static void lose_by_failing(struct rig *rig, const struct fox_job *job)
{
    rig_fail(rig, job, PXF_IO);
}

static void lose_by_dying(struct rig *rig, const struct fox_job *job)
{
    rig_fail(rig, job, PXF_CORRUPT);
}

static void lose_by_releasing(struct rig *rig, const struct fox_job *job)
{
    pxf_error err = {0};

    assert_ok(fox_queue_release(rig->queue, job, 0, &err));
}

static void lose_by_time(struct rig *rig, const struct fox_job *job)
{
    (void)job;
    rig_pass(rig, RIG_LEASE_MS);
    assert_int_equal(rig_recover(rig), 1);
}

static void lose_to_another_worker(struct rig *rig, const struct fox_job *job)
{
    lose_by_time(rig, job);
    {
        AUTO(fox_job) theirs = rig_take(rig);

        assert_true(fox_id_equals(&theirs.id, &job->id));
        assert_true(theirs.token != job->token);
    }
}

static void a_stale_token_changes_nothing(void **state)
{
    static void (*const losses[])(struct rig *, const struct fox_job *) = {
        lose_by_finishing, lose_by_failing, lose_by_dying,
        lose_by_releasing, lose_by_time,    lose_to_another_worker,
    };

    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        struct rig *rig = rig_new(((struct rig *)*state)->driver);
        const struct fox_id id = rig_put_plain(rig);
        AUTO(fox_job) job = rig_take(rig);
        AUTO(fox_job) before = {0};
        AUTO(fox_job) after = {0};

        losses[i](rig, &job);
        before = rig_find(rig, &id);
        expect_lost(rig, &job);
        after = rig_find(rig, &id);
        assert_int_equal(before.state, after.state);
        assert_int_equal(before.attempts, after.attempts);
        assert_int_equal(before.crashes, after.crashes);
        assert_int_equal(before.lease_until_ms, after.lease_until_ms);
        assert_int_equal(before.progress_permille, after.progress_permille);
        assert_string_equal(before.error, after.error);
        rig_check(rig);
        rig_free(rig);
    }
}

static void a_guessed_token_is_no_token(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_job) job = {0};
    struct fox_job guess;

    rig_put_plain(rig);
    job = rig_take(rig);
    guess = job;
    guess.token ^= 1;
    expect_lost(rig, &guess);
    guess.token = 0;
    expect_lost(rig, &guess);
    guess = job;
    guess.id.bytes[15] ^= 1;
    expect_lost(rig, &guess);
    rig_finish(rig, &job);
}

static void releasing_costs_nothing_and_goes_to_the_front(void **state)
{
    struct rig *rig = *state;
    const struct fox_id first = rig_put_plain(rig), second = rig_put_plain(rig);
    const struct fox_id urgent = rig_put(rig, &(struct fox_job_spec){
                                                  .kind = RIG_KIND,
                                                  .priority = 1,
                                              });
    pxf_error err = {0};

    take_and_expect(rig, &urgent);
    take_and_expect(rig, &first);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_ok(fox_queue_release(rig->queue, &job, 0, &err));
    }
    rig_put_plain(rig);
    take_and_expect(rig, &second);
    {
        AUTO(fox_job) job = rig_find(rig, &second);

        assert_int_equal(job.attempts + job.crashes, 0);
        assert_int_equal(job.error_status, PXF_OK);
    }
}

static void what_is_released_goes_before_its_equals_only(void **state)
{
    struct rig *rig = *state;
    const struct fox_id older = rig_put_plain(rig), younger = rig_put_plain(rig);
    struct fox_id urgent;
    pxf_error err = {0};

    rig_take_and_die(rig);
    rig_take_and_die(rig);
    rig_pass(rig, RIG_LEASE_MS);
    assert_int_equal(rig_recover(rig), 2);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_true(fox_id_equals(&job.id, &older));
        assert_ok(fox_queue_release(rig->queue, &job, rig->now_ms, &err));
    }
    urgent = rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .priority = 99});
    take_and_expect(rig, &urgent);
    take_and_expect(rig, &younger);
    take_and_expect(rig, &older);
}

static void a_released_job_can_sleep(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);
    AUTO(fox_job) job = rig_take(rig);
    pxf_error err = {0};

    assert_fails(fox_queue_release(rig->queue, &job, -1, &err), PXF_INVALID);
    assert_ok(fox_queue_release(rig->queue, &job, rig->now_ms + 500, &err));
    assert_int_equal(rig_state(rig, &id), PXF_JOB_SCHEDULED);
    rig_pass(rig, 499);
    assert_true(rig_is_empty(rig));
    rig_pass(rig, 1);
    take_and_expect(rig, &id);
}

static void releasing_wakes_whoever_waits(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_job) job = {0};
    pxf_error err = {0};
    int count;

    rig_put_plain(rig);
    job = rig_take(rig);
    count = rig->wake_count;
    assert_ok(fox_queue_release(rig->queue, &job, 0, &err));
    assert_int_equal(rig->wake_count, count + 1);
}

RIG_TESTS(
    run_tests, cmocka_unit_test(the_lowest_number_goes_first_then_the_oldest),
    cmocka_unit_test(age_counts_across_kinds_and_delays),
    cmocka_unit_test(a_taken_job_tells_its_lease), cmocka_unit_test(a_taken_job_is_nobody_elses),
    cmocka_unit_test(only_the_kinds_asked_for_are_taken),
    cmocka_unit_test(a_job_of_another_node_is_left_alone_and_blocks_nobody),
    cmocka_unit_test(an_image_filter_takes_what_is_not_due), cmocka_unit_test(a_lease_has_a_length),
    cmocka_unit_test(extending_moves_the_lease_and_notes_progress),
    cmocka_unit_test(a_long_job_that_is_extended_is_given_to_nobody_else),
    cmocka_unit_test(finishing_keeps_the_result), cmocka_unit_test(a_result_is_json_with_a_limit),
    cmocka_unit_test(a_stale_token_changes_nothing), cmocka_unit_test(a_guessed_token_is_no_token),
    cmocka_unit_test(releasing_costs_nothing_and_goes_to_the_front),
    cmocka_unit_test(what_is_released_goes_before_its_equals_only),
    cmocka_unit_test(a_released_job_can_sleep), cmocka_unit_test(releasing_wakes_whoever_waits))
