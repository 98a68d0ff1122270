/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "sniff/sniffer.h"

enum { MAGIC_BYTES = 6, PADDING = 0x00, EXTENSION = 0x21, FRAME = 0x2c, TRAILER = 0x3b };
enum { GRAPHIC_CONTROL = 0xf9, APPLICATION = 0xff };
enum { HAS_TABLE = 0x80, TABLE_SIZE = 0x07, IS_TRANSPARENT = 0x01 };
enum { APPLICATION_NAME_BYTES = 11 };

/* What the blocks of a file are: seen one after the other, so it is a sum over them. */
struct blocks {
    uint32_t width_px, height_px; /* the screen's, stretched by the first frame as viewers do */
    uint32_t frame_count;
    bool has_transparency, has_profile, has_metadata;
    bool is_whole; /* the trailer was met */
};

static void skip_table(struct fox_cursor *cursor, uint8_t flags)
{
    if (flags & HAS_TABLE) {
        fox_cursor_skip(cursor, UINT64_C(3) << ((flags & TABLE_SIZE) + 1));
    }
}

static void skip_sub_blocks(struct fox_cursor *cursor)
{
    uint8_t size;

    while ((size = fox_cursor_get_u8(cursor)) > 0) {
        fox_cursor_skip(cursor, size);
    }
}

static uint32_t larger(uint32_t one, uint32_t other)
{
    return one > other ? one : other;
}

static void read_frame(struct fox_cursor *cursor, struct blocks *blocks)
{
    uint32_t left, top, width, height;
    uint8_t flags;

    left = fox_cursor_get_u16(cursor);
    top = fox_cursor_get_u16(cursor);
    width = fox_cursor_get_u16(cursor);
    height = fox_cursor_get_u16(cursor);
    flags = fox_cursor_get_u8(cursor);
    skip_table(cursor, flags);
    fox_cursor_skip(cursor, 1);
    if (!fox_cursor_is_good(cursor)) {
        return;
    }
    if (blocks->frame_count == 0) {
        blocks->width_px = larger(blocks->width_px, left + width);
        blocks->height_px = larger(blocks->height_px, top + height);
    }
    blocks->frame_count++;
    skip_sub_blocks(cursor);
}

/* Looping is harmless and a colour profile wanted; every other application's data is not. */
static void read_application(struct fox_cursor *cursor, struct blocks *blocks)
{
    char name[APPLICATION_NAME_BYTES] = {0};

    if (fox_cursor_get_u8(cursor) != sizeof name || !fox_cursor_get(cursor, name, sizeof name)) {
        blocks->has_metadata = true;
    } else if (memcmp(name, "ICCRGBG1012", sizeof name) == 0) {
        blocks->has_profile = true;
    } else if (memcmp(name, "NETSCAPE2.0", sizeof name) != 0 &&
               memcmp(name, "ANIMEXTS1.0", sizeof name) != 0) {
        blocks->has_metadata = true;
    }
}

static void read_extension(struct fox_cursor *cursor, struct blocks *blocks)
{
    const uint64_t begin = cursor->offset + 1;
    const uint8_t label = fox_cursor_get_u8(cursor);

    if (label == GRAPHIC_CONTROL) {
        fox_cursor_skip(cursor, 1);
        blocks->has_transparency =
            blocks->has_transparency || (fox_cursor_get_u8(cursor) & IS_TRANSPARENT);
    } else if (label == APPLICATION) {
        read_application(cursor, blocks);
    } else {
        blocks->has_metadata = true;
    }
    fox_cursor_seek(cursor, begin);
    skip_sub_blocks(cursor);
}

/* Walks over all blocks, up to the trailer, the file's end, a byte that begins no block (zeros
 * between blocks are met in the wild and skipped) or too many frames. */
