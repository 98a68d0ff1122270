/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "sniff/sniffer.h"

enum { MAGIC_BYTES = 8, IHDR_BYTES = 13, SIDE_LIMIT = 0x7fffffff };

/* The best that deflate can do is 1032 to 1. */
enum { DEFLATE_RATIO = 1040 };

enum colour_type { GRAY = 0, COLOUR = 2, PALETTE = 3, GRAY_ALPHA = 4, COLOUR_ALPHA = 6 };

struct chunk {
    char type[4];
    struct fox_extent payload;
};

struct ihdr {
    uint32_t width_px, height_px;
    uint8_t depth, colour_type, compression, filter, interlace;
};

/* Moves to the next chunk's payload; false when its head is cut off. */
static bool next_chunk(struct fox_cursor *cursor, struct chunk *ret_chunk)
{
    ret_chunk->payload.size = fox_cursor_get_u32(cursor);
    if (!fox_cursor_get(cursor, ret_chunk->type, sizeof ret_chunk->type)) {
        return false;
    }
    ret_chunk->payload.offset = cursor->offset;
    return true;
}

/* Moves behind the chunk and its check sum. */
static void leave_chunk(struct fox_cursor *cursor, const struct chunk *chunk)
{
    fox_cursor_seek(cursor, chunk->payload.offset + chunk->payload.size + 4);
}

static bool is_chunk(const struct chunk *chunk, const char *type)
{
    return memcmp(chunk->type, type, sizeof chunk->type) == 0;
}

/* Samples of a pixel as stored; 0 for a colour type that does not exist. */
static unsigned samples_of(uint8_t colour_type)
{
    switch (colour_type) {
    case GRAY:
    case PALETTE:
        return 1;
    case GRAY_ALPHA:
        return 2;
    case COLOUR:
        return 3;
    case COLOUR_ALPHA:
        return 4;
    default:
        return 0;
    }
}

static bool depth_fits(const struct ihdr *ihdr)
{
    if (ihdr->colour_type == GRAY) {
        return ihdr->depth == 1 || ihdr->depth == 2 || ihdr->depth == 4 || ihdr->depth == 8 ||
               ihdr->depth == 16;
    }
    if (ihdr->colour_type == PALETTE) {
        return ihdr->depth == 1 || ihdr->depth == 2 || ihdr->depth == 4 || ihdr->depth == 8;
    }
    return ihdr->depth == 8 || ihdr->depth == 16;
}

static pxf_status check_ihdr(const struct ihdr *ihdr, pxf_error *err)
{
    if (ihdr->width_px == 0 || ihdr->height_px == 0 || ihdr->width_px > SIDE_LIMIT ||
        ihdr->height_px > SIDE_LIMIT) {
        return fox_sniff_corrupt(err, "a PNG says that it has %u x %u pixels", ihdr->width_px,
                                 ihdr->height_px);
    }
    if (samples_of(ihdr->colour_type) == 0 || !depth_fits(ihdr)) {
        return fox_sniff_corrupt(err, "a PNG has colour type %u with %u bits", ihdr->colour_type,
                                 ihdr->depth);
    }
    if (ihdr->compression != 0 || ihdr->filter != 0 || ihdr->interlace > 1) {
        return fox_sniff_corrupt(err, "a PNG has an unknown compression, filter or interlace");
    }
    return PXF_OK;
}

static pxf_status read_ihdr(struct fox_cursor *cursor, struct ihdr *ret_ihdr, pxf_error *err)
{
    struct chunk chunk;
    struct ihdr ihdr;

    fox_cursor_seek(cursor, MAGIC_BYTES);
    if (next_chunk(cursor, &chunk) && is_chunk(&chunk, "CgBI")) {
        return fox_sniff_unsupported(err, "Apple's own kind of PNG (CgBI) is not supported");
    }
    ihdr.width_px = fox_cursor_get_u32(cursor);
    ihdr.height_px = fox_cursor_get_u32(cursor);
    ihdr.depth = fox_cursor_get_u8(cursor);
    ihdr.colour_type = fox_cursor_get_u8(cursor);
    ihdr.compression = fox_cursor_get_u8(cursor);
    ihdr.filter = fox_cursor_get_u8(cursor);
    ihdr.interlace = fox_cursor_get_u8(cursor);
    TRY(fox_cursor_check(cursor, "PNG header", err));
    if (!is_chunk(&chunk, "IHDR") || chunk.payload.size != IHDR_BYTES) {
        return fox_sniff_corrupt(err, "a PNG does not begin with its IHDR");
    }
    TRY(check_ihdr(&ihdr, err));
    leave_chunk(cursor, &chunk);
    *ret_ihdr = ihdr;
    return PXF_OK;
}

static void read_chunk(const struct chunk *chunk, struct fox_header *header, uint32_t *fctl_count)
{
    if (is_chunk(chunk, "tRNS")) {
        header->sniff.has_alpha = true;
    } else if (is_chunk(chunk, "iCCP")) {
        header->sniff.has_profile = true;
    } else if (is_chunk(chunk, "eXIf") && header->exif.size == 0) {
        header->exif = chunk->payload;
    } else if (is_chunk(chunk, "fcTL") && *fctl_count <= FOX_SNIFF_FRAME_LIMIT) {
        *fctl_count += 1;
    }
}

