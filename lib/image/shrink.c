/* SPDX-License-Identifier: Apache-2.0 */
#include "image/shrink.h"

/* Both rows of pixels and their pairs; `count` pairs are whole. */
static void halve_row(uint8_t *half, const uint8_t *one, const uint8_t *two, size_t count)
{
    for (size_t x = 0; x < count; x++) {
        half[x] = (uint8_t)((one[2 * x] + one[2 * x + 1] + two[2 * x] + two[2 * x + 1] + 2) >> 2);
    }
}

static void halve_rgb_row(uint8_t *half, const uint8_t *one, const uint8_t *two, size_t count)
{
    for (size_t x = 0; x < count; x++) {
        for (size_t i = 0; i < 3; i++) {
            const size_t left = 6 * x + i, right = left + 3;

            half[3 * x + i] = (uint8_t)((one[left] + one[right] + two[left] + two[right] + 2) >> 2);
        }
    }
}

static void mix_rgba(uint8_t half[4], const uint8_t *const px[4])
{
    const uint32_t alpha = (uint32_t)px[0][3] + px[1][3] + px[2][3] + px[3][3];

    half[3] = (uint8_t)((alpha + 2) >> 2);
    for (size_t i = 0; i < 3 && alpha > 0; i++) {
        const uint32_t sum = (uint32_t)px[0][i] * px[0][3] + (uint32_t)px[1][i] * px[1][3] +
                             (uint32_t)px[2][i] * px[2][3] + (uint32_t)px[3][i] * px[3][3];

        half[i] = (uint8_t)((sum + alpha / 2) / alpha);
    }
}

static void halve_rgba_row(uint8_t *half, const uint8_t *one, const uint8_t *two, size_t count)
{
    for (size_t x = 0; x < count; x++) {
        const size_t left = 8 * x, right = left + 4;
        const uint8_t *const px[4] = {one + left, one + right, two + left, two + right};

        mix_rgba(half + 4 * x, px);
    }
}

/* What is left of an odd side, as if its last column stood twice. */
static void halve_last(uint8_t *half, const uint8_t *one, const uint8_t *two, size_t bytes)
{
    const uint8_t *const px[4] = {one, one, two, two};

    if (bytes == 4) {
        mix_rgba(half, px);
        return;
    }
    for (size_t i = 0; i < bytes; i++) {
        half[i] = (uint8_t)((one[i] + two[i] + 1) >> 1);
    }
}

static void halve_plane(const struct fox_plane *from, const struct fox_plane *to, size_t bytes)
{
    const size_t pairs = from->width_px / 2;

    for (uint32_t y = 0; y < to->height_px; y++) {
        const uint32_t below = 2 * y + 1 < from->height_px ? 2 * y + 1 : 2 * y;
        const uint8_t *one = fox_plane_row(from, 2 * y), *two = fox_plane_row(from, below);
        uint8_t *half = fox_plane_row(to, y);

        if (bytes == 1) {
            halve_row(half, one, two, pairs);
        } else if (bytes == 3) {
            halve_rgb_row(half, one, two, pairs);
        } else {
            halve_rgba_row(half, one, two, pairs);
        }
        if (to->width_px > pairs) {
            halve_last(half + pairs * bytes, one + 2 * pairs * bytes, two + 2 * pairs * bytes,
                       bytes);
        }
    }
}

pxf_status fox_shrink(const struct fox_picture *picture, struct fox_picture *ret_half,
                      pxf_error *err)
{
    const struct fox_size size = {picture->width_px - picture->width_px / 2,
                                  picture->height_px - picture->height_px / 2};
    const struct fox_chroma chroma = {picture->chroma_x, picture->chroma_y};

    TRY(fox_picture_new(ret_half, picture->layout, size, chroma, err));
    for (uint32_t i = 0; i < fox_picture_plane_count(picture); i++) {
        halve_plane(&picture->planes[i], &ret_half->planes[i], fox_picture_sample_bytes(picture));
    }
    return PXF_OK;
}