static void read_blocks(struct fox_cursor *cursor, uint32_t frame_limit, struct blocks *blocks)
{
    uint8_t flags;

    cursor->is_little = true;
    fox_cursor_skip(cursor, MAGIC_BYTES);
    blocks->width_px = fox_cursor_get_u16(cursor);
    blocks->height_px = fox_cursor_get_u16(cursor);
    flags = fox_cursor_get_u8(cursor);
    fox_cursor_skip(cursor, 2);
    skip_table(cursor, flags);
    while (fox_cursor_is_good(cursor) && blocks->frame_count <= frame_limit) {
        const uint8_t kind = fox_cursor_get_u8(cursor);

        if (kind == FRAME) {
            read_frame(cursor, blocks);
        } else if (kind == EXTENSION) {
            read_extension(cursor, blocks);
        } else if (kind != PADDING) {
            blocks->is_whole = kind == TRAILER && fox_cursor_is_good(cursor);
            return;
        }
    }
}

static pxf_status gif_read(struct fox_cursor *cursor, struct fox_header *header, pxf_error *err)
{
    struct fox_sniff *sniff = &header->sniff;
    struct blocks blocks = {0};

    read_blocks(cursor, FOX_SNIFF_FRAME_LIMIT, &blocks);
    TRY(fox_cursor_check_reader(cursor, err));
    if (blocks.frame_count == 0) {
        TRY(fox_cursor_check(cursor, "GIF header", err));
        return fox_sniff_corrupt(err, "a GIF has no frame");
    }
    sniff->width_px = blocks.width_px;
    sniff->height_px = blocks.height_px;
    if (sniff->width_px == 0 || sniff->height_px == 0) {
        return fox_sniff_corrupt(err, "a GIF says that it has %u x %u pixels", sniff->width_px,
                                 sniff->height_px);
    }
    sniff->frame_count = blocks.frame_count;
    sniff->bit_depth = 8;
    sniff->has_alpha = blocks.has_transparency;
    sniff->has_profile = blocks.has_profile;
    sniff->channel_count = sniff->has_alpha ? 4 : 3;
    return PXF_OK;
}

static pxf_status gif_check_end(struct fox_cursor *cursor, const struct fox_sniff *sniff,
                                pxf_error *err)
{
    struct blocks blocks = {0};

    (void)sniff;
    read_blocks(cursor, UINT32_MAX - 1, &blocks);
    TRY(fox_cursor_check(cursor, "GIF blocks", err));
    if (!blocks.is_whole) {
        return fox_sniff_corrupt(err, "truncated: a GIF has no trailer behind its %u frames",
                                 blocks.frame_count);
    }
    return PXF_OK;
}

static pxf_status gif_has_metadata(struct fox_cursor *cursor, bool *ret_has, pxf_error *err)
{
    struct blocks blocks = {0};

    read_blocks(cursor, UINT32_MAX - 1, &blocks);
    TRY(fox_cursor_check(cursor, "GIF blocks", err));
    *ret_has = blocks.has_metadata || !blocks.is_whole || fox_cursor_left(cursor) > 0;
    return PXF_OK;
}

/* XMP lies in a GIF as it is, not in sub-blocks, before a trailer that leads readers out of it; it
 * is found by its name. */
static pxf_status gif_find_packets(struct fox_cursor *cursor, fox_packet_fn fn, void *ctx,
                                   pxf_error *err)
{
    static const char head[] = "\x21\xff\x0bXMP DataXMP";

    while (fox_cursor_find(cursor, 0x21)) {
        const uint64_t begin = cursor->offset;
        struct fox_packet packet = {.kind = FOX_PACKET_XMP};

        if (fox_cursor_left(cursor) < sizeof head ||
            !fox_cursor_get_is(cursor, head, sizeof head - 1)) {
            fox_cursor_seek(cursor, begin + 1);
            continue;
        }
        packet.extent.offset = cursor->offset;
        if (fox_cursor_find(cursor, 0x01)) {
            packet.extent.size = cursor->offset - packet.extent.offset;
            TRY(fn(ctx, &packet, err));
        }
    }
    return PXF_OK;
}

const struct fox_sniffer fox_gif_sniffer = {
    .name = "GIF",
    .read = gif_read,
    .check_end = gif_check_end,
    .has_metadata = gif_has_metadata,
    .find_packets = gif_find_packets,
};
