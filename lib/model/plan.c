/* SPDX-License-Identifier: Apache-2.0 */
#include "model/plan.h"

/* WebP: its container's 14 bits. JPEG: libjpeg's JPEG_MAX_DIMENSION. AVIF: AV1 has 16 bits for a
 * frame's size less one; libheif stops one short of that. */
enum { WEBP_SIDE_PX = 16383, JPEG_SIDE_PX = 65500, AVIF_SIDE_PX = 65535 };

struct fox_switches fox_switches_and(struct fox_switches one, struct fox_switches other)
{
    return (struct fox_switches){
        .webp = one.webp && other.webp,
        .avif = one.avif && other.avif,
        .original = one.original && other.original,
    };
}

static bool is_wanted(enum fox_output output, struct fox_switches switches)
{
    switch (output) {
    case FOX_OUTPUT_WEBP:
        return switches.webp;
    case FOX_OUTPUT_AVIF:
        return switches.avif;
    case FOX_OUTPUT_ORIGINAL:
        return switches.original;
    case FOX_OUTPUT_JPEG:
    case FOX_OUTPUT_PNG:
        return true;
    }
    return false;
}

static uint32_t longest_side_px(pxf_format format)
{
    switch (format) {
    case PXF_FORMAT_WEBP:
        return WEBP_SIDE_PX;
    case PXF_FORMAT_JPEG:
        return JPEG_SIDE_PX;
    case PXF_FORMAT_AVIF:
        return AVIF_SIDE_PX;
    case PXF_FORMAT_PNG:
    case PXF_FORMAT_GIF:
    case PXF_FORMAT_HEIC:
    case PXF_FORMAT_TIFF:
    case PXF_FORMAT_BMP:
        return INT32_MAX;
    }
    return INT32_MAX;
}

static enum fox_skip skip_of(const struct fox_plan_step *step, const struct fox_picture *picture,
                             struct fox_switches switches)
{
    const uint32_t most = longest_side_px(step->format);
    const enum fox_skip twin = fox_recipe_skip(step->recipe, picture->format);

    if (twin != FOX_SKIP_NONE) {
        return twin;
    }
    if (!is_wanted(step->recipe->output, switches)) {
        return FOX_SKIP_DISABLED;
    }
    if (step->size.width_px > most || step->size.height_px > most) {
        return FOX_SKIP_TOO_LARGE;
    }
    return FOX_SKIP_NONE;
}

static struct fox_plan_step step_of(const struct fox_recipe *recipe,
                                    const struct fox_picture *picture, struct fox_switches switches)
{
    struct fox_plan_step step = {
        .recipe = recipe,
        .format = fox_recipe_format(recipe, picture->format, picture->has_alpha),
        .size = fox_recipe_size(recipe, picture->size),
    };

    step.skip = skip_of(&step, picture, switches);
    if (step.skip == FOX_SKIP_NONE) {
        step.room_bytes = fox_recipe_room_bytes(recipe, picture->size, step.format);
    }
    return step;
}

pxf_status fox_plan_make(struct fox_plan *ret_plan, const struct fox_picture *picture,
                         const struct fox_recipe *recipes, size_t recipe_count,
                         struct fox_switches switches, pxf_error *err)
{
    struct fox_plan plan = {.step_count = recipe_count};

    if (recipe_count > FOX_RECIPE_LIMIT) {
        return fox_fail(err, PXF_LIMIT, "a picture has at most %d recipes, not %zu",
                        FOX_RECIPE_LIMIT, recipe_count);
    }
    for (size_t i = 0; i < recipe_count; i++) {
        plan.steps[i] = step_of(&recipes[i], picture, switches);
        plan.make_count += plan.steps[i].skip == FOX_SKIP_NONE;
        plan.room_bytes += plan.steps[i].room_bytes;
    }
    *ret_plan = plan;
    return PXF_OK;
}
