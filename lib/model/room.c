/* SPDX-License-Identifier: Apache-2.0 */
#include "model/recipe.h"

enum {
    CONTAINER_BYTES = 4096, /* headers, an ICC profile */
    PER_MILLE = 1000
};

/* Bytes of 1000 output pixels. */
static uint64_t density(const struct fox_recipe *recipe, pxf_format format)
{
    switch (recipe->output) {
    case FOX_OUTPUT_WEBP:
        return 600;
    case FOX_OUTPUT_AVIF:
        return 500;
    case FOX_OUTPUT_JPEG:
        return 900;
    case FOX_OUTPUT_PNG:
        return 4000;
    case FOX_OUTPUT_ORIGINAL:
        return format == PXF_FORMAT_JPEG ? 900 : 4000;
    }
    return 4000;
}

uint64_t fox_recipe_room_bytes(const struct fox_recipe *recipe, struct fox_size picture,
                               pxf_format format)
{
    const struct fox_size size = fox_recipe_size(recipe, picture);
    const uint64_t pixels = (uint64_t)size.width_px * size.height_px;

    return pixels / PER_MILLE * density(recipe, format) +
           pixels % PER_MILLE * density(recipe, format) / PER_MILLE + CONTAINER_BYTES;
}
