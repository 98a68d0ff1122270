/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "sniff/sniffer.h"

/* A RIFF file: "RIFF", size of what follows, "WEBP", then chunks of four letters, size, payload
 * and a byte of padding behind an odd size. */
enum { CHUNK_HEAD_BYTES = 8 };
enum { FLAG_ALPHA = 0x10, ICC_PROFILE_BYTES = 128, ANMF_HEAD_BYTES = 16 };

struct chunk {
    char type[4];
    struct fox_extent payload;
};

/* Confines the cursor to the RIFF chunk where that is smaller than the file; says how much of the
 * chunk the file lacks. */
static uint64_t enter_riff(struct fox_cursor *cursor)
{
    uint64_t end, missing;

    cursor->is_little = true;
    fox_cursor_skip(cursor, 4);
    end = UINT64_C(8) + fox_cursor_get_u32(cursor);
    fox_cursor_skip(cursor, 4);
    missing = end > cursor->end ? end - cursor->end : 0;
    if (end >= cursor->offset && end < cursor->end) {
        cursor->end = end;
    }
    return missing;
}

static bool next_chunk(struct fox_cursor *cursor, struct chunk *ret_chunk)
{
    if (fox_cursor_left(cursor) < CHUNK_HEAD_BYTES ||
        !fox_cursor_get(cursor, ret_chunk->type, sizeof ret_chunk->type)) {
        return false;
    }
    ret_chunk->payload.size = fox_cursor_get_u32(cursor);
    ret_chunk->payload.offset = cursor->offset;
    return fox_cursor_is_good(cursor);
}

/* The padding of the last chunk is often forgotten, in the file and in its RIFF size. */
static void leave_chunk(struct fox_cursor *cursor, const struct chunk *chunk)
{
    fox_cursor_seek(cursor, chunk->payload.offset + chunk->payload.size);
    if (chunk->payload.size % 2 == 1 && fox_cursor_left(cursor) > 0) {
        fox_cursor_skip(cursor, 1);
    }
}

static bool is_chunk(const struct chunk *chunk, const char *type)
{
    return memcmp(chunk->type, type, sizeof chunk->type) == 0;
}

/* A lossy key frame: three bytes of tag, a start code, two times 14 bits of size and 2 of scale
 * (RFC 6386, 9.1). */
static pxf_status read_lossy(struct fox_cursor *cursor, struct fox_sniff *sniff, pxf_error *err)
{
    const uint8_t tag = fox_cursor_get_u8(cursor);

    fox_cursor_skip(cursor, 2);
    if ((tag & 1) != 0 || !fox_cursor_get_is(cursor, "\x9d\x01\x2a", 3)) {
        TRY(fox_cursor_check(cursor, "WebP frame", err));
        return fox_sniff_corrupt(err, "a WebP's picture does not begin with a key frame");
    }
    sniff->width_px = fox_cursor_get_u16(cursor) & 0x3fff;
    sniff->height_px = fox_cursor_get_u16(cursor) & 0x3fff;
    return PXF_OK;
}

static pxf_status read_lossless(struct fox_cursor *cursor, struct fox_sniff *sniff, pxf_error *err)
{
    const uint8_t magic = fox_cursor_get_u8(cursor);
    const uint32_t bits = fox_cursor_get_u32(cursor);

    TRY(fox_cursor_check(cursor, "WebP frame", err));
    if (magic != 0x2f || bits >> 29 != 0) {
        return fox_sniff_corrupt(err, "a WebP's lossless picture has an unknown head");
    }
    sniff->width_px = (bits & 0x3fff) + 1;
    sniff->height_px = (bits >> 14 & 0x3fff) + 1;
    sniff->has_alpha = (bits >> 28 & 1) != 0;
    return PXF_OK;
}

static void read_extended(struct fox_cursor *cursor, struct fox_sniff *sniff)
{
    sniff->has_alpha = (fox_cursor_get_u8(cursor) & FLAG_ALPHA) != 0;
    fox_cursor_skip(cursor, 3);
    sniff->width_px = (uint32_t)fox_cursor_get_number(cursor, 3) + 1;
    sniff->height_px = (uint32_t)fox_cursor_get_number(cursor, 3) + 1;
}

static void read_chunk(const struct chunk *chunk, struct fox_header *header, uint32_t *frame_count)
{
    if (is_chunk(chunk, "ICCP") && chunk->payload.size >= ICC_PROFILE_BYTES) {
        header->sniff.has_profile = true;
    } else if (is_chunk(chunk, "EXIF") && header->exif.size == 0) {
        header->exif = chunk->payload;
    } else if (is_chunk(chunk, "ALPH")) {
        header->sniff.has_alpha = true;
    } else if (is_chunk(chunk, "ANMF") && *frame_count <= FOX_SNIFF_FRAME_LIMIT) {
        *frame_count += 1;
    }
}

/* Only an extended file has more than its picture's own chunk. EXIF stands at its end, so the
 * whole is walked; what breaks off in the middle has told enough. */
static void read_chunks(struct fox_cursor *cursor, struct fox_header *header)
{
    struct chunk chunk;
    uint32_t frame_count = 0;

    while (next_chunk(cursor, &chunk)) {
        read_chunk(&chunk, header, &frame_count);
        leave_chunk(cursor, &chunk);
    }
    header->sniff.frame_count = frame_count > 0 ? frame_count : 1;
}

