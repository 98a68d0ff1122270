/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/sniffer.h"

enum { FILE_HEAD_BYTES = 14, PIXELS_AT = 10 };

/* Sizes of the header behind the file's: OS/2's first, Windows' first, its second and third with
 * masks, OS/2's second, Windows' fourth and fifth. */
enum {
    CORE = 12,
    OS2_SHORT = 16,
    INFO = 40,
    MASKS = 52,
    ALPHA_MASKS = 56,
    OS2 = 64,
    V4 = 108,
    V5 = 124
};

enum compression {
    PLAIN = 0,
    RLE8 = 1,
    RLE4 = 2,
    BIT_FIELDS = 3,
    JPEG_INSIDE = 4,
    PNG_INSIDE = 5,
    ALPHA_BIT_FIELDS = 6
};

struct dib {
    uint32_t pixels_at, head_bytes;
    uint32_t width_px, height_px;
    uint32_t bits, compression;
    uint32_t alpha_mask;
    bool is_negative_width, is_top_down;
};

/* The absolute of a two's complement number, that of the least one too. */
static uint32_t distance(uint32_t number)
{
    return number >> 31 ? ~number + 1 : number;
}

static void read_core(struct fox_cursor *cursor, struct dib *dib)
{
    dib->width_px = fox_cursor_get_u16(cursor);
    dib->height_px = fox_cursor_get_u16(cursor);
    fox_cursor_skip(cursor, 2);
    dib->bits = fox_cursor_get_u16(cursor);
}

static void read_info(struct fox_cursor *cursor, struct dib *dib)
{
    const uint32_t width = fox_cursor_get_u32(cursor);
    const uint32_t height = fox_cursor_get_u32(cursor);

    dib->width_px = distance(width);
    dib->height_px = distance(height);
    dib->is_negative_width = width >> 31 != 0;
    dib->is_top_down = height >> 31 != 0;
    fox_cursor_skip(cursor, 2);
    dib->bits = fox_cursor_get_u16(cursor);
    if (dib->head_bytes == OS2_SHORT) {
        return;
    }
    dib->compression = fox_cursor_get_u32(cursor);
    if (dib->head_bytes == OS2 && dib->compression >= BIT_FIELDS) {
        dib->compression = JPEG_INSIDE; /* OS/2's Huffman and 24-bit codes: refused as well */
    }
    if (dib->head_bytes >= ALPHA_MASKS || dib->compression == ALPHA_BIT_FIELDS) {
        fox_cursor_skip(cursor, 32);
        dib->alpha_mask = fox_cursor_get_u32(cursor);
    }
}

static pxf_status check_bits(const struct dib *dib, pxf_error *err)
{
    const uint32_t bits = dib->bits;
    bool fits = false;

    switch (dib->compression) {
    case PLAIN:
        fits = bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16 || bits == 24 ||
               bits == 32;
        break;
    case RLE8:
        fits = bits == 8 && !dib->is_top_down;
        break;
    case RLE4:
        fits = bits == 4 && !dib->is_top_down;
        break;
    case BIT_FIELDS:
    case ALPHA_BIT_FIELDS:
        fits = bits == 16 || bits == 32;
        break;
    default:
        return fox_sniff_unsupported(err, "a BMP of compression %u is not supported",
                                     dib->compression);
    }
    if (!fits) {
        return fox_sniff_corrupt(err, "a BMP has %u bits with compression %u", bits,
                                 dib->compression);
    }
    return PXF_OK;
}

static bool is_head_size(uint32_t size)
{
    return size == CORE || size == OS2_SHORT || size == INFO || size == MASKS ||
           size == ALPHA_MASKS || size == OS2 || size == V4 || size == V5;
}

static pxf_status read_dib(struct fox_cursor *cursor, struct dib *dib, pxf_error *err)
{
    cursor->is_little = true;
    fox_cursor_skip(cursor, PIXELS_AT);
    dib->pixels_at = fox_cursor_get_u32(cursor);
    dib->head_bytes = fox_cursor_get_u32(cursor);
    TRY(fox_cursor_check(cursor, "BMP header", err));
    if (!is_head_size(dib->head_bytes)) {
        return fox_sniff_unsupported(err, "a BMP with a header of %u bytes is not supported",
                                     dib->head_bytes);
    }
    if (dib->head_bytes == CORE) {
        read_core(cursor, dib);
    } else {
        read_info(cursor, dib);
    }
    TRY(fox_cursor_check(cursor, "BMP header", err));
    if (dib->width_px == 0 || dib->height_px == 0 || dib->is_negative_width) {
        return fox_sniff_corrupt(err, "a BMP says that it is %s%u x %u pixels",
                                 dib->is_negative_width ? "-" : "", dib->width_px, dib->height_px);
    }
    return check_bits(dib, err);
}

static pxf_status bmp_read(struct fox_cursor *cursor, struct fox_header *header, pxf_error *err)
{
    struct fox_sniff *sniff = &header->sniff;
    struct dib dib = {0};

    TRY(read_dib(cursor, &dib, err));
    sniff->width_px = dib.width_px;
    sniff->height_px = dib.height_px;
    sniff->bit_depth = 8;
    sniff->has_alpha = dib.alpha_mask != 0 && (dib.bits == 16 || dib.bits == 32);
    sniff->channel_count = sniff->has_alpha ? 4 : 3;
    return PXF_OK;
}

/* Walks run-length codes to the end of the bitmap; each step takes two bytes at least. */
static pxf_status check_runs(struct fox_cursor *cursor, const struct dib *dib, pxf_error *err)
{
    enum { END_OF_ROW = 0, END_OF_BITMAP = 1, JUMP = 2 };

    while (fox_cursor_is_good(cursor)) {
        const uint8_t count = fox_cursor_get_u8(cursor);
        const uint8_t value = fox_cursor_get_u8(cursor);
        const unsigned plain_bytes = dib->compression == RLE8 ? value : (value + 1U) / 2;

        if (count > 0 || value == END_OF_ROW) {
            continue;
        }
        if (value == END_OF_BITMAP) {
            break;
        }
        fox_cursor_skip(cursor, value == JUMP ? 2 : (plain_bytes + 1) / 2 * 2);
    }
    return fox_cursor_check(cursor, "BMP runs", err);
}

static pxf_status bmp_check_end(struct fox_cursor *cursor, const struct fox_sniff *sniff,
                                pxf_error *err)
{
    struct dib dib = {0};
    uint64_t row_bytes, padding_bytes; /* the last row's padding is sometimes left out */

    (void)sniff;
    TRY(read_dib(cursor, &dib, err));
    if (dib.pixels_at < FILE_HEAD_BYTES + dib.head_bytes) {
        return fox_sniff_corrupt(err, "a BMP's pixels begin inside its header");
    }
    fox_cursor_seek(cursor, dib.pixels_at);
    if (dib.compression == RLE8 || dib.compression == RLE4) {
        return check_runs(cursor, &dib, err);
    }
    row_bytes = ((uint64_t)dib.width_px * dib.bits + 31) / 32 * 4;
    padding_bytes = row_bytes - ((uint64_t)dib.width_px * dib.bits + 7) / 8;
    if (row_bytes > (fox_cursor_left(cursor) + padding_bytes) / dib.height_px) {
        return fox_sniff_corrupt(
            err, "truncated: a BMP's %llu bytes do not hold its %u x %u pixels",
            (unsigned long long)fox_cursor_left(cursor), dib.width_px, dib.height_px);
    }
    return PXF_OK;
}

const struct fox_sniffer fox_bmp_sniffer = {
    .name = "BMP",
    .read = bmp_read,
    .check_end = bmp_check_end,
};
