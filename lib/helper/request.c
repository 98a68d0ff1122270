/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "helper/protocol.h"

static void write_recipe(struct fox_wire_recipe *wire, const struct fox_recipe *recipe)
{
    fox_wire_set_text(wire->kind, sizeof wire->kind, recipe->kind);
    wire->output = (uint32_t)recipe->output;
    wire->fit = (uint32_t)recipe->fit;
    wire->width_px = recipe->width_px;
    wire->height_px = recipe->height_px;
    wire->quality = recipe->quality;
}

/* An encoder that runs away is stopped at a size that no honest output reaches: twice the raw
 * pixels of all frames, and room for a colour profile. */
static uint64_t most_bytes(const struct fox_sniff *sniff)
{
    const uint64_t room = UINT64_C(16) << 20;
    const uint64_t pixels = (uint64_t)sniff->width_px * sniff->height_px;
    const uint64_t frames = sniff->frame_count > 0 ? sniff->frame_count : 1;

    if (pixels > FOX_WIRE_VARIANT_BYTES / 8 / frames) {
        return FOX_WIRE_VARIANT_BYTES;
    }
    return room + 8 * pixels * frames < FOX_WIRE_VARIANT_BYTES ? room + 8 * pixels * frames
                                                               : FOX_WIRE_VARIANT_BYTES;
}

void fox_wire_write_request(struct fox_wire_request *wire, const struct fox_helper_request *request,
                            uint32_t picture)
{
    const struct fox_sniff *sniff = &request->sniff;

    *wire = (struct fox_wire_request){
        .head = fox_wire_head_of(FOX_WIRE_REQUEST, picture),
        .memory_bytes = request->memory_bytes,
        .variant_bytes = most_bytes(sniff),
        .format = (uint32_t)sniff->format,
        .width_px = sniff->width_px,
        .height_px = sniff->height_px,
        .frame_count = sniff->frame_count,
        .bit_depth = sniff->bit_depth,
        .channel_count = sniff->channel_count,
        .orientation = sniff->orientation,
        .preset = (uint32_t)request->preset,
        .thread_count = request->thread_count,
        .has_alpha = sniff->has_alpha,
        .has_profile = sniff->has_profile,
        .is_cmyk = sniff->is_cmyk,
        .keep_truncated = request->keep_truncated,
        .recipe_count = (uint32_t)request->recipe_count,
    };
    memcpy(wire->flatten_rgb, request->flatten_rgb, sizeof request->flatten_rgb);
    for (size_t i = 0; i < request->recipe_count; i++) {
        write_recipe(&wire->recipes[i], &request->recipes[i]);
    }
}

static pxf_status read_recipe(struct fox_recipe *recipe, const struct fox_wire_recipe *wire,
                              pxf_error *err)
{
    if (!fox_wire_is_text(wire->kind, sizeof wire->kind)) {
        return fox_fail(err, PXF_INVALID, "a recipe's kind is no text");
    }
    if (wire->output < FOX_OUTPUT_WEBP || wire->output > FOX_OUTPUT_ORIGINAL ||
        wire->fit < PXF_FIT_FULL || wire->fit > PXF_FIT_CROP) {
        return fox_fail(err, PXF_INVALID, "recipe '%s' has an unknown output or fit", wire->kind);
    }
    *recipe = (struct fox_recipe){.output = (enum fox_output)wire->output,
                                  .fit = (pxf_fit)wire->fit,
                                  .width_px = wire->width_px,
                                  .height_px = wire->height_px,
                                  .quality = wire->quality};
    memcpy(recipe->kind, wire->kind, sizeof recipe->kind);
    return PXF_OK;
}

static pxf_status check_request(const struct fox_wire_request *wire, pxf_error *err)
{
    if (wire->recipe_count == 0 || wire->recipe_count > FOX_RECIPE_LIMIT) {
        return fox_fail(err, PXF_INVALID, "a request with %u recipes", wire->recipe_count);
    }
    if (wire->format < PXF_FORMAT_JPEG || wire->format > PXF_FORMAT_BMP) {
        return fox_fail(err, PXF_INVALID, "a request for format %u", wire->format);
    }
    if (wire->preset < FOX_PRESET_FAST || wire->preset > FOX_PRESET_SMALL) {
        return fox_fail(err, PXF_INVALID, "a request for preset %u", wire->preset);
    }
    return PXF_OK;
}

pxf_status fox_wire_read_request(struct fox_helper_request *ret_request,
                                 struct fox_recipe recipes[FOX_RECIPE_LIMIT],
                                 const struct fox_wire_request *wire, pxf_error *err)
{
    TRY(check_request(wire, err));
    for (size_t i = 0; i < wire->recipe_count; i++) {
        TRY(read_recipe(&recipes[i], &wire->recipes[i], err));
    }
    *ret_request = (struct fox_helper_request){
        .fd = -1,
        .sniff = {.format = (pxf_format)wire->format,
                  .width_px = wire->width_px,
                  .height_px = wire->height_px,
                  .frame_count = wire->frame_count,
                  .bit_depth = wire->bit_depth,
                  .channel_count = wire->channel_count,
                  .orientation = wire->orientation,
                  .has_alpha = wire->has_alpha != 0,
                  .has_profile = wire->has_profile != 0,
                  .is_cmyk = wire->is_cmyk != 0},
        .recipes = recipes,
        .recipe_count = wire->recipe_count,
        .preset = (enum fox_preset)wire->preset,
        .thread_count = wire->thread_count,
        .keep_truncated = wire->keep_truncated != 0,
        .memory_bytes = wire->memory_bytes,
    };
    memcpy(ret_request->flatten_rgb, wire->flatten_rgb, sizeof ret_request->flatten_rgb);
    return PXF_OK;
}
