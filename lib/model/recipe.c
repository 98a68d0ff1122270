/* SPDX-License-Identifier: Apache-2.0 */
#include "model/recipe.h"

#include <string.h>

enum {
    SMALL_PX = 200,
    MEDIUM_PX = 500,
    WEBP_QUALITY = 85,
    AVIF_CRF = 35,
    ORIGINAL_QUALITY = 90,
    QUALITY_MAX = 100,
    CRF_MAX = 63,
    TALLEST = 4 /* times the width, for PXF_FIT_WIDTH */
};

const struct fox_recipe fox_builtin_recipes[FOX_BUILTIN_RECIPE_COUNT] = {
    {"webp", "", FOX_OUTPUT_WEBP, PXF_FIT_FULL, 0, 0, WEBP_QUALITY},
    {"avif", "", FOX_OUTPUT_AVIF, PXF_FIT_FULL, 0, 0, AVIF_CRF},
    {"thumbnail_small_webp", "small", FOX_OUTPUT_WEBP, PXF_FIT_WIDTH, SMALL_PX, 0, WEBP_QUALITY},
    {"thumbnail_small_avif", "small", FOX_OUTPUT_AVIF, PXF_FIT_WIDTH, SMALL_PX, 0, AVIF_CRF},
    {"thumbnail_small_original", "small", FOX_OUTPUT_ORIGINAL, PXF_FIT_WIDTH, SMALL_PX, 0,
     ORIGINAL_QUALITY},
    {"thumbnail_medium_webp", "medium", FOX_OUTPUT_WEBP, PXF_FIT_WIDTH, MEDIUM_PX, 0, WEBP_QUALITY},
    {"thumbnail_medium_avif", "medium", FOX_OUTPUT_AVIF, PXF_FIT_WIDTH, MEDIUM_PX, 0, AVIF_CRF},
    {"thumbnail_medium_original", "medium", FOX_OUTPUT_ORIGINAL, PXF_FIT_WIDTH, MEDIUM_PX, 0,
     ORIGINAL_QUALITY},
};

static const char *const skip_names[] = {
    [FOX_SKIP_NONE] = "",
    [FOX_SKIP_SAME_FORMAT] = "same_format",
    [FOX_SKIP_DISABLED] = "disabled",
    [FOX_SKIP_TOO_LARGE] = "too_large",
    [FOX_SKIP_UNSUPPORTED] = "unsupported",
};

enum { SKIP_COUNT = sizeof skip_names / sizeof skip_names[0] };

static uint32_t smaller(uint32_t one, uint32_t other)
{
    return one < other ? one : other;
}

/* side × to ÷ from, rounded to nearest, at least 1. */
static uint32_t scaled(uint32_t side, uint32_t to, uint32_t from)
{
    const uint64_t px = ((uint64_t)side * to + from / 2) / from;

    return px > 0 ? (uint32_t)px : 1;
}

/* The largest size of the picture's shape inside the box. */
static struct fox_size inside(struct fox_size picture, struct fox_size box)
{
    if (picture.width_px <= box.width_px && picture.height_px <= box.height_px) {
        return picture;
    }
    if ((uint64_t)box.width_px * picture.height_px <= (uint64_t)box.height_px * picture.width_px) {
        return (struct fox_size){
            .width_px = box.width_px,
            .height_px = scaled(picture.height_px, box.width_px, picture.width_px),
        };
    }
    return (struct fox_size){
        .width_px = scaled(picture.width_px, box.height_px, picture.height_px),
        .height_px = box.height_px,
    };
}

/* What a box cuts out of a picture that is not scaled up; the same whether the picture is first
 * scaled to cover the box or not, because one that is smaller on a side is not scaled at all. */
static struct fox_size cut(struct fox_size picture, struct fox_size box)
{
    return (struct fox_size){
        .width_px = smaller(picture.width_px, box.width_px),
        .height_px = smaller(picture.height_px, box.height_px),
    };
}

struct fox_size fox_recipe_size(const struct fox_recipe *recipe, struct fox_size picture)
{
    const struct fox_size box = {recipe->width_px, recipe->height_px};
    const struct fox_size column = {recipe->width_px, recipe->width_px * TALLEST};

    switch (recipe->fit) {
    case PXF_FIT_FULL:
        return picture;
    case PXF_FIT_WIDTH:
        return inside(picture, column);
    case PXF_FIT_BOX:
        return inside(picture, box);
    case PXF_FIT_COVER:
    case PXF_FIT_CROP:
        return cut(picture, box);
    }
    return picture;
}

static bool is_name(const char *name)
{
    const size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");

    return name[0] >= 'a' && name[0] <= 'z' && name[size] == '\0' &&
           size <= FOX_RECIPE_NAME_LETTERS;
}

/* A kind of ours, or a suffix in the keys of our thumbnails. */
static bool is_taken(const char *name)
{
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        if (strcmp(name, fox_builtin_recipes[i].kind) == 0 ||
            strcmp(name, fox_builtin_recipes[i].suffix) == 0) {
            return true;
        }
    }
    return false;
}

static pxf_status check_name(const struct fox_recipe *recipe, pxf_error *err)
{
    if (!memchr(recipe->kind, '\0', sizeof recipe->kind) || !is_name(recipe->kind)) {
        return fox_fail(err, PXF_INVALID, "recipe '%.*s': a name is made of [a-z][a-z0-9]{0,%d}",
                        FOX_KIND_BYTES - 1, recipe->kind, FOX_RECIPE_NAME_LETTERS - 1);
    }
    if (is_taken(recipe->kind)) {
        return fox_fail(err, PXF_INVALID, "recipe '%s': the name is taken by a built-in variant",
                        recipe->kind);
    }
    return PXF_OK;
}

