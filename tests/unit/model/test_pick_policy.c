/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "pools.h"

enum { MANY = 1000 };

static struct fox_pool_view many[MANY];

static void inside_a_tier_the_lower_priority_comes_first(void **state)
{
    static const pxf_pick_policy policies[] = {PXF_PICK_TWO_CHOICES, PXF_PICK_FILL,
                                               PXF_PICK_ROUND_ROBIN, PXF_PICK_WEIGHTED,
                                               PXF_PICK_LEAST_USED};
    struct fox_pool_view views[] = {pool_named("c"), pool_named("b"), pool_named("a")};

    (void)state;
    views[0].priority = -5;
    views[0].used_bytes = 90 * GIB;
    views[0].weight = 1;
    views[1].priority = 10;
    views[2].priority = 11;
    views[2].weight = 1000;
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        for (uint64_t seed = 0; seed < 50; seed++) {
            struct fox_pick_request wanted = common_request();

            wanted.policy = policies[i];
            wanted.seed = seed;
            wanted.sequence = seed;
            assert_string_equal(order_of(views, 3, &wanted), "c b a");
        }
    }
}

static void the_least_used_share_is_chosen_not_the_most_bytes(void **state)
{
    struct fox_pool_view views[] = {pool_named("large"), pool_named("small"), pool_named("half")};
    const struct fox_pick_request wanted = common_request();

    (void)state;
    views[0].max_bytes = 1000 * GIB;
    views[0].disk_bytes = 1000 * GIB;
    views[0].disk_free_bytes = 300 * GIB;
    views[0].used_bytes = 700 * GIB;
    views[1].max_bytes = 10 * GIB;
    views[1].used_bytes = GIB;
    views[2].used_bytes = 50 * GIB;
    assert_string_equal(order_of(views, 3, &wanted), "small half large");
}

static void the_default_pool_wins_ties_and_nothing_else(void **state)
{
    static const pxf_pick_policy policies[] = {PXF_PICK_TWO_CHOICES, PXF_PICK_FILL,
                                               PXF_PICK_LEAST_USED};
    struct fox_pool_view views[] = {pool_named("a"), pool_named("z")};

    (void)state;
    views[1].is_default = true;
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        for (uint64_t seed = 0; seed < 50; seed++) {
            struct fox_pick_request wanted = common_request();

            wanted.policy = policies[i];
            wanted.seed = seed;
            views[1].used_bytes = 0;
            views[1].priority = 100;
            assert_string_equal(order_of(views, 2, &wanted), "z a");
            views[1].used_bytes = views[1].max_bytes;
            assert_string_equal(order_of(views, 2, &wanted), "a");
            views[1].used_bytes = 0;
            views[1].priority = 101;
            assert_string_equal(order_of(views, 2, &wanted), "a z");
        }
    }
}

static void a_default_pool_that_is_fuller_does_not_win(void **state)
{
    struct fox_pool_view views[] = {pool_named("a"), pool_named("z")};
    struct fox_pick_request wanted = common_request();

    (void)state;
    views[1].is_default = true;
    views[1].used_bytes = 1;
    assert_string_equal(order_of(views, 2, &wanted), "a z");
    wanted.policy = PXF_PICK_TWO_CHOICES;
    assert_string_equal(order_of(views, 2, &wanted), "a z");
}

static void fill_takes_the_first_by_name_until_it_is_full(void **state)
{
    struct fox_pool_view views[] = {pool_named("c"), pool_named("a"), pool_named("b")};
    struct fox_pick_request wanted = common_request();

    (void)state;
    wanted.policy = PXF_PICK_FILL;
    views[1].used_bytes = 98 * GIB;
    assert_string_equal(order_of(views, 3, &wanted), "a b c");
    views[1].used_bytes = 100 * GIB;
    assert_string_equal(order_of(views, 3, &wanted), "b c");
}

static void round_robin_goes_from_one_to_the_next(void **state)
{
    static const char *const turns[] = {"a b c warm", "b c a warm", "c a b warm", "a b c warm"};
    struct fox_pool_view views[] = {pool_named("a"), pool_named("out"), pool_named("b"),
                                    pool_named("warm"), pool_named("c")};
    struct fox_pick_request wanted = common_request();

    (void)state;
    wanted.policy = PXF_PICK_ROUND_ROBIN;
    views[1].is_healthy = false;
    views[3].tier = PXF_TIER_WARM;
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        wanted.sequence = i;
        assert_string_equal(order_of(views, 5, &wanted), turns[i]);
    }
    wanted.sequence = UINT64_MAX; /* divisible by three */
    assert_string_equal(order_of(views, 5, &wanted), "a b c warm");
}

