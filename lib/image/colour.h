/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_COLOUR_H
#define FOX_IMAGE_COLOUR_H

#include "image/picture.h"

/* Any picture as YCbCr 4:2:0, full range; alpha is left out. */
pxf_status fox_colour_to_420(const struct fox_picture *picture, struct fox_picture *ret_picture,
                             pxf_error *err);

/* GRAY and YCBCR as YCbCr without subsampling: what is missing is interpolated. */
pxf_status fox_colour_to_444(const struct fox_picture *picture, struct fox_picture *ret_picture,
                             pxf_error *err);

/* Any picture as RGB, or RGBA where it has alpha. */
pxf_status fox_colour_to_rgb(const struct fox_picture *picture, struct fox_picture *ret_picture,
                             pxf_error *err);

/* Squeezes the full range into that of video (luma 16–235, chroma 16–240), in place. */
void fox_colour_squeeze(struct fox_picture *picture);

/* Every sample's complement, in place. */
void fox_colour_invert(struct fox_picture *picture);

/* An RGBA picture over a colour, as RGB. */
pxf_status fox_colour_flatten(const struct fox_picture *picture, const uint8_t rgb[3],
                              struct fox_picture *ret_picture, pxf_error *err);

#endif
