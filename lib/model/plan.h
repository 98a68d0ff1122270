/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_PLAN_H
#define FOX_MODEL_PLAN_H

#include "model/recipe.h"

/* What is made of one picture, decided before anything is decoded. */

/* Which outputs a setting or a call wants; a recipe of a fixed JPEG or PNG is always wanted. */
struct fox_switches {
    bool webp, avif, original;
};

/* Wanted by both. */
struct fox_switches fox_switches_and(struct fox_switches one, struct fox_switches other);

/* As the picture is shown, after its orientation. */
struct fox_picture {
    pxf_format format;
    struct fox_size size;
    bool has_alpha; /* or may have: the decoder knows for sure */
    uint32_t frame_count;
};

struct fox_plan_step {
    const struct fox_recipe *recipe; /* lent from the list */
    enum fox_skip skip;              /* NONE: it is made */
    pxf_format format;               /* of what is made */
    struct fox_size size;
    uint64_t room_bytes; /* 0 where it is skipped */
};

struct fox_plan {
    struct fox_plan_step steps[FOX_RECIPE_LIMIT];
    size_t step_count, make_count;
    uint64_t room_bytes; /* of all that are made, for the hold at ingest */
};

/* Plans each recipe, in their order. LIMIT for more than FOX_RECIPE_LIMIT of them. Reasons, the
 * first that is true: SAME_FORMAT, DISABLED, TOO_LARGE for a side that the format cannot hold
 * (WebP 16,383 px, JPEG 65,500 px, AVIF 65,535 px). */
pxf_status fox_plan_make(struct fox_plan *ret_plan, const struct fox_picture *picture,
                         const struct fox_recipe *recipes, size_t recipe_count,
                         struct fox_switches switches, pxf_error *err);

#endif
