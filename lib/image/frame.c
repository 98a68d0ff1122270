/* SPDX-License-Identifier: Apache-2.0 */
#include "image/pyramid.h"

static uint32_t scaled(uint32_t side, uint32_t to, uint32_t from)
{
    const uint64_t px = ((uint64_t)side * to + from / 2) / from;

    return px > 0 ? (uint32_t)px : 1;
}

/* The largest part of the picture that has the output's shape. A picture that is smaller than the
 * box on one side is cut, not scaled. */
static struct fox_size covered(const struct fox_recipe *recipe, struct fox_size picture,
                               struct fox_size size)
{
    struct fox_size part = picture;

    if (picture.width_px <= recipe->width_px || picture.height_px <= recipe->height_px) {
        return size;
    }
    if ((uint64_t)size.width_px * picture.height_px >=
        (uint64_t)size.height_px * picture.width_px) {
        part.height_px = scaled(size.height_px, picture.width_px, size.width_px);
    } else {
        part.width_px = scaled(size.width_px, picture.height_px, size.height_px);
    }
    return part;
}

static struct fox_size part_of(const struct fox_recipe *recipe, struct fox_size picture,
                               struct fox_size size)
{
    switch (recipe->fit) {
    case PXF_FIT_FULL:
    case PXF_FIT_WIDTH:
    case PXF_FIT_BOX:
        return picture;
    case PXF_FIT_COVER:
        return covered(recipe, picture, size);
    case PXF_FIT_CROP:
        return size;
    }
    return picture;
}

struct fox_frame fox_frame_of(const struct fox_recipe *recipe, struct fox_size picture)
{
    const struct fox_size size = fox_recipe_size(recipe, picture);
    const struct fox_size part = part_of(recipe, picture, size);

    return (struct fox_frame){
        .left_px = (picture.width_px - part.width_px) / 2,
        .top_px = (picture.height_px - part.height_px) / 2,
        .part = part,
        .size = size,
    };
}
