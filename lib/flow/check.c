/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/check.h"

#include "flow/ingest.h"
#include "model/kinds.h"
#include "model/recipe_text.h"

static uint64_t number(struct fox_settings *settings, enum fox_setting_id id)
{
    return (uint64_t)fox_settings_number(settings, id);
}

pxf_status fox_check_header(struct fox_settings *settings, const struct fox_reader *reader,
                            struct fox_sniff *ret_sniff, const char **ret_rule, pxf_error *err)
{
    const struct fox_sniff_limits limits = {
        .pixels = number(settings, FOX_SETTING_INGEST_MAX_PIXELS),
        .all_pixels = number(settings, FOX_SETTING_INGEST_MAX_ALL_PIXELS),
        .side_px = (uint32_t)number(settings, FOX_SETTING_INGEST_MAX_SIDE_PX),
        .frame_count = (uint32_t)number(settings, FOX_SETTING_INGEST_MAX_FRAMES),
        .bit_depth = (uint32_t)number(settings, FOX_SETTING_INGEST_MAX_DEPTH_BITS),
    };
    struct fox_sniff sniff;
    const pxf_status status = fox_sniff_read(reader, &sniff, err);

    if (status != PXF_OK) {
        *ret_rule = fox_failure_of_status(status)->rule;
        return status;
    }
    TRY(fox_sniff_check_limits(&sniff, &limits, ret_rule, err));
    *ret_sniff = sniff;
    return PXF_OK;
}

pxf_status fox_check_picture(struct fox_settings *settings, const struct fox_reader *reader,
                             struct fox_sniff *ret_sniff, const char **ret_rule, pxf_error *err)
{
    struct fox_sniff sniff;
    pxf_status status;

    TRY(fox_check_header(settings, reader, &sniff, ret_rule, err));
    if (fox_settings_is(settings, FOX_SETTING_INGEST_TRUNCATED, "refuse")) {
        status = fox_sniff_check_end(reader, &sniff, err);
        if (status != PXF_OK) {
            *ret_rule = status == PXF_CORRUPT ? "truncated" : fox_failure_of_status(status)->rule;
            return status;
        }
    }
    *ret_sniff = sniff;
    return PXF_OK;
}

struct fox_recipe fox_check_builtin(struct fox_settings *settings, size_t index)
{
    struct fox_recipe recipe = fox_builtin_recipes[index];

    switch (recipe.output) {
    case FOX_OUTPUT_WEBP:
        recipe.quality = (int32_t)number(settings, FOX_SETTING_RENDER_WEBP_QUALITY);
        break;
    case FOX_OUTPUT_AVIF:
        recipe.quality = (int32_t)number(settings, FOX_SETTING_RENDER_AVIF_CRF);
        break;
    case FOX_OUTPUT_JPEG:
    case FOX_OUTPUT_PNG:
    case FOX_OUTPUT_ORIGINAL:
        recipe.quality = (int32_t)number(settings, FOX_SETTING_RENDER_ORIGINAL_QUALITY);
        break;
    }
    return recipe;
}

static void add_builtin(struct fox_settings *settings, struct fox_recipe_list *list)
{
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        list->recipes[list->count++] = fox_check_builtin(settings, i);
    }
}

/* The host's own behind them. */
static pxf_status add_own(struct fox_settings *settings, struct fox_recipe_list *list,
                          pxf_error *err)
{
    AUTO(fox_str) text = {0};
    struct fox_recipe_set own;

    fox_settings_text(settings, FOX_SETTING_RENDER_RECIPES, &text);
    TRY(fox_recipe_set_read(&own, fox_str_text(&text), err));
    for (size_t i = 0; i < own.count; i++) {
        list->recipes[list->count++] = own.recipes[i];
    }
    return PXF_OK;
}

pxf_status fox_check_plan(struct fox_settings *settings, const struct fox_sniff *sniff,
                          uint32_t switches, struct fox_recipe_list *ret_recipes,
                          struct fox_plan *ret_plan, pxf_error *err)
{
    const struct fox_switches wanted = {
        .webp = fox_settings_flag(settings, FOX_SETTING_RENDER_WEBP_ENABLED) &&
                (switches & FOX_SWITCH_WEBP),
        .avif = fox_settings_flag(settings, FOX_SETTING_RENDER_AVIF_ENABLED) &&
                (switches & FOX_SWITCH_AVIF),
        .original = fox_settings_flag(settings, FOX_SETTING_RENDER_ORIGINAL_ENABLED) &&
                    (switches & FOX_SWITCH_ORIGINAL),
    };
    const struct fox_picture picture = {
        .format = sniff->format,
        .size = {fox_sniff_shown_width_px(sniff), fox_sniff_shown_height_px(sniff)},
        .has_alpha = sniff->has_alpha,
        .frame_count = sniff->frame_count,
    };

    ret_recipes->count = 0;
    add_builtin(settings, ret_recipes);
    TRY(add_own(settings, ret_recipes, err));
    return fox_plan_make(ret_plan, &picture, ret_recipes->recipes, ret_recipes->count, wanted, err);
}
