/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_VIPS_H
#define FOX_IMAGE_VIPS_H

#include <vips/vips.h>

#include "image/picture.h"

/* An image of libvips that is let go at the end of its scope. */
struct fox_vips {
    VipsImage *image;
};
void fox_vips_let_go(struct fox_vips *vips);

/* Puts `next` in the place of the image. */
void fox_vips_set(struct fox_vips *vips, VipsImage *next);

/* Fails with what libvips said last, and empties its message buffer, which all threads share:
 * called right after the call that failed. NO_MEMORY or UNSUPPORTED instead of `status` where its
 * words say so. */
pxf_status fox_vips_fail(pxf_error *err, pxf_status status, const char *what);

/* An image over the plane's own memory, of as many bands as there are bytes per pixel. */
pxf_status fox_vips_of_plane(struct fox_vips *ret_vips, const struct fox_plane *plane,
                             uint32_t band_count, pxf_error *err);

/* Computes an 8-bit image of the plane's size and of that many bands into the plane. */
pxf_status fox_vips_into_plane(const struct fox_vips *vips, const struct fox_plane *plane,
                               uint32_t band_count, pxf_error *err);

/* The same for as many rows as the plane has, from row `top_px` of the image on. */
pxf_status fox_vips_rows_into_plane(const struct fox_vips *vips, uint32_t top_px,
                                    const struct fox_plane *plane, uint32_t band_count,
                                    pxf_error *err);

#endif
