/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include "base/time.h"
#include "model/retry.h"

static const struct fox_backoff doubling = {
    .attempts = 5,
    .first_ms = 30000,
    .factor = 2,
    .max_ms = FOX_HOUR_MS,
};

static void each_wait_is_longer_up_to_the_longest(void **state)
{
    static const struct {
        int32_t attempt;
        int64_t delay_ms;
    } rows[] = {
        {0, 30000},   {1, 30000},   {2, 60000},   {3, 120000},        {4, 240000},
        {7, 1920000}, {8, 3600000}, {9, 3600000}, {1000000, 3600000}, {INT32_MAX, 3600000},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(fox_backoff_delay_ms(&doubling, rows[i].attempt, 12345), rows[i].delay_ms);
    }
}

static void a_wait_of_nothing_stays_nothing(void **state)
{
    struct fox_backoff backoff = doubling;

    (void)state;
    backoff.first_ms = 0;
    backoff.jitter_pct = 100;
    assert_int_equal(fox_backoff_delay_ms(&backoff, INT32_MAX, UINT64_MAX), 0);
}

static void a_factor_of_one_waits_the_same_each_time(void **state)
{
    struct fox_backoff backoff = doubling;

    (void)state;
    backoff.factor = 1;
    assert_int_equal(fox_backoff_delay_ms(&backoff, INT32_MAX, 0), 30000);
}

static void the_longest_numbers_do_not_run_over(void **state)
{
    const struct fox_backoff backoff = {
        .first_ms = INT64_MAX / 2,
        .factor = INT32_MAX,
        .max_ms = INT64_MAX,
        .jitter_pct = 100,
    };

    (void)state;
    assert_in_range(fox_backoff_delay_ms(&backoff, 50, UINT64_MAX / 3), 1, INT64_MAX);
    assert_int_equal(fox_backoff_delay_ms(&backoff, 50, 0), INT64_MAX);
}

static void chance_shortens_a_wait_by_no_more_than_its_share(void **state)
{
    struct fox_backoff backoff = doubling;
    int64_t shortest = INT64_MAX, longest = 0;

    (void)state;
    backoff.jitter_pct = 10;
    for (uint64_t random = 0; random < 200000; random += 7) {
        const int64_t delay = fox_backoff_delay_ms(&backoff, 2, random * 2654435761);

        shortest = delay < shortest ? delay : shortest;
        longest = delay > longest ? delay : longest;
        assert_int_equal(fox_backoff_delay_ms(&backoff, 2, random * 2654435761), delay);
    }
    assert_in_range(shortest, 54000, 54100);
    assert_in_range(longest, 59900, 60000);
}

static void only_a_status_that_may_pass_is_tried_again(void **state)
{
    (void)state;
    for (int32_t status = PXF_INVALID; status <= PXF_INTERNAL; status++) {
        const pxf_error error = {.status = status};
        const struct fox_retry retry = fox_retry_after_error(&doubling, 1, &error, 0);

        assert_int_equal(retry.is_dead, !fox_status_is_retryable((pxf_status)status));
        assert_int_equal(retry.delay_ms, retry.is_dead ? 0 : 30000);
    }
}

static void the_last_attempt_is_the_last(void **state)
{
    const pxf_error error = {.status = PXF_IO};

    (void)state;
    for (int32_t attempt = 1; attempt < 5; attempt++) {
        assert_false(fox_retry_after_error(&doubling, attempt, &error, 0).is_dead);
    }
    assert_true(fox_retry_after_error(&doubling, 5, &error, 0).is_dead);
    assert_true(fox_retry_after_error(&doubling, 6, &error, 0).is_dead);
}

static void what_must_become_true_never_dies_of_attempts(void **state)
{
    struct fox_backoff backoff = doubling;
    const pxf_error error = {.status = PXF_UNAVAILABLE};
    const pxf_error final = {.status = PXF_CORRUPT};

    (void)state;
    backoff.attempts = 0;
    assert_false(fox_retry_after_error(&backoff, INT32_MAX, &error, 0).is_dead);
    assert_int_equal(fox_retry_after_error(&backoff, INT32_MAX, &error, 0).delay_ms, FOX_HOUR_MS);
    assert_true(fox_retry_after_error(&backoff, 1, &final, 0).is_dead);
}

static void a_wait_that_the_other_side_asks_for_is_the_least(void **state)
{
    const pxf_error long_one = {.status = PXF_BUSY, .retry_after_s = 7200};
    const pxf_error short_one = {.status = PXF_BUSY, .retry_after_s = 5};

    (void)state;
    assert_int_equal(fox_retry_after_error(&doubling, 1, &long_one, 0).delay_ms, 7200000);
    assert_int_equal(fox_retry_after_error(&doubling, 1, &short_one, 0).delay_ms, 30000);
}

static void crashes_have_limits_of_their_own(void **state)
{
    static const struct {
        struct fox_crashes crashes;
        bool is_dead;
    } rows[] = {
        {{1, 0}, false},  {{2, 0}, false}, {{3, 0}, true},   {{0, 1}, false},
        {{0, 19}, false}, {{0, 20}, true}, {{2, 19}, false}, {{3, 20}, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct fox_retry retry = fox_retry_after_crash(rows[i].crashes);

        assert_int_equal(retry.is_dead, rows[i].is_dead);
        assert_int_equal(retry.delay_ms, 0);
    }
}

static void a_backoff_has_its_bounds(void **state)
{
    static const struct {
        struct fox_backoff backoff;
        pxf_status status;
    } rows[] = {
        {{5, 30000, 2, FOX_HOUR_MS, 10}, PXF_OK},
        {{0, 0, 1, 0, 0}, PXF_OK},
        {{1, 1, 100, INT64_C(30) * 86400000, 100}, PXF_OK},
        {{-1, 30000, 2, FOX_HOUR_MS, 10}, PXF_INVALID},
        {{5, -1, 2, FOX_HOUR_MS, 10}, PXF_INVALID},
        {{5, 30000, 0, FOX_HOUR_MS, 10}, PXF_INVALID},
        {{5, 30000, 101, FOX_HOUR_MS, 10}, PXF_INVALID},
        {{5, 30000, 2, 29999, 10}, PXF_INVALID},
        {{5, 30000, 2, INT64_C(30) * 86400000 + 1, 10}, PXF_INVALID},
        {{5, 30000, 2, FOX_HOUR_MS, 101}, PXF_INVALID},
        {{5, 30000, 2, FOX_HOUR_MS, -1}, PXF_INVALID},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(fox_backoff_check(&rows[i].backoff, &err), rows[i].status);
        fox_fail_clear(&err);
    }
}

SUITE(retry, cmocka_unit_test(each_wait_is_longer_up_to_the_longest),
      cmocka_unit_test(a_wait_of_nothing_stays_nothing),
      cmocka_unit_test(a_factor_of_one_waits_the_same_each_time),
      cmocka_unit_test(the_longest_numbers_do_not_run_over),
      cmocka_unit_test(chance_shortens_a_wait_by_no_more_than_its_share),
      cmocka_unit_test(only_a_status_that_may_pass_is_tried_again),
      cmocka_unit_test(the_last_attempt_is_the_last),
      cmocka_unit_test(what_must_become_true_never_dies_of_attempts),
      cmocka_unit_test(a_wait_that_the_other_side_asks_for_is_the_least),
      cmocka_unit_test(crashes_have_limits_of_their_own),
      cmocka_unit_test(a_backoff_has_its_bounds))
