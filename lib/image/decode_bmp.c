/* SPDX-License-Identifier: Apache-2.0 */
#include "image/decode.h"

#include <string.h>

#include "image/bmp.h"

static uint64_t row_bytes(const struct fox_bmp *bmp)
{
    return ((uint64_t)bmp->picture.width_px * bmp->bit_depth + 31) / 32 * 4;
}

/* The row that is shown as number `y`; NULL where the file ends before its end. */
static const uint8_t *row_at(const struct fox_bmp *bmp, uint32_t y)
{
    const uint32_t stored = bmp->is_top_down ? y : bmp->picture.height_px - 1 - y;
    const uint64_t bytes = row_bytes(bmp), offset = bmp->pixels + stored * bytes;

    return offset + bytes <= bmp->size ? bmp->data + offset : NULL;
}

static void read_indexes(const struct fox_bmp *bmp, const uint8_t *row, uint8_t *rgb)
{
    const uint32_t per_byte = 8 / bmp->bit_depth;
    const uint32_t mask = (1U << bmp->bit_depth) - 1;

    for (uint32_t x = 0; x < bmp->picture.width_px; x++) {
        const uint32_t shift = (per_byte - 1 - x % per_byte) * bmp->bit_depth;

        memcpy(rgb + 3 * (size_t)x, bmp->palette[row[x / per_byte] >> shift & mask], 3);
    }
}

static void read_bytes(const struct fox_bmp *bmp, const uint8_t *row, uint8_t *rgb)
{
    for (size_t x = 0; x < bmp->picture.width_px; x++) {
        rgb[3 * x] = row[3 * x + 2];
        rgb[3 * x + 1] = row[3 * x + 1];
        rgb[3 * x + 2] = row[3 * x];
    }
}

static uint8_t field_of(uint32_t pixel, struct fox_bmp_mask mask)
{
    return (uint8_t)(((pixel >> mask.shift & mask.max) * UINT8_MAX + mask.max / 2) / mask.max);
}

static void read_fields(const struct fox_bmp *bmp, const uint8_t *row, uint8_t *out, size_t step)
{
    const size_t bytes = bmp->bit_depth / 8;

    for (size_t x = 0; x < bmp->picture.width_px; x++) {
        uint32_t pixel = 0;

        for (size_t i = 0; i < bytes; i++) {
            pixel |= (uint32_t)row[x * bytes + i] << (8 * i);
        }
        for (size_t i = 0; i < step; i++) {
            out[step * x + i] = bmp->masks[i].max > 0 ? field_of(pixel, bmp->masks[i]) : 0;
        }
    }
}

static void read_row(const struct fox_bmp *bmp, const uint8_t *row, uint8_t *out, size_t step)
{
    if (bmp->bit_depth <= 8) {
        read_indexes(bmp, row, out);
    } else if (bmp->bit_depth == 24) {
        read_bytes(bmp, row, out);
    } else {
        read_fields(bmp, row, out, step);
    }
}

/* False if rows are missing. */
static bool read_rows(const struct fox_bmp *bmp, struct fox_picture *picture)
{
    bool is_whole = true;

    for (uint32_t y = 0; y < bmp->picture.height_px; y++) {
        const uint8_t *row = row_at(bmp, y);

        if (row) {
            read_row(bmp, row, fox_plane_row(&picture->planes[0], y),
                     fox_picture_sample_bytes(picture));
        } else {
            is_whole = false;
        }
    }
    return is_whole;
}

/* Many programs name an alpha mask and leave it zero everywhere. */
static bool is_invisible(const struct fox_picture *picture)
{
    for (uint32_t y = 0; y < picture->height_px; y++) {
        const uint8_t *row = fox_plane_row(&picture->planes[0], y);

        for (size_t x = 0; x < picture->width_px; x++) {
            if (row[4 * x + 3] > 0) {
                return false;
            }
        }
    }
    return true;
}

static bool is_packed(const struct fox_bmp *bmp)
{
    return bmp->compression == FOX_BMP_RLE_8 || bmp->compression == FOX_BMP_RLE_4;
}

pxf_status fox_decode_bmp(const struct fox_source *source, struct fox_decoded *ret_decoded,
                          pxf_error *err)
{
    struct fox_bmp bmp;
    bool is_whole;

    TRY(fox_bmp_read(source->data, source->size, &bmp, err));
    TRY(fox_decode_check_room(source, bmp.picture, err));
    TRY(fox_picture_new(&ret_decoded->picture,
                        bmp.masks[3].max > 0 ? FOX_LAYOUT_RGBA : FOX_LAYOUT_RGB, bmp.picture,
                        fox_chroma_444, err));
    is_whole = is_packed(&bmp) ? fox_bmp_unpack(&bmp, &ret_decoded->picture)
                               : read_rows(&bmp, &ret_decoded->picture);
    if (!is_whole && !source->options->keep_truncated) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0,
                             "truncated BMP: rows are missing");
    }
    ret_decoded->is_truncated = !is_whole;
    if (fox_picture_has_alpha(&ret_decoded->picture) && is_invisible(&ret_decoded->picture)) {
        fox_picture_drop_alpha(&ret_decoded->picture);
    }
    return PXF_OK;
}
