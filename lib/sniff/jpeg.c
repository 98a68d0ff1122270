/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "sniff/sniffer.h"

/* Markers of ITU-T T.81, table B.1, and T.87. */
enum {
    TEM = 0x01,
    SOF0 = 0xc0, /* baseline; SOF1 extended sequential, SOF2 progressive */
    DHT = 0xc4,
    JPG = 0xc8,
    DAC = 0xcc,
    SOF15 = 0xcf,
    RST0 = 0xd0,
    RST7 = 0xd7,
    EOI = 0xd9,
    SOS = 0xda,
    APP0 = 0xe0,
    APP1 = 0xe1,
    APP2 = 0xe2,
    APP14 = 0xee,
    APP15 = 0xef,
    SOF55 = 0xf7, /* JPEG-LS */
    COM = 0xfe
};

/* A header of more segments is a flood: 65,535 of them would hold 4 GB of metadata. */
enum { SEGMENT_LIMIT = 65535 };

/* "ICC_PROFILE\0", number, count; and the header of a profile, without which it is none. */
enum { ICC_HEAD_BYTES = 14, ICC_PROFILE_BYTES = 128 };

struct segment {
    uint8_t marker;
    struct fox_extent payload;
};

/* What decides how a decoder reads the components (as libjpeg does). */
struct colours {
    bool has_jfif, has_adobe;
    uint8_t adobe_transform;
    uint8_t ids[3];
};

static bool stands_alone(uint8_t marker)
{
    return marker == TEM || (marker >= RST0 && marker <= EOI);
}

/* Moves behind the next marker and its length, over what a decoder skips as well: entropy data,
 * fill bytes, stray bytes. False when no marker comes; short when its length is cut off. */
static bool next_segment(struct fox_cursor *cursor, struct segment *ret_segment)
{
    uint8_t marker = 0;
    uint16_t size = 2;

    while (marker == 0) {
        if (!fox_cursor_find(cursor, 0xff)) {
            return false;
        }
        do {
            marker = fox_cursor_get_u8(cursor);
        } while (marker == 0xff);
    }
    if (!stands_alone(marker)) {
        size = fox_cursor_get_u16(cursor);
    }
    ret_segment->marker = marker;
    ret_segment->payload.offset = cursor->offset;
    ret_segment->payload.size = size < 2 ? 0 : size - 2U;
    return true;
}

static void leave_segment(struct fox_cursor *cursor, const struct segment *segment)
{
    fox_cursor_seek(cursor, segment->payload.offset + segment->payload.size);
}

/* The name of a coding process that decoders do not have; NULL for the three that they have. */
static const char *foreign_process(uint8_t marker)
{
    switch (marker) {
    case 0xc3:
        return "a lossless JPEG";
    case 0xc5:
    case 0xc6:
    case 0xc7:
    case 0xcd:
    case 0xce:
    case 0xcf:
        return "a hierarchical JPEG";
    case 0xc9:
    case 0xca:
        return "an arithmetic coded JPEG";
    case 0xcb:
        return "a lossless, arithmetic coded JPEG";
    case SOF55:
        return "a JPEG-LS picture";
    default:
        return NULL;
    }
}

static bool is_frame(uint8_t marker)
{
    return (marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC) ||
           marker == SOF55;
}

static pxf_status check_frame(const struct fox_sniff *sniff, uint8_t marker, pxf_error *err)
{
    const char *process = foreign_process(marker);

    if (process) {
        return fox_sniff_unsupported(err, "%s is not supported", process);
    }
    if (sniff->bit_depth != 8) {
        return fox_sniff_unsupported(err, "a JPEG of %u bits is not supported", sniff->bit_depth);
    }
    if (sniff->channel_count != 1 && sniff->channel_count != 3 && sniff->channel_count != 4) {
        return fox_sniff_unsupported(err, "a JPEG of %u components is not supported",
                                     sniff->channel_count);
    }
    if (sniff->width_px == 0) {
        return fox_sniff_corrupt(err, "a JPEG says that it is 0 pixels wide");
    }
    if (sniff->height_px == 0) {
        return fox_sniff_unsupported(err, "a JPEG that tells its height at the end (DNL) is not "
                                          "supported");
    }
    return PXF_OK;
}

