/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_BMP_H
#define FOX_IMAGE_BMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"
#include "image/picture.h"

enum { FOX_BMP_COLOUR_LIMIT = 256 };

enum fox_bmp_compression {
    FOX_BMP_PLAIN = 0,
    FOX_BMP_RLE_8 = 1,
    FOX_BMP_RLE_4 = 2,
    FOX_BMP_MASKS = 3,
    FOX_BMP_ALPHA_MASKS = 6
};

/* A bit field of a pixel: red, green, blue or alpha. */
struct fox_bmp_mask {
    uint32_t shift, max; /* max 0: there is none */
};

/* A BMP file's header; every offset lies inside the file. */
struct fox_bmp {
    const uint8_t *data;
    size_t size;
    size_t pixels; /* offset of the first row */
    struct fox_size picture;
    bool is_top_down;
    uint32_t bit_depth;
    enum fox_bmp_compression compression;
    struct fox_bmp_mask masks[4];
    uint8_t palette[FOX_BMP_COLOUR_LIMIT][3]; /* RGB; black where the file has none */
};

/* Reads the header of OS/2 1.x (12 bytes) or Windows (40 bytes and more). CORRUPT, or UNSUPPORTED
 * for JPEG and PNG inside. */
pxf_status fox_bmp_read(const void *data, size_t size, struct fox_bmp *ret_bmp, pxf_error *err);

/* Unpacks runs into an RGB picture of the bitmap's size, upright; what they leave out has the first
 * colour. False if the runs end before their end mark. */
bool fox_bmp_unpack(const struct fox_bmp *bmp, struct fox_picture *picture);

#endif
