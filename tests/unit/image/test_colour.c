/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <math.h>

#include "image/handle.h"
#include "image/profile.h"

static void wide_gamut_keeps_its_profile_in_full_variants(void **state)
{
    static const char *const names[] = {"adobe_rgb.jpg", "display_p3.jpg", "display_p3.png",
                                        "display_p3.heic"};
    static const char *const kinds[] = {"webp", "avif"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO(fox_shot) shot = kit_open(names[i]);

        for (size_t k = 0; k < 2; k++) {
            AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe(kinds[k]));
            AUTO(fox_shot) again = {.file = {.data = variant.data, .size = variant.size}};
            struct fox_memory memory = {variant.data, variant.size};
            const struct fox_reader reader = fox_reader_of_memory(&memory);
            pxf_error err = {0};

            assert_ok(fox_sniff_read(&reader, &again.file.sniff, &err));
            assert_true(again.file.sniff.has_profile);
            assert_ok(fox_image_open(&again.image, variant.data, variant.size, &again.file.sniff,
                                     &fox_image_default_options, &err));
            again.file.data = NULL;
            assert_int_equal(again.image->decoded.profile.size, shot.image->decoded.profile.size);
            assert_memory_equal(again.image->decoded.profile.data, shot.image->decoded.profile.data,
                                shot.image->decoded.profile.size);
        }
    }
}

/* The expected: the profiles' matrices and gammas in double precision, clipped. */
static void thumbnails_of_wide_gamut_are_in_srgb(void **state)
{
    static const struct {
        const char *name;
        struct kit_colour red, green;
    } cases[] = {
        {"adobe_rgb.jpg", {255, 24, 36, 255}, {0, 181, 42, 255}},
        {"display_p3.jpg", {241, 0, 12, 255}, {0, 185, 23, 255}},
        {"display_p3.png", {241, 0, 12, 255}, {0, 185, 23, 255}},
    };
    static const char *const kinds[] = {"thumbnail_medium_webp", "thumbnail_medium_avif",
                                        "thumbnail_small_original"};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO(fox_shot) shot = kit_open(cases[i].name);

        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            AUTO(fox_image_variant) variant = kit_render(&shot, kit_recipe(kinds[k]));
            AUTO(fox_picture) pixels = kit_pixels(&variant);
            const uint32_t x = pixels.width_px / 4, y = pixels.height_px / 4;

            kit_assert_colour(&pixels, x, y, cases[i].red, 12);
            kit_assert_colour(&pixels, 3 * x, y, cases[i].green, 12);
        }
    }
}

static bool keeps_profile(const char *name)
{
    AUTO(fox_shot) shot = kit_open(name);

    return shot.image->decoded.profile.data != NULL;
}

static void a_profile_that_says_srgb_is_dropped_and_nothing_changes(void **state)
{
    AUTO(fox_picture) pixels = kit_rendered("srgb_profile.jpg", "webp");

    (void)state;
    kit_assert_quadrants(&pixels, 8);
    assert_false(keeps_profile("srgb_profile.jpg"));
}

static void a_profile_inside_srgb_is_converted_and_dropped(void **state)
{
    /* Linear light to sRGB's curve. */
    const int lighter = (int)lround(255 * (1.055 * pow(30.0 / 255, 1 / 2.4) - 0.055));
    AUTO(fox_picture) pixels = kit_rendered("gamma_1.jpg", "webp");

    (void)state;
    assert_false(keeps_profile("gamma_1.jpg"));
    kit_assert_colour(&pixels, 150, 100, (struct kit_colour){238, lighter, 110, 255}, 12);
}

static void what_is_no_profile_is_ignored(void **state)
{
    AUTO(fox_picture) jpeg = kit_rendered("broken_profile.jpg", "webp");
    AUTO(fox_picture) tiff = kit_rendered("empty_profile.tiff", "webp");

    (void)state;
    kit_assert_quadrants(&jpeg, 8);
    kit_assert_quadrants(&tiff, 8);
}

static void an_rgb_profile_does_not_change_a_gray_picture(void **state)
{
    AUTO(fox_picture) pixels = kit_rendered("gray_rgb_profile.jpg", "thumbnail_medium_webp");

    (void)state;
    for (uint32_t i = 0; i < 8; i++) {
        const int value = (int)(i * 255 / 7);

        kit_assert_colour(&pixels, 31 + i * 62, 180, (struct kit_colour){value, value, value, 255},
                          12);
    }
}

static void a_gray_profile_is_applied(void **state)
{
    const int half = (int)lround(255 * (1.055 * pow(109.0 / 255, 1 / 2.4) - 0.055));
    AUTO(fox_picture) pixels = kit_rendered("gray_profile.jpg", "webp");

    (void)state;
    kit_assert_colour(&pixels, 40 + 3 * 80, 200, (struct kit_colour){half, half, half, 255}, 8);
    kit_assert_colour(&pixels, 20, 200, (struct kit_colour){0, 0, 0, 255}, 5);
}