static pxf_status read_frame(struct fox_cursor *cursor, uint8_t marker, struct fox_sniff *sniff,
                             struct colours *colours, pxf_error *err)
{
    if (sniff->width_px > 0) {
        return fox_sniff_corrupt(err, "a JPEG has two frame headers");
    }
    sniff->bit_depth = fox_cursor_get_u8(cursor);
    sniff->height_px = fox_cursor_get_u16(cursor);
    sniff->width_px = fox_cursor_get_u16(cursor);
    sniff->channel_count = fox_cursor_get_u8(cursor);
    for (unsigned i = 0; i < 3 && i < sniff->channel_count; i++) {
        colours->ids[i] = fox_cursor_get_u8(cursor);
        fox_cursor_skip(cursor, 2);
    }
    TRY(fox_cursor_check(cursor, "JPEG frame header", err));
    return check_frame(sniff, marker, err);
}

/* Notes what the application segments say. */
static void read_application(struct fox_cursor *cursor, const struct segment *segment,
                             struct fox_header *header, struct colours *colours)
{
    const struct fox_extent payload = segment->payload;

    if (segment->marker == APP0 && payload.size >= 5) {
        colours->has_jfif = colours->has_jfif || fox_cursor_get_is(cursor, "JFIF", 5);
    } else if (segment->marker == APP1 && payload.size > 6 && header->exif.size == 0) {
        if (fox_cursor_get_is(cursor, "Exif", 5)) {
            header->exif = (struct fox_extent){payload.offset + 6, payload.size - 6};
        }
    } else if (segment->marker == APP2 && payload.size >= ICC_HEAD_BYTES + ICC_PROFILE_BYTES) {
        header->sniff.has_profile =
            header->sniff.has_profile || fox_cursor_get_is(cursor, "ICC_PROFILE", 12);
    } else if (segment->marker == APP14 && payload.size >= 12) {
        if (fox_cursor_get_is(cursor, "Adobe", 5)) {
            fox_cursor_skip(cursor, 6);
            colours->adobe_transform = fox_cursor_get_u8(cursor);
            colours->has_adobe = true;
        }
    }
}

static bool is_stored_as_rgb(const struct colours *colours)
{
    if (colours->has_jfif) {
        return false;
    }
    if (colours->has_adobe) {
        return colours->adobe_transform == 0;
    }
    return memcmp(colours->ids, "RGB", 3) == 0;
}

static pxf_status read_segment(struct fox_cursor *cursor, const struct segment *segment,
                               struct fox_header *header, struct colours *colours, pxf_error *err)
{
    if (is_frame(segment->marker)) {
        return read_frame(cursor, segment->marker, &header->sniff, colours, err);
    }
    if (segment->marker >= APP0 && segment->marker <= APP15) {
        read_application(cursor, segment, header, colours);
    }
    return PXF_OK;
}

static pxf_status jpeg_read(struct fox_cursor *cursor, struct fox_header *header, pxf_error *err)
{
    struct fox_sniff *sniff = &header->sniff;
    struct colours colours = {0};
    struct segment segment = {0};

    fox_cursor_skip(cursor, 2);
    for (int i = 0; i < SEGMENT_LIMIT && next_segment(cursor, &segment); i++) {
        if (segment.marker == SOS || segment.marker == EOI) {
            break;
        }
        TRY(read_segment(cursor, &segment, header, &colours, err));
        leave_segment(cursor, &segment);
    }
    TRY(fox_cursor_check(cursor, "JPEG header", err));
    if (sniff->width_px == 0 || segment.marker != SOS) {
        return fox_sniff_corrupt(err, "a JPEG has no frame header or no scan");
    }
    sniff->is_cmyk = sniff->channel_count == 4;
    sniff->is_rgb_jpeg = sniff->channel_count == 3 && is_stored_as_rgb(&colours);
    return PXF_OK;
}

/* Each 8 × 8 block of the finest component takes at least one bit of entropy data, so a file of a
 * thousand bytes that claims gigapixels holds next to nothing of them. */
static pxf_status check_density(const struct fox_sniff *sniff, uint64_t entropy_bytes,
                                pxf_error *err)
{
    const uint64_t blocks =
        (sniff->width_px + UINT64_C(7)) / 8 * ((sniff->height_px + UINT64_C(7)) / 8);

    if (entropy_bytes < blocks / 8) {
        return fox_sniff_corrupt(err,
                                 "truncated: a JPEG's %llu bytes of data cannot hold %u x %u "
                                 "pixels",
                                 (unsigned long long)entropy_bytes, sniff->width_px,
                                 sniff->height_px);
    }
    return PXF_OK;
}

