/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/cursor.h"

#include <string.h>

void fox_cursor_set(struct fox_cursor *cursor, const struct fox_reader *reader)
{
    fox_cursor_set_extent(cursor, reader, (struct fox_extent){0, reader->size});
}

void fox_cursor_set_extent(struct fox_cursor *cursor, const struct fox_reader *reader,
                           struct fox_extent extent)
{
    cursor->reader = reader;
    cursor->offset = extent.offset < reader->size ? extent.offset : reader->size;
    cursor->end = reader->size;
    if (extent.size < cursor->end - cursor->offset) {
        cursor->end = cursor->offset + extent.size;
    }
    cursor->is_little = false;
    cursor->is_short = false;
    cursor->failure = (pxf_error){0};
    cursor->window_offset = 0;
    cursor->window_size = 0;
}

void fox_cursor_seek(struct fox_cursor *cursor, uint64_t offset)
{
    if (offset > cursor->end) {
        cursor->is_short = true;
        offset = cursor->end;
    }
    cursor->offset = offset;
}

void fox_cursor_skip(struct fox_cursor *cursor, uint64_t size)
{
    if (size > fox_cursor_left(cursor)) {
        cursor->is_short = true;
        cursor->offset = cursor->end;
        return;
    }
    cursor->offset += size;
}

/* A header is small and its parts lie apart; who goes on where the window ends will read on. */
static size_t wanted(const struct fox_cursor *cursor)
{
    const bool goes_on = cursor->offset == cursor->window_offset + cursor->window_size;
    const size_t size = goes_on ? 2 * cursor->window_size : FOX_CURSOR_FIRST_BYTES;

    if (size < FOX_CURSOR_FIRST_BYTES) {
        return FOX_CURSOR_FIRST_BYTES;
    }
    return size < sizeof cursor->window ? size : sizeof cursor->window;
}

/* Fills the window from the cursor's place on. */
static bool load(struct fox_cursor *cursor)
{
    size_t size = wanted(cursor);
    pxf_status status;

    cursor->window_size = 0;
    if (cursor->failure.status != PXF_OK) {
        return false;
    }
    if (size > fox_cursor_left(cursor)) {
        size = (size_t)fox_cursor_left(cursor);
    }
    status = fox_reader_read(cursor->reader, cursor->offset, cursor->window, size, &size,
                             &cursor->failure);
    if (status != PXF_OK) {
        cursor->failure.status = (int32_t)status;
        return false;
    }
    if (size == 0) {
        cursor->is_short = true;
        return false;
    }
    cursor->window_offset = cursor->offset;
    cursor->window_size = size;
    return true;
}

/* The bytes at the cursor's place, at least one; 0 at the end. */
static size_t peek(struct fox_cursor *cursor, const unsigned char **ret_bytes)
{
    if (cursor->offset < cursor->window_offset ||
        cursor->offset - cursor->window_offset >= cursor->window_size) {
        if (!load(cursor)) {
            return 0;
        }
    }
    *ret_bytes = cursor->window + (cursor->offset - cursor->window_offset);
    return cursor->window_size - (size_t)(cursor->offset - cursor->window_offset);
}

bool fox_cursor_get(struct fox_cursor *cursor, void *data, size_t size)
{
    unsigned char *to = data;

    while (size > 0) {
        const unsigned char *from = NULL;
        size_t piece = peek(cursor, &from);

        if (piece == 0) {
            return false;
        }
        piece = piece < size ? piece : size;
        memcpy(to, from, piece);
        to += piece;
        size -= piece;
        cursor->offset += piece;
    }
    return true;
}

uint64_t fox_cursor_get_number(struct fox_cursor *cursor, unsigned size)
{
    unsigned char bytes[8];
    uint64_t number = 0;

    if (size > sizeof bytes || !fox_cursor_get(cursor, bytes, size)) {
        return 0;
    }
    for (unsigned i = 0; i < size; i++) {
        number = number << 8 | bytes[cursor->is_little ? size - 1 - i : i];
    }
    return number;
}

/* Whole files are walked byte by byte, so the way without a copy comes first. */
uint8_t fox_cursor_get_u8(struct fox_cursor *cursor)
{
    const uint64_t at = cursor->offset - cursor->window_offset;

    if (at < cursor->window_size) {
        cursor->offset++;
        return cursor->window[at];
    }
    return (uint8_t)fox_cursor_get_number(cursor, 1);
}

uint16_t fox_cursor_get_u16(struct fox_cursor *cursor)
{
    return (uint16_t)fox_cursor_get_number(cursor, 2);
}

uint32_t fox_cursor_get_u32(struct fox_cursor *cursor)
{
    return (uint32_t)fox_cursor_get_number(cursor, 4);
}

bool fox_cursor_get_is(struct fox_cursor *cursor, const char *bytes, size_t size)
{
    char here[64];

    return size <= sizeof here && fox_cursor_get(cursor, here, size) &&
           memcmp(here, bytes, size) == 0;
}

bool fox_cursor_find(struct fox_cursor *cursor, unsigned char byte)
{
    const unsigned char *bytes = NULL;
    size_t size;

    while ((size = peek(cursor, &bytes)) > 0) {
        const unsigned char *found = memchr(bytes, byte, size);

        if (found) {
            cursor->offset += (uint64_t)(found - bytes);
            return true;
        }
        cursor->offset += size;
    }
    return false;
}

uint64_t fox_cursor_left(const struct fox_cursor *cursor)
{
    return cursor->end - cursor->offset;
}

bool fox_cursor_is_good(const struct fox_cursor *cursor)
{
    return !cursor->is_short && cursor->failure.status == PXF_OK;
}

pxf_status fox_cursor_check_reader(const struct fox_cursor *cursor, pxf_error *err)
{
    if (cursor->failure.status != PXF_OK && err && err->status == PXF_OK) {
        *err = cursor->failure;
    }
    return (pxf_status)cursor->failure.status;
}

pxf_status fox_cursor_check(const struct fox_cursor *cursor, const char *what, pxf_error *err)
{
    TRY(fox_cursor_check_reader(cursor, err));
    if (cursor->is_short) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0,
                             "truncated: the file ends inside its %s", what);
    }
    return PXF_OK;
}

bool fox_extent_is_inside(struct fox_extent extent, uint64_t size)
{
    return extent.offset <= size && extent.size <= size - extent.offset;
}
