/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include "model/recipe.h"

static const struct fox_size photo = {4000, 3000};

static uint64_t room(enum fox_output output, int32_t quality, struct fox_size picture)
{
    const struct fox_recipe recipe = {
        .output = output,
        .fit = PXF_FIT_FULL,
        .quality = quality,
    };

    return fox_recipe_room_bytes(&recipe, picture, PXF_FORMAT_JPEG);
}

static void a_variants_room_is_more_than_what_real_pictures_needed(void **state)
{
    /* 95 of 100 of the measured pictures, in bytes of 1000 pixels */
    static const struct {
        enum fox_output output;
        int32_t quality;
        uint64_t needed;
    } rows[] = {
        {FOX_OUTPUT_WEBP, 85, 301},
        {FOX_OUTPUT_AVIF, 35, 132},
        {FOX_OUTPUT_JPEG, 90, 152},
        {FOX_OUTPUT_PNG, 0, 2605},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint64_t needed = 12000 * rows[i].needed;

        assert_in_range(room(rows[i].output, rows[i].quality, photo), needed, 3 * needed);
    }
}

static void the_eight_of_a_photograph_need_less_than_a_byte_for_each_pixel(void **state)
{
    uint64_t sum = 0;

    (void)state;
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        sum += fox_recipe_room_bytes(&fox_builtin_recipes[i], photo, PXF_FORMAT_JPEG);
    }
    assert_in_range(sum, 12000000 / 2, 12000000);
}

static void a_better_quality_needs_more_room_and_a_lesser_one_not_less(void **state)
{
    (void)state;
    assert_true(room(FOX_OUTPUT_WEBP, 100, photo) > 2 * room(FOX_OUTPUT_WEBP, 85, photo));
    assert_true(room(FOX_OUTPUT_JPEG, 100, photo) > 2 * room(FOX_OUTPUT_JPEG, 90, photo));
    assert_true(room(FOX_OUTPUT_AVIF, 15, photo) > 2 * room(FOX_OUTPUT_AVIF, 35, photo));
    assert_true(room(FOX_OUTPUT_AVIF, 0, photo) > 2 * room(FOX_OUTPUT_AVIF, 10, photo));
    assert_int_equal(room(FOX_OUTPUT_WEBP, 1, photo), room(FOX_OUTPUT_WEBP, 85, photo));
    assert_int_equal(room(FOX_OUTPUT_AVIF, 63, photo), room(FOX_OUTPUT_AVIF, 35, photo));
}

static void a_thumbnail_like_a_png_is_given_more_than_one_like_a_jpeg(void **state)
{
    const struct fox_recipe *thumbnail = &fox_builtin_recipes[4];

    (void)state;
    assert_true(fox_recipe_room_bytes(thumbnail, photo, PXF_FORMAT_PNG) >
                3 * fox_recipe_room_bytes(thumbnail, photo, PXF_FORMAT_JPEG));
    assert_int_equal(fox_recipe_room_bytes(thumbnail, photo, PXF_FORMAT_GIF),
                     fox_recipe_room_bytes(thumbnail, photo, PXF_FORMAT_PNG));
}

static void one_pixel_needs_a_whole_container(void **state)
{
    (void)state;
    assert_in_range(room(FOX_OUTPUT_AVIF, 35, (struct fox_size){1, 1}), 1024, 8192);
}

static void the_largest_picture_does_not_run_over(void **state)
{
    const struct fox_size largest = {65535, 65535};

    (void)state;
    assert_in_range(room(FOX_OUTPUT_PNG, 0, largest), UINT64_C(13) << 30, UINT64_C(15) << 30);
}

SUITE(room, cmocka_unit_test(a_variants_room_is_more_than_what_real_pictures_needed),
      cmocka_unit_test(the_eight_of_a_photograph_need_less_than_a_byte_for_each_pixel),
      cmocka_unit_test(a_better_quality_needs_more_room_and_a_lesser_one_not_less),
      cmocka_unit_test(a_thumbnail_like_a_png_is_given_more_than_one_like_a_jpeg),
      cmocka_unit_test(one_pixel_needs_a_whole_container),
      cmocka_unit_test(the_largest_picture_does_not_run_over))
