/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_RECIPE_H
#define FOX_MODEL_RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pixelfox/types.h>

#include "base/fail.h"

/* A variant as data: what to make of a picture. The eight of the layout are rows of one table; a
 * host adds its own. */
enum {
    FOX_KIND_BYTES = 36, /* "thumbnail_medium_original" and a recipe's name fit */
    FOX_RECIPE_NAME_LETTERS = 32,
    FOX_RECIPE_LIMIT = 32, /* recipes of one picture */
    FOX_SIDE_LIMIT_PX = 65535
};

/* The format an output shall have. */
enum fox_output {
    FOX_OUTPUT_WEBP = 1,
    FOX_OUTPUT_AVIF = 2,
    FOX_OUTPUT_JPEG = 3,
    FOX_OUTPUT_PNG = 4,
    FOX_OUTPUT_ORIGINAL = 5 /* JPEG of JPEG, PNG of PNG; of the rest PNG with alpha, JPEG without */
};

struct fox_recipe {
    char kind[FOX_KIND_BYTES];   /* unique per image: "webp", "thumbnail_small_avif", "card" */
    char suffix[FOX_KIND_BYTES]; /* in the key after '_': "small", "card"; "" for full */
    enum fox_output output;
    pxf_fit fit;
    uint32_t width_px, height_px; /* 0 where the fit needs none */
    int32_t quality; /* 1–100 of the encoder's scale; AVIF: a CRF, 0–63, lower is better */
};

/* The eight variants, in the order in which they are listed. */
enum { FOX_BUILTIN_RECIPE_COUNT = 8 };
extern const struct fox_recipe fox_builtin_recipes[FOX_BUILTIN_RECIPE_COUNT];

/* A size in whole pixels, each side at least 1. */
struct fox_size {
    uint32_t width_px, height_px;
};

/* The size that an output of an upright picture of that size has; for FOX_FIT_COVER and CROP the
 * size after cutting. Rounded to nearest, never above the picture's own. */
struct fox_size fox_recipe_size(const struct fox_recipe *recipe, struct fox_size picture);

/* INVALID, naming the rule, for a recipe that a host may not add: a name outside
 * [a-z][a-z0-9]{0,31}, one that is taken, a size or quality out of range. */
pxf_status fox_recipe_check(const struct fox_recipe *recipe, pxf_error *err);

/* The format that the recipe makes of a picture of `format`. */
pxf_format fox_recipe_format(const struct fox_recipe *recipe, pxf_format format, bool has_alpha);

/* Why a variant is not made; a fixed list that the catalog and the command line share. */
enum fox_skip {
    FOX_SKIP_NONE = 0,
    FOX_SKIP_SAME_FORMAT =
        1,                   /* the original is WebP or AVIF: its `_original` thumbnail is a twin */
    FOX_SKIP_DISABLED = 2,   /* switched off by a setting or the call */
    FOX_SKIP_TOO_LARGE = 3,  /* a side or area outside what the format can hold */
    FOX_SKIP_UNSUPPORTED = 4 /* this helper has no encoder for it */
};
const char *fox_skip_name(enum fox_skip skip);  /* "same_format"; "" for NONE */
enum fox_skip fox_skip_named(const char *name); /* NONE for any other */

/* Whether a recipe is skipped for a picture of that format, before its switches are looked at. */
enum fox_skip fox_recipe_skip(const struct fox_recipe *recipe, pxf_format format);

/* The kind that stands in for one that FOX_SKIP_SAME_FORMAT skips: "thumbnail_small_webp" for
 * "thumbnail_small_original" of a WebP. NULL where the kind is made itself. */
const char *fox_recipe_twin(const char *kind, pxf_format format);

/* The room that a variant will need at most, with high probability (95 of 100): bytes per output
 * pixel by output, fitted on photographs and graphics. A picture of a format that is neither JPEG
 * nor PNG is taken to have alpha. */
uint64_t fox_recipe_room_bytes(const struct fox_recipe *recipe, struct fox_size picture,
                               pxf_format format);

#endif
