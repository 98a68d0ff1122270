/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "sniff/letter.h"
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

/* The keyword of a text chunk, cut. */
static size_t read_keyword(struct fox_cursor *cursor, const struct chunk *chunk, char *keyword,
                           size_t capacity)
{
    size_t size = 0;

    fox_cursor_seek(cursor, chunk->payload.offset);
    while (size + 1 < capacity && size < chunk->payload.size) {
        keyword[size] = (char)fox_cursor_get_u8(cursor);
        if (keyword[size] == '\0') {
            return size;
        }
        size++;
    }
    keyword[size] = '\0';
    return size;
}

/* Behind keyword, flags, language and translated keyword of an iTXt that is not compressed. */
static bool find_text(struct fox_cursor *cursor, const struct chunk *chunk, size_t keyword_size,
                      struct fox_extent *ret_text)
{
    const uint64_t end = chunk->payload.offset + chunk->payload.size;
    bool is_compressed;

    fox_cursor_seek(cursor, chunk->payload.offset + keyword_size + 1);
    is_compressed = fox_cursor_get_u8(cursor) != 0;
    fox_cursor_skip(cursor, 1);
    for (int i = 0; i < 2; i++) {
        if (!fox_cursor_find(cursor, '\0')) {
            return false;
        }
        fox_cursor_skip(cursor, 1);
    }
    *ret_text = (struct fox_extent){cursor->offset, end - cursor->offset};
    return !is_compressed && cursor->offset <= end && fox_cursor_is_good(cursor);
}

/* What programs keep EXIF and XMP in beside eXIf: "Raw profile type exif", "exif:GPSLatitude". */
static bool may_tell_place(const char *keyword, size_t size)
{
    static const char *const words[] = {"xmp", "exif", "app1", "gps", "latitude", "longitude"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const size_t length = strlen(words[i]);

        for (size_t at = 0; at + length <= size; at++) {
            if (fox_letter_is_same(keyword + at, words[i], length)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_text(const struct chunk *chunk)
{
    return is_chunk(chunk, "tEXt") || is_chunk(chunk, "zTXt") || is_chunk(chunk, "iTXt");
}

static bool is_packet(struct fox_cursor *cursor, const struct chunk *chunk,
                      struct fox_packet *packet)
{
    char keyword[80];
    size_t size;

    packet->kind = FOX_PACKET_EXIF;
    if (is_chunk(chunk, "eXIf")) {
        return true;
    }
    if (!is_text(chunk)) {
        return false;
    }
    size = read_keyword(cursor, chunk, keyword, sizeof keyword);
    if (is_chunk(chunk, "iTXt") && strcmp(keyword, "XML:com.adobe.xmp") == 0 &&
        find_text(cursor, chunk, size, &packet->extent)) {
        packet->kind = FOX_PACKET_XMP;
        return true;
    }
    packet->kind = FOX_PACKET_SEALED;
    return may_tell_place(keyword, size);
}

static pxf_status png_find_packets(struct fox_cursor *cursor, fox_packet_fn fn, void *ctx,
                                   pxf_error *err)
{
    struct chunk chunk;

    fox_cursor_skip(cursor, MAGIC_BYTES);
    while (next_chunk(cursor, &chunk)) {
        struct fox_packet packet = {.extent = chunk.payload,
                                    .chunk = {chunk.payload.offset - 4, chunk.payload.size + 4}};

        if (chunk.payload.size <= fox_cursor_left(cursor) && is_packet(cursor, &chunk, &packet)) {
            TRY(fn(ctx, &packet, err));
        }
        cursor->is_short = false;
        leave_chunk(cursor, &chunk);
    }
    return PXF_OK;
}

const struct fox_sniffer fox_png_sniffer = {
    .name = "PNG",
    .read = png_read,
    .check_end = png_check_end,
    .has_metadata = png_has_metadata,
    .find_packets = png_find_packets,
};
