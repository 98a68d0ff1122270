/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/tiff.h"

enum { HEAD_BYTES = 8, ENTRY_BYTES = 12, INLINE_BYTES = 4, CLASSIC = 42 };

static unsigned size_of_type(uint16_t type)
{
    static const unsigned char sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

    if (type == FOX_TIFF_UTF8) {
        return 1;
    }
    return type < sizeof sizes ? sizes[type] : 0;
}

bool fox_tiff_open(struct fox_tiff *tiff, const struct fox_reader *reader, struct fox_extent extent,
                   uint64_t *ret_directory)
{
    struct fox_cursor *cursor = &tiff->cursor;
    char order[2] = {0};

    fox_cursor_set_extent(cursor, reader, extent);
    if (fox_cursor_left(cursor) >= 6 && fox_cursor_get_is(cursor, "Exif\0\0", 6)) {
        extent.offset += 6;
    }
    fox_cursor_seek(cursor, extent.offset);
    tiff->base = cursor->offset;
    (void)fox_cursor_get(cursor, order, sizeof order);
    cursor->is_little = order[0] == 'I';
    if (order[0] != order[1] || (order[0] != 'I' && order[0] != 'M') ||
        fox_cursor_get_u16(cursor) != CLASSIC) {
        return false;
    }
    *ret_directory = tiff->base + fox_cursor_get_u32(cursor);
    return fox_cursor_is_good(cursor) && *ret_directory >= tiff->base + HEAD_BYTES;
}

/* Moves to the beginning of a directory and says how many entries it has. */
static unsigned enter(struct fox_tiff *tiff, uint64_t directory)
{
    tiff->cursor.is_short = false;
    fox_cursor_seek(&tiff->cursor, directory);
    return directory == 0 ? 0 : fox_cursor_get_u16(&tiff->cursor);
}

bool fox_tiff_find(struct fox_tiff *tiff, uint64_t directory, uint16_t tag,
                   struct fox_tiff_entry *ret_entry)
{
    struct fox_cursor *cursor = &tiff->cursor;
    const unsigned count = enter(tiff, directory);
    struct fox_tiff_entry entry;
    uint64_t bytes;

    for (unsigned i = 0; i < count && i < FOX_TIFF_ENTRY_LIMIT; i++) {
        const uint16_t found = fox_cursor_get_u16(cursor);

        entry.type = fox_cursor_get_u16(cursor);
        entry.count = fox_cursor_get_u32(cursor);
        entry.offset = cursor->offset;
        bytes = (uint64_t)size_of_type(entry.type) * entry.count;
        if (found != tag || bytes == 0) {
            fox_cursor_skip(cursor, INLINE_BYTES);
            continue;
        }
        if (bytes > INLINE_BYTES) {
            entry.offset = tiff->base + fox_cursor_get_u32(cursor);
        }
        *ret_entry = entry;
        return fox_cursor_is_good(cursor) &&
               fox_extent_is_inside((struct fox_extent){entry.offset, bytes}, cursor->end);
    }
    return false;
}

unsigned fox_tiff_entry_count(struct fox_tiff *tiff, uint64_t directory)
{
    const unsigned count = enter(tiff, directory);

    return !fox_cursor_is_good(&tiff->cursor) ? 0
           : count > FOX_TIFF_ENTRY_LIMIT     ? FOX_TIFF_ENTRY_LIMIT
                                              : count;
}

bool fox_tiff_entry_at(struct fox_tiff *tiff, uint64_t directory, unsigned index,
                       struct fox_tiff_entry *ret_entry, struct fox_extent *ret_value)
{
    struct fox_cursor *cursor = &tiff->cursor;
    struct fox_tiff_entry entry;
    uint64_t bytes;

    (void)enter(tiff, directory);
    fox_cursor_skip(cursor, (uint64_t)index * ENTRY_BYTES + 2);
    entry.type = fox_cursor_get_u16(cursor);
    entry.count = fox_cursor_get_u32(cursor);
    entry.offset = cursor->offset;
    bytes = (uint64_t)size_of_type(entry.type) * entry.count;
    if (bytes > INLINE_BYTES) {
        entry.offset = tiff->base + fox_cursor_get_u32(cursor);
    }
    *ret_entry = entry;
    *ret_value = (struct fox_extent){entry.offset, bytes};
    return fox_cursor_is_good(cursor) && fox_extent_is_inside(*ret_value, cursor->end);
}

uint64_t fox_tiff_next_directory(struct fox_tiff *tiff, uint64_t directory)
{
    const unsigned count = enter(tiff, directory);
    uint32_t next;

    fox_cursor_skip(&tiff->cursor, (uint64_t)count * ENTRY_BYTES);
    next = fox_cursor_get_u32(&tiff->cursor);
    return next == 0 || !fox_cursor_is_good(&tiff->cursor) ? 0 : tiff->base + next;
}

static bool is_whole_number(uint16_t type)
{
    return type == FOX_TIFF_BYTE || type == FOX_TIFF_SHORT || type == FOX_TIFF_LONG ||
           type == FOX_TIFF_DIRECTORY;
}

bool fox_tiff_get_number(struct fox_tiff *tiff, const struct fox_tiff_entry *entry, uint32_t index,
                         uint32_t *ret_number)
{
    const unsigned size = size_of_type(entry->type);

    if (index >= entry->count || !is_whole_number(entry->type)) {
        return false;
    }
    tiff->cursor.is_short = false;
    fox_cursor_seek(&tiff->cursor, entry->offset + (uint64_t)index * size);
    *ret_number = (uint32_t)fox_cursor_get_number(&tiff->cursor, size);
    return fox_cursor_is_good(&tiff->cursor);
}

uint32_t fox_tiff_number(struct fox_tiff *tiff, uint64_t directory, uint16_t tag, uint32_t absent)
{
    struct fox_tiff_entry entry;
    uint32_t number = absent;

    if (!fox_tiff_find(tiff, directory, tag, &entry) ||
        !fox_tiff_get_number(tiff, &entry, 0, &number)) {
        return absent;
    }
    return number;
}

uint64_t fox_tiff_sub_directory(struct fox_tiff *tiff, uint64_t directory, uint16_t tag)
{
    const uint32_t offset = fox_tiff_number(tiff, directory, tag, 0);

    return offset == 0 ? 0 : tiff->base + offset;
}