/* Walks the whole file, because EXIF may stand behind the picture; a file that breaks off in the
 * middle has told enough. An fcTL means nothing without acTL, and that comes before the picture. */
static pxf_status png_read(struct fox_cursor *cursor, struct fox_header *header, pxf_error *err)
{
    struct fox_sniff *sniff = &header->sniff;
    struct ihdr ihdr;
    struct chunk chunk = {0};
    uint32_t fctl_count = 0;
    bool is_animated = false, has_picture = false;

    TRY(read_ihdr(cursor, &ihdr, err));
    while (next_chunk(cursor, &chunk) && !is_chunk(&chunk, "IEND")) {
        has_picture = has_picture || is_chunk(&chunk, "IDAT");
        is_animated = is_animated || (!has_picture && is_chunk(&chunk, "acTL"));
        read_chunk(&chunk, header, &fctl_count);
        leave_chunk(cursor, &chunk);
    }
    TRY(fox_cursor_check_reader(cursor, err));
    sniff->width_px = ihdr.width_px;
    sniff->height_px = ihdr.height_px;
    sniff->bit_depth = ihdr.colour_type == PALETTE ? 8 : ihdr.depth;
    sniff->has_alpha =
        sniff->has_alpha || ihdr.colour_type == GRAY_ALPHA || ihdr.colour_type == COLOUR_ALPHA;
    sniff->channel_count = (ihdr.colour_type == GRAY || ihdr.colour_type == GRAY_ALPHA ? 1U : 3U) +
                           (sniff->has_alpha ? 1U : 0U);
    sniff->frame_count = is_animated && fctl_count > 0 ? fctl_count : 1;
    return PXF_OK;
}

/* A file of some kilobytes that claims gigapixels holds next to nothing of them. */
static pxf_status check_density(const struct ihdr *ihdr, uint64_t idat_bytes, pxf_error *err)
{
    const uint64_t row_bits =
        (uint64_t)ihdr->width_px * samples_of(ihdr->colour_type) * ihdr->depth;
    const uint64_t row_bytes = row_bits / 8 + 1;

    if (idat_bytes == 0 || row_bytes > idat_bytes * DEFLATE_RATIO / ihdr->height_px) {
        return fox_sniff_corrupt(err,
                                 "truncated: a PNG's %llu bytes of data cannot hold %u x %u "
                                 "pixels",
                                 (unsigned long long)idat_bytes, ihdr->width_px, ihdr->height_px);
    }
    return PXF_OK;
}

static pxf_status png_check_end(struct fox_cursor *cursor, const struct fox_sniff *sniff,
                                pxf_error *err)
{
    static const char iend_sum[] = {'\xae', '\x42', '\x60', '\x82'};
    struct ihdr ihdr;
    struct chunk chunk = {0};
    uint64_t idat_bytes = 0;

    (void)sniff;
    TRY(read_ihdr(cursor, &ihdr, err));
    while (next_chunk(cursor, &chunk) && !is_chunk(&chunk, "IEND")) {
        idat_bytes += is_chunk(&chunk, "IDAT") ? chunk.payload.size : 0;
        leave_chunk(cursor, &chunk);
    }
    TRY(fox_cursor_check(cursor, "PNG chunks", err));
    if (chunk.payload.size != 0 || !fox_cursor_get_is(cursor, iend_sum, sizeof iend_sum)) {
        TRY(fox_cursor_check_reader(cursor, err));
        return fox_sniff_corrupt(err, "truncated: a PNG's end (IEND) is not whole");
    }
    return check_density(&ihdr, idat_bytes, err);
}

/* Chunks that a decoder needs to show the picture; everything else is text, EXIF or unknown. */
static bool is_harmless(const struct chunk *chunk)
{
    static const char types[][5] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA",
                                    "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD",
                                    "hIST", "pHYs", "acTL", "fcTL", "fdAT"};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (is_chunk(chunk, types[i])) {
            return true;
        }
    }
    return false;
}

static pxf_status png_has_metadata(struct fox_cursor *cursor, bool *ret_has, pxf_error *err)
{
    struct ihdr ihdr;
    struct chunk chunk = {0};
    bool is_clean = true;

    TRY(read_ihdr(cursor, &ihdr, err));
    while (next_chunk(cursor, &chunk) && !is_chunk(&chunk, "IEND")) {
        is_clean = is_clean && is_harmless(&chunk);
        leave_chunk(cursor, &chunk);
    }
    leave_chunk(cursor, &chunk);
    TRY(fox_cursor_check(cursor, "PNG chunks", err));
    *ret_has = !is_clean || chunk.payload.size > 0 || fox_cursor_left(cursor) > 0;
    return PXF_OK;
}

const struct fox_sniffer fox_png_sniffer = {
    .name = "PNG",
    .read = png_read,
    .check_end = png_check_end,
    .has_metadata = png_has_metadata,
};
