/* SPDX-License-Identifier: Apache-2.0 */
#include "image/graphic.h"

#include <stdlib.h>

enum {
    BLOCK_PX = 8,
    GRID = 64,         /* blocks looked at per side */
    FLAT_RANGE = 1,    /* of one sample, between the lightest and the darkest pixel */
    FLAT_PERCENT = 30, /* photographs seen have up to 22, drawings mostly 40 and more */
    GREEN = 1          /* stands for luma where pixels are interleaved */
};

struct range {
    int low, high;
};

static struct range range_of(const struct fox_picture *picture, uint32_t left, uint32_t top)
{
    const size_t bytes = fox_picture_sample_bytes(picture);
    const size_t offset = fox_picture_is_planar(picture) ? 0 : GREEN;
    struct range range = {UINT8_MAX, 0};

    for (uint32_t y = top; y < top + BLOCK_PX; y++) {
        const uint8_t *row = fox_plane_row(&picture->planes[0], y) + left * bytes + offset;

        for (size_t x = 0; x < BLOCK_PX; x++) {
            const int value = row[x * bytes];

            range.low = value < range.low ? value : range.low;
            range.high = value > range.high ? value : range.high;
        }
    }
    return range;
}

bool fox_graphic_guess(const struct fox_picture *picture)
{
    const uint32_t columns = picture->width_px / BLOCK_PX, rows = picture->height_px / BLOCK_PX;
    const uint32_t step_x = columns / GRID + 1, step_y = rows / GRID + 1;
    uint32_t flat = 0, seen = 0;

    for (uint32_t y = 0; y < rows; y += step_y) {
        for (uint32_t x = 0; x < columns; x += step_x) {
            const struct range range = range_of(picture, x * BLOCK_PX, y * BLOCK_PX);

            flat += range.high - range.low <= FLAT_RANGE;
            seen++;
        }
    }
    return seen > 0 && 100 * flat >= FLAT_PERCENT * seen;
}
