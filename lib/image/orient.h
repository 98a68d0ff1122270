/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_ORIENT_H
#define FOX_IMAGE_ORIENT_H

#include "image/picture.h"

/* Turns a stored picture upright by EXIF's orientation, 1 to 8; others are taken for 1. */
pxf_status fox_orient(struct fox_picture *picture, uint32_t orientation, pxf_error *err);

#endif
