/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rig.h"

static void a_job_reads_as_it_was_put(void **state)
{
    struct rig *rig = *state;
    const struct fox_id image_id = {.bytes = {7, 7}};
    const struct fox_id id = rig_put(rig, &(struct fox_job_spec){
                                              .kind = RIG_KIND,
                                              .payload = "{\"v\":1,\"text\":\"größe\"}",
                                              .unique_key = "one",
                                              .image_id = &image_id,
                                              .trace_id = "trace-1",
                                              .node = "here",
                                              .priority = 7,
                                              .max_attempts = 3,
                                              .timeout_ms = 1234,
                                          });
    AUTO(fox_job) job = rig_find(rig, &id);

    assert_true(fox_id_equals(&job.id, &id));
    assert_string_equal(job.kind, RIG_KIND);
    assert_string_equal(job.payload, "{\"v\":1,\"text\":\"größe\"}");
    assert_string_equal(job.trace_id, "trace-1");
    assert_string_equal(job.only_node, "here");
    assert_true(job.has_image && fox_id_equals(&job.image_id, &image_id));
    assert_int_equal(job.state, PXF_JOB_READY);
    assert_int_equal(job.priority, 7);
    assert_int_equal(job.max_attempts, 3);
    assert_int_equal(job.timeout_ms, 1234);
    assert_int_equal(job.created_ms, rig->now_ms);
    assert_int_equal(job.due_ms, rig->now_ms);
    assert_int_equal(job.attempts + job.crashes + job.own_crashes, 0);
    assert_int_equal(job.started_ms + job.ended_ms + job.lease_until_ms, 0);
    assert_int_equal(job.error_status, PXF_OK);
    assert_string_equal(job.error, "");
    assert_string_equal(job.node, "");
    assert_null(job.result);
}

static void defaults_are_those_of_the_kind(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *kind;
        int32_t max_attempts;
        int64_t timeout_ms;
    } cases[] = {
        {"image_processing", 5, 600000},
        {"image_delete", -1, 600000},
        {"of_the_host", 5, 600000},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct fox_id id = rig_put(rig, &(struct fox_job_spec){.kind = cases[i].kind});
        AUTO(fox_job) job = rig_find(rig, &id);

        assert_int_equal(job.max_attempts, cases[i].max_attempts);
        assert_int_equal(job.timeout_ms, cases[i].timeout_ms);
        assert_int_equal(job.priority, FOX_PRIORITY_DEFAULT);
        assert_string_equal(job.payload, "{}");
        assert_string_equal(job.only_node, "");
        assert_false(job.has_image);
    }
}

static void a_spec_out_of_range_is_invalid(void **state)
{
    struct rig *rig = *state;
    char long_text[200];
    pxf_error err = {0};

    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';

    const struct fox_job_spec specs[] = {
        {.kind = NULL},
        {.kind = ""},
        {.kind = "Work"},
        {.kind = "1work"},
        {.kind = "wo rk"},
        {.kind = long_text},
        {.kind = RIG_KIND, .priority = -1},
        {.kind = RIG_KIND, .priority = 8192},
        {.kind = RIG_KIND, .due_ms = -1},
        {.kind = RIG_KIND, .timeout_ms = -1},
        {.kind = RIG_KIND, .max_attempts = -2},
        {.kind = RIG_KIND, .unique_key = ""},
        {.kind = RIG_KIND, .unique_key = long_text},
        {.kind = RIG_KIND, .unique_key = "k", .unique_policy = 4},
        {.kind = RIG_KIND, .trace_id = long_text},
        {.kind = RIG_KIND, .trace_id = "a\nb"},
        {.kind = RIG_KIND, .node = "no/de"},
        {.kind = RIG_KIND, .payload = "{"},
        {.kind = RIG_KIND, .payload = ""},
        {.kind = RIG_KIND, .payload = "{} {}"},
    };

    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        assert_fails(fox_queue_put(rig->queue, &specs[i], NULL, &err), PXF_INVALID);
    }
    assert_int_equal(rig_count(rig, PXF_JOB_READY), 0);
}

