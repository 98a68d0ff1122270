/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "model/plan.h"

static const struct fox_switches all = {.webp = true, .avif = true, .original = true};

static const struct fox_picture photo = {
    .format = PXF_FORMAT_JPEG,
    .size = {4000, 3000},
    .frame_count = 1,
};

static struct fox_plan plan_of(const struct fox_picture *picture, struct fox_switches switches)
{
    struct fox_plan plan = {.step_count = 0};
    pxf_error err = {0};

    assert_ok(fox_plan_make(&plan, picture, fox_builtin_recipes, FOX_BUILTIN_RECIPE_COUNT, switches,
                            &err));
    return plan;
}

static void a_photograph_gets_all_eight(void **state)
{
    const struct fox_plan plan = plan_of(&photo, all);
    uint64_t sum = 0;

    (void)state;
    assert_int_equal(plan.step_count, 8);
    assert_int_equal(plan.make_count, 8);
    for (size_t i = 0; i < plan.step_count; i++) {
        assert_ptr_equal(plan.steps[i].recipe, &fox_builtin_recipes[i]);
        assert_int_equal(plan.steps[i].skip, FOX_SKIP_NONE);
        assert_true(plan.steps[i].room_bytes > 0);
        sum += plan.steps[i].room_bytes;
    }
    assert_int_equal(plan.room_bytes, sum);
    assert_int_equal(plan.steps[0].size.width_px, 4000);
    assert_int_equal(plan.steps[2].size.height_px, 150);
    assert_int_equal(plan.steps[4].format, PXF_FORMAT_JPEG);
}

static void switches_take_their_outputs_away(void **state)
{
    static const struct {
        struct fox_switches switches;
        const char *made; /* one letter for each of the eight */
    } rows[] = {
        {{true, true, true}, "++++++++"},    {{false, true, true}, "-+-++-++"},
        {{true, false, true}, "+-+-++-+"},   {{true, true, false}, "++++-++-"},
        {{false, false, false}, "--------"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct fox_plan plan = plan_of(&photo, rows[i].switches);

        for (size_t k = 0; k < plan.step_count; k++) {
            assert_int_equal(plan.steps[k].skip,
                             rows[i].made[k] == '+' ? FOX_SKIP_NONE : FOX_SKIP_DISABLED);
            assert_int_equal(plan.steps[k].room_bytes > 0, rows[i].made[k] == '+');
        }
    }
}

static void a_webp_has_no_thumbnail_like_itself_whatever_the_switches(void **state)
{
    struct fox_picture picture = photo;
    struct fox_plan plan;

    (void)state;
    picture.format = PXF_FORMAT_WEBP;
    plan = plan_of(&picture, (struct fox_switches){.webp = true});
    assert_int_equal(plan.steps[0].skip, FOX_SKIP_NONE);
    assert_int_equal(plan.steps[4].skip, FOX_SKIP_SAME_FORMAT);
    assert_int_equal(plan.steps[7].skip, FOX_SKIP_SAME_FORMAT);
    assert_int_equal(plan.make_count, 3);
}

static void a_side_that_a_format_cannot_hold_is_skipped(void **state)
{
    static const struct {
        uint32_t side_px;
        enum fox_skip webp, avif;
    } rows[] = {
        {16383, FOX_SKIP_NONE, FOX_SKIP_NONE},
        {16384, FOX_SKIP_TOO_LARGE, FOX_SKIP_NONE},
        {65535, FOX_SKIP_TOO_LARGE, FOX_SKIP_NONE},
        {65536, FOX_SKIP_TOO_LARGE, FOX_SKIP_TOO_LARGE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fox_picture wide = photo, tall = photo;

        wide.size = (struct fox_size){rows[i].side_px, 100};
        tall.size = (struct fox_size){100, rows[i].side_px};
        assert_int_equal(plan_of(&wide, all).steps[0].skip, rows[i].webp);
        assert_int_equal(plan_of(&wide, all).steps[1].skip, rows[i].avif);
        assert_int_equal(plan_of(&tall, all).steps[0].skip, rows[i].webp);
        assert_int_equal(plan_of(&tall, all).steps[1].skip, rows[i].avif);
        assert_int_equal(plan_of(&tall, all).steps[2].skip, FOX_SKIP_NONE);
    }
}

static void alpha_turns_a_thumbnail_into_a_png(void **state)
{
    struct fox_picture picture = photo;
    uint64_t opaque_bytes;

    (void)state;
    picture.format = PXF_FORMAT_GIF;
    assert_int_equal(plan_of(&picture, all).steps[4].format, PXF_FORMAT_JPEG);
    opaque_bytes = plan_of(&picture, all).steps[4].room_bytes;
    picture.has_alpha = true;
    assert_int_equal(plan_of(&picture, all).steps[4].format, PXF_FORMAT_PNG);
    assert_true(plan_of(&picture, all).steps[4].room_bytes > 3 * opaque_bytes);
}

static void a_recipe_of_ones_own_is_planned_behind_the_eight(void **state)
{
    struct fox_recipe recipes[FOX_BUILTIN_RECIPE_COUNT + 1];
    struct fox_plan plan = {.step_count = 0};
    pxf_error err = {0};

    (void)state;
    memcpy(recipes, fox_builtin_recipes, sizeof fox_builtin_recipes);
    recipes[FOX_BUILTIN_RECIPE_COUNT] = (struct fox_recipe){
        "card", "card", FOX_OUTPUT_JPEG, PXF_FIT_COVER, 320, 180, 80,
    };
    assert_ok(fox_plan_make(&plan, &photo, recipes, FOX_BUILTIN_RECIPE_COUNT + 1,
                            (struct fox_switches){.webp = false}, &err));
    assert_int_equal(plan.make_count, 1);
    assert_int_equal(plan.steps[8].format, PXF_FORMAT_JPEG);
    assert_int_equal(plan.steps[8].size.height_px, 180);
}

static void more_recipes_than_a_plan_holds_are_refused(void **state)
{
    static const struct fox_recipe recipes[FOX_RECIPE_LIMIT + 1];
    struct fox_plan plan = {.step_count = 77};
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_plan_make(&plan, &photo, recipes, FOX_RECIPE_LIMIT + 1, all, &err), PXF_LIMIT);
    assert_int_equal(plan.step_count, 77);
}

static void a_call_and_a_setting_must_both_want_it(void **state)
{
    const struct fox_switches both = fox_switches_and((struct fox_switches){true, true, false},
                                                      (struct fox_switches){true, false, true});

    (void)state;
    assert_true(both.webp);
    assert_false(both.avif);
    assert_false(both.original);
}

SUITE(plan, cmocka_unit_test(a_photograph_gets_all_eight),
      cmocka_unit_test(switches_take_their_outputs_away),
      cmocka_unit_test(a_webp_has_no_thumbnail_like_itself_whatever_the_switches),
      cmocka_unit_test(a_side_that_a_format_cannot_hold_is_skipped),
      cmocka_unit_test(alpha_turns_a_thumbnail_into_a_png),
      cmocka_unit_test(a_recipe_of_ones_own_is_planned_behind_the_eight),
      cmocka_unit_test(more_recipes_than_a_plan_holds_are_refused),
      cmocka_unit_test(a_call_and_a_setting_must_both_want_it))
