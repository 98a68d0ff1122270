/* SPDX-License-Identifier: Apache-2.0 */
#include "image/colour.h"

#include <string.h>

/* BT.601 in 16-bit fixed point, full range (JFIF 1.02). Chroma sums are of four pixels, hence two
 * bits more. */
enum {
    SHIFT = 16,
    HALF = 1 << (SHIFT - 1),
    Y_R = 19595,
    Y_G = 38470,
    Y_B = 7471,
    CB_R = -11059,
    CB_G = -21709,
    CR_G = -27439,
    CR_B = -5329,
    C_FULL = 32768,
    SUM_SHIFT = SHIFT + 2,
    CHROMA_BIAS = (FOX_CHROMA_NEUTRAL << SUM_SHIFT) + (1 << (SUM_SHIFT - 1)) - 1,
    R_CR = 91881,
    G_CB = -22554,
    G_CR = -46802,
    B_CB = 116130
};

static struct fox_size size_of(const struct fox_picture *picture)
{
    return (struct fox_size){picture->width_px, picture->height_px};
}

static uint8_t clamped(int32_t value)
{
    return (uint8_t)(value < 0 ? 0 : value > UINT8_MAX ? UINT8_MAX : value);
}

static void luma_row(uint8_t *luma, const uint8_t *rgb, size_t width, size_t step)
{
    for (size_t x = 0; x < width; x++) {
        const uint8_t *px = rgb + x * step;

        luma[x] = (uint8_t)((Y_R * px[0] + Y_G * px[1] + Y_B * px[2] + HALF) >> SHIFT);
    }
}

/* One row of chroma out of two rows of pixels (the same one twice at an odd end). */
static void chroma_row(const struct fox_picture *to, uint32_t y, const uint8_t *one,
                       const uint8_t *two, size_t step)
{
    uint8_t *cb = fox_plane_row(&to->planes[1], y), *cr = fox_plane_row(&to->planes[2], y);

    for (uint32_t x = 0; x < to->planes[1].width_px; x++) {
        const size_t left = 2 * (size_t)x * step;
        const size_t right = 2 * x + 1 < to->width_px ? left + step : left;
        const int32_t r = one[left] + one[right] + two[left] + two[right];
        const int32_t g = one[left + 1] + one[right + 1] + two[left + 1] + two[right + 1];
        const int32_t b = one[left + 2] + one[right + 2] + two[left + 2] + two[right + 2];

        cb[x] = clamped((CB_R * r + CB_G * g + C_FULL * b + CHROMA_BIAS) >> SUM_SHIFT);
        cr[x] = clamped((C_FULL * r + CR_G * g + CR_B * b + CHROMA_BIAS) >> SUM_SHIFT);
    }
}

static void packed_to_420(const struct fox_picture *from, const struct fox_picture *to)
{
    const size_t step = fox_picture_sample_bytes(from);
    const struct fox_plane *pixels = &from->planes[0];

    for (uint32_t y = 0; y < from->height_px; y++) {
        luma_row(fox_plane_row(&to->planes[0], y), fox_plane_row(pixels, y), from->width_px, step);
    }
    for (uint32_t y = 0; y < to->planes[1].height_px; y++) {
        const uint32_t below = 2 * y + 1 < from->height_px ? 2 * y + 1 : 2 * y;

        chroma_row(to, y, fox_plane_row(pixels, 2 * y), fox_plane_row(pixels, below), step);
    }
}

/* A chroma plane with fewer samples: means of what each new sample covers. */
static void plane_to_420(const struct fox_plane *from, const struct fox_plane *to, uint32_t step_x,
                         uint32_t step_y)
{
    for (uint32_t y = 0; y < to->height_px; y++) {
        const uint32_t top = y * step_y, next = top + step_y - 1;
        const uint8_t *one = fox_plane_row(from, top);
        const uint8_t *two = fox_plane_row(from, next < from->height_px ? next : top);
        uint8_t *row = fox_plane_row(to, y);

        for (uint32_t x = 0; x < to->width_px; x++) {
            const uint32_t left = x * step_x, beside = left + step_x - 1;
            const uint32_t right = beside < from->width_px ? beside : left;

            row[x] = (uint8_t)((one[left] + one[right] + two[left] + two[right] + 2) >> 2);
        }
    }
}

