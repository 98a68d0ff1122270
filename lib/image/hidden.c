/* SPDX-License-Identifier: Apache-2.0 */
#include "image/hidden.h"

#include <string.h>

#include "image/shrink.h"

enum { LEVEL_LIMIT = 32 };

/* Halves of halves down to one pixel; a transparent pixel takes its colour from the half above it,
 * where the mean is of visible pixels alone. */
struct fox_levels {
    struct fox_picture pictures[LEVEL_LIMIT];
    uint32_t count;
};

static void fox_levels_let_go(struct fox_levels *levels)
{
    for (uint32_t i = 0; i < levels->count; i++) {
        fox_picture_let_go(&levels->pictures[i]);
    }
}

static pxf_status grow(struct fox_levels *levels, const struct fox_picture *picture, pxf_error *err)
{
    const struct fox_picture *last = picture;

    while (last->width_px > 1 || last->height_px > 1) {
        TRY(fox_shrink(last, &levels->pictures[levels->count], err));
        last = &levels->pictures[levels->count++];
    }
    return PXF_OK;
}

/* `to` may be `from`: colours alone are written, in pixels of `step` bytes. */
static void fill_row(const struct fox_picture *from, const struct fox_picture *half,
                     const struct fox_picture *to, uint32_t y)
{
    const size_t step = fox_picture_sample_bytes(to);
    const uint8_t *row = fox_plane_row(&from->planes[0], y);
    const uint8_t *above = half ? fox_plane_row(&half->planes[0], y / 2) : NULL;
    uint8_t *out = fox_plane_row(&to->planes[0], y);

    for (size_t x = 0; x < from->width_px; x++) {
        const bool is_hidden = row[4 * x + 3] == 0 && above;

        memmove(out + step * x, is_hidden ? above + 4 * (x / 2) : row + 4 * x, 3);
    }
}

static void fill(const struct fox_picture *from, const struct fox_picture *half,
                 const struct fox_picture *to)
{
    for (uint32_t y = 0; y < from->height_px; y++) {
        fill_row(from, half, to, y);
    }
}

pxf_status fox_hidden_fill(const struct fox_picture *picture, struct fox_picture *ret_rgb,
                           pxf_error *err)
{
    const struct fox_size size = {picture->width_px, picture->height_px};
    AUTO(fox_levels) levels = {0};

    TRY(grow(&levels, picture, err));
    TRY(fox_picture_new(ret_rgb, FOX_LAYOUT_RGB, size, fox_chroma_444, err));
    for (uint32_t i = levels.count; i-- > 1;) {
        fill(&levels.pictures[i - 1], &levels.pictures[i], &levels.pictures[i - 1]);
    }
    fill(picture, levels.count > 0 ? &levels.pictures[0] : NULL, ret_rgb);
    return PXF_OK;
}

static void divide(uint8_t px[4])
{
    const uint32_t alpha = px[3];

    for (size_t i = 0; i < 3 && alpha > 0; i++) {
        const uint32_t value = (px[i] * (uint32_t)UINT8_MAX + alpha / 2) / alpha;

        px[i] = (uint8_t)(value > UINT8_MAX ? UINT8_MAX : value);
    }
}

void fox_hidden_divide(struct fox_picture *picture)
{
    for (uint32_t y = 0; y < picture->height_px; y++) {
        uint8_t *row = fox_plane_row(&picture->planes[0], y);

        for (size_t x = 0; x < picture->width_px; x++) {
            divide(row + 4 * x);
        }
    }
}
