/* SPDX-License-Identifier: Apache-2.0 */
#include "image/orient.h"

#include <string.h>

#include "image/colour.h"

/* EXIF 2.32, tag 0x0112, as three steps: swap rows with columns, then mirror. */
struct turn {
    bool is_swapped, is_mirrored_x, is_mirrored_y;
};

static const struct turn turns[] = {
    [2] = {false, true, false}, [3] = {false, true, true}, [4] = {false, false, true},
    [5] = {true, false, false}, [6] = {true, true, false}, [7] = {true, true, true},
    [8] = {true, false, true},
};

enum { TURN_LIMIT = sizeof turns / sizeof *turns, BLOCK_PX = 32 };

/* Copies one pixel of a block; the size is a constant in each call, so it becomes a plain move. */
static inline void turn_block(const struct fox_plane *from, const struct fox_plane *to,
                              struct turn turn, struct fox_size at, size_t bytes)
{
    const uint32_t end_x =
        at.width_px + BLOCK_PX < to->width_px ? at.width_px + BLOCK_PX : to->width_px;
    const uint32_t end_y =
        at.height_px + BLOCK_PX < to->height_px ? at.height_px + BLOCK_PX : to->height_px;

    for (uint32_t y = at.height_px; y < end_y; y++) {
        const uint32_t v = turn.is_mirrored_y ? to->height_px - 1 - y : y;
        uint8_t *row = fox_plane_row(to, y);

        for (uint32_t x = at.width_px; x < end_x; x++) {
            const uint32_t u = turn.is_mirrored_x ? to->width_px - 1 - x : x;
            const uint8_t *px = turn.is_swapped ? fox_plane_row(from, u) + v * bytes
                                                : fox_plane_row(from, v) + u * bytes;

            memcpy(row + x * bytes, px, bytes);
        }
    }
}

static void turn_plane(const struct fox_plane *from, const struct fox_plane *to, struct turn turn,
                       uint32_t bytes)
{
    struct fox_size at;

    for (at.height_px = 0; at.height_px < to->height_px; at.height_px += BLOCK_PX) {
        for (at.width_px = 0; at.width_px < to->width_px; at.width_px += BLOCK_PX) {
            switch (bytes) {
            case 1:
                turn_block(from, to, turn, at, 1);
                break;
            case 3:
                turn_block(from, to, turn, at, 3);
                break;
            default:
                turn_block(from, to, turn, at, 4);
                break;
            }
        }
    }
}

/* A mirror would leave the half-covered chroma of an odd side at the wrong end. */
static bool splits_chroma(const struct fox_picture *picture, struct turn turn)
{
    const bool x = turn.is_swapped ? turn.is_mirrored_y : turn.is_mirrored_x;
    const bool y = turn.is_swapped ? turn.is_mirrored_x : turn.is_mirrored_y;

    return (x && picture->width_px % picture->chroma_x != 0) ||
           (y && picture->height_px % picture->chroma_y != 0);
}

static pxf_status apply(struct fox_picture *picture, struct turn turn, pxf_error *err)
{
    const bool swap = turn.is_swapped;
    const struct fox_size size = {swap ? picture->height_px : picture->width_px,
                                  swap ? picture->width_px : picture->height_px};
    const struct fox_chroma chroma = {swap ? picture->chroma_y : picture->chroma_x,
                                      swap ? picture->chroma_x : picture->chroma_y};
    struct fox_picture upright;

    TRY(fox_picture_new(&upright, picture->layout, size, chroma, err));
    for (uint32_t i = 0; i < fox_picture_plane_count(picture); i++) {
        turn_plane(&picture->planes[i], &upright.planes[i], turn,
                   fox_picture_sample_bytes(picture));
    }
    fox_picture_let_go(picture);
    *picture = upright;
    return PXF_OK;
}

pxf_status fox_orient(struct fox_picture *picture, uint32_t orientation, pxf_error *err)
{
    if (orientation < 2 || orientation >= TURN_LIMIT) {
        return PXF_OK;
    }
    if (splits_chroma(picture, turns[orientation])) {
        struct fox_picture full;

        TRY(fox_colour_to_444(picture, &full, err));
        fox_picture_let_go(picture);
        *picture = full;
    }
    return apply(picture, turns[orientation], err);
}
