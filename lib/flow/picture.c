/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/meter.h"
#include "base/time.h"
#include "model/format.h"
#include "model/kinds.h"

struct work {
    const struct fox_picture_job *job;
    struct fox_recipe_list recipes;
    struct fox_plan plan;
    struct fox_recipe to_make[FOX_RECIPE_LIMIT];
    size_t positions[FOX_RECIPE_LIMIT]; /* of what is made, in the plan */
    size_t make_count;
    fox_made_fn fn;
    void *ctx;
};

static pxf_status plan(struct work *work, const struct fox_sniff *sniff, pxf_error *err)
{
    const struct fox_picture_job *job = work->job;
    const struct fox_switches all = {true, true, true};
    const struct fox_picture picture = {
        .format = sniff->format,
        .size = {fox_sniff_shown_width_px(sniff), fox_sniff_shown_height_px(sniff)},
        .has_alpha = sniff->has_alpha,
        .frame_count = sniff->frame_count,
    };

    if (!job->recipes) {
        return fox_check_plan(job->settings, sniff, job->switches, &work->recipes, &work->plan,
                              err);
    }
    return fox_plan_make(&work->plan, &picture, job->recipes, job->recipe_count, all, err);
}

/* Hands on what is skipped and lists what is made. */
static pxf_status divide(struct work *work, pxf_error *err)
{
    for (size_t i = 0; i < work->plan.step_count; i++) {
        const struct fox_plan_step *step = &work->plan.steps[i];

        if (step->skip == FOX_SKIP_NONE) {
            work->positions[work->make_count] = i;
            work->to_make[work->make_count++] = *step->recipe;
        } else {
            const struct fox_made skipped = {
                .recipe = step->recipe, .position = i, .skip = step->skip};

            TRY(work->fn(work->ctx, &skipped, err));
        }
    }
    return PXF_OK;
}

static pxf_status distrust(const struct fox_plan_step *step, const char *what, pxf_error *err)
{
    return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, 0, "the helper's '%s' %s",
                         step->recipe->kind, what);
}

/* A recipe for the original's format may turn out JPEG or PNG: only the decoder knows whether a
 * channel for transparency is used. */
static bool is_format_right(const struct fox_plan_step *step, pxf_format format)
{
    if (step->recipe->output != FOX_OUTPUT_ORIGINAL) {
        return format == step->format;
    }
    return format == PXF_FORMAT_JPEG || format == PXF_FORMAT_PNG;
}

/* Believes nothing that the helper says of its bytes. */
static pxf_status verify(const struct fox_plan_step *step, const struct fox_helper_variant *variant,
                         struct fox_sniff *ret_sniff, pxf_error *err)
{
    struct fox_memory memory = {fox_bytes_data(variant->bytes), fox_bytes_size(variant->bytes)};
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    struct fox_sniff sniff = {0};
    bool has_metadata = true;

    if (fox_sniff_read(&reader, &sniff, NULL) != PXF_OK || !is_format_right(step, sniff.format) ||
        fox_sniff_check_end(&reader, &sniff, NULL) != PXF_OK) {
        return distrust(step, "is not the file it should be", err);
    }
    if (sniff.width_px != step->size.width_px || sniff.height_px != step->size.height_px) {
        return distrust(step, "has another size than planned", err);
    }
    TRY(fox_sniff_has_metadata(&reader, sniff.format, &has_metadata, err));
    if (has_metadata) {
        return distrust(step, "carries metadata", err);
    }
    *ret_sniff = sniff;
    return PXF_OK;
}

static pxf_status take(void *ctx, const struct fox_helper_variant *variant, pxf_error *err)
{
    const struct work *work = ctx;
    const size_t position = work->positions[variant->index];
    const struct fox_plan_step *step = &work->plan.steps[position];
    struct fox_meters *meters = work->job->env->meters;
    struct fox_made made = {.recipe = step->recipe, .position = position, .skip = variant->skip};
    struct fox_sniff sniff = {0};

    if (variant->skip != FOX_SKIP_NONE) {
        return work->fn(work->ctx, &made, err);
    }
    TRY(verify(step, variant, &sniff, err));
    made.format = sniff.format;
    made.width_px = sniff.width_px;
    made.height_px = sniff.height_px;
    made.bytes = variant->bytes;
    made.render_ms = variant->render_ms;
    TRY(fox_sha256_of(fox_bytes_data(made.bytes), fox_bytes_size(made.bytes), &made.digest, err));
    fox_meter_observe(meters, FOX_METER_RENDER_SECONDS, step->recipe->kind, NULL,
                      (double)made.render_ms / FOX_SECOND_MS);
    fox_meter_add(meters, FOX_METER_RENDER_BYTES, step->recipe->kind, NULL,
                  (double)fox_bytes_size(made.bytes));
    return work->fn(work->ctx, &made, err);
}

static enum fox_preset preset_of(struct fox_settings *settings)
{
    if (fox_settings_is(settings, FOX_SETTING_RENDER_PRESET, "fast")) {
        return FOX_PRESET_FAST;
    }
    if (fox_settings_is(settings, FOX_SETTING_RENDER_PRESET, "small")) {
        return FOX_PRESET_SMALL;
    }
    return FOX_PRESET_BALANCED;
}

/* The setting is "#rrggbb". */
static void read_flatten(struct fox_settings *settings, uint8_t rgb[3])
{
    AUTO(fox_str) text = {0};
    const char *digits;

    fox_settings_text(settings, FOX_SETTING_RENDER_FLATTEN, &text);
    digits = fox_str_text(&text);
    if (!fox_hex_parse(rgb, 3, *digits == '#' ? digits + 1 : digits)) {
        memset(rgb, 0xff, 3);
    }
}

pxf_status fox_picture_render(const struct fox_picture_job *job, fox_made_fn fn, void *ctx,
                              const char **ret_rule, struct fox_cancel *cancel, pxf_error *err)
{
    struct fox_settings *settings = job->settings;
    struct work work = {.job = job, .fn = fn, .ctx = ctx};
    struct fox_helper_request request = {
        .fd = job->fd,
        .recipes = work.to_make,
        .preset = preset_of(settings),
        .thread_count = job->thread_count,
        .keep_truncated = fox_settings_is(settings, FOX_SETTING_INGEST_TRUNCATED, "keep"),
        .memory_bytes = (uint64_t)fox_settings_number(settings, FOX_SETTING_RENDER_MEMORY_BYTES),
        .timeout_ms = FOX_SECOND_MS * fox_settings_number(settings, FOX_SETTING_RENDER_TIMEOUT_S),
    };
    pxf_status status;

    TRY(fox_check_picture(settings, job->reader, &request.sniff, ret_rule, err));
    TRY(plan(&work, &request.sniff, err));
    TRY(divide(&work, err));
    request.recipe_count = work.make_count;
    read_flatten(settings, request.flatten_rgb);
    if (work.make_count == 0) {
        return PXF_OK;
    }
    status = fox_helpers_render(job->helpers, &request, take, &work, ret_rule, cancel, err);
    fox_meter_add(job->env->meters, FOX_METER_RENDER_TOTAL, fox_status_name(status), NULL, 1);
    return status;
}
