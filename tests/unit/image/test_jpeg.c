/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <string.h>

static void a_photograph_becomes_all_eight_variants(void **state)
{
    static const struct {
        const char *kind;
        pxf_format format;
        uint32_t width_px, height_px;
        double tolerance;
    } cases[] = {
        {"webp", PXF_FORMAT_WEBP, 720, 480, 9},
        {"avif", PXF_FORMAT_AVIF, 720, 480, 11},
        {"thumbnail_small_webp", PXF_FORMAT_WEBP, 200, 133, 6},
        {"thumbnail_small_avif", PXF_FORMAT_AVIF, 200, 133, 8},
        {"thumbnail_small_original", PXF_FORMAT_JPEG, 200, 133, 5},
        {"thumbnail_medium_webp", PXF_FORMAT_WEBP, 500, 333, 6},
        {"thumbnail_medium_avif", PXF_FORMAT_AVIF, 500, 333, 8},
        {"thumbnail_medium_original", PXF_FORMAT_JPEG, 500, 333, 5},
    };
    AUTO(fox_shot) shot = kit_open("photo.jpg");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct fox_recipe *recipe = kit_recipe(cases[i].kind);
        struct fox_recipe exact = *recipe;
        AUTO(fox_image_variant) variant = kit_render(&shot, recipe), png = {0};
        AUTO(fox_picture) pixels = kit_pixels(&variant), lossless = {0};

        exact.output = FOX_OUTPUT_PNG;
        png = kit_render(&shot, &exact);
        lossless = kit_pixels(&png);
        assert_int_equal(variant.skip, FOX_SKIP_NONE);
        assert_int_equal(variant.format, cases[i].format);
        kit_assert_size(&pixels, cases[i].width_px, cases[i].height_px);
        kit_assert_alike(&pixels, &lossless, cases[i].tolerance);
    }
}

static void every_subsampling_shows_the_same_picture(void **state)
{
    static const char *const names[] = {"photo_444.jpg", "photo_422.jpg", "photo_440.jpg",
                                        "photo_411.jpg", "photo_progressive.jpg"};
    AUTO(fox_picture) webp = kit_rendered("photo.jpg", "webp");
    AUTO(fox_picture) avif = kit_rendered("photo.jpg", "thumbnail_medium_avif");

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO(fox_picture) other = kit_rendered(names[i], "webp");
        AUTO(fox_picture) thumbnail = kit_rendered(names[i], "thumbnail_medium_avif");

        kit_assert_alike(&webp, &other, 6);
        kit_assert_alike(&avif, &thumbnail, 5);
    }
}

static void colours_come_through_every_format(void **state)
{
    (void)state;
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        AUTO(fox_picture) pixels = kit_rendered("quadrants.jpg", fox_builtin_recipes[i].kind);

        kit_assert_quadrants(&pixels, 8);
    }
}

static void an_rgb_jpeg_keeps_its_colours(void **state)
{
    AUTO(fox_picture) pixels = kit_rendered("rgb_transform_0.jpg", "webp");

    (void)state;
    kit_assert_quadrants(&pixels, 10);
}

static void a_gray_jpeg_stays_gray(void **state)
{
    AUTO(fox_picture) webp = kit_rendered("gray.jpg", "webp");
    AUTO(fox_picture) avif = kit_rendered("gray.jpg", "avif");
    AUTO(fox_picture) jpeg = kit_rendered("gray.jpg", "thumbnail_small_original");

    (void)state;
    for (uint32_t i = 0; i < 8; i++) {
        const int value = (int)(i * 255 / 7);
        const struct kit_colour gray = {value, value, value, 255};

        kit_assert_colour(&webp, 40 + i * 80, 240, gray, 5);
        kit_assert_colour(&avif, 40 + i * 80, 240, gray, 5);
        kit_assert_colour(&jpeg, 12 + i * 25, 75, gray, 8);
    }
}

