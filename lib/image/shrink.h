/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_SHRINK_H
#define FOX_IMAGE_SHRINK_H

#include "image/picture.h"

/* The picture at half its size, odd sides rounded up: means of two by two pixels, weighted by alpha
 * where there is one. */
pxf_status fox_shrink(const struct fox_picture *picture, struct fox_picture *ret_half,
                      pxf_error *err);

/* The picture at exactly that size, by Lanczos; no side may grow. Chroma comes out as fine as
 * luma; alpha is multiplied in while colours are mixed. */
pxf_status fox_scale(const struct fox_picture *picture, struct fox_size size,
                     struct fox_picture *ret_scaled, pxf_error *err);

#endif