/* Inks are not exact; hues are. */
static void inks_are_not_inverted(void **state)
{
    static const char *const names[] = {"cmyk.jpg", "cmyk.tiff"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        AUTO(fox_picture) pixels = kit_rendered(names[i], "webp");
        const struct kit_colour first = kit_pixel(&pixels, 150, 100);
        const struct kit_colour second = kit_pixel(&pixels, 450, 100);
        const struct kit_colour third = kit_pixel(&pixels, 150, 300);
        const struct kit_colour fourth = kit_pixel(&pixels, 450, 300);

        assert_in_range(first.r, 170, 255);
        assert_true(first.g < 110 && first.b < 110);
        assert_true(second.g > second.r + 40 && second.g > second.b + 20);
        assert_true(third.b > third.r + 40 && third.b > third.g + 20);
        assert_true(fourth.r > 190 && fourth.g > 170 && fourth.b < 130);
    }
}

static void other_depths_and_spaces_come_out_in_8_bits(void **state)
{
    static const char *const names[] = {"quadrants_16.png",   "palette.png",  "ten_bit.heic",
                                        "quadrants.tiff",     "deflate.tiff", "quadrants.heic",
                                        "quadrants.avif",     "mif1.heic",    "pages.tiff",
                                        "rgb_transform_0.jpg"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO(fox_picture) full = kit_rendered(names[i], "webp");
        AUTO(fox_picture) thumbnail = kit_rendered(names[i], "thumbnail_small_original");

        kit_assert_size(&full, 600, 400);
        kit_assert_quadrants(&full, 16);
        kit_assert_quadrants(&thumbnail, 16);
    }
}

static void gray_of_16_bits_and_one_bit_is_right(void **state)
{
    AUTO(fox_picture) deep = kit_rendered("gray_16.png", "webp");
    static const char *const names[] = {"bilevel.png", "bilevel_g4.tiff"};

    (void)state;
    for (uint32_t i = 0; i < 8; i++) {
        const int value = (int)(i * 255 / 7);

        kit_assert_colour(&deep, 20 + i * 40, 100, (struct kit_colour){value, value, value, 255},
                          5);
    }
    for (size_t i = 0; i < 2; i++) {
        AUTO(fox_picture) pixels = kit_rendered(names[i], "webp");

        kit_assert_colour(&pixels, 40, 100, (struct kit_colour){0, 0, 0, 255}, 16);
        kit_assert_colour(&pixels, 280, 100, (struct kit_colour){255, 255, 255, 255}, 16);
    }
}

static void lab_becomes_srgb(void **state)
{
    AUTO(fox_picture) pixels = kit_rendered("lab.tiff", "webp");

    (void)state;
    kit_assert_colour(&pixels, 40, 60, (struct kit_colour){205, 70, 56, 255}, 16);
    kit_assert_colour(&pixels, 120, 60, (struct kit_colour){45, 134, 23, 255}, 16);
}

static void thin_red_lines_stay_red(void **state)
{
    static const char *const kinds[] = {"webp", "avif"};

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        AUTO(fox_picture) pixels = kit_rendered("red_lines.png", kinds[k]);

        for (uint32_t y = 20; y < 290; y += 40) {
            const struct kit_colour middle = kit_pixel(&pixels, 200, y + 4);

            assert_in_range(middle.r, 215, 255);
            assert_in_range(middle.g, 0, 60);
            assert_in_range(middle.b, 0, 60);
        }
    }
}

static void judging_a_profile_needs_no_picture(void **state)
{
    AUTO(fox_shot) wide = kit_open("adobe_rgb.jpg");
    AUTO(fox_profile) p3 = {0};
    const struct fox_profile none = {0};
    enum fox_gamut gamut = FOX_GAMUT_SRGB;
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_profile_load(&p3, "p3", &err));
    assert_int_equal(fox_profile_space(&p3), 'R');
    assert_int_equal(fox_profile_space(&none), 0);
    assert_ok(fox_profile_gamut(&p3, &gamut, &err));
    assert_int_equal(gamut, FOX_GAMUT_WIDE);
    assert_ok(fox_profile_gamut(&wide.image->decoded.profile, &gamut, &err));
    assert_int_equal(gamut, FOX_GAMUT_WIDE);
}

SUITE(colour, cmocka_unit_test(wide_gamut_keeps_its_profile_in_full_variants),
      cmocka_unit_test(thumbnails_of_wide_gamut_are_in_srgb),
      cmocka_unit_test(a_profile_that_says_srgb_is_dropped_and_nothing_changes),
      cmocka_unit_test(a_profile_inside_srgb_is_converted_and_dropped),
      cmocka_unit_test(what_is_no_profile_is_ignored),
      cmocka_unit_test(an_rgb_profile_does_not_change_a_gray_picture),
      cmocka_unit_test(a_gray_profile_is_applied), cmocka_unit_test(inks_are_not_inverted),
      cmocka_unit_test(other_depths_and_spaces_come_out_in_8_bits),
      cmocka_unit_test(gray_of_16_bits_and_one_bit_is_right), cmocka_unit_test(lab_becomes_srgb),
      cmocka_unit_test(thin_red_lines_stay_red),
      cmocka_unit_test(judging_a_profile_needs_no_picture))
