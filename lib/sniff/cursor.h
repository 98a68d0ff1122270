/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_CURSOR_H
#define FOX_SNIFF_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"
#include "base/reader.h"

enum { FOX_CURSOR_FIRST_BYTES = 4096, FOX_CURSOR_WINDOW_BYTES = 16384 };

/* A stretch of a file. */
struct fox_extent {
    uint64_t offset, size;
};

/* A place in a reader's bytes, which are seen through a window that
 * is small at first and wider where a file is walked through. A number that lies
 * past the end reads as 0 and is remembered, so a header is read line by line and asked once;
 * every loop over a cursor ends because it looks at what these functions return. */
struct fox_cursor {
    const struct fox_reader *reader;
    uint64_t offset;   /* of the next byte, in the file */
    uint64_t end;      /* nothing is read from here on */
    bool is_little;    /* the byte order of numbers */
    bool is_short;     /* something was asked for that lies past the end */
    pxf_error failure; /* the reader's */
    uint64_t window_offset;
    size_t window_size;
    unsigned char window[FOX_CURSOR_WINDOW_BYTES];
};

/* Puts a cursor at the beginning of the whole file, big-endian. The reader outlives it. */
void fox_cursor_set(struct fox_cursor *cursor, const struct fox_reader *reader);

/* The same, confined to what of the extent lies inside the file. */
void fox_cursor_set_extent(struct fox_cursor *cursor, const struct fox_reader *reader,
                           struct fox_extent extent);

/* Moves to a place in the file; one past the end makes the cursor short and stands at the end. */
void fox_cursor_seek(struct fox_cursor *cursor, uint64_t offset);

/* Moves on; past the end as above. */
void fox_cursor_skip(struct fox_cursor *cursor, uint64_t size);

/* Copies the next bytes and moves past them; false (and nothing copied that counts) when there
 * are not so many. */
bool fox_cursor_get(struct fox_cursor *cursor, void *data, size_t size);

/* The next byte. */
uint8_t fox_cursor_get_u8(struct fox_cursor *cursor);

/* The next two bytes as a number, in the cursor's byte order. */
uint16_t fox_cursor_get_u16(struct fox_cursor *cursor);

/* The next four. */
uint32_t fox_cursor_get_u32(struct fox_cursor *cursor);

/* The next `size` bytes (0 to 8) as a number; no bytes are 0. */
uint64_t fox_cursor_get_number(struct fox_cursor *cursor, unsigned size);

/* Tells whether exactly these bytes (64 at most) come next, and moves past `size` bytes in either
 * case. */
bool fox_cursor_get_is(struct fox_cursor *cursor, const char *bytes, size_t size);

/* Moves to the next byte of that value; at the end the cursor is short. */
bool fox_cursor_find(struct fox_cursor *cursor, unsigned char byte);

/* Bytes left before the end. */
uint64_t fox_cursor_left(const struct fox_cursor *cursor);

/* Neither short nor failed. */
bool fox_cursor_is_good(const struct fox_cursor *cursor);

/* The reader's failure, or CORRUPT "truncated: the file ends inside its <what>". */
pxf_status fox_cursor_check(const struct fox_cursor *cursor, const char *what, pxf_error *err);

/* The reader's failure only: for what may be cut short or nonsense without harm. */
pxf_status fox_cursor_check_reader(const struct fox_cursor *cursor, pxf_error *err);

/* Tells whether an extent lies in a file of `size` bytes. */
bool fox_extent_is_inside(struct fox_extent extent, uint64_t size);

#endif