static pxf_status webp_read(struct fox_cursor *cursor, struct fox_header *header, pxf_error *err)
{
    struct fox_sniff *sniff = &header->sniff;
    struct chunk chunk;

    (void)enter_riff(cursor);
    if (!next_chunk(cursor, &chunk)) {
        TRY(fox_cursor_check_reader(cursor, err));
        return fox_sniff_corrupt(err, "truncated: a WebP has no picture");
    }
    if (is_chunk(&chunk, "VP8 ")) {
        TRY(read_lossy(cursor, sniff, err));
    } else if (is_chunk(&chunk, "VP8L")) {
        TRY(read_lossless(cursor, sniff, err));
    } else if (is_chunk(&chunk, "VP8X")) {
        read_extended(cursor, sniff);
    } else {
        return fox_sniff_corrupt(err, "a WebP begins with an unknown chunk");
    }
    TRY(fox_cursor_check(cursor, "WebP header", err));
    if (sniff->width_px == 0 || sniff->height_px == 0) {
        return fox_sniff_corrupt(err, "a WebP says that it has %u x %u pixels", sniff->width_px,
                                 sniff->height_px);
    }
    if (is_chunk(&chunk, "VP8X")) {
        leave_chunk(cursor, &chunk);
        read_chunks(cursor, header);
        TRY(fox_cursor_check_reader(cursor, err));
    }
    sniff->bit_depth = 8;
    sniff->channel_count = sniff->has_alpha ? 4 : 3;
    return PXF_OK;
}

static bool holds_picture(const struct chunk *chunk)
{
    return is_chunk(chunk, "VP8 ") || is_chunk(chunk, "VP8L") || is_chunk(chunk, "ANMF");
}

static pxf_status webp_check_end(struct fox_cursor *cursor, const struct fox_sniff *sniff,
                                 pxf_error *err)
{
    const uint64_t missing = enter_riff(cursor);
    struct chunk chunk;
    bool has_picture = false;

    (void)sniff;
    /* One byte may be missing: the last chunk's padding. */
    if (missing > 1) {
        return fox_sniff_corrupt(err, "truncated: a WebP lacks its last %llu bytes",
                                 (unsigned long long)missing);
    }
    while (next_chunk(cursor, &chunk)) {
        has_picture = has_picture || holds_picture(&chunk);
        leave_chunk(cursor, &chunk);
    }
    TRY(fox_cursor_check(cursor, "WebP chunks", err));
    if (!has_picture) {
        return fox_sniff_corrupt(err, "truncated: a WebP has no picture");
    }
    return PXF_OK;
}

/* Inside a frame of an animation stand its picture's chunks, and nothing else. */
static bool frame_is_harmless(struct fox_cursor *cursor, const struct chunk *frame)
{
    const uint64_t end = frame->payload.offset + frame->payload.size;
    struct chunk chunk;

    fox_cursor_skip(cursor, ANMF_HEAD_BYTES);
    while (cursor->offset < end && next_chunk(cursor, &chunk)) {
        if (!is_chunk(&chunk, "ALPH") && !is_chunk(&chunk, "VP8 ") && !is_chunk(&chunk, "VP8L")) {
            return false;
        }
        leave_chunk(cursor, &chunk);
    }
    return cursor->offset >= end;
}

static bool is_harmless(struct fox_cursor *cursor, const struct chunk *chunk)
{
    static const char types[][5] = {"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ICCP"};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (is_chunk(chunk, types[i])) {
            return true;
        }
    }
    return is_chunk(chunk, "ANMF") && frame_is_harmless(cursor, chunk);
}

static pxf_status webp_has_metadata(struct fox_cursor *cursor, bool *ret_has, pxf_error *err)
{
    const uint64_t file_end = cursor->end;
    struct chunk chunk;
    bool is_clean = true;

    (void)enter_riff(cursor);
    while (next_chunk(cursor, &chunk)) {
        is_clean = is_clean && is_harmless(cursor, &chunk);
        leave_chunk(cursor, &chunk);
    }
    TRY(fox_cursor_check(cursor, "WebP chunks", err));
    *ret_has = !is_clean || fox_cursor_left(cursor) > 0 || cursor->end < file_end;
    return PXF_OK;
}

static pxf_status webp_find_packets(struct fox_cursor *cursor, fox_packet_fn fn, void *ctx,
                                    pxf_error *err)
{
    struct chunk chunk;

    (void)enter_riff(cursor);
    while (next_chunk(cursor, &chunk)) {
        const struct fox_packet packet = {.kind = is_chunk(&chunk, "EXIF") ? FOX_PACKET_EXIF
                                                                           : FOX_PACKET_XMP,
                                          .extent = chunk.payload};

        if (is_chunk(&chunk, "EXIF") || is_chunk(&chunk, "XMP ")) {
            TRY(fn(ctx, &packet, err));
        }
        leave_chunk(cursor, &chunk);
    }
    return PXF_OK;
}

const struct fox_sniffer fox_webp_sniffer = {
    .name = "WebP",
    .read = webp_read,
    .check_end = webp_check_end,
    .has_metadata = webp_has_metadata,
    .find_packets = webp_find_packets,
};
