/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_HEIF_H
#define FOX_IMAGE_HEIF_H

#include <libheif/heif.h>

#include "base/fail.h"

/* What one encode or decode with libheif holds; the rest is NULL. */
struct fox_heif {
    struct heif_context *context;
    struct heif_encoder *encoder;
    struct heif_encoding_options *options;
    struct heif_color_profile_nclx *nclx;
    struct heif_image *image;
    struct heif_image_handle *handle;
};

/* Context, encoding options and colour numbers. */
pxf_status fox_heif_open(struct fox_heif *heif, pxf_error *err);
void fox_heif_let_go(struct fox_heif *heif);

/* OK, or NO_MEMORY if that is what libheif says, UNSUPPORTED for a codec or feature it has not,
 * else `status`, with its words behind `what`. */
pxf_status fox_heif_check(struct heif_error error, pxf_status status, const char *what,
                          pxf_error *err);

#endif
