/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include "model/words.h"

/* One enum behind plain numbers, so that a table can hold all of them. */
struct list {
    const char *(*name)(unsigned int number);
    unsigned int (*named)(const char *name);
    const char *words[10];
};

static const char *tier_name(unsigned int number)
{
    return fox_tier_name((pxf_tier)number);
}

static unsigned int tier_named(const char *name)
{
    return (unsigned int)fox_tier_named(name);
}

static const char *pool_type_name(unsigned int number)
{
    return fox_pool_type_name((pxf_pool_type)number);
}

static unsigned int pool_type_named(const char *name)
{
    return (unsigned int)fox_pool_type_named(name);
}

static const char *pool_state_name(unsigned int number)
{
    return fox_pool_state_name((pxf_pool_state)number);
}

static unsigned int pool_state_named(const char *name)
{
    return (unsigned int)fox_pool_state_named(name);
}

static const char *pick_policy_name(unsigned int number)
{
    return fox_pick_policy_name((pxf_pick_policy)number);
}

static unsigned int pick_policy_named(const char *name)
{
    return (unsigned int)fox_pick_policy_named(name);
}

static const char *image_state_name(unsigned int number)
{
    return fox_image_state_name((pxf_image_state)number);
}

static unsigned int image_state_named(const char *name)
{
    return (unsigned int)fox_image_state_named(name);
}

static const char *visibility_name(unsigned int number)
{
    return fox_visibility_name((pxf_visibility)number);
}

static unsigned int visibility_named(const char *name)
{
    return (unsigned int)fox_visibility_named(name);
}

static const char *job_state_name(unsigned int number)
{
    return fox_job_state_name((pxf_job_state)number);
}

static unsigned int job_state_named(const char *name)
{
    return (unsigned int)fox_job_state_named(name);
}

static const char *fit_name(unsigned int number)
{
    return fox_fit_name((pxf_fit)number);
}

static unsigned int fit_named(const char *name)
{
    return (unsigned int)fox_fit_named(name);
}

/* The words are a contract: scripts, catalogs and settings hold them. */
static const struct list lists[] = {
    {tier_name, tier_named, {"", "hot", "warm", "cold", "archive"}},
    {pool_type_name, pool_type_named, {"", "local", "nfs", "s3", "memory"}},
    {pool_state_name, pool_state_named, {"", "active", "read_only", "draining", "offline"}},
    {pick_policy_name,
     pick_policy_named,
     {"", "two_choices", "fill", "round_robin", "weighted", "least_used"}},
    {image_state_name,
     image_state_named,
     {"", "pending", "processing", "ready", "failed", "deleted"}},
    {visibility_name, visibility_named, {"", "private", "unlisted", "public"}},
    {job_state_name,
     job_state_named,
     {"", "scheduled", "ready", "running", "done", "dead", "cancelled", "paused", "stranded"}},
    {fit_name, fit_named, {"", "full", "width", "box", "cover", "crop"}},
};

enum { LIST_COUNT = sizeof lists / sizeof lists[0] };

static void each_number_has_its_word_and_each_word_its_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < LIST_COUNT; i++) {
        for (unsigned int number = 1; lists[i].words[number]; number++) {
            assert_string_equal(lists[i].name(number), lists[i].words[number]);
            assert_int_equal(lists[i].named(lists[i].words[number]), number);
        }
    }
}

static void a_number_that_is_none_has_an_empty_word(void **state)
{
    (void)state;
    for (size_t i = 0; i < LIST_COUNT; i++) {
        unsigned int behind = 1;

        while (lists[i].words[behind]) {
            behind++;
        }
        assert_string_equal(lists[i].name(0), "");
        assert_string_equal(lists[i].name(behind), "");
        assert_string_equal(lists[i].name(behind + 1000), "");
        assert_string_equal(lists[i].name((unsigned int)-1), "");
    }
}

static void any_other_word_is_no_number(void **state)
{
    static const char *const others[] = {"", "HOT", "Ready", "read-only", "ready ", " hot", "x"};

    (void)state;
    for (size_t i = 0; i < LIST_COUNT; i++) {
        for (size_t k = 0; k < sizeof others / sizeof others[0]; k++) {
            assert_int_equal(lists[i].named(others[k]), 0);
        }
        assert_int_equal(lists[i].named(NULL), 0);
    }
}

SUITE(words, cmocka_unit_test(each_number_has_its_word_and_each_word_its_number),
      cmocka_unit_test(a_number_that_is_none_has_an_empty_word),
      cmocka_unit_test(any_other_word_is_no_number))
