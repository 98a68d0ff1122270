/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/box.h"

#include <string.h>

enum { HEAD_BYTES = 8, SIZE_IS_REST = 0, SIZE_IS_WIDE = 1 };

bool fox_box_is(const struct fox_box *box, const char *type)
{
    return memcmp(box->type, type, sizeof box->type) == 0;
}

bool fox_box_next(struct fox_cursor *cursor, struct fox_box_walk *walk, struct fox_box *ret_box)
{
    const uint64_t begin = walk->offset;
    struct fox_box box;
    uint64_t size;

    if (walk->end < begin || walk->end - begin < HEAD_BYTES || ++walk->count > FOX_BOX_LIMIT) {
        return false;
    }
    fox_cursor_seek(cursor, begin);
    size = fox_cursor_get_u32(cursor);
    (void)fox_cursor_get(cursor, box.type, sizeof box.type);
    if (size == SIZE_IS_WIDE) {
        size = fox_cursor_get_number(cursor, 8);
    } else if (size == SIZE_IS_REST) {
        size = walk->end - begin;
    }
    box.payload.offset = cursor->offset;
    if (size < box.payload.offset - begin || !fox_cursor_is_good(cursor)) {
        return false;
    }
    box.is_cut = size > walk->end - begin;
    walk->offset = box.is_cut ? walk->end : begin + size;
    box.payload.size = walk->offset > box.payload.offset ? walk->offset - box.payload.offset : 0;
    *ret_box = box;
    return true;
}

struct fox_box_walk fox_box_inside(const struct fox_box *box, uint64_t skip)
{
    const uint64_t end = box->payload.offset + box->payload.size;

    return (struct fox_box_walk){.offset = box->payload.offset + skip, .end = end};
}

uint8_t fox_box_get_version(struct fox_cursor *cursor, const struct fox_box *box,
                            uint32_t *ret_flags)
{
    uint8_t version;

    fox_cursor_seek(cursor, box->payload.offset);
    version = fox_cursor_get_u8(cursor);
    *ret_flags = (uint32_t)fox_cursor_get_number(cursor, 3);
    return version;
}

/* Keeps the first box of each type. */
static void keep(const struct fox_box *box, struct fox_meta *meta)
{
    struct fox_box *const places[] = {&meta->pitm, &meta->iinf, &meta->iloc, &meta->iprp,
                                      &meta->idat};
    static const char *const types[] = {"pitm", "iinf", "iloc", "iprp", "idat"};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (fox_box_is(box, types[i]) && places[i]->payload.offset == 0) {
            *places[i] = *box;
        }
    }
}

bool fox_meta_find(struct fox_cursor *cursor, struct fox_meta *ret_meta)
{
    struct fox_box_walk walk = {.end = cursor->end};
    struct fox_meta meta = {0};
    struct fox_box box;

    while (fox_box_next(cursor, &walk, &meta.meta) && !fox_box_is(&meta.meta, "meta")) {
    }
    if (!fox_box_is(&meta.meta, "meta")) {
        return false;
    }
    walk = fox_box_inside(&meta.meta, 4);
    while (fox_box_next(cursor, &walk, &box)) {
        keep(&box, &meta);
    }
    walk = fox_box_inside(&meta.iprp, 0);
    while (fox_box_next(cursor, &walk, &box)) {
        if (fox_box_is(&box, "ipco")) {
            meta.ipco = box;
        }
    }
    *ret_meta = meta;
    return true;
}

uint32_t fox_meta_get_primary(struct fox_cursor *cursor, const struct fox_meta *meta)
{
    uint32_t flags;
    const uint8_t version = fox_box_get_version(cursor, &meta->pitm, &flags);

    if (meta->pitm.payload.offset == 0) {
        return 0;
    }
    return version == 0 ? fox_cursor_get_u16(cursor) : fox_cursor_get_u32(cursor);
}
