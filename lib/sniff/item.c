/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/box.h"

#include <string.h>

enum { WIDE_INDEX = 1 }; /* flag of "ipma": indexes of 15 bits, not 7 */

/* Reads one entry's property indexes; those of another item are passed over. */
static void read_association(struct fox_cursor *cursor, unsigned index_bytes,
                             struct fox_meta_properties *properties)
{
    const unsigned count = fox_cursor_get_u8(cursor);
    const uint64_t mask = index_bytes == 2 ? 0x7fff : 0x7f;

    for (unsigned i = 0; i < count; i++) {
        const uint16_t index = (uint16_t)(fox_cursor_get_number(cursor, index_bytes) & mask);

        if (properties && index > 0 && properties->count < FOX_META_PROPERTY_LIMIT) {
            properties->indexes[properties->count++] = index;
        }
    }
}

static void read_ipma(struct fox_cursor *cursor, const struct fox_box *ipma, uint32_t item,
                      struct fox_meta_properties *properties)
{
    uint32_t flags;
    const uint8_t version = fox_box_get_version(cursor, ipma, &flags);
    const uint64_t end = ipma->payload.offset + ipma->payload.size;
    const unsigned index_bytes = flags & WIDE_INDEX ? 2 : 1;
    uint32_t left = fox_cursor_get_u32(cursor);

    while (left-- > 0 && cursor->offset < end && fox_cursor_is_good(cursor)) {
        const uint64_t id = fox_cursor_get_number(cursor, version == 0 ? 2 : 4);

        read_association(cursor, index_bytes, id == item ? properties : NULL);
    }
}

void fox_meta_get_properties(struct fox_cursor *cursor, const struct fox_meta *meta, uint32_t item,
                             struct fox_meta_properties *ret_properties)
{
    struct fox_box_walk walk = fox_box_inside(&meta->iprp, 0);
    struct fox_box box;

    ret_properties->count = 0;
    while (fox_box_next(cursor, &walk, &box)) {
        if (fox_box_is(&box, "ipma")) {
            read_ipma(cursor, &box, item, ret_properties);
        }
    }
}

struct fox_box_walk fox_item_info_walk(struct fox_cursor *cursor, const struct fox_meta *meta)
{
    uint32_t flags;
    const uint8_t version = fox_box_get_version(cursor, &meta->iinf, &flags);

    return fox_box_inside(&meta->iinf, version == 0 ? 6 : 8);
}

bool fox_item_info_next(struct fox_cursor *cursor, struct fox_box_walk *walk,
                        struct fox_item_info *ret_info)
{
    struct fox_box box;
    uint32_t flags;
    uint8_t version;

    memset(ret_info, 0, sizeof *ret_info);
    if (!fox_box_next(cursor, walk, &box)) {
        return false;
    }
    version = fox_box_get_version(cursor, &box, &flags);
    ret_info->item = (uint32_t)fox_cursor_get_number(cursor, version == 3 ? 4 : 2);
    if (version >= 2) {
        fox_cursor_skip(cursor, 2);
        (void)fox_cursor_get(cursor, ret_info->type, sizeof ret_info->type);
    }
    return fox_cursor_is_good(cursor);
}

static bool is_size(unsigned size)
{
    return size == 0 || size == 4 || size == 8;
}

bool fox_item_walk_start(struct fox_cursor *cursor, const struct fox_meta *meta,
                         struct fox_item_walk *ret_walk)
{
    struct fox_item_walk walk = {0};
    uint32_t flags, sizes;

    walk.version = fox_box_get_version(cursor, &meta->iloc, &flags);
    sizes = fox_cursor_get_u16(cursor);
    walk.offset_size = sizes >> 12 & 0xf;
    walk.length_size = sizes >> 8 & 0xf;
    walk.base_size = sizes >> 4 & 0xf;
    walk.index_size = walk.version == 1 || walk.version == 2 ? sizes & 0xf : 0;
    walk.items_left = (uint32_t)fox_cursor_get_number(cursor, walk.version < 2 ? 2 : 4);
    walk.offset = cursor->offset;
    *ret_walk = walk;
    return fox_cursor_is_good(cursor) && meta->iloc.payload.offset > 0 && walk.version <= 2 &&
           is_size(walk.offset_size) && is_size(walk.length_size) && is_size(walk.base_size) &&
           is_size(walk.index_size);
}

/* Reads what stands before an item's extents. */
static void next_item(struct fox_cursor *cursor, struct fox_item_walk *walk)
{
    walk->items_left--;
    walk->item = (uint32_t)fox_cursor_get_number(cursor, walk->version < 2 ? 2 : 4);
    walk->method = walk->version > 0 ? fox_cursor_get_u16(cursor) & 0xf : 0;
    fox_cursor_skip(cursor, 2);
    walk->base = fox_cursor_get_number(cursor, walk->base_size);
    walk->extents_left = fox_cursor_get_u16(cursor);
    /* Extents that take no bytes are all the same one. */
    if (walk->offset_size + walk->length_size + walk->index_size == 0 && walk->extents_left > 1) {
        walk->extents_left = 1;
    }
}

/* Where an extent lies in the file. A length of 0 is the whole of what it lies in. */
static void place(const struct fox_cursor *cursor, const struct fox_meta *meta,
                  const struct fox_item_walk *walk, struct fox_item_extent *extent)
{
    const struct fox_extent file = {0, cursor->end};
    const struct fox_extent whole = walk->method == 1 ? meta->idat.payload : file;
    struct fox_extent *at = &extent->extent;

    extent->is_inside = at->offset <= UINT64_MAX - walk->base;
    at->offset = extent->is_inside ? at->offset + walk->base : 0;
    if (at->size == 0 && at->offset <= whole.size) {
        at->size = whole.size - at->offset;
    }
    extent->is_inside = extent->is_inside && fox_extent_is_inside(*at, whole.size);
    at->offset = extent->is_inside ? at->offset + whole.offset : 0;
}

bool fox_item_extent_next(struct fox_cursor *cursor, const struct fox_meta *meta,
                          struct fox_item_walk *walk, struct fox_item_extent *ret_extent)
{
    const uint64_t end = meta->iloc.payload.offset + meta->iloc.payload.size;

    fox_cursor_seek(cursor, walk->offset);
    while (walk->extents_left == 0) {
        if (walk->items_left == 0 || cursor->offset >= end || !fox_cursor_is_good(cursor)) {
            return false;
        }
        next_item(cursor, walk);
    }
    walk->extents_left--;
    fox_cursor_skip(cursor, walk->index_size);
    ret_extent->item = walk->item;
    ret_extent->extent.offset = fox_cursor_get_number(cursor, walk->offset_size);
    ret_extent->extent.size = fox_cursor_get_number(cursor, walk->length_size);
    walk->offset = cursor->offset;
    if (!fox_cursor_is_good(cursor) || walk->offset > end) {
        return false;
    }
    if (walk->method > 1) {
        *ret_extent = (struct fox_item_extent){.item = walk->item, .is_inside = true};
    } else {
        place(cursor, meta, walk, ret_extent);
    }
    return true;
}
