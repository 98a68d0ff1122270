/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <stdlib.h>

#include "image/hidden.h"
#include "image/shrink.h"

static int over_white(int colour, int alpha)
{
    return (colour * alpha + 255 * (255 - alpha)) / 255;
}

/* A white disc on transparent black, laid over white, is white all over. */
static void a_white_shape_has_no_dark_rim(void **state)
{
    static const char *const kinds[] = {"webp", "avif", "thumbnail_small_webp",
                                        "thumbnail_small_avif", "thumbnail_small_original"};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        AUTO(fox_picture) pixels = kit_rendered("disc.png", kinds[i]);

        assert_true(fox_picture_has_alpha(&pixels));
        for (uint32_t y = 0; y < pixels.height_px; y++) {
            for (uint32_t x = 0; x < pixels.width_px; x++) {
                const struct kit_colour px = kit_pixel(&pixels, x, y);

                assert_in_range(over_white(px.r, px.a), 245, 255);
                assert_in_range(over_white(px.g, px.a), 245, 255);
                assert_in_range(over_white(px.b, px.a), 245, 255);
            }
        }
    }
}

static void transparency_stays_where_it_was(void **state)
{
    static const struct {
        const char *name;
        struct kit_colour seen; /* in the middle or the corner, whichever is opaque */
        bool is_middle_opaque;
    } cases[] = {
        {"disc.png", {255, 255, 255, 255}, true},
        {"disc.avif", {255, 255, 255, 255}, true},
        {"rgba.tiff", {255, 255, 255, 255}, true},
        {"lossless.webp", {255, 255, 255, 255}, true},
        {"palette_alpha.png", {220, 30, 40, 255}, true},
        {"hole_16.png", {255, 0, 0, 255}, false},
        {"transparent.gif", {220, 30, 40, 255}, true},
    };
    static const char *const kinds[] = {"webp", "avif", "thumbnail_small_avif",
                                        "thumbnail_small_original"};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO(fox_shot) shot = kit_open(cases[i].name);

        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe(kinds[k]));
            AUTO(fox_picture) pixels = kit_pixels(&variant);
            const uint32_t x = pixels.width_px / 2, y = pixels.height_px / 2;
            const struct kit_colour middle = kit_pixel(&pixels, x, y);
            const struct kit_colour corner = kit_pixel(&pixels, 4, 4);

            assert_in_range(cases[i].is_middle_opaque ? middle.a : corner.a, 250, 255);
            assert_in_range(cases[i].is_middle_opaque ? corner.a : middle.a, 0, 5);
            kit_assert_colour(&pixels, cases[i].is_middle_opaque ? x : 4,
                              cases[i].is_middle_opaque ? y : 4, cases[i].seen, 16);
        }
    }
}

static void half_transparent_keeps_colour_and_alpha(void **state)
{
    static const char *const kinds[] = {"webp", "avif", "thumbnail_small_webp",
                                        "thumbnail_small_original"};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        AUTO(fox_picture) red = kit_rendered("half_red.png", kinds[i]);
        AUTO(fox_picture) gray = kit_rendered("gray_alpha.png", kinds[i]);

        kit_assert_colour(&red, 50, 50, (struct kit_colour){255, 0, 0, 128}, 16);
        assert_in_range(kit_pixel(&red, 50, 50).a, 124, 132);
        assert_in_range(kit_pixel(&gray, 5, 50).a, 124, 132);
        assert_in_range(kit_pixel(&gray, 5, 50).r, 0, 10);
    }
}

static void alpha_that_hides_nothing_is_dropped(void **state)
{
    AUTO(fox_shot) shot = kit_open("opaque_rgba.png");
    AUTO(fox_picture) pixels = kit_rendered("opaque_rgba.png", "avif");
    AUTO(fox_picture) thumbnail = kit_rendered("opaque_rgba.png", "thumbnail_small_original");

    (void)state;
    kit_assert_size(&pixels, 601, 401);
    kit_assert_quadrants(&pixels, 10);
    kit_assert_quadrants(&thumbnail, 10);
    assert_true(shot.file.sniff.has_alpha);
    assert_false(fox_image_has_alpha(shot.image));
    assert_false(fox_picture_has_alpha(&pixels));
}

