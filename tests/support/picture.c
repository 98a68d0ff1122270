/* SPDX-License-Identifier: Apache-2.0 */
#include "support/picture.h"

#include <stdlib.h>
#include <string.h>

#include "support/suite.h"

enum { STORED_MAX = 65535, CHUNK_EXTRA = 12, IHDR_SIZE = 13 };

static void put_be32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        to[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

/* CRC-32 of PNG (ISO 3309), bit by bit. */
static uint32_t crc_of(const uint8_t *data, size_t size)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    return ~crc;
}

static uint8_t *put_chunk(uint8_t *to, const char *type, const uint8_t *data, size_t size)
{
    put_be32(to, (uint32_t)size);
    memcpy(to + 4, type, 4);
    if (size > 0) {
        memcpy(to + 8, data, size);
    }
    put_be32(to + 8 + size, crc_of(to + 4, size + 4));
    return to + size + CHUNK_EXTRA;
}

/* A zlib stream of stored blocks (RFC 1950, RFC 1951 3.2.4). */
static size_t put_stored(uint8_t *to, const uint8_t *data, size_t size)
{
    uint32_t low = 1, high = 0;
    uint8_t *at = to;

    *at++ = 0x78;
    *at++ = 0x01;
    for (size_t done = 0; done < size;) {
        const size_t left = size - done, part = left < STORED_MAX ? left : STORED_MAX;

        *at++ = left == part;
        *at++ = (uint8_t)part;
        *at++ = (uint8_t)(part >> 8);
        *at++ = (uint8_t)~part;
        *at++ = (uint8_t)(~part >> 8);
        memcpy(at, data + done, part);
        at += part;
        done += part;
    }
    for (size_t i = 0; i < size; i++) {
        low = (low + data[i]) % 65521;
        high = (high + low) % 65521;
    }
    put_be32(at, high << 16 | low);
    return (size_t)(at + 4 - to);
}

/* Smooth colours that depend on the place and the seed. */
static uint8_t *make_rows(uint32_t width_px, uint32_t height_px, uint32_t seed, size_t *ret_size)
{
    const size_t row = 1 + 3 * (size_t)width_px;
    uint8_t *rows = calloc(height_px, row);

    assert_non_null(rows);
    for (uint32_t y = 0; y < height_px; y++) {
        uint8_t *pixel = rows + y * row + 1;

        for (uint32_t x = 0; x < width_px; x++) {
            *pixel++ = (uint8_t)(x * 255 / width_px);
            *pixel++ = (uint8_t)(y * 255 / height_px);
            *pixel++ = (uint8_t)(seed * 37 + (x ^ y) / 8);
        }
    }
    memcpy(rows + 1, &seed, sizeof seed < row - 1 ? sizeof seed : row - 1);
    *ret_size = row * height_px;
    return rows;
}

struct fox_picture_file fox_picture_png(uint32_t width_px, uint32_t height_px, uint32_t seed)
{
    static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    uint8_t header[IHDR_SIZE] = {[8] = 8, [9] = 2};
    size_t size, stored;
    uint8_t *rows = make_rows(width_px, height_px, seed, &size);
    uint8_t *stream = malloc(size + 5 * (size / STORED_MAX + 1) + 6);
    struct fox_picture_file file;
    uint8_t *at;

    assert_non_null(stream);
    put_be32(header, width_px);
    put_be32(header + 4, height_px);
    stored = put_stored(stream, rows, size);
    file.data = malloc(sizeof signature + IHDR_SIZE + stored + 3 * CHUNK_EXTRA);
    assert_non_null(file.data);
    memcpy(file.data, signature, sizeof signature);
    at = put_chunk(file.data + sizeof signature, "IHDR", header, sizeof header);
    at = put_chunk(at, "IDAT", stream, stored);
    at = put_chunk(at, "IEND", NULL, 0);
    file.size = (size_t)(at - file.data);
    free(stream);
    free(rows);
    return file;
}

void fox_picture_file_let_go(struct fox_picture_file *file)
{
    free(file->data);
}
