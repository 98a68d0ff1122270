/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <stdio.h>

#include "image/encode.h"
#include "image/pyramid.h"

static void tiny_pictures_keep_their_size_in_every_format(void **state)
{
    static const struct fox_size sizes[] = {{1, 1}, {2, 38}, {10, 10}, {15, 17}};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "%ux%u.png", sizes[i].width_px, sizes[i].height_px);
        for (size_t k = 0; k < FOX_BUILTIN_RECIPE_COUNT; k++) {
            AUTO(fox_picture) pixels = kit_rendered(name, fox_builtin_recipes[k].kind);

            kit_assert_size(&pixels, sizes[i].width_px, sizes[i].height_px);
            kit_assert_colour(&pixels, 0, 0, (struct kit_colour){220, 30, 40, 255}, 12);
        }
    }
}

static void an_odd_heic_loses_no_pixel(void **state)
{
    static const char *const kinds[] = {"webp", "avif", "thumbnail_medium_original"};

    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        AUTO(fox_picture) pixels = kit_rendered("odd.heic", kinds[k]);

        kit_assert_size(&pixels, 127, 127);
        kit_assert_quadrants(&pixels, 16);
    }
}

/* 120 by 17000 is more than WebP and our AVIF hold; the thumbnails are there all the same. */
static void what_a_format_cannot_hold_is_skipped_with_a_reason(void **state)
{
    AUTO(fox_shot) tall = kit_open("tall.png"), wide = kit_open("wide.png");

    (void)state;
    for (size_t k = 0; k < FOX_BUILTIN_RECIPE_COUNT; k++) {
        const struct fox_recipe *recipe = &fox_builtin_recipes[k];
        AUTO(fox_image_variant) one = kit_render(&tall, recipe), other = kit_render(&wide, recipe);
        const bool is_full = recipe->fit == PXF_FIT_FULL;

        assert_int_equal(one.skip, is_full ? FOX_SKIP_TOO_LARGE : FOX_SKIP_NONE);
        assert_int_equal(other.skip, is_full ? FOX_SKIP_TOO_LARGE : FOX_SKIP_NONE);
        assert_int_equal(one.data == NULL, is_full);
        if (!is_full) {
            const struct fox_size size = fox_recipe_size(recipe, (struct fox_size){120, 17000});

            assert_int_equal(one.width_px, size.width_px);
            assert_int_equal(one.height_px, size.height_px);
        }
    }
}

