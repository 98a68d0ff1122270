/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_HANDLE_H
#define FOX_IMAGE_HANDLE_H

#include "base/str.h"
#include "image/decode.h"
#include "image/encode.h"
#include "image/graphic.h"
#include "image/pyramid.h"

/* What the handle of image.h holds; nothing but the pyramid changes after it was opened. */
struct fox_image {
    struct fox_image_options options;
    struct fox_sniff sniff;
    struct fox_source source;
    struct fox_decoded decoded; /* upright */
    struct fox_pyramid *pyramid;
    enum fox_content content;
};

/* Whether the recipe keeps the picture's movement. */
bool fox_image_animates(const struct fox_image *image, const struct fox_recipe *recipe);

/* Adds the animation as WebP. */
pxf_status fox_image_animate(const struct fox_image *image, const struct fox_encoding *encoding,
                             struct fox_str *str, uint32_t *ret_frame_count, pxf_error *err);

#endif