static void copy_plane(const struct fox_plane *from, const struct fox_plane *to)
{
    for (uint32_t y = 0; y < to->height_px; y++) {
        memcpy(fox_plane_row(to, y), fox_plane_row(from, y), to->width_px);
    }
}

static void fill_plane(const struct fox_plane *plane, uint8_t value)
{
    for (uint32_t y = 0; y < plane->height_px; y++) {
        memset(fox_plane_row(plane, y), value, plane->width_px);
    }
}

static void chroma_to_420(const struct fox_picture *from, const struct fox_picture *to)
{
    for (uint32_t i = 1; i < FOX_PLANE_LIMIT; i++) {
        if (from->layout == FOX_LAYOUT_GRAY) {
            fill_plane(&to->planes[i], FOX_CHROMA_NEUTRAL);
        } else {
            plane_to_420(&from->planes[i], &to->planes[i], 2 / from->chroma_x, 2 / from->chroma_y);
        }
    }
}

pxf_status fox_colour_to_420(const struct fox_picture *picture, struct fox_picture *ret_picture,
                             pxf_error *err)
{
    TRY(fox_picture_new(ret_picture, FOX_LAYOUT_YCBCR, size_of(picture), fox_chroma_420, err));
    if (!fox_picture_is_planar(picture)) {
        packed_to_420(picture, ret_picture);
        return PXF_OK;
    }
    copy_plane(&picture->planes[0], &ret_picture->planes[0]);
    chroma_to_420(picture, ret_picture);
    return PXF_OK;
}

/* The neighbour of sample x / step on the side that x lies on, inside the plane. */
static uint32_t neighbour(uint32_t x, uint32_t step, uint32_t count)
{
    const uint32_t at = x / step;

    if (step == 1) {
        return at;
    }
    if (x % step == 0) {
        return at > 0 ? at - 1 : 0;
    }
    return at + 1 < count ? at + 1 : at;
}

/* Three parts of the nearest sample, one of the next, in both directions: chroma lies between. */
static void spread_plane(const struct fox_plane *from, const struct fox_plane *to, uint32_t step_x,
                         uint32_t step_y)
{
    for (uint32_t y = 0; y < to->height_px; y++) {
        const uint8_t *near = fox_plane_row(from, y / step_y);
        const uint8_t *far = fox_plane_row(from, neighbour(y, step_y, from->height_px));
        uint8_t *row = fox_plane_row(to, y);

        for (uint32_t x = 0; x < to->width_px; x++) {
            const uint32_t here = x / step_x, there = neighbour(x, step_x, from->width_px);

            row[x] =
                (uint8_t)((9 * near[here] + 3 * near[there] + 3 * far[here] + far[there] + 8) >> 4);
        }
    }
}

pxf_status fox_colour_to_444(const struct fox_picture *picture, struct fox_picture *ret_picture,
                             pxf_error *err)
{
    TRY(fox_picture_new(ret_picture, FOX_LAYOUT_YCBCR, size_of(picture), fox_chroma_444, err));
    copy_plane(&picture->planes[0], &ret_picture->planes[0]);
    for (uint32_t i = 1; i < FOX_PLANE_LIMIT; i++) {
        if (picture->layout == FOX_LAYOUT_GRAY) {
            fill_plane(&ret_picture->planes[i], FOX_CHROMA_NEUTRAL);
        } else {
            spread_plane(&picture->planes[i], &ret_picture->planes[i], picture->chroma_x,
                         picture->chroma_y);
        }
    }
    return PXF_OK;
}

static void rgb_row(uint8_t *rgb, const uint8_t *luma, const uint8_t *cb, const uint8_t *cr,
                    size_t width)
{
    for (size_t x = 0; x < width; x++) {
        const int32_t y = (luma[x] << SHIFT) + HALF;
        const int32_t b = cb[x] - FOX_CHROMA_NEUTRAL, r = cr[x] - FOX_CHROMA_NEUTRAL;

        rgb[3 * x] = clamped((y + R_CR * r) >> SHIFT);
        rgb[3 * x + 1] = clamped((y + G_CB * b + G_CR * r) >> SHIFT);
        rgb[3 * x + 2] = clamped((y + B_CB * b) >> SHIFT);
    }
}

