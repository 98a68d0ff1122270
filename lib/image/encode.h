/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_ENCODE_H
#define FOX_IMAGE_ENCODE_H

#include "base/str.h"
#include "image/graphic.h"
#include "image/image.h"
#include "image/picture.h"
#include "image/profile.h"

/* How to encode a picture. */
struct fox_encoding {
    const struct fox_image_options *options;
    const struct fox_profile *profile; /* written if it has data */
    int32_t quality;                   /* the recipe's */
    enum fox_content content;
    bool is_full;
};

enum {
    FOX_WEBP_SIDE_LIMIT_PX = 16383,
    FOX_AVIF_SIDE_LIMIT_PX = 16384, /* AV1 holds 65536; browsers and libvips stop here */
    FOX_JPEG_SIDE_LIMIT_PX = 65500,
    FOX_ENCODED_BYTES_LIMIT = 1 << 30
};

/* Whether the size fits the format. */
bool fox_encode_fits(pxf_format format, struct fox_size size);

/* Each adds a finished file to `str`, with no metadata but the profile. JPEG takes no alpha. */
pxf_status fox_encode_webp(const struct fox_picture *picture, const struct fox_encoding *encoding,
                           struct fox_str *str, pxf_error *err);
pxf_status fox_encode_avif(const struct fox_picture *picture, const struct fox_encoding *encoding,
                           struct fox_str *str, pxf_error *err);
pxf_status fox_encode_jpeg(const struct fox_picture *picture, const struct fox_encoding *encoding,
                           struct fox_str *str, pxf_error *err);
pxf_status fox_encode_png(const struct fox_picture *picture, const struct fox_encoding *encoding,
                          struct fox_str *str, pxf_error *err);

bool fox_encode_has_avif(void);

#endif