static void limits_of_formats_are_their_own(void **state)
{
    static const struct {
        pxf_format format;
        struct fox_size size;
        bool fits;
    } cases[] = {
        {PXF_FORMAT_WEBP, {16383, 16383}, true}, {PXF_FORMAT_WEBP, {16384, 1}, false},
        {PXF_FORMAT_AVIF, {16384, 1}, true},     {PXF_FORMAT_AVIF, {1, 16385}, false},
        {PXF_FORMAT_JPEG, {65500, 1}, true},     {PXF_FORMAT_JPEG, {65501, 1}, false},
        {PXF_FORMAT_PNG, {1 << 30, 1}, true},    {PXF_FORMAT_GIF, {1, 1}, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(fox_encode_fits(cases[i].format, cases[i].size), cases[i].fits);
    }
}

static void a_frame_is_centred_and_never_grows(void **state)
{
    static const struct {
        struct fox_recipe recipe;
        struct fox_size picture;
        struct fox_frame frame;
    } cases[] = {
        {{"", "", 0, PXF_FIT_FULL, 0, 0, 0}, {30, 20}, {0, 0, {30, 20}, {30, 20}}},
        {{"", "", 0, PXF_FIT_WIDTH, 200, 0, 0}, {600, 400}, {0, 0, {600, 400}, {200, 133}}},
        {{"", "", 0, PXF_FIT_BOX, 200, 100, 0}, {600, 400}, {0, 0, {600, 400}, {150, 100}}},
        {{"", "", 0, PXF_FIT_COVER, 100, 100, 0}, {600, 400}, {100, 0, {400, 400}, {100, 100}}},
        {{"", "", 0, PXF_FIT_COVER, 300, 100, 0}, {600, 400}, {0, 100, {600, 200}, {300, 100}}},
        {{"", "", 0, PXF_FIT_COVER, 700, 100, 0}, {600, 400}, {0, 150, {600, 100}, {600, 100}}},
        {{"", "", 0, PXF_FIT_CROP, 100, 50, 0}, {600, 400}, {250, 175, {100, 50}, {100, 50}}},
        {{"", "", 0, PXF_FIT_CROP, 900, 50, 0}, {600, 400}, {0, 175, {600, 50}, {600, 50}}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct fox_frame frame = fox_frame_of(&cases[i].recipe, cases[i].picture);

        assert_memory_equal(&frame, &cases[i].frame, sizeof frame);
    }
}

/* The four colours meet in the middle of the picture, so they do in each part of it. */
static void parts_are_cut_out_of_the_middle(void **state)
{
    static const struct fox_recipe recipes[] = {
        {"cover", "cover", FOX_OUTPUT_PNG, PXF_FIT_COVER, 100, 100, 0},
        {"banner", "banner", FOX_OUTPUT_WEBP, PXF_FIT_COVER, 300, 80, 90},
        {"crop", "crop", FOX_OUTPUT_PNG, PXF_FIT_CROP, 121, 80, 0},
        {"box", "box", FOX_OUTPUT_JPEG, PXF_FIT_BOX, 90, 90, 90},
    };
    static const struct fox_size sizes[] = {{100, 100}, {300, 80}, {121, 80}, {90, 60}};
    static const char *const names[] = {"quadrants.jpg", "quadrants.png", "orientation_6.jpg",
                                        "display_p3.jpg"};

    (void)state;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        AUTO(fox_shot) shot = kit_open(names[n]);

        for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
            AUTO(fox_image_variant) variant = kit_render(&shot, &recipes[i]);
            AUTO(fox_picture) pixels = kit_pixels(&variant);

            kit_assert_size(&pixels, sizes[i].width_px, sizes[i].height_px);
            kit_assert_quadrants(&pixels, 52); /* Display P3 is far off in sRGB */
        }
    }
}

static void a_small_picture_is_its_own_thumbnail(void **state)
{
    static const char *const kinds[] = {"thumbnail_medium_webp", "thumbnail_medium_avif",
                                        "thumbnail_medium_original"};

    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        AUTO(fox_picture) pixels = kit_rendered("orientation_1_odd.jpg", kinds[k]);

        kit_assert_size(&pixels, 301, 201);
        kit_assert_quadrants(&pixels, 10);
    }
}

static void pixels_that_take_too_much_memory_are_refused(void **state)
{
    static const char *const names[] = {"quadrants.jpg",  "quadrants.png",      "quadrants.bmp",
                                        "quadrants.heic", "orientation_6.webp", "animation_60.gif"};
    struct fox_image_options options = fox_image_default_options;
    pxf_error err = {0};

    (void)state;
    options.memory_bytes = 200000;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_fails(kit_try(names[i], &options, &err), PXF_LIMIT);
    }
}

SUITE(sizes, cmocka_unit_test(tiny_pictures_keep_their_size_in_every_format),
      cmocka_unit_test(an_odd_heic_loses_no_pixel),
      cmocka_unit_test(what_a_format_cannot_hold_is_skipped_with_a_reason),
      cmocka_unit_test(limits_of_formats_are_their_own),
      cmocka_unit_test(a_frame_is_centred_and_never_grows),
      cmocka_unit_test(parts_are_cut_out_of_the_middle),
      cmocka_unit_test(a_small_picture_is_its_own_thumbnail),
      cmocka_unit_test(pixels_that_take_too_much_memory_are_refused))
