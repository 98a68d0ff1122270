/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "helper/kit.h"

/* What hosts answer to helpers that are honest, broken or hostile: all of them are fakes. */

static int original;

static int make_original(void **state)
{
    (void)state;
    original = kit_bmp(8, 8);
    return 0;
}

static int drop_original(void **state)
{
    (void)state;
    return close(original);
}

static void every_variant_arrives_once(void **state)
{
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    const struct fox_helper_request request = kit_request(original);
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "good", 1);
    assert_ok(kit_render(&kit, &request, &taken, &err));
    assert_int_equal(taken.count, 8);
    assert_string_equal(taken.rule, "");
    assert_string_equal(fox_bytes_data(taken.variants[7].bytes), "variant");
    assert_int_equal(taken.variants[7].format, PXF_FORMAT_WEBP);
    kit_close(&kit);
}

static void nonsense_ends_the_helper_and_nothing_else(void **state)
{
    static const char *const manners[] = {
        "garbage",
        "much garbage",
        "hello again",
        "say much",
        "unsealed",
        "half sealed",
        "wrong index",
        "twice",
        "other size",
        "too large",
        "empty",
        "no memory file",
        "two descriptors",
        "no descriptor",
        "skipped with bytes",
        "skipped for nothing",
        "no format",
        "no width",
        "before its time",
        "other picture",
        "no magic",
        "head of another size",
        "end after one",
        "end of no text",
        "end of bad UTF-8",
        "end of no status",
    };
    const struct fox_helper_request request = kit_request(original);
    const size_t fd_count = kit_fd_count();
    (void)state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++) {
        struct kit kit;
        AUTO(kit_taken) taken = {0};

        kit_open_fake(&kit, manners[i], 1);
        if (kit_render(&kit, &request, &taken, &err) != PXF_UNAVAILABLE) {
            fail_msg("'%s' is believed: %s", manners[i], err.message);
        }
        assert_string_equal(taken.rule, "crashed");
        assert_int_equal(err.origin, PXF_ORIGIN_HELPER);
        assert_non_null(strstr(err.message, "nonsense"));
        assert_true(kit_meter(&kit, "deaths{reason=\"nonsense\"}") == 1);
        assert_int_equal(kit_child_of(getpid(), "fake-helper"), 0);
        fox_fail_clear(&err);
        kit_close(&kit);
    }
    assert_int_equal(kit_fd_count(), fd_count);
}

static void a_helper_that_cannot_be_spoken_to_is_unavailable(void **state)
{
    static const struct {
        const char *manner, *words;
    } cases[] = {
        {"other build", "of build '0.0.1 abcdef'"},
        {"trouble", "the codec 'x' is missing"},
        {"leave at once", "the other side is gone"},
        {"hello of no text", "it is no helper"},
        {"hello of another version", "version"},
        {"half a hello", "bytes"},
        {"no pidfd", "no pidfd"},
    };
    const struct fox_helper_request request = kit_request(original);
    (void)state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *version = NULL;
        struct kit kit;
        AUTO(kit_taken) taken = {0};

        kit_open_fake(&kit, cases[i].manner, 1);
        assert_int_equal(kit_render(&kit, &request, &taken, &err), PXF_UNAVAILABLE);
        assert_int_equal(err.origin, PXF_ORIGIN_HELPER);
        if (!strstr(err.message, cases[i].words) || !strstr(err.message, kit.program)) {
            fail_msg("'%s' is told as '%s'", cases[i].manner, err.message);
        }
        assert_string_equal(taken.rule, "");
        assert_int_equal(taken.count, 0);
        fox_fail_clear(&err);
        assert_fails(fox_helpers_version(kit.helpers, &version, &err), PXF_UNAVAILABLE);
        kit_close(&kit);
    }
}

static void a_death_is_the_pictures_failure(void **state)
{
    static const struct {
        const char *manner;
        int code;
        size_t count;
    } cases[] = {
        {"die", SIGKILL, 0},         {"leave", 0, 0},   {"die after one", SIGKILL, 1},
        {"say and die", SIGSEGV, 0}, {"hang up", 0, 0},
    };
    const struct fox_helper_request request = kit_request(original);
    (void)state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kit kit;
        AUTO(kit_taken) taken = {0};

        kit_open_fake(&kit, cases[i].manner, 1);
        assert_int_equal(kit_render(&kit, &request, &taken, &err), PXF_UNAVAILABLE);
        assert_string_equal(taken.rule, "crashed");
        assert_int_equal(err.origin, PXF_ORIGIN_HELPER);
        assert_int_equal(err.code, cases[i].code);
        assert_int_equal(taken.count, cases[i].count);
        assert_true(kit_meter(&kit, "deaths{reason=\"crashed\"}") == 1);
        fox_fail_clear(&err);
        kit_close(&kit);
    }
}

static void memory_that_ran_out_is_a_limit_only_where_one_was_set(void **state)
{
    struct fox_helper_request request = kit_request(original);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "run out of memory", 1);
    request.memory_bytes = 1 << 20;
    assert_fails(kit_render(&kit, &request, &taken, &err), PXF_LIMIT);
    assert_string_equal(taken.rule, "memory_limit");
    request.memory_bytes = 0;
    assert_fails(kit_render(&kit, &request, &taken, &err), PXF_NO_MEMORY);
    assert_string_equal(taken.rule, "");
    assert_true(kit_meter(&kit, "deaths{reason=\"memory_limit\"}") == 2);
    kit_close(&kit);
}