static pxf_status jpeg_check_end(struct fox_cursor *cursor, const struct fox_sniff *sniff,
                                 pxf_error *err)
{
    struct segment segment = {0};
    uint64_t entropy_bytes = 0, begin = 0; /* begin: of the scan that the cursor is in, or 0 */

    fox_cursor_skip(cursor, 2);
    while (next_segment(cursor, &segment) && segment.marker != EOI) {
        if (segment.marker >= RST0 && segment.marker <= RST7) {
            continue;
        }
        entropy_bytes += begin > 0 ? segment.payload.offset - begin : 0;
        leave_segment(cursor, &segment);
        TRY(fox_cursor_check(cursor, "JPEG segments", err));
        begin = segment.marker == SOS ? cursor->offset : 0;
    }
    TRY(fox_cursor_check_reader(cursor, err));
    if (begin == 0) {
        return fox_sniff_corrupt(err, "truncated: a JPEG ends outside of a scan");
    }
    return check_density(sniff, entropy_bytes + cursor->offset - begin, err);
}

/* JFIF without its thumbnail, a colour profile, Adobe's transform; everything else tells of the
 * picture or its making. */
static bool is_harmless(struct fox_cursor *cursor, const struct segment *segment)
{
    const uint64_t size = segment->payload.size;

    if (segment->marker == APP0) {
        return size == 14 && fox_cursor_get_is(cursor, "JFIF", 5);
    }
    if (segment->marker == APP2) {
        return size >= ICC_HEAD_BYTES && fox_cursor_get_is(cursor, "ICC_PROFILE", 12);
    }
    if (segment->marker == APP14) {
        return size == 12 && fox_cursor_get_is(cursor, "Adobe", 5);
    }
    return segment->marker != COM && (segment->marker < APP0 || segment->marker > APP15);
}

static pxf_status jpeg_has_metadata(struct fox_cursor *cursor, bool *ret_has, pxf_error *err)
{
    struct segment segment = {0};
    bool is_clean = true;

    fox_cursor_skip(cursor, 2);
    while (next_segment(cursor, &segment) && segment.marker != EOI) {
        is_clean = is_clean && is_harmless(cursor, &segment);
        leave_segment(cursor, &segment);
        TRY(fox_cursor_check(cursor, "JPEG segments", err));
    }
    TRY(fox_cursor_check(cursor, "JPEG data", err));
    *ret_has = !is_clean || fox_cursor_left(cursor) > 0;
    return PXF_OK;
}

/* Extended XMP comes in pieces that cannot be read alone. */
static bool is_packet(struct fox_cursor *cursor, const struct segment *segment,
                      struct fox_packet *packet)
{
    static const char xmp[] = "http://ns.adobe.com/xap/1.0/";
    static const char extended[] = "http://ns.adobe.com/xmp/extension/";
    const struct {
        const char *id;
        size_t size, skip;
        enum fox_packet_kind kind;
    } rows[] = {
        {"Exif", 5, 0, FOX_PACKET_EXIF},
        {xmp, sizeof xmp, sizeof xmp, FOX_PACKET_XMP},
        {extended, sizeof extended, 0, FOX_PACKET_SEALED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fox_cursor_seek(cursor, segment->payload.offset);
        if (segment->payload.size > rows[i].size &&
            fox_cursor_get_is(cursor, rows[i].id, rows[i].size)) {
            packet->kind = rows[i].kind;
            packet->extent.offset = segment->payload.offset + rows[i].skip;
            packet->extent.size = segment->payload.size - rows[i].skip;
            return true;
        }
    }
    return false;
}

/* To the file's end: more pictures may stand behind the first. */
static pxf_status jpeg_find_packets(struct fox_cursor *cursor, fox_packet_fn fn, void *ctx,
                                    pxf_error *err)
{
    struct segment segment;

    while (next_segment(cursor, &segment)) {
        struct fox_packet packet = {0};

        if (segment.marker == APP1 && is_packet(cursor, &segment, &packet)) {
            TRY(fn(ctx, &packet, err));
        }
        cursor->is_short = false;
        leave_segment(cursor, &segment);
    }
    return PXF_OK;
}

const struct fox_sniffer fox_jpeg_sniffer = {
    .name = "JPEG",
    .read = jpeg_read,
    .check_end = jpeg_check_end,
    .has_metadata = jpeg_has_metadata,
    .find_packets = jpeg_find_packets,
};
