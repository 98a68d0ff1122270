/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_BOX_H
#define FOX_SNIFF_BOX_H

#include "sniff/cursor.h"

/* The boxes of ISO media files (ISO/IEC 14496-12) and the items of HEIF's still pictures
 * (ISO/IEC 23008-12). */

struct fox_box {
    char type[4];
    struct fox_extent payload;
    bool is_cut; /* it says that it is longer than what it stands in */
};

/* No level of a file that is a picture has more. */
enum { FOX_BOX_LIMIT = 10000 };

/* A loop over the boxes between two places:
 *     struct fox_box_walk walk = {.offset = begin, .end = end};
 *     while (fox_box_next(cursor, &walk, &box)) …
 * The body may move the cursor. It ends at the end, at what is no box, and at the limit. */
struct fox_box_walk {
    uint64_t offset, end;
    int count;
};

/* Reads the walk's next box. */
bool fox_box_next(struct fox_cursor *cursor, struct fox_box_walk *walk, struct fox_box *ret_box);

/* Tells whether a box is of that type of four letters. */
bool fox_box_is(const struct fox_box *box, const char *type);

/* A walk over what is in a box, behind the first `skip` bytes of its payload. */
struct fox_box_walk fox_box_inside(const struct fox_box *box, uint64_t skip);

/* Reads a full box's version and flags at its payload's beginning. */
uint8_t fox_box_get_version(struct fox_cursor *cursor, const struct fox_box *box,
                            uint32_t *ret_flags);

/* The boxes of a file's "meta" that tell where its items are; a type of zeros if absent. */
struct fox_meta {
    struct fox_box meta, pitm, iinf, iloc, iprp, ipco, idat;
};

/* Finds them; false if the file has no "meta". */
bool fox_meta_find(struct fox_cursor *cursor, struct fox_meta *ret_meta);

/* The number of the primary item; 0 if there is none. */
uint32_t fox_meta_get_primary(struct fox_cursor *cursor, const struct fox_meta *meta);

/* Properties of one item, by their place in "ipco" counted from 1, in the order in which a reader
 * applies them. */
enum { FOX_META_PROPERTY_LIMIT = 32 };
struct fox_meta_properties {
    uint16_t indexes[FOX_META_PROPERTY_LIMIT];
    unsigned count;
};

/* Reads those of an item; more than there is room for are left out. */
void fox_meta_get_properties(struct fox_cursor *cursor, const struct fox_meta *meta, uint32_t item,
                             struct fox_meta_properties *ret_properties);

/* An entry of "iinf". */
struct fox_item_info {
    uint32_t item;
    char type[4]; /* "hvc1", "av01", "grid", "Exif", "mime" …; zeros in old versions */
};

/* A walk over the entries. */
struct fox_box_walk fox_item_info_walk(struct fox_cursor *cursor, const struct fox_meta *meta);

/* Reads the walk's next entry; an item type of zeros when there is none. */
bool fox_item_info_next(struct fox_cursor *cursor, struct fox_box_walk *walk,
                        struct fox_item_info *ret_info);

/* A walk over the extents of "iloc", those of all items. */
struct fox_item_walk {
    uint64_t offset; /* of the next entry in "iloc" */
    uint32_t items_left, extents_left;
    uint64_t base;
    uint8_t version, offset_size, length_size, base_size, index_size;
    uint32_t item;
    uint8_t method; /* 0: in the file, 1: in "idat", 2: in another item */
};
struct fox_item_extent {
    uint32_t item;
    struct fox_extent extent; /* in the file */
    bool is_inside;           /* of the file, or of "idat" */
};

/* Begins at the first; false if there is no "iloc" that can be read. */
bool fox_item_walk_start(struct fox_cursor *cursor, const struct fox_meta *meta,
                         struct fox_item_walk *ret_walk);

/* Reads the next extent. One that is built from another item counts as inside and empty. */
bool fox_item_extent_next(struct fox_cursor *cursor, const struct fox_meta *meta,
                          struct fox_item_walk *walk, struct fox_item_extent *ret_extent);

#endif
