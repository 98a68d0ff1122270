/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include "model/quota.h"

static void what_is_free_is_what_neither_use_nor_holds_take(void **state)
{
    static const struct {
        struct fox_quota quota;
        uint64_t left;
    } rows[] = {
        {{0, 0, 100}, 100},
        {{60, 30, 100}, 10},
        {{100, 0, 100}, 0},
        {{0, 100, 100}, 0},
        {{200, 0, 100}, 0},
        {{60, 60, 100}, 0},
        {{0, 0, 0}, UINT64_MAX},
        {{UINT64_MAX, UINT64_MAX, 100}, 0},
        {{UINT64_MAX, UINT64_MAX, 0}, 0},
        {{UINT64_MAX - 5, 3, 0}, 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(fox_quota_free_bytes(&rows[i].quota), rows[i].left);
    }
}

static void a_hold_takes_room_to_the_last_byte(void **state)
{
    struct fox_quota quota = {.used_bytes = 60, .max_bytes = 100};
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_quota_hold(&quota, 30, &err));
    assert_ok(fox_quota_hold(&quota, 10, &err));
    assert_fails(fox_quota_hold(&quota, 1, &err), PXF_FULL);
    assert_int_equal(quota.held_bytes, 40);
    assert_ok(fox_quota_hold(&quota, 0, &err));
}

static void a_hold_that_would_run_over_is_refused(void **state)
{
    struct fox_quota quota = {.used_bytes = 10, .held_bytes = 10};
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_quota_hold(&quota, UINT64_MAX, &err), PXF_FULL);
    assert_fails(fox_quota_hold(&quota, UINT64_MAX - 19, &err), PXF_FULL);
    assert_ok(fox_quota_hold(&quota, UINT64_MAX - 20, &err));
    assert_int_equal(quota.held_bytes, UINT64_MAX - 10);
}

static void a_hold_becomes_what_was_written(void **state)
{
    static const struct {
        const char *what;
        uint64_t held, used;
        pxf_status status;
        struct fox_quota after;
    } rows[] = {
        {"as much", 30, 30, PXF_OK, {80, 0, 100}},
        {"less", 30, 12, PXF_OK, {62, 0, 100}},
        {"nothing", 30, 0, PXF_OK, {50, 0, 100}},
        {"a part of the holds", 10, 10, PXF_OK, {60, 20, 100}},
        {"more, and there is room", 30, 50, PXF_OK, {100, 0, 100}},
        {"more than there is room", 30, 51, PXF_FULL, {50, 30, 100}},
        {"more, while others hold", 10, 31, PXF_FULL, {50, 30, 100}},
        {"more than was held", 31, 1, PXF_INVALID, {50, 30, 100}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fox_quota quota = {50, 30, 100};

        if (fox_quota_use(&quota, rows[i].held, rows[i].used, NULL) != rows[i].status ||
            quota.used_bytes != rows[i].after.used_bytes ||
            quota.held_bytes != rows[i].after.held_bytes) {
            fail_msg("%s: %llu used, %llu held", rows[i].what, (unsigned long long)quota.used_bytes,
                     (unsigned long long)quota.held_bytes);
        }
    }
}

static void room_that_is_given_back_is_never_negative(void **state)
{
    struct fox_quota quota = {50, 30, 100};

    (void)state;
    fox_quota_release(&quota, 10);
    assert_int_equal(quota.held_bytes, 20);
    fox_quota_release(&quota, 21);
    assert_int_equal(quota.held_bytes, 0);
    fox_quota_remove(&quota, 49);
    assert_int_equal(quota.used_bytes, 1);
    fox_quota_remove(&quota, UINT64_MAX);
    assert_int_equal(quota.used_bytes, 0);
}

/* Knuth's MMIX generator. */
static uint64_t next_random(uint64_t *random)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *random >> 33;
}

static void used_and_held_never_pass_the_limit(void **state)
{
    struct fox_quota quota = {.max_bytes = 1000};
    uint64_t random = 1;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        const uint64_t bytes = next_random(&random) % 400;

        switch (next_random(&random) % 4) {
        case 0:
            (void)fox_quota_hold(&quota, bytes, NULL);
            break;
        case 1:
            (void)fox_quota_use(&quota, bytes, next_random(&random) % 400, NULL);
            break;
        case 2:
            fox_quota_release(&quota, bytes);
            break;
        default:
            fox_quota_remove(&quota, bytes);
            break;
        }
        assert_true(quota.used_bytes <= 1000 && quota.held_bytes <= 1000 - quota.used_bytes);
    }
}

SUITE(quota, cmocka_unit_test(what_is_free_is_what_neither_use_nor_holds_take),
      cmocka_unit_test(a_hold_takes_room_to_the_last_byte),
      cmocka_unit_test(a_hold_that_would_run_over_is_refused),
      cmocka_unit_test(a_hold_becomes_what_was_written),
      cmocka_unit_test(room_that_is_given_back_is_never_negative),
      cmocka_unit_test(used_and_held_never_pass_the_limit))