static void jpeg_shows_the_set_colour_behind(void **state)
{
    static const struct fox_recipe jpeg = {"card", "card", FOX_OUTPUT_JPEG, PXF_FIT_FULL, 0, 0, 90};
    struct fox_image_options options = fox_image_default_options;

    (void)state;
    options.flatten_rgb[0] = 10;
    options.flatten_rgb[1] = 120;
    options.flatten_rgb[2] = 240;
    {
        AUTO(fox_shot) shot = kit_open_with("transparent.gif", &options);
        AUTO(fox_image_variant) variant = kit_render(&shot, &jpeg);
        AUTO(fox_picture) pixels = kit_pixels(&variant);

        assert_int_equal(variant.format, PXF_FORMAT_JPEG);
        kit_assert_colour(&pixels, 8, 8, (struct kit_colour){10, 120, 240, 255}, 10);
        kit_assert_colour(&pixels, 60, 40, (struct kit_colour){220, 30, 40, 255}, 10);
    }
}

static void a_wholly_transparent_picture_is_no_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        AUTO(fox_picture) pixels = kit_rendered("transparent.png", fox_builtin_recipes[i].kind);

        kit_assert_size(&pixels, 64, 48);
        assert_int_equal(kit_pixel(&pixels, 30, 20).a, 0);
    }
}

static void hidden_pixels_take_the_colour_next_to_them(void **state)
{
    AUTO(fox_picture) picture = {0}, filled = {0};
    pxf_error err = {0};

    (void)state;
    assert_ok(
        fox_picture_new(&picture, FOX_LAYOUT_RGBA, (struct fox_size){5, 3}, fox_chroma_444, &err));
    for (uint32_t y = 0; y < 3; y++) {
        uint8_t *px = fox_plane_row(&picture.planes[0], y);

        px[0] = 200;
        px[3] = 255;
        px[4 * 4 + 2] = 90;
        px[4 * 4 + 3] = 255;
    }
    assert_ok(fox_hidden_fill(&picture, &filled, &err));
    for (uint32_t y = 0; y < 3; y++) {
        kit_assert_colour(&filled, 0, y, (struct kit_colour){200, 0, 0, 255}, 0);
        kit_assert_colour(&filled, 1, y, (struct kit_colour){200, 0, 0, 255}, 0);
        kit_assert_colour(&filled, 4, y, (struct kit_colour){0, 0, 90, 255}, 0);
        assert_true(kit_pixel(&filled, 2, y).r > 50);
    }
}

static void halving_weighs_colours_by_their_alpha(void **state)
{
    AUTO(fox_picture) picture = {0}, half = {0};
    uint8_t *px;
    pxf_error err = {0};

    (void)state;
    assert_ok(
        fox_picture_new(&picture, FOX_LAYOUT_RGBA, (struct fox_size){2, 1}, fox_chroma_444, &err));
    px = fox_plane_row(&picture.planes[0], 0);
    px[0] = 240;
    px[3] = 100;
    px[4 + 1] = 240;
    assert_ok(fox_shrink(&picture, &half, &err));
    kit_assert_size(&half, 1, 1);
    kit_assert_colour(&half, 0, 0, (struct kit_colour){240, 0, 0, 50}, 0);
    assert_int_equal(kit_pixel(&half, 0, 0).a, 50);
}

static void dividing_undoes_multiplied_alpha(void **state)
{
    AUTO(fox_picture) picture = {0};
    uint8_t *px;
    pxf_error err = {0};

    (void)state;
    assert_ok(
        fox_picture_new(&picture, FOX_LAYOUT_RGBA, (struct fox_size){2, 1}, fox_chroma_444, &err));
    px = fox_plane_row(&picture.planes[0], 0);
    px[0] = 64;
    px[1] = 255; /* more than its alpha allows */
    px[3] = 128;
    fox_hidden_divide(&picture);
    kit_assert_colour(&picture, 0, 0, (struct kit_colour){128, 255, 0, 128}, 0);
    kit_assert_colour(&picture, 1, 0, (struct kit_colour){0, 0, 0, 0}, 0);
}

SUITE(alpha, cmocka_unit_test(a_white_shape_has_no_dark_rim),
      cmocka_unit_test(transparency_stays_where_it_was),
      cmocka_unit_test(half_transparent_keeps_colour_and_alpha),
      cmocka_unit_test(alpha_that_hides_nothing_is_dropped),
      cmocka_unit_test(jpeg_shows_the_set_colour_behind),
      cmocka_unit_test(a_wholly_transparent_picture_is_no_error),
      cmocka_unit_test(hidden_pixels_take_the_colour_next_to_them),
      cmocka_unit_test(halving_weighs_colours_by_their_alpha),
      cmocka_unit_test(dividing_undoes_multiplied_alpha))