static void a_payload_has_a_limit(void **state)
{
    struct rig *rig = *state;
    char *payload = malloc(FOX_PAYLOAD_LIMIT + 2);
    struct fox_job_spec spec = {.kind = RIG_KIND, .payload = payload};
    pxf_error err = {0};

    assert_non_null(payload);
    memset(payload, ' ', FOX_PAYLOAD_LIMIT + 1);
    memcpy(payload, "[]", 2);
    payload[FOX_PAYLOAD_LIMIT + 1] = '\0';
    assert_fails(fox_queue_put(rig->queue, &spec, NULL, &err), PXF_LIMIT);
    payload[FOX_PAYLOAD_LIMIT] = '\0';
    assert_ok(fox_queue_put(rig->queue, &spec, NULL, &err));
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_string_equal(job.payload, payload);
    }
    free(payload);
}

/* The first way in which the original loses jobs: everything it keeps ends after a day. */
static void a_job_may_wait_for_months(void **state)
{
    struct rig *rig = *state;
    static const int64_t days[] = {1, 2, 30, 31, 400};
    struct fox_id ids[sizeof days / sizeof days[0]];
    const int64_t begin_ms = rig->now_ms;

    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        ids[i] = rig_put(rig, &(struct fox_job_spec){
                                  .kind = RIG_KIND,
                                  .due_ms = begin_ms + days[i] * FOX_DAY_MS,
                              });
        assert_int_equal(rig_state(rig, &ids[i]), PXF_JOB_SCHEDULED);
    }
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        atomic_store(&rig->now_ms, begin_ms + days[i] * FOX_DAY_MS - 1);
        assert_true(rig_is_empty(rig));
        rig_pass(rig, 1);
        {
            AUTO(fox_job) job = rig_take(rig);

            assert_true(fox_id_equals(&job.id, &ids[i]));
            rig_finish(rig, &job);
        }
    }
}

static void a_backlog_older_than_any_day_is_worked(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put_plain(rig);

    rig_pass(rig, 90 * FOX_DAY_MS);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_true(fox_id_equals(&job.id, &id));
        rig_finish(rig, &job);
    }
    assert_int_equal(rig_state(rig, &id), PXF_JOB_DONE);
}

static void a_time_in_the_past_is_now(void **state)
{
    struct rig *rig = *state;
    const struct fox_id id = rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .due_ms = 1});

    assert_int_equal(rig_state(rig, &id), PXF_JOB_READY);
    assert_false(rig_is_empty(rig));
}

static void a_unique_key_keeps_the_job_that_is_there(void **state)
{
    struct rig *rig = *state;
    const struct fox_job_spec spec = {.kind = RIG_KIND, .unique_key = "k", .payload = "1"};
    struct fox_job_spec again = spec;
    const struct fox_id id = rig_put(rig, &spec);
    struct fox_id other;

    again.payload = "2";
    other = rig_put(rig, &again);
    assert_true(fox_id_equals(&id, &other));
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_string_equal(job.payload, "1");
        other = rig_put(rig, &again);
        assert_true(fox_id_equals(&id, &other));
    }
    assert_true(rig_is_empty(rig));
}

static void a_unique_key_can_be_rejected(void **state)
{
    struct rig *rig = *state;
    const struct fox_job_spec spec = {
        .kind = RIG_KIND,
        .unique_key = "k",
        .unique_policy = FOX_UNIQUE_REJECT,
    };
    pxf_error err = {0};

    rig_put(rig, &spec);
    assert_fails(fox_queue_put(rig->queue, &spec, NULL, &err), PXF_EXISTS);
    rig_take_and_die(rig);
    assert_fails(fox_queue_put(rig->queue, &spec, NULL, &err), PXF_EXISTS);
}

