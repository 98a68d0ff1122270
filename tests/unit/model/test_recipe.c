/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "model/recipe.h"

static const struct fox_recipe *builtin(const char *kind)
{
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        if (strcmp(fox_builtin_recipes[i].kind, kind) == 0) {
            return &fox_builtin_recipes[i];
        }
    }
    fail_msg("no recipe '%s'", kind);
    return NULL;
}

static void the_eight_variants_stand_in_the_order_of_the_layout(void **state)
{
    static const struct {
        const char *kind, *suffix;
        enum fox_output output;
        uint32_t width_px;
        int32_t quality;
    } rows[] = {
        {"webp", "", FOX_OUTPUT_WEBP, 0, 85},
        {"avif", "", FOX_OUTPUT_AVIF, 0, 35},
        {"thumbnail_small_webp", "small", FOX_OUTPUT_WEBP, 200, 85},
        {"thumbnail_small_avif", "small", FOX_OUTPUT_AVIF, 200, 35},
        {"thumbnail_small_original", "small", FOX_OUTPUT_ORIGINAL, 200, 90},
        {"thumbnail_medium_webp", "medium", FOX_OUTPUT_WEBP, 500, 85},
        {"thumbnail_medium_avif", "medium", FOX_OUTPUT_AVIF, 500, 35},
        {"thumbnail_medium_original", "medium", FOX_OUTPUT_ORIGINAL, 500, 90},
    };

    (void)state;
    assert_int_equal(sizeof rows / sizeof rows[0], FOX_BUILTIN_RECIPE_COUNT);
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        const struct fox_recipe *recipe = &fox_builtin_recipes[i];

        assert_string_equal(recipe->kind, rows[i].kind);
        assert_string_equal(recipe->suffix, rows[i].suffix);
        assert_int_equal(recipe->output, rows[i].output);
        assert_int_equal(recipe->fit, rows[i].width_px > 0 ? PXF_FIT_WIDTH : PXF_FIT_FULL);
        assert_int_equal(recipe->width_px, rows[i].width_px);
        assert_int_equal(recipe->quality, rows[i].quality);
    }
}

