/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_DECODE_H
#define FOX_IMAGE_DECODE_H

#include "image/image.h"
#include "image/picture.h"
#include "image/profile.h"

/* A file in memory and what is known about it. */
struct fox_source {
    const void *data;
    size_t size;
    const struct fox_sniff *sniff;
    const struct fox_image_options *options;
};

/* What a decoder gives: as stored (JPEG, PNG, WebP, TIFF, BMP) or upright (HEIF), sRGB unless there
 * is a profile. */
struct fox_decoded {
    struct fox_picture picture;
    struct fox_profile profile; /* of RGB or YCBCR; kept only if its gamut is wider than sRGB's */
    bool is_truncated;
};

void fox_decoded_let_go(struct fox_decoded *decoded);

pxf_status fox_decode(const struct fox_source *source, struct fox_decoded *ret_decoded,
                      pxf_error *err);

/* The decoders of decode_*.c. */
pxf_status fox_decode_jpeg(const struct fox_source *source, struct fox_decoded *ret_decoded,
                           pxf_error *err);
pxf_status fox_decode_vips(const struct fox_source *source, struct fox_decoded *ret_decoded,
                           pxf_error *err);
pxf_status fox_decode_heif(const struct fox_source *source, struct fox_decoded *ret_decoded,
                           pxf_error *err);
pxf_status fox_decode_webp(const struct fox_source *source, struct fox_decoded *ret_decoded,
                           pxf_error *err);
pxf_status fox_decode_bmp(const struct fox_source *source, struct fox_decoded *ret_decoded,
                          pxf_error *err);

/* LIMIT if the pixels of that size alone would take more than the options allow. */
pxf_status fox_decode_check_room(const struct fox_source *source, struct fox_size size,
                                 pxf_error *err);

#endif
