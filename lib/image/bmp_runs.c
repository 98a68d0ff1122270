/* SPDX-License-Identifier: Apache-2.0 */
#include "image/bmp.h"

#include <string.h>

/* Codes after a zero byte (Windows GDI, bitmap compression); others count pixels that follow. */
enum { END_OF_LINE = 0, END_OF_BITMAP = 1, JUMP = 2 };

/* Where the next pixel goes; y counts from the bottom. What lies outside is thrown away. */
struct pen {
    const struct fox_bmp *bmp;
    struct fox_picture *picture;
    uint64_t x, y;
    size_t at; /* the next byte */
};

static void put(struct pen *pen, uint8_t colour)
{
    const struct fox_size size = pen->bmp->picture;

    if (pen->x < size.width_px && pen->y < size.height_px) {
        uint8_t *row =
            fox_plane_row(&pen->picture->planes[0], size.height_px - 1 - (uint32_t)pen->y);

        memcpy(row + 3 * pen->x, pen->bmp->palette[colour], 3);
    }
    pen->x++;
}

static bool next(struct pen *pen, uint8_t *ret_byte)
{
    if (pen->at >= pen->bmp->size) {
        return false;
    }
    *ret_byte = pen->bmp->data[pen->at++];
    return true;
}

/* The colour of pixel i of a byte: two per byte of four bits, the upper one first. */
static uint8_t colour_of(const struct pen *pen, uint8_t byte, uint32_t i)
{
    if (pen->bmp->compression == FOX_BMP_RLE_8) {
        return byte;
    }
    return i % 2 == 0 ? byte >> 4 : byte & 0x0f;
}

static bool repeat(struct pen *pen, uint8_t count)
{
    uint8_t byte = 0;

    if (!next(pen, &byte)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        put(pen, colour_of(pen, byte, i));
    }
    return true;
}

/* Pixels one by one, filled up to an even number of bytes. */
static bool copy(struct pen *pen, uint8_t count)
{
    const uint32_t per_byte = pen->bmp->compression == FOX_BMP_RLE_8 ? 1 : 2;
    const uint32_t bytes = (count + per_byte - 1) / per_byte;
    uint8_t byte = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (i % per_byte == 0 && !next(pen, &byte)) {
            return false;
        }
        put(pen, colour_of(pen, byte, i));
    }
    return bytes % 2 == 0 || next(pen, &byte);
}

static bool jump(struct pen *pen)
{
    uint8_t x = 0, y = 0;

    if (!next(pen, &x) || !next(pen, &y)) {
        return false;
    }
    pen->x += x;
    pen->y += y;
    return true;
}

static bool obey(struct pen *pen, uint8_t code)
{
    switch (code) {
    case END_OF_LINE:
        pen->x = 0;
        pen->y++;
        return true;
    case JUMP:
        return jump(pen);
    default:
        return copy(pen, code);
    }
}

static void fill(const struct fox_bmp *bmp, struct fox_picture *picture)
{
    for (uint32_t y = 0; y < bmp->picture.height_px; y++) {
        uint8_t *row = fox_plane_row(&picture->planes[0], y);

        for (size_t x = 0; x < bmp->picture.width_px; x++) {
            memcpy(row + 3 * x, bmp->palette[0], 3);
        }
    }
}

bool fox_bmp_unpack(const struct fox_bmp *bmp, struct fox_picture *picture)
{
    struct pen pen = {.bmp = bmp, .picture = picture, .at = bmp->pixels};
    uint8_t count = 0, code = 0;

    fill(bmp, picture);
    while (pen.y < bmp->picture.height_px) {
        if (!next(&pen, &count)) {
            return false;
        }
        if (count > 0) {
            if (!repeat(&pen, count)) {
                return false;
            }
            continue;
        }
        if (!next(&pen, &code)) {
            return false;
        }
        if (code == END_OF_BITMAP) {
            return true;
        }
        if (!obey(&pen, code)) {
            return false;
        }
    }
    return true;
}