static pxf_status planar_to_rgb(const struct fox_picture *picture, struct fox_picture *ret_picture,
                                pxf_error *err)
{
    AUTO(fox_picture) full = {0};

    TRY(fox_colour_to_444(picture, &full, err));
    TRY(fox_picture_new(ret_picture, FOX_LAYOUT_RGB, size_of(picture), fox_chroma_444, err));
    for (uint32_t y = 0; y < picture->height_px; y++) {
        rgb_row(fox_plane_row(&ret_picture->planes[0], y), fox_plane_row(&full.planes[0], y),
                fox_plane_row(&full.planes[1], y), fox_plane_row(&full.planes[2], y),
                picture->width_px);
    }
    return PXF_OK;
}

pxf_status fox_colour_to_rgb(const struct fox_picture *picture, struct fox_picture *ret_picture,
                             pxf_error *err)
{
    const size_t row = (size_t)picture->width_px * fox_picture_sample_bytes(picture);

    if (fox_picture_is_planar(picture)) {
        return planar_to_rgb(picture, ret_picture, err);
    }
    TRY(fox_picture_new(ret_picture, picture->layout, size_of(picture), fox_chroma_444, err));
    for (uint32_t y = 0; y < picture->height_px; y++) {
        memcpy(fox_plane_row(&ret_picture->planes[0], y), fox_plane_row(&picture->planes[0], y),
               row);
    }
    return PXF_OK;
}

static void map_plane(const struct fox_plane *plane, const uint8_t map[256])
{
    for (uint32_t y = 0; y < plane->height_px; y++) {
        uint8_t *row = fox_plane_row(plane, y);

        for (size_t x = 0; x < plane->width_px; x++) {
            row[x] = map[row[x]];
        }
    }
}

void fox_colour_squeeze(struct fox_picture *picture)
{
    uint8_t luma[256], chroma[256];

    for (uint32_t i = 0; i < 256; i++) {
        luma[i] = (uint8_t)(16 + (i * 219 + 127) / 255);
        chroma[i] = (uint8_t)(((i * 224 + 127) / 255) + 16);
    }
    chroma[FOX_CHROMA_NEUTRAL] = FOX_CHROMA_NEUTRAL;
    map_plane(&picture->planes[0], luma);
    for (uint32_t i = 1; i < fox_picture_plane_count(picture); i++) {
        map_plane(&picture->planes[i], chroma);
    }
}

void fox_colour_invert(struct fox_picture *picture)
{
    const struct fox_plane *plane = &picture->planes[0];
    const size_t row_bytes = (size_t)plane->width_px * fox_picture_sample_bytes(picture);

    for (uint32_t y = 0; y < plane->height_px; y++) {
        uint8_t *row = fox_plane_row(plane, y);

        for (size_t x = 0; x < row_bytes; x++) {
            row[x] = (uint8_t)(UINT8_MAX - row[x]);
        }
    }
}

static uint8_t mixed(uint32_t colour, uint32_t behind, uint32_t alpha)
{
    return (uint8_t)((colour * alpha + behind * (UINT8_MAX - alpha) + UINT8_MAX / 2) / UINT8_MAX);
}

pxf_status fox_colour_flatten(const struct fox_picture *picture, const uint8_t rgb[3],
                              struct fox_picture *ret_picture, pxf_error *err)
{
    TRY(fox_picture_new(ret_picture, FOX_LAYOUT_RGB, size_of(picture), fox_chroma_444, err));
    for (uint32_t y = 0; y < picture->height_px; y++) {
        const uint8_t *from = fox_plane_row(&picture->planes[0], y);
        uint8_t *to = fox_plane_row(&ret_picture->planes[0], y);

        for (size_t x = 0; x < picture->width_px; x++) {
            for (size_t i = 0; i < 3; i++) {
                to[3 * x + i] = mixed(from[4 * x + i], rgb[i], from[4 * x + 3]);
            }
        }
    }
    return PXF_OK;
}
