/* SPDX-License-Identifier: Apache-2.0 */
#include "model/recipe_text.h"

#include <string.h>

#include "support/suite.h"

static void what_is_read_is_written_again(void **state)
{
    static const char *const texts[] = {
        "",
        "card=webp,cover,400x300,85",
        "card=webp,cover,400x300,85; hero=avif,width,1600x0,33; plain=jpeg,full,0x0,90",
        "icon=png,crop,64x64,100; same=original,box,300x300,80",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        AUTO(fox_str) text = {0};
        struct fox_recipe_set set;
        pxf_error err = {0};

        assert_ok(fox_recipe_set_read(&set, texts[i], &err));
        fox_recipe_set_write(&set, &text);
        assert_string_equal(fox_str_text(&text), texts[i]);
    }
}

static void a_recipe_has_what_its_text_says(void **state)
{
    struct fox_recipe_set set;
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_recipe_set_read(&set, "card=webp,cover,400x300,85", &err));
    assert_int_equal(set.count, 1);
    assert_string_equal(set.recipes[0].kind, "card");
    assert_string_equal(set.recipes[0].suffix, "card");
    assert_int_equal(set.recipes[0].output, FOX_OUTPUT_WEBP);
    assert_int_equal(set.recipes[0].fit, PXF_FIT_COVER);
    assert_int_equal(set.recipes[0].width_px, 400);
    assert_int_equal(set.recipes[0].height_px, 300);
    assert_int_equal(set.recipes[0].quality, 85);
}

static void what_is_no_recipe_is_refused_with_its_rule(void **state)
{
    static const struct {
        const char *text;
        pxf_status status;
    } cases[] = {
        {"card", PXF_INVALID},
        {"=webp,full,0x0,85", PXF_INVALID},
        {"card=webp", PXF_INVALID},
        {"card=webp,full,0x0,85,1", PXF_INVALID},
        {"card=gif,full,0x0,85", PXF_INVALID},
        {"card=webp,tall,0x0,85", PXF_INVALID},
        {"card=webp,cover,400x0,85", PXF_INVALID},
        {"card=webp,full,0x0,101", PXF_INVALID},
        {"Card=webp,full,0x0,85", PXF_INVALID},
        {"small=webp,full,0x0,85", PXF_INVALID},
        {"a=webp,full,0x0,85; a=avif,full,0x0,33", PXF_EXISTS},
        {"aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd=webp,full,0x0,85", PXF_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fox_recipe_set set;
        pxf_error err = {0};
        const pxf_status status = fox_recipe_set_read(&set, cases[i].text, &err);

        if (status != cases[i].status) {
            fail_msg("'%s': %s", cases[i].text, fox_status_name(status));
        }
        assert_true(err.message[0] != '\0');
    }
}

static void there_is_a_limit_to_how_many(void **state)
{
    AUTO(fox_str) text = {0};
    struct fox_recipe_set set;
    pxf_error err = {0};

    (void)state;
    for (int i = 0; i < FOX_RECIPE_LIMIT; i++) {
        fox_str_add(&text, "%sr%d=webp,full,0x0,85", i > 0 ? "; " : "", i);
    }
    assert_fails(fox_recipe_set_read(&set, fox_str_text(&text), &err), PXF_LIMIT);
}

SUITE(recipe_text, cmocka_unit_test(what_is_read_is_written_again),
      cmocka_unit_test(a_recipe_has_what_its_text_says),
      cmocka_unit_test(what_is_no_recipe_is_refused_with_its_rule),
      cmocka_unit_test(there_is_a_limit_to_how_many))