static void an_output_has_the_size_that_its_fit_says(void **state)
{
    static const struct {
        const char *what;
        pxf_fit fit;
        uint32_t width_px, height_px;
        struct fox_size picture, size;
    } rows[] = {
        {"full is full", PXF_FIT_FULL, 0, 0, {4000, 3001}, {4000, 3001}},
        {"the height follows", PXF_FIT_WIDTH, 200, 0, {4000, 3000}, {200, 150}},
        {"and is rounded", PXF_FIT_WIDTH, 200, 0, {4000, 3010}, {200, 151}},
        {"half goes up", PXF_FIT_WIDTH, 200, 0, {400, 301}, {200, 151}},
        {"up to four times the width", PXF_FIT_WIDTH, 200, 0, {1000, 4000}, {200, 800}},
        {"then the box decides", PXF_FIT_WIDTH, 200, 0, {1000, 8000}, {100, 800}},
        {"never wider than it is", PXF_FIT_WIDTH, 200, 0, {120, 90}, {120, 90}},
        {"exactly as wide", PXF_FIT_WIDTH, 200, 0, {200, 133}, {200, 133}},
        {"narrow, but far too tall", PXF_FIT_WIDTH, 200, 0, {100, 2000}, {40, 800}},
        {"narrow and tall enough", PXF_FIT_WIDTH, 200, 0, {100, 800}, {100, 800}},
        {"a line stays a line", PXF_FIT_WIDTH, 200, 0, {10000, 1}, {200, 1}},
        {"a column stays one", PXF_FIT_WIDTH, 200, 0, {1, 65535}, {1, 800}},
        {"one pixel", PXF_FIT_WIDTH, 200, 0, {1, 1}, {1, 1}},
        {"the largest", PXF_FIT_WIDTH, 500, 0, {UINT32_MAX, UINT32_MAX}, {500, 500}},
        {"a box by its width", PXF_FIT_BOX, 300, 300, {600, 400}, {300, 200}},
        {"a box by its height", PXF_FIT_BOX, 300, 300, {400, 600}, {200, 300}},
        {"a box of the same shape", PXF_FIT_BOX, 300, 200, {600, 400}, {300, 200}},
        {"a box that is larger", PXF_FIT_BOX, 3000, 3000, {600, 400}, {600, 400}},
        {"a box larger on one side", PXF_FIT_BOX, 3000, 100, {600, 400}, {150, 100}},
        {"covered", PXF_FIT_COVER, 300, 300, {600, 400}, {300, 300}},
        {"covered as far as it goes", PXF_FIT_COVER, 300, 300, {600, 200}, {300, 200}},
        {"too small to cover", PXF_FIT_COVER, 300, 300, {60, 40}, {60, 40}},
        {"cut", PXF_FIT_CROP, 300, 200, {600, 400}, {300, 200}},
        {"nothing to cut", PXF_FIT_CROP, 3000, 200, {600, 400}, {600, 200}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct fox_recipe recipe = {
            .fit = rows[i].fit,
            .width_px = rows[i].width_px,
            .height_px = rows[i].height_px,
        };
        const struct fox_size size = fox_recipe_size(&recipe, rows[i].picture);

        if (size.width_px != rows[i].size.width_px || size.height_px != rows[i].size.height_px) {
            fail_msg("%s: %u × %u", rows[i].what, size.width_px, size.height_px);
        }
    }
}

static void no_output_is_larger_than_the_picture_or_empty(void **state)
{
    static const uint32_t sides[] = {1, 2, 3, 40, 199, 200, 201, 499, 500, 501, 800, 2001, 65535};
    enum { SIDE_COUNT = sizeof sides / sizeof sides[0] };

    (void)state;
    for (size_t i = 0; i < SIDE_COUNT * SIDE_COUNT * FOX_BUILTIN_RECIPE_COUNT; i++) {
        const struct fox_recipe *recipe = &fox_builtin_recipes[i % FOX_BUILTIN_RECIPE_COUNT];
        const struct fox_size picture = {
            sides[i / FOX_BUILTIN_RECIPE_COUNT % SIDE_COUNT],
            sides[i / FOX_BUILTIN_RECIPE_COUNT / SIDE_COUNT],
        };
        const struct fox_size size = fox_recipe_size(recipe, picture);

        assert_in_range(size.width_px, 1, picture.width_px);
        assert_in_range(size.height_px, 1, picture.height_px);
        if (recipe->width_px > 0) {
            assert_in_range(size.width_px, 1, recipe->width_px);
            assert_in_range(size.height_px, 1, 4 * recipe->width_px);
        }
    }
}

static struct fox_recipe card(void)
{
    return (struct fox_recipe){
        .kind = "card",
        .suffix = "card",
        .output = FOX_OUTPUT_WEBP,
        .fit = PXF_FIT_COVER,
        .width_px = 320,
        .height_px = 180,
        .quality = 80,
    };
}

static void a_recipe_of_ones_own_is_taken(void **state)
{
    static const char *const names[] = {"a", "card", "x2", "abcdefghijklmnopqrstuvwxyz012345"};
    struct fox_recipe recipe = card();
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)strcpy(recipe.kind, names[i]);
        assert_ok(fox_recipe_check(&recipe, &err));
    }
}

static void a_recipes_name_has_its_letters_and_is_not_taken(void **state)
{
    static const char *const names[] = {
        "",
        "Card",
        "2x",
        "my-card",
        "my_card",
        "card ",
        "abcdefghijklmnopqrstuvwxyz0123456",
        "small",
        "medium",
        "webp",
        "avif",
        "../card",
        "ca/rd",
        "größe",
    };
    struct fox_recipe recipe = card();
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)strcpy(recipe.kind, names[i]);
        assert_fails(fox_recipe_check(&recipe, &err), PXF_INVALID);
    }
    memset(recipe.kind, 'a', sizeof recipe.kind);
    assert_fails(fox_recipe_check(&recipe, &err), PXF_INVALID);
}

