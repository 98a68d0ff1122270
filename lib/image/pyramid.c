/* SPDX-License-Identifier: Apache-2.0 */
#include "image/pyramid.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/colour.h"
#include "image/shrink.h"

enum { LEVEL_LIMIT = 32 };

struct cut {
    struct fox_frame frame;
    struct fox_picture picture;
};

struct fox_pyramid {
    const struct fox_picture *picture;
    const struct fox_profile *profile;
    pthread_mutex_t lock;
    struct {
        struct fox_picture levels[LEVEL_LIMIT]; /* [0] is unused: it stands for the picture */
        uint32_t level_count;
        struct cut cuts[FOX_RECIPE_LIMIT];
        size_t cut_count;
    } shared;
};

pxf_status fox_pyramid_new(struct fox_pyramid **ret_pyramid, const struct fox_picture *picture,
                           const struct fox_profile *profile, pxf_error *err)
{
    struct fox_pyramid *pyramid = fox_mem_new(1, sizeof *pyramid, err);

    if (!pyramid) {
        return PXF_NO_MEMORY;
    }
    pyramid->picture = picture;
    pyramid->profile = profile;
    pyramid->shared.level_count = 1;
    (void)pthread_mutex_init(&pyramid->lock, NULL);
    *ret_pyramid = pyramid;
    return PXF_OK;
}

void fox_pyramid_free(struct fox_pyramid *pyramid)
{
    if (!pyramid) {
        return;
    }
    for (uint32_t i = 1; i < pyramid->shared.level_count; i++) {
        fox_picture_let_go(&pyramid->shared.levels[i]);
    }
    for (size_t i = 0; i < pyramid->shared.cut_count; i++) {
        fox_picture_let_go(&pyramid->shared.cuts[i].picture);
    }
    (void)pthread_mutex_destroy(&pyramid->lock);
    free(pyramid);
}

/* How often the frame may be halved before Lanczos has less than two pixels for one. */
static uint32_t level_of(const struct fox_frame *frame)
{
    uint32_t level = 0;

    while (frame->part.width_px >> (level + 1) >= 2 * frame->size.width_px &&
           frame->part.height_px >> (level + 1) >= 2 * frame->size.height_px) {
        level++;
    }
    return level;
}

static const struct fox_picture *level_at(const struct fox_pyramid *pyramid, uint32_t level)
{
    return level == 0 ? pyramid->picture : &pyramid->shared.levels[level];
}

static pxf_status grow_locked(struct fox_pyramid *pyramid, uint32_t level, pxf_error *err)
{
    while (pyramid->shared.level_count <= level) {
        const uint32_t next = pyramid->shared.level_count;

        TRY(fox_shrink(level_at(pyramid, next - 1), &pyramid->shared.levels[next], err));
        pyramid->shared.level_count++;
    }
    return PXF_OK;
}

static uint32_t at_level(uint32_t px, uint32_t level, uint32_t limit)
{
    const uint32_t there = (px + (1U << level >> 1)) >> level;

    return there < 1 ? 1 : there > limit ? limit : there;
}

/* The frame's part of a level; rounding may move it by half a pixel of that level. */
static struct fox_picture part_at(const struct fox_picture *picture, const struct fox_frame *frame,
                                  uint32_t level)
{
    const struct fox_size part = {at_level(frame->part.width_px, level, picture->width_px),
                                  at_level(frame->part.height_px, level, picture->height_px)};
    const uint32_t left = frame->left_px >> level, top = frame->top_px >> level;
    const uint32_t room_x = picture->width_px - part.width_px;
    const uint32_t room_y = picture->height_px - part.height_px;

    return fox_picture_part(picture, left < room_x ? left : room_x, top < room_y ? top : room_y,
                            part);
}

static bool is_whole(const struct fox_picture *picture, const struct fox_frame *frame)
{
    return frame->part.width_px == picture->width_px && frame->part.height_px == picture->height_px;
}

static pxf_status to_srgb(struct fox_picture *picture, const struct fox_profile *profile,
                          pxf_error *err)
{
    struct fox_picture rgb;

    if (!profile->data) {
        return PXF_OK;
    }
    if (fox_picture_is_planar(picture)) {
        TRY(fox_colour_to_rgb(picture, &rgb, err));
        fox_picture_let_go(picture);
        *picture = rgb;
    }
    return fox_profile_to_srgb(picture, profile, err);
}

static pxf_status make_locked(struct fox_pyramid *pyramid, const struct fox_frame *frame,
                              struct fox_picture *ret_picture, pxf_error *err)
{
    const uint32_t level = level_of(frame);
    AUTO(fox_picture) made = {0};
    struct fox_picture part;

    TRY(grow_locked(pyramid, level, err));
    part = *level_at(pyramid, level);
    if (!is_whole(pyramid->picture, frame)) {
        part = part_at(&part, frame, level);
    }
    TRY(fox_scale(&part, frame->size, &made, err));
    TRY(to_srgb(&made, pyramid->profile, err));
    *ret_picture = fox_picture_take(&made);
    return PXF_OK;
}

static struct cut *find_locked(struct fox_pyramid *pyramid, const struct fox_frame *frame)
{
    for (size_t i = 0; i < pyramid->shared.cut_count; i++) {
        if (memcmp(&pyramid->shared.cuts[i].frame, frame, sizeof *frame) == 0) {
            return &pyramid->shared.cuts[i];
        }
    }
    return NULL;
}

static pxf_status get_locked(struct fox_pyramid *pyramid, const struct fox_frame *frame,
                             const struct fox_picture **ret_picture, pxf_error *err)
{
    struct cut *cut = find_locked(pyramid, frame);

    if (!cut && pyramid->shared.cut_count == FOX_RECIPE_LIMIT) {
        return fox_fail(err, PXF_LIMIT, "a picture has more than %d sizes", FOX_RECIPE_LIMIT);
    }
    if (!cut) {
        cut = &pyramid->shared.cuts[pyramid->shared.cut_count];
        TRY(make_locked(pyramid, frame, &cut->picture, err));
        cut->frame = *frame;
        pyramid->shared.cut_count++;
    }
    *ret_picture = &cut->picture;
    return PXF_OK;
}

pxf_status fox_pyramid_get(struct fox_pyramid *pyramid, const struct fox_frame *frame,
                           const struct fox_picture **ret_picture, pxf_error *err)
{
    pxf_status status;

    (void)pthread_mutex_lock(&pyramid->lock);
    status = get_locked(pyramid, frame, ret_picture, err);
    (void)pthread_mutex_unlock(&pyramid->lock);
    return status;
}