static void round_robin_is_fair_among_more_pools_than_an_order_holds(void **state)
{
    int32_t chosen[40] = {0};

    (void)state;
    name_pools(many, MANY);
    for (uint64_t i = 0; i < 400; i++) {
        struct fox_pick_request wanted = common_request();
        size_t order[FOX_PICK_LIMIT], count = 0;

        wanted.policy = PXF_PICK_ROUND_ROBIN;
        wanted.sequence = i;
        fox_pick_order(many, 40, &wanted, order, &count);
        assert_int_equal(count, FOX_PICK_LIMIT);
        chosen[order[0]]++;
    }
    for (size_t i = 0; i < 40; i++) {
        assert_int_equal(chosen[i], 10);
    }
}

static void weights_are_the_share_of_the_draws(void **state)
{
    struct fox_pool_view views[] = {pool_named("one"), pool_named("three"), pool_named("none"),
                                    pool_named("six")};
    int32_t chosen[4] = {0};

    (void)state;
    views[1].weight = 3;
    views[2].weight = 0;
    views[3].weight = 6;
    for (uint64_t seed = 0; seed < 20000; seed++) {
        struct fox_pick_request wanted = common_request();
        size_t order[FOX_PICK_LIMIT], count = 0;

        wanted.policy = PXF_PICK_WEIGHTED;
        wanted.seed = seed;
        fox_pick_order(views, 4, &wanted, order, &count);
        assert_int_equal(count, 4);
        assert_int_equal(order[3], 2);
        chosen[order[0]]++;
    }
    assert_in_range(chosen[0], 1800, 2200);
    assert_in_range(chosen[1], 5700, 6300);
    assert_in_range(chosen[3], 11600, 12400);
}

static void two_choices_never_take_the_fullest_and_spread_the_rest(void **state)
{
    struct fox_pool_view views[] = {pool_named("a"), pool_named("b"), pool_named("c"),
                                    pool_named("full"), pool_named("empty")};
    int32_t chosen[5] = {0};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        views[i].used_bytes = 50 * GIB;
    }
    views[3].used_bytes = 90 * GIB;
    for (uint64_t seed = 0; seed < 10000; seed++) {
        struct fox_pick_request wanted = common_request();
        size_t order[FOX_PICK_LIMIT], count = 0;

        wanted.policy = PXF_PICK_TWO_CHOICES;
        wanted.seed = seed * UINT64_C(0x9e3779b97f4a7c15);
        fox_pick_order(views, 5, &wanted, order, &count);
        assert_int_equal(count, 5);
        chosen[order[0]]++;
    }
    /* of the ten pairs, four hold the empty one, four the full one, and six none but a, b, c */
    assert_int_equal(chosen[3], 0);
    assert_in_range(chosen[4], 3700, 4300);
    for (size_t i = 0; i < 3; i++) {
        assert_in_range(chosen[i], 1700, 2300);
    }
}

static void the_same_request_gives_the_same_order(void **state)
{
    static const pxf_pick_policy policies[] = {PXF_PICK_TWO_CHOICES, PXF_PICK_WEIGHTED};

    (void)state;
    name_pools(many, MANY);
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct fox_pick_request wanted = common_request();
        char first[512];

        wanted.policy = policies[seed % 2];
        wanted.seed = seed;
        (void)strcpy(first, order_of(many, MANY, &wanted));
        assert_string_equal(order_of(many, MANY, &wanted), first);
        wanted.seed = seed + 1000;
        assert_string_not_equal(order_of(many, MANY, &wanted), first);
    }
}

SUITE(pick_policy, cmocka_unit_test(inside_a_tier_the_lower_priority_comes_first),
      cmocka_unit_test(the_least_used_share_is_chosen_not_the_most_bytes),
      cmocka_unit_test(the_default_pool_wins_ties_and_nothing_else),
      cmocka_unit_test(a_default_pool_that_is_fuller_does_not_win),
      cmocka_unit_test(fill_takes_the_first_by_name_until_it_is_full),
      cmocka_unit_test(round_robin_goes_from_one_to_the_next),
      cmocka_unit_test(round_robin_is_fair_among_more_pools_than_an_order_holds),
      cmocka_unit_test(weights_are_the_share_of_the_draws),
      cmocka_unit_test(two_choices_never_take_the_fullest_and_spread_the_rest),
      cmocka_unit_test(the_same_request_gives_the_same_order))