static void a_recipes_size_is_the_one_its_fit_needs(void **state)
{
    static const struct {
        pxf_fit fit;
        uint32_t width_px, height_px;
        pxf_status status;
    } rows[] = {
        {PXF_FIT_FULL, 0, 0, PXF_OK},           {PXF_FIT_FULL, 10, 0, PXF_INVALID},
        {PXF_FIT_FULL, 0, 10, PXF_INVALID},     {PXF_FIT_WIDTH, 1, 0, PXF_OK},
        {PXF_FIT_WIDTH, 65535, 0, PXF_OK},      {PXF_FIT_WIDTH, 65536, 0, PXF_INVALID},
        {PXF_FIT_WIDTH, 0, 0, PXF_INVALID},     {PXF_FIT_WIDTH, 10, 10, PXF_INVALID},
        {PXF_FIT_BOX, 10, 10, PXF_OK},          {PXF_FIT_BOX, 10, 0, PXF_INVALID},
        {PXF_FIT_COVER, 0, 10, PXF_INVALID},    {PXF_FIT_COVER, 10, 65535, PXF_OK},
        {PXF_FIT_CROP, 10, 65536, PXF_INVALID}, {PXF_FIT_CROP, 10, 10, PXF_OK},
        {(pxf_fit)0, 10, 10, PXF_INVALID},      {(pxf_fit)6, 10, 10, PXF_INVALID},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fox_recipe recipe = card();

        recipe.fit = rows[i].fit;
        recipe.width_px = rows[i].width_px;
        recipe.height_px = rows[i].height_px;
        assert_int_equal(fox_recipe_check(&recipe, &err), rows[i].status);
        fox_fail_clear(&err);
    }
}

static void a_recipes_quality_is_of_its_encoders_scale(void **state)
{
    static const struct {
        enum fox_output output;
        int32_t quality;
        pxf_status status;
    } rows[] = {
        {FOX_OUTPUT_WEBP, 1, PXF_OK},          {FOX_OUTPUT_WEBP, 100, PXF_OK},
        {FOX_OUTPUT_WEBP, 0, PXF_INVALID},     {FOX_OUTPUT_WEBP, 101, PXF_INVALID},
        {FOX_OUTPUT_AVIF, 0, PXF_OK},          {FOX_OUTPUT_AVIF, 63, PXF_OK},
        {FOX_OUTPUT_AVIF, 64, PXF_INVALID},    {FOX_OUTPUT_AVIF, -1, PXF_INVALID},
        {FOX_OUTPUT_JPEG, 100, PXF_OK},        {FOX_OUTPUT_JPEG, -5, PXF_INVALID},
        {FOX_OUTPUT_PNG, 0, PXF_OK},           {FOX_OUTPUT_ORIGINAL, 90, PXF_OK},
        {FOX_OUTPUT_ORIGINAL, 0, PXF_INVALID}, {(enum fox_output)0, 50, PXF_INVALID},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fox_recipe recipe = card();

        recipe.output = rows[i].output;
        recipe.quality = rows[i].quality;
        assert_int_equal(fox_recipe_check(&recipe, &err), rows[i].status);
        fox_fail_clear(&err);
    }
}

static void a_thumbnail_like_the_original_is_a_jpeg_or_a_png(void **state)
{
    static const struct {
        pxf_format format;
        bool has_alpha;
        pxf_format made;
    } rows[] = {
        {PXF_FORMAT_JPEG, false, PXF_FORMAT_JPEG}, {PXF_FORMAT_PNG, false, PXF_FORMAT_PNG},
        {PXF_FORMAT_PNG, true, PXF_FORMAT_PNG},    {PXF_FORMAT_GIF, true, PXF_FORMAT_PNG},
        {PXF_FORMAT_GIF, false, PXF_FORMAT_JPEG},  {PXF_FORMAT_HEIC, false, PXF_FORMAT_JPEG},
        {PXF_FORMAT_TIFF, true, PXF_FORMAT_PNG},   {PXF_FORMAT_BMP, false, PXF_FORMAT_JPEG},
    };
    const struct fox_recipe *recipe = builtin("thumbnail_small_original");

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(fox_recipe_format(recipe, rows[i].format, rows[i].has_alpha),
                         rows[i].made);
    }
}

