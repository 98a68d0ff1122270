/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_WEBP_H
#define FOX_IMAGE_WEBP_H

#include "image/encode.h"

struct WebPConfig;
struct WebPPicture;

/* libwebp's settings for a picture of that size. */
pxf_status fox_webp_config(const struct fox_encoding *encoding, struct fox_size size,
                           struct WebPConfig *ret_config, pxf_error *err);

/* NO_MEMORY or INTERNAL, by a WebPEncodingError. */
pxf_status fox_webp_fail(pxf_error *err, int code);

/* Copies an RGB or RGBA picture; false without memory. */
bool fox_webp_import(struct WebPPicture *webp, const struct fox_picture *picture);

/* Adds a finished WebP file with a profile put into it. */
pxf_status fox_webp_wrap(const void *data, size_t size, const struct fox_profile *profile,
                         struct fox_str *str, pxf_error *err);

#endif
