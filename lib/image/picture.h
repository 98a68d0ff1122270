/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_PICTURE_H
#define FOX_IMAGE_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"
#include "model/recipe.h"

/* Pixels in memory, 8 bits per sample. YCBCR and GRAY are planes (BT.601, full range, as in JFIF);
 * RGB and RGBA are one plane of interleaved samples, alpha not multiplied in. */
enum fox_layout {
    FOX_LAYOUT_GRAY = 1,
    FOX_LAYOUT_YCBCR = 2,
    FOX_LAYOUT_RGB = 3,
    FOX_LAYOUT_RGBA = 4
};

enum { FOX_PLANE_LIMIT = 3, FOX_CHROMA_NEUTRAL = 128 };

struct fox_plane {
    uint8_t *data;
    size_t stride; /* bytes from row to row: a multiple of 64 in planes of single samples, whole
                      pixels in the others */
    uint32_t width_px, height_px;
};

struct fox_picture {
    enum fox_layout layout;
    uint32_t width_px, height_px;
    uint32_t chroma_x, chroma_y; /* luma samples per chroma sample: 1 or 2; 1 where there is none */
    struct fox_plane planes[FOX_PLANE_LIMIT];
};

/* Rows and columns of two lumas per chroma sample, or one. */
struct fox_chroma {
    uint32_t x, y;
};
extern const struct fox_chroma fox_chroma_420;
extern const struct fox_chroma fox_chroma_444;

/* A picture of zeros. `chroma` matters to YCBCR alone. */
pxf_status fox_picture_new(struct fox_picture *ret_picture, enum fox_layout layout,
                           struct fox_size size, struct fox_chroma chroma, pxf_error *err);
void fox_picture_let_go(struct fox_picture *picture);

/* Hands the planes on, leaving nothing behind. */
struct fox_picture fox_picture_take(struct fox_picture *picture);

uint32_t fox_picture_plane_count(const struct fox_picture *picture);
uint32_t fox_picture_sample_bytes(const struct fox_picture *picture); /* of one pixel in a plane */
bool fox_picture_is_planar(const struct fox_picture *picture);
bool fox_picture_has_alpha(const struct fox_picture *picture);
uint64_t fox_picture_bytes(const struct fox_picture *picture);

/* A part of a picture, lent: the same memory. The corner is moved up and left to where a chroma
 * sample begins. */
struct fox_picture fox_picture_part(const struct fox_picture *picture, uint32_t left_px,
                                    uint32_t top_px, struct fox_size size);

/* Whether every alpha is 255. */
bool fox_picture_is_opaque(const struct fox_picture *picture);

/* Takes the alpha out of an RGBA picture, in its own memory. */
void fox_picture_drop_alpha(struct fox_picture *picture);

static inline uint8_t *fox_plane_row(const struct fox_plane *plane, uint32_t y)
{
    return plane->data + plane->stride * y;
}

#endif
