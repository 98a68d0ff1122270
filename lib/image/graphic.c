/* SPDX-License-Identifier: Apache-2.0 */
#include "image/graphic.h"

/* Seen on 29 photographs and 40 drawings and screens: photographs have up to 22 percent of flat
 * blocks, drawings mostly more than 40; photographs and flat art have up to 2 percent of lettering,
 * screens from 4 to 33. A textured pattern looks like lettering, but nothing in it is flat. */
enum {
    BLOCK_PX = 8,
    GRID = 64,      /* blocks looked at per side */
    FLAT_RANGE = 1, /* of one sample, between the lightest and the darkest pixel */
    FLAT_PERCENT = 10,
    GRAPHIC_PERCENT = 30, /* flat and lettering together */
    HARD_RANGE = 48,      /* the same, from lettering on … */
    COMMON_PIXELS = 24,   /* … if so many of the 64 pixels are equal */
    LETTERING_PERCENT = 3,
    GREEN = 1 /* stands for luma where pixels are interleaved */
};

struct block {
    uint32_t low, high, common;
};

static struct block look_at(const struct fox_picture *picture, uint32_t left, uint32_t top)
{
    const size_t bytes = fox_picture_sample_bytes(picture);
    const size_t offset = fox_picture_is_planar(picture) ? 0 : GREEN;
    struct block block = {UINT8_MAX, 0, 0};
    uint8_t counts[256] = {0};

    for (uint32_t y = top; y < top + BLOCK_PX; y++) {
        const uint8_t *row = fox_plane_row(&picture->planes[0], y) + left * bytes + offset;

        for (size_t x = 0; x < BLOCK_PX; x++) {
            const uint8_t value = row[x * bytes];
            const uint32_t count = ++counts[value];

            block.low = value < block.low ? value : block.low;
            block.high = value > block.high ? value : block.high;
            block.common = count > block.common ? count : block.common;
        }
    }
    return block;
}

enum fox_content fox_graphic_guess(const struct fox_picture *picture)
{
    const uint32_t columns = picture->width_px / BLOCK_PX, rows = picture->height_px / BLOCK_PX;
    const uint32_t step_x = columns / GRID + 1, step_y = rows / GRID + 1;
    uint32_t flat = 0, lettering = 0, seen = 0;

    for (uint32_t y = 0; y < rows; y += step_y) {
        for (uint32_t x = 0; x < columns; x += step_x) {
            const struct block block = look_at(picture, x * BLOCK_PX, y * BLOCK_PX);
            const uint32_t range = block.high - block.low;

            flat += range <= FLAT_RANGE;
            lettering += range >= HARD_RANGE && block.common >= COMMON_PIXELS;
            seen++;
        }
    }
    if (seen == 0 || 100 * flat < FLAT_PERCENT * seen ||
        100 * (flat + lettering) < GRAPHIC_PERCENT * seen) {
        return FOX_CONTENT_PHOTOGRAPH;
    }
    return 100 * lettering >= LETTERING_PERCENT * seen ? FOX_CONTENT_SCREEN : FOX_CONTENT_DRAWING;
}