static void odd_sizes_stay_exact(void **state)
{
    static const char *const kinds[] = {"webp", "avif"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        AUTO(fox_picture) odd = kit_rendered("quadrants_odd.jpg", kinds[i]);

        kit_assert_size(&odd, 601, 401);
        kit_assert_quadrants(&odd, 8);
        kit_assert_colour(&odd, 600, 400, (struct kit_colour){230, 210, 50, 255}, 16);
        kit_assert_colour(&odd, 600, 0, (struct kit_colour){40, 180, 60, 255}, 16);
    }
}

static void truncated_is_refused_in_so_many_words(void **state)
{
    static const char *const names[] = {"cut.jpg", "cut_progressive.jpg", "scans_missing.jpg"};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(kit_try(names[i], &fox_image_default_options, &err), PXF_CORRUPT);
        assert_memory_equal(err.message, "truncated", strlen("truncated"));
        assert_int_equal(err.origin, PXF_ORIGIN_IMAGE);
        fox_fail_clear(&err);
    }
}

static void truncated_is_kept_and_marked_where_asked(void **state)
{
    struct fox_image_options options = fox_image_default_options;
    static const struct fox_recipe png = {"png", "png", FOX_OUTPUT_PNG, PXF_FIT_FULL, 0, 0, 0};
    AUTO(fox_picture) whole = kit_rendered("photo.jpg", "webp");

    (void)state;
    options.keep_truncated = true;
    {
        AUTO(fox_shot) shot = kit_open_with("cut.jpg", &options);
        AUTO(fox_image_variant) variant = kit_render(&shot, &png);
        AUTO(fox_picture) kept = kit_pixels(&variant);

        assert_true(fox_image_is_truncated(shot.image));
        kit_assert_size(&kept, 720, 480);
        kit_assert_colour(&kept, 360, 60, kit_pixel(&whole, 360, 60), 40);
    }
}

static void a_missing_end_marker_alone_is_fine(void **state)
{
    AUTO(fox_shot) shot = kit_open("no_eoi.jpg");

    (void)state;
    assert_false(fox_image_is_truncated(shot.image));
}

static void a_kilobyte_that_claims_400_megapixels_is_refused(void **state)
{
    pxf_error err = {0};

    (void)state;
    assert_fails(kit_try("lottapixel.jpg", &fox_image_default_options, &err), PXF_CORRUPT);
}

static void a_thousand_scans_are_refused(void **state)
{
    struct fox_image_options options = fox_image_default_options;
    pxf_error err = {0};

    (void)state;
    options.keep_truncated = true; /* the warnings about them would end it sooner */
    assert_int_equal(kit_try("many_scans.jpg", &options, &err), PXF_CORRUPT);
    assert_non_null(strstr(err.message, "scans"));
}

static void the_second_picture_of_an_mpo_is_in_no_variant(void **state)
{
    AUTO(fox_picture) pixels = kit_rendered("mpo.jpg", "webp");

    (void)state;
    kit_assert_size(&pixels, 640, 480);
    kit_assert_quadrants(&pixels, 8);
}

SUITE(jpeg, cmocka_unit_test(a_photograph_becomes_all_eight_variants),
      cmocka_unit_test(every_subsampling_shows_the_same_picture),
      cmocka_unit_test(colours_come_through_every_format),
      cmocka_unit_test(an_rgb_jpeg_keeps_its_colours), cmocka_unit_test(a_gray_jpeg_stays_gray),
      cmocka_unit_test(odd_sizes_stay_exact),
      cmocka_unit_test(truncated_is_refused_in_so_many_words),
      cmocka_unit_test(truncated_is_kept_and_marked_where_asked),
      cmocka_unit_test(a_missing_end_marker_alone_is_fine),
      cmocka_unit_test(a_kilobyte_that_claims_400_megapixels_is_refused),
      cmocka_unit_test(a_thousand_scans_are_refused),
      cmocka_unit_test(the_second_picture_of_an_mpo_is_in_no_variant))
