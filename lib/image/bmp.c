/* SPDX-License-Identifier: Apache-2.0 */
#include "image/bmp.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    FILE_HEADER_BYTES = 14,
    PIXELS_OFFSET = 10,
    CORE_HEADER_BYTES = 12,
    INFO_HEADER_BYTES = 40,
    ALPHA_MASKS_HEADER_BYTES = 56, /* holds four masks; 52 hold three */
    MASKS_OFFSET = FILE_HEADER_BYTES + INFO_HEADER_BYTES
};

/* Zero past the end: whoever needs a field checks it. */
static uint32_t number_at(const struct fox_bmp *bmp, size_t offset, size_t bytes)
{
    uint32_t number = 0;

    for (size_t i = 0; i < bytes && offset + i < bmp->size; i++) {
        number |= (uint32_t)bmp->data[offset + i] << (8 * i);
    }
    return number;
}

static int32_t signed_at(const struct fox_bmp *bmp, size_t offset)
{
    return (int32_t)number_at(bmp, offset, 4);
}

static uint32_t header_bytes(const struct fox_bmp *bmp)
{
    return number_at(bmp, FILE_HEADER_BYTES, 4);
}

static pxf_status corrupt(pxf_error *err, const char *what)
{
    return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0, "corrupt BMP: %s", what);
}

static void read_core(struct fox_bmp *bmp)
{
    bmp->picture.width_px = number_at(bmp, FILE_HEADER_BYTES + 4, 2);
    bmp->picture.height_px = number_at(bmp, FILE_HEADER_BYTES + 6, 2);
    bmp->bit_depth = number_at(bmp, FILE_HEADER_BYTES + 10, 2);
    bmp->compression = FOX_BMP_PLAIN;
}

static pxf_status read_info(struct fox_bmp *bmp, pxf_error *err)
{
    const int32_t width = signed_at(bmp, FILE_HEADER_BYTES + 4);
    const int32_t height = signed_at(bmp, FILE_HEADER_BYTES + 8);
    const uint32_t compression = number_at(bmp, FILE_HEADER_BYTES + 16, 4);

    if (width <= 0 || height == 0 || height == INT32_MIN) {
        return corrupt(err, "no size");
    }
    if (compression > FOX_BMP_MASKS && compression != FOX_BMP_ALPHA_MASKS) {
        return fox_fail_from(err, PXF_UNSUPPORTED, PXF_ORIGIN_IMAGE, 0,
                             "BMP: compression %" PRIu32 " is not supported", compression);
    }
    bmp->picture.width_px = (uint32_t)width;
    bmp->picture.height_px = (uint32_t)abs(height);
    bmp->is_top_down = height < 0;
    bmp->bit_depth = number_at(bmp, FILE_HEADER_BYTES + 14, 2);
    bmp->compression = (enum fox_bmp_compression)compression;
    return PXF_OK;
}

/* What each compression may have as its depth. */
static bool is_depth(const struct fox_bmp *bmp)
{
    switch (bmp->compression) {
    case FOX_BMP_PLAIN:
        return bmp->bit_depth == 1 || bmp->bit_depth == 4 || bmp->bit_depth == 8 ||
               bmp->bit_depth == 16 || bmp->bit_depth == 24 || bmp->bit_depth == 32;
    case FOX_BMP_RLE_8:
        return bmp->bit_depth == 8 && !bmp->is_top_down;
    case FOX_BMP_RLE_4:
        return bmp->bit_depth == 4 && !bmp->is_top_down;
    case FOX_BMP_MASKS:
    case FOX_BMP_ALPHA_MASKS:
        return bmp->bit_depth == 16 || bmp->bit_depth == 32;
    }
    return false;
}

/* A mask's ones stand together; what does not fit 8 bits is cut below. */
static struct fox_bmp_mask mask_of(uint32_t bits)
{
    struct fox_bmp_mask mask = {0, bits};

    while (mask.max != 0 && (mask.max & 1) == 0) {
        mask.max >>= 1;
        mask.shift++;
    }
    while (mask.max > UINT8_MAX) {
        mask.max >>= 1;
        mask.shift++;
    }
    return mask;
}

static bool has_masks(const struct fox_bmp *bmp)
{
    return bmp->compression == FOX_BMP_MASKS || bmp->compression == FOX_BMP_ALPHA_MASKS;
}

static void read_masks(struct fox_bmp *bmp)
{
    static const uint32_t of_16_bits[4] = {0x7c00, 0x03e0, 0x001f, 0};
    static const uint32_t of_32_bits[4] = {0xff0000, 0x00ff00, 0x0000ff, 0};
    const uint32_t *common = bmp->bit_depth == 16 ? of_16_bits : of_32_bits;
    const bool has_alpha =
        bmp->compression == FOX_BMP_ALPHA_MASKS || header_bytes(bmp) >= ALPHA_MASKS_HEADER_BYTES;

    for (size_t i = 0; i < 4; i++) {
        bmp->masks[i] = mask_of(common[i]);
    }
    for (size_t i = 0; has_masks(bmp) && i < (has_alpha ? 4 : 3); i++) {
        bmp->masks[i] = mask_of(number_at(bmp, MASKS_OFFSET + 4 * i, 4));
    }
}

static void read_palette(struct fox_bmp *bmp)
{
    const bool is_core = header_bytes(bmp) == CORE_HEADER_BYTES;
    const size_t entry = is_core ? 3 : 4;
    const uint32_t used = is_core ? 0 : number_at(bmp, FILE_HEADER_BYTES + 32, 4);
    const uint32_t all = 1U << bmp->bit_depth;
    const uint32_t count = used > 0 && used < all ? used : all;
    size_t at = FILE_HEADER_BYTES + (size_t)header_bytes(bmp);

    for (uint32_t i = 0; i < count && at + entry <= bmp->pixels; i++, at += entry) {
        for (size_t k = 0; k < 3; k++) {
            bmp->palette[i][k] = (uint8_t)number_at(bmp, at + 2 - k, 1);
        }
    }
}

pxf_status fox_bmp_read(const void *data, size_t size, struct fox_bmp *ret_bmp, pxf_error *err)
{
    struct fox_bmp bmp = {.data = data, .size = size};
    const uint32_t header = header_bytes(&bmp);

    if (header != CORE_HEADER_BYTES && header < INFO_HEADER_BYTES) {
        return corrupt(err, "a header of no known length");
    }
    if (header == CORE_HEADER_BYTES) {
        read_core(&bmp);
    } else {
        TRY(read_info(&bmp, err));
    }
    bmp.pixels = number_at(&bmp, PIXELS_OFFSET, 4);
    if (bmp.pixels < FILE_HEADER_BYTES + (size_t)header || bmp.pixels > size) {
        return corrupt(err, "the pixels are outside the file");
    }
    if (bmp.picture.width_px == 0 || bmp.picture.height_px == 0 || !is_depth(&bmp)) {
        return corrupt(err, "no such size and depth");
    }
    if (bmp.bit_depth <= 8) {
        read_palette(&bmp);
    } else {
        read_masks(&bmp);
    }
    *ret_bmp = bmp;
    return PXF_OK;
}