static void a_fixed_output_does_not_ask_the_original(void **state)
{
    static const struct {
        enum fox_output output;
        pxf_format format;
    } rows[] = {
        {FOX_OUTPUT_WEBP, PXF_FORMAT_WEBP},
        {FOX_OUTPUT_AVIF, PXF_FORMAT_AVIF},
        {FOX_OUTPUT_JPEG, PXF_FORMAT_JPEG},
        {FOX_OUTPUT_PNG, PXF_FORMAT_PNG},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct fox_recipe recipe = {.output = rows[i].output};

        for (int format = PXF_FORMAT_JPEG; format <= PXF_FORMAT_BMP; format++) {
            assert_int_equal(fox_recipe_format(&recipe, (pxf_format)format, true), rows[i].format);
        }
    }
}

static void only_thumbnails_like_a_webp_or_avif_original_are_skipped(void **state)
{
    (void)state;
    for (int format = PXF_FORMAT_JPEG; format <= PXF_FORMAT_BMP; format++) {
        for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
            const struct fox_recipe *recipe = &fox_builtin_recipes[i];
            const bool is_twin = (format == PXF_FORMAT_WEBP || format == PXF_FORMAT_AVIF) &&
                                 recipe->output == FOX_OUTPUT_ORIGINAL;

            assert_int_equal(fox_recipe_skip(recipe, (pxf_format)format),
                             is_twin ? FOX_SKIP_SAME_FORMAT : FOX_SKIP_NONE);
        }
    }
}

static void a_recipe_of_ones_own_has_no_twin_and_is_made(void **state)
{
    struct fox_recipe recipe = card();

    (void)state;
    recipe.output = FOX_OUTPUT_ORIGINAL;
    assert_int_equal(fox_recipe_skip(&recipe, PXF_FORMAT_WEBP), FOX_SKIP_NONE);
    assert_null(fox_recipe_twin("card", PXF_FORMAT_WEBP));
}

static void a_skipped_thumbnail_resolves_to_its_twin(void **state)
{
    (void)state;
    assert_string_equal(fox_recipe_twin("thumbnail_small_original", PXF_FORMAT_WEBP),
                        "thumbnail_small_webp");
    assert_string_equal(fox_recipe_twin("thumbnail_medium_original", PXF_FORMAT_AVIF),
                        "thumbnail_medium_avif");
    assert_null(fox_recipe_twin("thumbnail_small_original", PXF_FORMAT_JPEG));
    assert_null(fox_recipe_twin("thumbnail_small_webp", PXF_FORMAT_WEBP));
    assert_null(fox_recipe_twin("nothing", PXF_FORMAT_WEBP));
}

static void a_reason_to_skip_has_one_word(void **state)
{
    static const char *const words[] = {"", "same_format", "disabled", "too_large", "unsupported"};

    (void)state;
    for (unsigned int i = 0; i < sizeof words / sizeof words[0]; i++) {
        assert_string_equal(fox_skip_name((enum fox_skip)i), words[i]);
        assert_int_equal(fox_skip_named(words[i]), i);
    }
    assert_string_equal(fox_skip_name((enum fox_skip)99), "");
    assert_int_equal(fox_skip_named("Disabled"), FOX_SKIP_NONE);
    assert_int_equal(fox_skip_named(NULL), FOX_SKIP_NONE);
}

SUITE(recipe, cmocka_unit_test(the_eight_variants_stand_in_the_order_of_the_layout),
      cmocka_unit_test(an_output_has_the_size_that_its_fit_says),
      cmocka_unit_test(no_output_is_larger_than_the_picture_or_empty),
      cmocka_unit_test(a_recipe_of_ones_own_is_taken),
      cmocka_unit_test(a_recipes_name_has_its_letters_and_is_not_taken),
      cmocka_unit_test(a_recipes_size_is_the_one_its_fit_needs),
      cmocka_unit_test(a_recipes_quality_is_of_its_encoders_scale),
      cmocka_unit_test(a_thumbnail_like_the_original_is_a_jpeg_or_a_png),
      cmocka_unit_test(a_fixed_output_does_not_ask_the_original),
      cmocka_unit_test(only_thumbnails_like_a_webp_or_avif_original_are_skipped),
      cmocka_unit_test(a_recipe_of_ones_own_has_no_twin_and_is_made),
      cmocka_unit_test(a_skipped_thumbnail_resolves_to_its_twin),
      cmocka_unit_test(a_reason_to_skip_has_one_word))