static void keys_are_compared_byte_by_byte(void **state)
{
    struct rig *rig = *state;
    static const char *const keys[] = {"k", "K", "k ", " k", "k\t", "é", "e\xcc\x81", "kk"};
    enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

    for (size_t i = 0; i < KEY_COUNT; i++) {
        rig_put(rig, &(struct fox_job_spec){
                         .kind = RIG_KIND,
                         .unique_key = keys[i],
                         .unique_policy = FOX_UNIQUE_REJECT,
                     });
    }
    assert_int_equal(rig_count(rig, PXF_JOB_READY), KEY_COUNT);
}

static void a_key_is_its_kinds_own(void **state)
{
    struct rig *rig = *state;
    struct fox_job_spec spec = {
        .kind = RIG_KIND,
        .unique_key = "k",
        .unique_policy = FOX_UNIQUE_REJECT,
    };
    const struct fox_id id = rig_put(rig, &spec);
    struct fox_id other;
    pxf_error err = {0};

    spec.kind = "other";
    other = rig_put(rig, &spec);
    assert_false(fox_id_equals(&id, &other));
    spec.node = "there";
    assert_fails(fox_queue_put(rig->queue, &spec, NULL, &err), PXF_EXISTS);
}

static void the_longest_key_of_the_longest_kind_is_whole(void **state)
{
    struct rig *rig = *state;
    char kind[FOX_KIND_NAME_BYTES], key[FOX_UNIQUE_BYTES + 1];
    const struct fox_job_spec spec = {
        .kind = kind,
        .unique_key = key,
        .unique_policy = FOX_UNIQUE_REJECT,
    };
    pxf_error err = {0};

    memset(kind, 'k', sizeof kind - 1);
    kind[sizeof kind - 1] = '\0';
    memset(key, 'x', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    rig_put(rig, &spec);
    assert_fails(fox_queue_put(rig->queue, &spec, NULL, &err), PXF_EXISTS);
    key[FOX_UNIQUE_BYTES - 1] = 'y';
    rig_put(rig, &spec);
}

static void replacing_changes_a_waiting_job(void **state)
{
    struct rig *rig = *state;
    struct fox_job_spec spec = {
        .kind = RIG_KIND,
        .unique_key = "k",
        .unique_policy = FOX_UNIQUE_REPLACE,
        .payload = "1",
    };
    const struct fox_id id = rig_put(rig, &spec);
    struct fox_id other;

    spec.payload = "[2]";
    spec.priority = 3;
    spec.due_ms = rig->now_ms + 1000;
    other = rig_put(rig, &spec);
    assert_true(fox_id_equals(&id, &other));
    {
        AUTO(fox_job) job = rig_find(rig, &id);

        assert_int_equal(job.state, PXF_JOB_SCHEDULED);
        assert_int_equal(job.due_ms, rig->now_ms + 1000);
        assert_int_equal(job.priority, 3);
        assert_string_equal(job.payload, "[2]");
    }
    spec.due_ms = 0;
    rig_put(rig, &spec);
    assert_int_equal(rig_state(rig, &id), PXF_JOB_READY);
    assert_int_equal(rig_count(rig, PXF_JOB_READY), 1);
}

static void replacing_leaves_a_running_job(void **state)
{
    struct rig *rig = *state;
    struct fox_job_spec spec = {
        .kind = RIG_KIND,
        .unique_key = "k",
        .unique_policy = FOX_UNIQUE_REPLACE,
        .payload = "1",
    };
    const struct fox_id id = rig_put(rig, &spec);
    AUTO(fox_job) job = rig_take(rig);
    struct fox_id other;

    spec.payload = "2";
    other = rig_put(rig, &spec);
    assert_true(fox_id_equals(&id, &other));
    {
        AUTO(fox_job) found = rig_find(rig, &id);

        assert_int_equal(found.state, PXF_JOB_RUNNING);
        assert_string_equal(found.payload, "1");
    }
    rig_finish(rig, &job);
}

/* Each brings a unique job to an end. */
static void end_done(struct rig *rig)
{
    AUTO(fox_job) job = rig_take(rig);

    rig_finish(rig, &job);
}

static void end_dead(struct rig *rig)
{
    AUTO(fox_job) job = rig_take(rig);

    assert_int_equal(rig_fail(rig, &job, PXF_CORRUPT), FOX_FAILED_DEAD);
}

static void end_cancelled_running(struct rig *rig)
{
    AUTO(fox_job) job = rig_take(rig);
    pxf_error err = {0};

    assert_ok(fox_queue_cancel(rig->queue, &job.id, &err));
    assert_int_equal(rig_fail(rig, &job, PXF_IO), FOX_FAILED_CANCELLED);
}

static void an_ended_job_frees_its_key(void **state)
{
    struct rig *rig = *state;
    static void (*const ends[])(struct rig *) = {end_done, end_dead, end_cancelled_running};
    const struct fox_job_spec spec = {
        .kind = RIG_KIND,
        .unique_key = "k",
        .unique_policy = FOX_UNIQUE_REJECT,
    };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        rig_put(rig, &spec);
        ends[i](rig);
    }
    rig_put(rig, &spec);
    assert_int_equal(rig_count(rig, PXF_JOB_DEAD), 1);
}