static bool is_side(uint32_t px)
{
    return px >= 1 && px <= FOX_SIDE_LIMIT_PX;
}

static pxf_status check_size(const struct fox_recipe *recipe, pxf_error *err)
{
    const bool has_width = is_side(recipe->width_px), has_height = is_side(recipe->height_px);

    switch (recipe->fit) {
    case PXF_FIT_FULL:
        if (recipe->width_px == 0 && recipe->height_px == 0) {
            return PXF_OK;
        }
        return fox_fail(err, PXF_INVALID, "recipe '%s': fit 'full' takes no width and no height",
                        recipe->kind);
    case PXF_FIT_WIDTH:
        if (has_width && recipe->height_px == 0) {
            return PXF_OK;
        }
        return fox_fail(err, PXF_INVALID,
                        "recipe '%s': fit 'width' takes a width of 1 to %d px and no height",
                        recipe->kind, FOX_SIDE_LIMIT_PX);
    case PXF_FIT_BOX:
    case PXF_FIT_COVER:
    case PXF_FIT_CROP:
        if (has_width && has_height) {
            return PXF_OK;
        }
        return fox_fail(err, PXF_INVALID,
                        "recipe '%s': this fit takes a width and a height of 1 to %d px",
                        recipe->kind, FOX_SIDE_LIMIT_PX);
    }
    return fox_fail(err, PXF_INVALID, "recipe '%s': no fit has the number %d", recipe->kind,
                    (int)recipe->fit);
}

static pxf_status check_quality(const struct fox_recipe *recipe, pxf_error *err)
{
    switch (recipe->output) {
    case FOX_OUTPUT_AVIF:
        if (recipe->quality >= 0 && recipe->quality <= CRF_MAX) {
            return PXF_OK;
        }
        return fox_fail(err, PXF_INVALID, "recipe '%s': the quality of AVIF is a CRF of 0 to %d",
                        recipe->kind, CRF_MAX);
    case FOX_OUTPUT_PNG:
        return PXF_OK;
    case FOX_OUTPUT_WEBP:
    case FOX_OUTPUT_JPEG:
    case FOX_OUTPUT_ORIGINAL:
        if (recipe->quality >= 1 && recipe->quality <= QUALITY_MAX) {
            return PXF_OK;
        }
        return fox_fail(err, PXF_INVALID, "recipe '%s': a quality is 1 to %d", recipe->kind,
                        QUALITY_MAX);
    }
    return fox_fail(err, PXF_INVALID, "recipe '%s': no output has the number %d", recipe->kind,
                    (int)recipe->output);
}

pxf_status fox_recipe_check(const struct fox_recipe *recipe, pxf_error *err)
{
    TRY(check_name(recipe, err));
    TRY(check_size(recipe, err));
    return check_quality(recipe, err);
}

static pxf_format like_original(pxf_format format, bool has_alpha)
{
    if (format == PXF_FORMAT_JPEG || format == PXF_FORMAT_PNG) {
        return format;
    }
    return has_alpha ? PXF_FORMAT_PNG : PXF_FORMAT_JPEG;
}

pxf_format fox_recipe_format(const struct fox_recipe *recipe, pxf_format format, bool has_alpha)
{
    switch (recipe->output) {
    case FOX_OUTPUT_WEBP:
        return PXF_FORMAT_WEBP;
    case FOX_OUTPUT_AVIF:
        return PXF_FORMAT_AVIF;
    case FOX_OUTPUT_JPEG:
        return PXF_FORMAT_JPEG;
    case FOX_OUTPUT_PNG:
        return PXF_FORMAT_PNG;
    case FOX_OUTPUT_ORIGINAL:
        return like_original(format, has_alpha);
    }
    return PXF_FORMAT_JPEG;
}

const char *fox_skip_name(enum fox_skip skip)
{
    return (unsigned int)skip < SKIP_COUNT ? skip_names[skip] : "";
}

enum fox_skip fox_skip_named(const char *name)
{
    for (unsigned int i = 1; name && i < SKIP_COUNT; i++) {
        if (strcmp(skip_names[i], name) == 0) {
            return (enum fox_skip)i;
        }
    }
    return FOX_SKIP_NONE;
}

enum fox_skip fox_recipe_skip(const struct fox_recipe *recipe, pxf_format format)
{
    const bool has_twin = recipe->output == FOX_OUTPUT_ORIGINAL && is_taken(recipe->kind);

    if (has_twin && (format == PXF_FORMAT_WEBP || format == PXF_FORMAT_AVIF)) {
        return FOX_SKIP_SAME_FORMAT;
    }
    return FOX_SKIP_NONE;
}

static const struct fox_recipe *find(const char *suffix, enum fox_output output)
{
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        if (fox_builtin_recipes[i].output == output &&
            strcmp(fox_builtin_recipes[i].suffix, suffix) == 0) {
            return &fox_builtin_recipes[i];
        }
    }
    return NULL;
}

const char *fox_recipe_twin(const char *kind, pxf_format format)
{
    const enum fox_output output = format == PXF_FORMAT_WEBP ? FOX_OUTPUT_WEBP : FOX_OUTPUT_AVIF;

    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        const struct fox_recipe *recipe = &fox_builtin_recipes[i];

        if (strcmp(recipe->kind, kind) == 0 &&
            fox_recipe_skip(recipe, format) == FOX_SKIP_SAME_FORMAT) {
            return find(recipe->suffix, output)->kind;
        }
    }
    return NULL;
}
