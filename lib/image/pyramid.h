/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_PYRAMID_H
#define FOX_IMAGE_PYRAMID_H

#include <pthread.h>

#include "image/picture.h"
#include "image/profile.h"
#include "model/recipe.h"

/* What part of a picture an output shows, and at which size. */
struct fox_frame {
    uint32_t left_px, top_px;
    struct fox_size part;
    struct fox_size size;
};

/* The frame of a recipe, centred. */
struct fox_frame fox_frame_of(const struct fox_recipe *recipe, struct fox_size picture);

/* A picture and what was made smaller of it, each once, kept until the end: halves of halves, and
 * exact sizes out of the smallest half that is still twice as large. So a size costs little after
 * another, and is the same whichever were asked for before. Any thread. */
struct fox_pyramid;

/* Borrows the picture and its profile. */
pxf_status fox_pyramid_new(struct fox_pyramid **ret_pyramid, const struct fox_picture *picture,
                           const struct fox_profile *profile, pxf_error *err);
void fox_pyramid_free(struct fox_pyramid *pyramid);

/* The frame in sRGB, lent until the pyramid is freed. */
pxf_status fox_pyramid_get(struct fox_pyramid *pyramid, const struct fox_frame *frame,
                           const struct fox_picture **ret_picture, pxf_error *err);

#endif
