/* SPDX-License-Identifier: Apache-2.0 */
#include "image/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { STRIDE_BYTES = 64 };

const struct fox_chroma fox_chroma_420 = {2, 2};
const struct fox_chroma fox_chroma_444 = {1, 1};

static uint32_t divided_up(uint32_t number, uint32_t by)
{
    return number / by + (number % by != 0);
}

static pxf_status plane_new(struct fox_plane *ret_plane, struct fox_size size, uint32_t bytes,
                            pxf_error *err)
{
    const size_t row = (size_t)size.width_px * bytes;
    struct fox_plane plane = {.width_px = size.width_px, .height_px = size.height_px};

    plane.stride = bytes > 1 ? row : (row + STRIDE_BYTES - 1) / STRIDE_BYTES * STRIDE_BYTES;
    plane.data = fox_mem_new(size.height_px, plane.stride, err);
    if (!plane.data) {
        return PXF_NO_MEMORY;
    }
    *ret_plane = plane;
    return PXF_OK;
}

uint32_t fox_picture_plane_count(const struct fox_picture *picture)
{
    return picture->layout == FOX_LAYOUT_YCBCR ? 3 : 1;
}

uint32_t fox_picture_sample_bytes(const struct fox_picture *picture)
{
    switch (picture->layout) {
    case FOX_LAYOUT_GRAY:
    case FOX_LAYOUT_YCBCR:
        return 1;
    case FOX_LAYOUT_RGB:
        return 3;
    case FOX_LAYOUT_RGBA:
        return 4;
    }
    return 1;
}

bool fox_picture_is_planar(const struct fox_picture *picture)
{
    return picture->layout == FOX_LAYOUT_GRAY || picture->layout == FOX_LAYOUT_YCBCR;
}

bool fox_picture_has_alpha(const struct fox_picture *picture)
{
    return picture->layout == FOX_LAYOUT_RGBA;
}

uint64_t fox_picture_bytes(const struct fox_picture *picture)
{
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < fox_picture_plane_count(picture); i++) {
        bytes += (uint64_t)picture->planes[i].stride * picture->planes[i].height_px;
    }
    return bytes;
}

pxf_status fox_picture_new(struct fox_picture *ret_picture, enum fox_layout layout,
                           struct fox_size size, struct fox_chroma chroma, pxf_error *err)
{
    const bool has_chroma = layout == FOX_LAYOUT_YCBCR;
    AUTO(fox_picture) picture = {.layout = layout,
                                 .width_px = size.width_px,
                                 .height_px = size.height_px,
                                 .chroma_x = has_chroma ? chroma.x : 1,
                                 .chroma_y = has_chroma ? chroma.y : 1};
    const struct fox_size chroma_size = {divided_up(size.width_px, picture.chroma_x),
                                         divided_up(size.height_px, picture.chroma_y)};

    for (uint32_t i = 0; i < fox_picture_plane_count(&picture); i++) {
        TRY(plane_new(&picture.planes[i], i == 0 ? size : chroma_size,
                      fox_picture_sample_bytes(&picture), err));
    }
    *ret_picture = fox_picture_take(&picture);
    return PXF_OK;
}

void fox_picture_let_go(struct fox_picture *picture)
{
    for (uint32_t i = 0; i < FOX_PLANE_LIMIT; i++) {
        free(picture->planes[i].data);
        picture->planes[i].data = NULL;
    }
}

struct fox_picture fox_picture_take(struct fox_picture *picture)
{
    const struct fox_picture taken = *picture;

    memset(picture->planes, 0, sizeof picture->planes);
    return taken;
}

struct fox_picture fox_picture_part(const struct fox_picture *picture, uint32_t left_px,
                                    uint32_t top_px, struct fox_size size)
{
    const uint32_t bytes = fox_picture_sample_bytes(picture);
    const uint32_t left = left_px / picture->chroma_x, top = top_px / picture->chroma_y;
    struct fox_picture part = *picture;

    part.width_px = size.width_px;
    part.height_px = size.height_px;
    for (uint32_t i = 0; i < fox_picture_plane_count(picture); i++) {
        const uint32_t x = i == 0 ? picture->chroma_x : 1, y = i == 0 ? picture->chroma_y : 1;
        struct fox_plane *plane = &part.planes[i];

        plane->data += plane->stride * top * y + (size_t)left * x * bytes;
        plane->width_px = i == 0 ? size.width_px : divided_up(size.width_px, picture->chroma_x);
        plane->height_px = i == 0 ? size.height_px : divided_up(size.height_px, picture->chroma_y);
    }
    return part;
}

bool fox_picture_is_opaque(const struct fox_picture *picture)
{
    const struct fox_plane *plane = &picture->planes[0];

    if (!fox_picture_has_alpha(picture)) {
        return true;
    }
    for (uint32_t y = 0; y < plane->height_px; y++) {
        const uint8_t *row = fox_plane_row(plane, y);
        uint8_t all = UINT8_MAX;

        for (size_t x = 0; x < plane->width_px; x++) {
            all &= row[4 * x + 3];
        }
        if (all != UINT8_MAX) {
            return false;
        }
    }
    return true;
}

void fox_picture_drop_alpha(struct fox_picture *picture)
{
    struct fox_plane *plane = &picture->planes[0];
    const size_t stride = 3 * (size_t)plane->width_px;
    uint8_t *smaller;

    for (uint32_t y = 0; y < plane->height_px; y++) {
        const uint8_t *from = fox_plane_row(plane, y);
        uint8_t *to = plane->data + stride * y;

        for (size_t x = 0; x < plane->width_px; x++) {
            memmove(to + 3 * x, from + 4 * x, 3);
        }
    }
    plane->stride = stride;
    picture->layout = FOX_LAYOUT_RGB;
    smaller = realloc(plane->data, stride * plane->height_px);
    plane->data = smaller ? smaller : plane->data;
}
