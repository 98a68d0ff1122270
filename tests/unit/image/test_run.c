/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* What a caller of fox_image_render_all keeps. */
struct basket {
    struct fox_image_variant variants[FOX_RECIPE_LIMIT];
    size_t count, fail_at;
    bool saw_signals; /* some thread would take one */
    bool hides_crash; /* some thread blocks the signals of its own crash */
    pthread_t caller;
};

static pxf_status take(void *ctx, size_t index, struct fox_image_variant *variant, pxf_error *err)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};
    struct basket *basket = ctx;
    sigset_t blocked;

    (void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    if (!pthread_equal(pthread_self(), basket->caller) && !sigismember(&blocked, SIGTERM)) {
        basket->saw_signals = true;
    }
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        basket->hides_crash |= sigismember(&blocked, crashes[i]) == 1;
    }
    if (++basket->count == basket->fail_at) {
        return fox_fail(err, PXF_FULL, "no room for variant %zu", index);
    }
    basket->variants[index] = *variant;
    variant->data = NULL;
    return PXF_OK;
}

static void fox_basket_let_go(struct basket *basket)
{
    for (size_t i = 0; i < FOX_RECIPE_LIMIT; i++) {
        fox_image_variant_let_go(&basket->variants[i]);
    }
}

static void bytes_depend_on_nothing_but_picture_and_recipe(void **state)
{
    struct fox_image_options options = fox_image_default_options;
    pxf_error err = {0};

    (void)state;
    for (uint32_t threads = 1; threads <= 4; threads += 3) {
        struct basket basket = {.caller = pthread_self()};

        options.thread_count = threads;
        {
            AUTO(fox_shot) shot = kit_open_with("photo_small.jpg", &options);

            assert_ok(fox_image_render_all(shot.image, fox_builtin_recipes,
                                           FOX_BUILTIN_RECIPE_COUNT, take, &basket, &err));
        }
        assert_int_equal(basket.count, FOX_BUILTIN_RECIPE_COUNT);
        assert_false(basket.saw_signals);
        assert_false(basket.hides_crash);
        for (size_t i = 2; i < FOX_BUILTIN_RECIPE_COUNT; i += 5 - threads) {
            AUTO(fox_shot) alone = kit_open("photo_small.jpg");
            AUTO(fox_image_variant) variant = kit_render(&alone, &fox_builtin_recipes[i]);

            assert_int_equal(variant.size, basket.variants[i].size);
            assert_memory_equal(variant.data, basket.variants[i].data, variant.size);
        }
        fox_basket_let_go(&basket);
    }
}

static void the_longest_task_comes_first(void **state)
{
    size_t order[FOX_BUILTIN_RECIPE_COUNT];
    bool seen[FOX_BUILTIN_RECIPE_COUNT] = {0};
    AUTO(fox_shot) photograph = kit_open("photo_large.jpg"), graphic = kit_open("quadrants.png");

    (void)state;
    fox_image_plan(photograph.image, fox_builtin_recipes, FOX_BUILTIN_RECIPE_COUNT, order);
    assert_string_equal(fox_builtin_recipes[order[0]].kind, "webp");
    assert_string_equal(fox_builtin_recipes[order[1]].kind, "avif");
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        assert_false(seen[order[i]]);
        seen[order[i]] = true;
    }
    fox_image_plan(graphic.image, fox_builtin_recipes, FOX_BUILTIN_RECIPE_COUNT, order);
    assert_string_equal(fox_builtin_recipes[order[0]].kind, "avif");
}

static void the_callers_failure_ends_the_run(void **state)
{
    struct basket basket = {.caller = pthread_self(), .fail_at = 2};
    AUTO(fox_shot) shot = kit_open("quadrants.jpg");
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_image_render_all(shot.image, fox_builtin_recipes, FOX_BUILTIN_RECIPE_COUNT,
                                      take, &basket, &err),
                 PXF_FULL);
    assert_int_equal(basket.count, 2);
    fox_basket_let_go(&basket);
}

static void a_recipe_that_cannot_be_made_is_named(void **state)
{
    static const struct fox_recipe wrong = {"odd", "odd", FOX_OUTPUT_WEBP, PXF_FIT_FULL, 0, 0, 900};
    struct basket basket = {.caller = pthread_self()};
    AUTO(fox_shot) shot = kit_open("quadrants.jpg");
    pxf_error err = {0};

    (void)state;
    assert_int_equal(fox_image_render_all(shot.image, &wrong, 1, take, &basket, &err), PXF_INVALID);
    assert_non_null(strstr(err.message, "'odd'"));
    assert_int_equal(basket.count, 0);
}

static void there_are_1_to_32_recipes(void **state)
{
    struct basket basket = {.caller = pthread_self()};
    AUTO(fox_shot) shot = kit_open("1x1.png");
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_image_render_all(shot.image, fox_builtin_recipes, 0, take, &basket, &err),
                 PXF_INVALID);
    assert_fails(fox_image_render_all(shot.image, fox_builtin_recipes, FOX_RECIPE_LIMIT + 1, take,
                                      &basket, &err),
                 PXF_INVALID);
}

static void options_out_of_range_are_refused(void **state)
{
    struct fox_image_options options[6];
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        options[i] = fox_image_default_options;
    }
    options[0].thread_count = 0;
    options[1].thread_count = FOX_IMAGE_THREAD_LIMIT + 1;
    options[2].webp_method = 7;
    options[3].avif_speed = 8;
    options[4].avif_speed = 10;
    options[5].avif_thumbnail_speed = 0;
    for (size_t i = 0; i < 6; i++) {
        assert_fails(kit_try("1x1.png", &options[i], &err), PXF_INVALID);
    }
}

static void the_codecs_name_themselves(void **state)
{
    char text[200];

    (void)state;
    fox_image_versions(text, sizeof text);
    assert_non_null(strstr(text, "libvips 8."));
    assert_non_null(strstr(text, "libheif 1."));
    assert_non_null(strstr(text, "libjpeg-turbo "));
}

SUITE(run, cmocka_unit_test(bytes_depend_on_nothing_but_picture_and_recipe),
      cmocka_unit_test(the_longest_task_comes_first),
      cmocka_unit_test(the_callers_failure_ends_the_run),
      cmocka_unit_test(a_recipe_that_cannot_be_made_is_named),
      cmocka_unit_test(there_are_1_to_32_recipes),
      cmocka_unit_test(options_out_of_range_are_refused),
      cmocka_unit_test(the_codecs_name_themselves))