static void what_the_decoder_said_is_handed_on_and_the_helper_kept(void **state)
{
    const struct fox_helper_request request = kit_request(original);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "corrupt", 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(kit_render(&kit, &request, &taken, &err), PXF_CORRUPT);
        assert_string_equal(err.message, "truncated: it ends early");
        assert_int_equal(err.origin, PXF_ORIGIN_IMAGE);
        assert_string_equal(taken.rule, "truncated");
        fox_fail_clear(&err);
    }
    assert_true(kit_meter(&kit, "starts") == 1);
    kit_close(&kit);
}

static void a_rule_of_another_status_is_not_believed(void **state)
{
    const struct fox_helper_request request = kit_request(original);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "rule of another status", 1);
    assert_fails(kit_render(&kit, &request, &taken, &err), PXF_CORRUPT);
    assert_string_equal(taken.rule, "");
    kit_close(&kit);
}

static void a_helper_that_hangs_is_ended_when_the_time_is_over(void **state)
{
    struct fox_helper_request request = kit_request(original);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "hang", 1);
    request.timeout_ms = 50;
    assert_int_equal(kit_render(&kit, &request, &taken, &err), PXF_TIMEOUT);
    assert_string_equal(taken.rule, "timeout");
    assert_string_equal(err.message, "the variants were not made within 50 ms");
    assert_int_equal(kit_child_of(getpid(), "fake-helper"), 0);
    assert_true(kit_meter(&kit, "deaths{reason=\"timeout\"}") == 1);
    kit_close(&kit);
}

static void a_takers_failure_ends_the_call_with_its_words(void **state)
{
    const struct fox_helper_request request = kit_request(original);
    struct kit kit;
    AUTO(kit_taken) taken = {.answer = PXF_FULL};
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "good", 1);
    assert_int_equal(
        fox_helpers_render(kit.helpers, &request, kit_take, &taken, &taken.rule, NULL, &err),
        PXF_FULL);
    assert_string_equal(err.message, "the taker says no");
    assert_string_equal(taken.rule, "");
    assert_int_equal(taken.count, 1);
    fox_fail_clear(&err);
    assert_ok(kit_render(&kit, &request, &taken, &err));
    kit_close(&kit);
}

static void a_worn_helper_is_replaced_in_good_health(void **state)
{
    const struct fox_helper_request request = kit_request(original);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "greedy", 1);
    for (int i = 0; i < 2; i++) {
        assert_ok(kit_render(&kit, &request, &taken, &err));
    }
    assert_true(kit_meter(&kit, "starts") == 2);
    assert_true(kit_meter(&kit, "deaths{reason=\"worn\"}") == 2);
    kit_close(&kit);
}

static void a_helper_that_died_when_idle_costs_no_picture(void **state)
{
    const struct fox_helper_request request = kit_request(original);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "die when idle", 1);
    for (int i = 0; i < 5; i++) {
        assert_ok(kit_render(&kit, &request, &taken, &err));
        kit_await_no_child("fake-helper");
    }
    assert_true(kit_meter(&kit, "starts") == 5);
    assert_true(kit_meter(&kit, "deaths{reason=\"idle\"}") == 4);
    kit_close(&kit);
}

static void a_request_without_sense_starts_nothing(void **state)
{
    struct fox_helper_request requests[5];
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        requests[i] = kit_request(original);
    }
    requests[0].recipe_count = 0;
    requests[1].recipe_count = FOX_RECIPE_LIMIT + 1;
    requests[2].timeout_ms = 0;
    requests[3].thread_count = 0;
    requests[4].fd = -1;
    kit_open_fake(&kit, "good", 1);
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        assert_fails(kit_render(&kit, &requests[i], &taken, &err), PXF_INVALID);
    }
    assert_true(kit_meter(&kit, "starts") == 0);
    kit_close(&kit);
}

static void an_original_that_could_be_written_is_not_lent(void **state)
{
    struct fox_helper_request request = kit_request(original);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    int ends[2];
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "good", 1);
    assert_int_equal(pipe(ends), 0);
    request.fd = ends[1];
    assert_fails(kit_render(&kit, &request, &taken, &err), PXF_INVALID);
    assert_int_equal(close(ends[0]) + close(ends[1]), 0);
    kit_close(&kit);
}

SUITE_WITH(talk, make_original, drop_original, cmocka_unit_test(every_variant_arrives_once),
           cmocka_unit_test(nonsense_ends_the_helper_and_nothing_else),
           cmocka_unit_test(a_helper_that_cannot_be_spoken_to_is_unavailable),
           cmocka_unit_test(a_death_is_the_pictures_failure),
           cmocka_unit_test(memory_that_ran_out_is_a_limit_only_where_one_was_set),
           cmocka_unit_test(what_the_decoder_said_is_handed_on_and_the_helper_kept),
           cmocka_unit_test(a_rule_of_another_status_is_not_believed),
           cmocka_unit_test(a_helper_that_hangs_is_ended_when_the_time_is_over),
           cmocka_unit_test(a_takers_failure_ends_the_call_with_its_words),
           cmocka_unit_test(a_worn_helper_is_replaced_in_good_health),
           cmocka_unit_test(a_helper_that_died_when_idle_costs_no_picture),
           cmocka_unit_test(a_request_without_sense_starts_nothing),
           cmocka_unit_test(an_original_that_could_be_written_is_not_lent))
