/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#include <string.h>

/* In every text of private.* and script_*, and names of what holds such texts. */
static const char *const forbidden[] = {"Chimaera", "<script", "Exif", "exif", "GPS", "xmp",
                                        "XMP",      "tEXt",    "iTXt", "zTXt", "mime"};

static void assert_clean(const struct fox_image_variant *variant, const char *name,
                         const char *kind)
{
    struct fox_memory memory = {variant->data, variant->size};
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    bool has_metadata = true;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        if (memmem(variant->data, variant->size, forbidden[i], strlen(forbidden[i]))) {
            fail_msg("'%s' in %s of %s", forbidden[i], kind, name);
        }
    }
    assert_ok(fox_sniff_has_metadata(&reader, variant->format, &has_metadata, &err));
    if (has_metadata) {
        fail_msg("metadata in %s of %s", kind, name);
    }
}

static void no_variant_carries_what_the_original_says(void **state)
{
    static const char *const names[] = {
        "private.jpg",        "private.png", "private.webp",       "private.tiff",
        "private.heic",       "private.gif", "script_comment.jpg", "script_comment.gif",
        "script_trailer.png", "mpo.jpg",     "display_p3.png"};
    static const struct fox_recipe more[] = {
        {"full", "full", FOX_OUTPUT_JPEG, PXF_FIT_FULL, 0, 0, 80},
        {"png", "png", FOX_OUTPUT_PNG, PXF_FIT_FULL, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO(fox_shot) shot = kit_open(names[i]);

        for (size_t k = 0; k < FOX_BUILTIN_RECIPE_COUNT + 2; k++) {
            const struct fox_recipe *recipe = k < FOX_BUILTIN_RECIPE_COUNT
                                                  ? &fox_builtin_recipes[k]
                                                  : &more[k - FOX_BUILTIN_RECIPE_COUNT];
            AUTO(fox_image_variant) variant = kit_render(&shot, recipe);

            assert_clean(&variant, names[i], recipe->kind);
        }
    }
}

SUITE(leaks, cmocka_unit_test(no_variant_carries_what_the_original_says))
