/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "sniff/box.h"
#include "sniff/sniffer.h"

/* AVIF and HEIC: files of boxes in which a still picture is an item with properties. The picture
 * itself, its tiles, its alpha plane and its EXIF are items. */

enum { ICC_PROFILE_BYTES = 128, URN_BYTES = 64 };

/* What the properties of a file say, those of its primary item in their order. */
struct properties {
    struct fox_meta_properties wanted;
    struct fox_box primary[FOX_META_PROPERTY_LIMIT];
    bool has_av1, has_hevc, has_alpha, has_profile;
    uint32_t bit_depth; /* the deepest coded item's */
};

static bool is_any(const char *type, const char types[][5], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(type, types[i], 4) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_alpha(struct fox_cursor *cursor, const struct fox_box *aux)
{
    static const char *const urns[] = {"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
                                       "urn:mpeg:hevc:2015:auxid:1"};
    char urn[URN_BYTES] = {0};
    const uint64_t left = aux->payload.size > 4 ? aux->payload.size - 4 : 0;

    fox_cursor_seek(cursor, aux->payload.offset + (aux->payload.size - left));
    (void)fox_cursor_get(cursor, urn, left < sizeof urn - 1 ? (size_t)left : sizeof urn - 1);
    return strcmp(urn, urns[0]) == 0 || strcmp(urn, urns[1]) == 0;
}

static uint32_t av1_depth(struct fox_cursor *cursor, const struct fox_box *config)
{
    uint8_t flags;

    fox_cursor_seek(cursor, config->payload.offset + 2);
    flags = fox_cursor_get_u8(cursor);
    if ((flags & 0x40) == 0) {
        return 8;
    }
    return (flags & 0x20) != 0 ? 12 : 10;
}

static uint32_t hevc_depth(struct fox_cursor *cursor, const struct fox_box *config)
{
    fox_cursor_seek(cursor, config->payload.offset + 17);
    return 8U + (fox_cursor_get_u8(cursor) & 7U);
}

/* "pixi" is not asked: there are writers that count one channel for colours, too. */
static bool is_gray(struct fox_cursor *cursor, const struct fox_box *box)
{
    if (fox_box_is(box, "av1C")) {
        fox_cursor_seek(cursor, box->payload.offset + 2);
        return (fox_cursor_get_u8(cursor) & 0x10) != 0;
    }
    if (fox_box_is(box, "hvcC")) {
        fox_cursor_seek(cursor, box->payload.offset + 16);
        return (fox_cursor_get_u8(cursor) & 3) == 0;
    }
    return false;
}

static bool is_profile(struct fox_cursor *cursor, const struct fox_box *colr)
{
    static const char types[][5] = {"prof", "rICC"};
    char type[4] = {0};

    fox_cursor_seek(cursor, colr->payload.offset);
    (void)fox_cursor_get(cursor, type, sizeof type);
    return colr->payload.size >= 4 + ICC_PROFILE_BYTES && is_any(type, types, 2);
}

static void read_property(struct fox_cursor *cursor, const struct fox_box *box,
                          struct properties *properties)
{
    uint32_t depth = 0;

    if (fox_box_is(box, "av1C")) {
        properties->has_av1 = true;
        depth = av1_depth(cursor, box);
    } else if (fox_box_is(box, "hvcC")) {
        properties->has_hevc = true;
        depth = hevc_depth(cursor, box);
    } else if (fox_box_is(box, "auxC")) {
        properties->has_alpha = properties->has_alpha || is_alpha(cursor, box);
    } else if (fox_box_is(box, "colr")) {
        properties->has_profile = properties->has_profile || is_profile(cursor, box);
    }
    if (depth > properties->bit_depth) {
        properties->bit_depth = depth;
    }
}

static void read_properties(struct fox_cursor *cursor, const struct fox_meta *meta,
                            struct properties *properties)
{
    struct fox_box_walk walk = fox_box_inside(&meta->ipco, 0);
    struct fox_box box;

    fox_meta_get_properties(cursor, meta, fox_meta_get_primary(cursor, meta), &properties->wanted);
    for (uint16_t index = 1; fox_box_next(cursor, &walk, &box); index++) {
        read_property(cursor, &box, properties);
        for (unsigned i = 0; i < properties->wanted.count; i++) {
            if (properties->wanted.indexes[i] == index) {
                properties->primary[i] = box;
            }
        }
    }
}

/* A clean aperture is a cut of width and height, each a fraction. */
static void clip(struct fox_cursor *cursor, const struct fox_box *clap, struct fox_sniff *sniff)
{
    uint32_t numbers[4];

    fox_cursor_seek(cursor, clap->payload.offset);
    for (int i = 0; i < 4; i++) {
        numbers[i] = fox_cursor_get_u32(cursor);
    }
    if (numbers[1] == 0 || numbers[3] == 0) {
        return;
    }
    numbers[0] /= numbers[1];
    numbers[2] /= numbers[3];
    if (numbers[0] > 0 && numbers[0] < sniff->width_px) {
        sniff->width_px = numbers[0];
    }
    if (numbers[2] > 0 && numbers[2] < sniff->height_px) {
        sniff->height_px = numbers[2];
    }
}

static void turn(struct fox_cursor *cursor, const struct fox_box *irot, struct fox_sniff *sniff)
{
    fox_cursor_seek(cursor, irot->payload.offset);
    if (fox_cursor_get_u8(cursor) & 1) {
        const uint32_t width_px = sniff->width_px;

        sniff->width_px = sniff->height_px;
        sniff->height_px = width_px;
    }
}

static pxf_status read_primary(struct fox_cursor *cursor, const struct properties *properties,
                               struct fox_sniff *sniff, pxf_error *err)
{
    bool gray = false;

    for (unsigned i = 0; i < properties->wanted.count; i++) {
        const struct fox_box *box = &properties->primary[i];

        if (fox_box_is(box, "ispe")) {
            fox_cursor_seek(cursor, box->payload.offset + 4);
            sniff->width_px = fox_cursor_get_u32(cursor);
            sniff->height_px = fox_cursor_get_u32(cursor);
        } else if (fox_box_is(box, "clap")) {
            clip(cursor, box, sniff);
        } else if (fox_box_is(box, "irot")) {
            turn(cursor, box, sniff);
        } else {
            gray = gray || is_gray(cursor, box);
        }
    }
    TRY(fox_cursor_check(cursor, "HEIF properties", err));
    if (sniff->width_px == 0 || sniff->height_px == 0) {
        return fox_sniff_corrupt(err, "a HEIF file does not say its primary picture's size");
    }
    sniff->channel_count = (gray ? 1U : 3U) + (properties->has_alpha ? 1U : 0U);
    return PXF_OK;
}

/* The payload begins with the number of bytes before the TIFF structure. */
static void find_exif(struct fox_cursor *cursor, const struct fox_meta *meta,
                      struct fox_extent *exif)
{
    struct fox_box_walk infos = fox_item_info_walk(cursor, meta);
    struct fox_item_info info;
    struct fox_item_walk walk;
    struct fox_item_extent place;
    uint64_t skip;

    while (fox_item_info_next(cursor, &infos, &info) && memcmp(info.type, "Exif", 4) != 0) {
    }
    if (memcmp(info.type, "Exif", 4) != 0 || !fox_item_walk_start(cursor, meta, &walk)) {
        return;
    }
    while (fox_item_extent_next(cursor, meta, &walk, &place)) {
        if (place.item == info.item && place.is_inside && place.extent.size > 4) {
            fox_cursor_seek(cursor, place.extent.offset);
            skip = UINT64_C(4) + fox_cursor_get_u32(cursor);
            exif->offset = place.extent.offset + (skip < place.extent.size ? skip : 4);
            exif->size = place.extent.offset + place.extent.size - exif->offset;
            return;
        }
    }
}

static pxf_status decide_format(const struct properties *properties, struct fox_sniff *sniff,
                                pxf_error *err)
{
    if (properties->has_av1 && !properties->has_hevc) {
        sniff->format = PXF_FORMAT_AVIF;
    } else if (properties->has_hevc && !properties->has_av1) {
        sniff->format = PXF_FORMAT_HEIC;
    } else if (!properties->has_av1) {
        return fox_sniff_unsupported(err, "a HEIF file whose picture is neither HEVC nor AV1 is "
                                          "not supported");
    }
    return PXF_OK;
}

static pxf_status isom_read(struct fox_cursor *cursor, struct fox_header *header, pxf_error *err)
{
    struct fox_sniff *sniff = &header->sniff;
    struct properties properties = {0};
    struct fox_meta meta;

    if (!fox_meta_find(cursor, &meta)) {
        TRY(fox_cursor_check(cursor, "HEIF boxes", err));
        return fox_sniff_unsupported(err, "a HEIF file without a still picture is not supported");
    }
    if (meta.meta.is_cut) {
        return fox_sniff_corrupt(err, "truncated: the file ends inside its HEIF header");
    }
    read_properties(cursor, &meta, &properties);
    TRY(fox_cursor_check(cursor, "HEIF properties", err));
    TRY(decide_format(&properties, sniff, err));
    TRY(read_primary(cursor, &properties, sniff, err));
    sniff->bit_depth = properties.bit_depth;
    sniff->has_alpha = properties.has_alpha;
    sniff->has_profile = properties.has_profile;
    find_exif(cursor, &meta, &header->exif);
    return fox_cursor_check_reader(cursor, err);
}

/* The boxes up to the file's end; what makers append behind them that is no box does not count. */
static pxf_status check_boxes(struct fox_cursor *cursor, pxf_error *err)
{
    struct fox_box_walk walk = {.end = cursor->end};
    struct fox_box box;

    while (fox_box_next(cursor, &walk, &box)) {
        if (box.is_cut) {
            return fox_sniff_corrupt(err, "truncated: the file ends inside its box '%.4s'",
                                     box.type);
        }
    }
    return fox_cursor_check_reader(cursor, err);
}

static pxf_status isom_check_end(struct fox_cursor *cursor, const struct fox_sniff *sniff,
                                 pxf_error *err)
{
    struct fox_meta meta;
    struct fox_item_walk walk;
    struct fox_item_extent place;

    (void)sniff;
    TRY(check_boxes(cursor, err));
    cursor->is_short = false;
    if (!fox_meta_find(cursor, &meta) || !fox_item_walk_start(cursor, &meta, &walk)) {
        TRY(fox_cursor_check_reader(cursor, err));
        return fox_sniff_corrupt(err, "truncated: a HEIF file does not say where its picture is");
    }
    while (fox_item_extent_next(cursor, &meta, &walk, &place)) {
        if (!place.is_inside) {
            return fox_sniff_corrupt(err, "truncated: item %u of a HEIF file lies past its end",
                                     place.item);
        }
    }
    return fox_cursor_check(cursor, "HEIF item places", err);
}

/* Tells whether all boxes of a walk are of the given types. */
static bool only_has(struct fox_cursor *cursor, struct fox_box_walk walk, const char types[][5],
                     size_t count)
{
    struct fox_box box;

    while (fox_box_next(cursor, &walk, &box)) {
        if (!is_any(box.type, types, count)) {
            return false;
        }
    }
    return walk.offset == walk.end;
}

static bool boxes_are_harmless(struct fox_cursor *cursor, const struct fox_meta *meta)
{
    static const char file[][5] = {"ftyp", "meta", "mdat"};
    static const char header[][5] = {"hdlr", "pitm", "iloc", "iinf", "iprp",
                                     "iref", "idat", "dinf", "grpl"};
    static const char property[][5] = {"ispe", "pixi", "av1C", "hvcC", "colr", "auxC",
                                       "irot", "imir", "clap", "pasp", "clli", "mdcv",
                                       "cclv", "amve", "a1op", "a1lx", "lsel"};
    const struct fox_box_walk walk = {.end = cursor->end};

    return only_has(cursor, walk, file, sizeof file / sizeof file[0]) &&
           only_has(cursor, fox_box_inside(&meta->meta, 4), header,
                    sizeof header / sizeof header[0]) &&
           only_has(cursor, fox_box_inside(&meta->ipco, 0), property,
                    sizeof property / sizeof property[0]);
}

static bool items_are_harmless(struct fox_cursor *cursor, const struct fox_meta *meta)
{
    static const char types[][5] = {"av01", "hvc1", "grid", "iden", "iovl"};
    struct fox_box_walk walk = fox_item_info_walk(cursor, meta);
    struct fox_item_info info;

    while (fox_item_info_next(cursor, &walk, &info)) {
        if (!is_any(info.type, types, sizeof types / sizeof types[0])) {
            return false;
        }
    }
    return walk.offset == walk.end;
}

static bool has_thumbnail(struct fox_cursor *cursor, const struct fox_meta *meta)
{
    struct fox_box_walk walk = fox_box_inside(&meta->meta, 4);
    struct fox_box box = {0};

    while (fox_box_next(cursor, &walk, &box) && !fox_box_is(&box, "iref")) {
    }
    if (!fox_box_is(&box, "iref")) {
        return false;
    }
    walk = fox_box_inside(&box, 4);
    while (fox_box_next(cursor, &walk, &box)) {
        if (fox_box_is(&box, "thmb") || fox_box_is(&box, "cdsc")) {
            return true;
        }
    }
    return false;
}

static pxf_status isom_has_metadata(struct fox_cursor *cursor, bool *ret_has, pxf_error *err)
{
    struct fox_meta meta;
    bool is_clean;

    TRY(check_boxes(cursor, err));
    if (!fox_meta_find(cursor, &meta)) {
        TRY(fox_cursor_check(cursor, "HEIF boxes", err));
        return fox_sniff_corrupt(err, "a HEIF file has no header");
    }
    is_clean = boxes_are_harmless(cursor, &meta) && items_are_harmless(cursor, &meta) &&
               !has_thumbnail(cursor, &meta);
    TRY(fox_cursor_check(cursor, "HEIF boxes", err));
    *ret_has = !is_clean;
    return PXF_OK;
}

/* The kind of packet that an item is; 0 for the others. Items of "mime" are XMP where they are
 * anything of ours. */
static int packet_kind(struct fox_cursor *cursor, const struct fox_meta *meta, uint32_t item)
{
    struct fox_box_walk infos = fox_item_info_walk(cursor, meta);
    struct fox_item_info info;

    while (fox_item_info_next(cursor, &infos, &info)) {
        if (info.item == item) {
            return memcmp(info.type, "Exif", 4) == 0   ? FOX_PACKET_EXIF
                   : memcmp(info.type, "mime", 4) == 0 ? FOX_PACKET_XMP
                                                       : 0;
        }
    }
    return 0;
}

/* EXIF begins with the number of bytes before its TIFF structure. */
static void skip_to_tiff(struct fox_cursor *cursor, struct fox_extent *extent)
{
    uint64_t skip;

    fox_cursor_seek(cursor, extent->offset);
    skip = UINT64_C(4) + fox_cursor_get_u32(cursor);
    skip = skip < extent->size ? skip : 4;
    extent->offset += skip;
    extent->size -= skip;
}

static pxf_status isom_find_packets(struct fox_cursor *cursor, fox_packet_fn fn, void *ctx,
                                    pxf_error *err)
{
    struct fox_meta meta;
    struct fox_item_walk walk;
    struct fox_item_extent place;

    if (!fox_meta_find(cursor, &meta) || !fox_item_walk_start(cursor, &meta, &walk)) {
        return PXF_OK;
    }
    while (fox_item_extent_next(cursor, &meta, &walk, &place)) {
        const int kind = packet_kind(cursor, &meta, place.item);
        struct fox_packet packet = {.kind = (enum fox_packet_kind)kind, .extent = place.extent};

        if (kind == 0 || !place.is_inside || place.extent.size <= 4) {
            continue;
        }
        if (kind == FOX_PACKET_EXIF) {
            skip_to_tiff(cursor, &packet.extent);
        }
        TRY(fn(ctx, &packet, err));
    }
    return PXF_OK;
}

const struct fox_sniffer fox_isom_sniffer = {
    .name = "HEIF",
    .read = isom_read,
    .check_end = isom_check_end,
    .has_metadata = isom_has_metadata,
    .find_packets = isom_find_packets,
};