static void cancelling_a_waiting_job_frees_its_key(void **state)
{
    struct rig *rig = *state;
    const int64_t delays[] = {0, 3600000};
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        const struct fox_job_spec spec = {
            .kind = RIG_KIND,
            .unique_key = "k",
            .unique_policy = FOX_UNIQUE_REJECT,
            .due_ms = rig->now_ms + delays[i],
        };
        const struct fox_id id = rig_put(rig, &spec);

        assert_ok(fox_queue_cancel(rig->queue, &id, &err));
        rig_put(rig, &spec);
        assert_int_equal(rig_count(rig, PXF_JOB_CANCELLED), 2 * (int64_t)i + 1);
        {
            const struct fox_id last = rig_put(rig, &(struct fox_job_spec){
                                                        .kind = RIG_KIND,
                                                        .unique_key = "k",
                                                    });

            assert_ok(fox_queue_cancel(rig->queue, &last, &err));
        }
    }
}

static void putting_wakes_whoever_waits(void **state)
{
    struct rig *rig = *state;

    rig_put_plain(rig);
    assert_int_equal(rig->wake_count, 1);
    rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .due_ms = rig->now_ms + 5000});
    assert_int_equal(rig->wake_count, 2);
}

RIG_TESTS(put_tests, cmocka_unit_test(a_job_reads_as_it_was_put),
          cmocka_unit_test(defaults_are_those_of_the_kind),
          cmocka_unit_test(a_spec_out_of_range_is_invalid), cmocka_unit_test(a_payload_has_a_limit),
          cmocka_unit_test(a_job_may_wait_for_months),
          cmocka_unit_test(a_backlog_older_than_any_day_is_worked),
          cmocka_unit_test(a_time_in_the_past_is_now),
          cmocka_unit_test(a_unique_key_keeps_the_job_that_is_there),
          cmocka_unit_test(a_unique_key_can_be_rejected),
          cmocka_unit_test(keys_are_compared_byte_by_byte),
          cmocka_unit_test(a_key_is_its_kinds_own),
          cmocka_unit_test(the_longest_key_of_the_longest_kind_is_whole),
          cmocka_unit_test(replacing_changes_a_waiting_job),
          cmocka_unit_test(replacing_leaves_a_running_job),
          cmocka_unit_test(an_ended_job_frees_its_key),
          cmocka_unit_test(cancelling_a_waiting_job_frees_its_key),
          cmocka_unit_test(putting_wakes_whoever_waits))
