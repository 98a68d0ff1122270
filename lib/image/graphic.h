/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_GRAPHIC_H
#define FOX_IMAGE_GRAPHIC_H

#include "image/picture.h"

/* Whether a picture looks drawn rather than photographed: many of its blocks are of one colour.
 * Looks at a few thousand blocks, whatever the size. */
bool fox_graphic_guess(const struct fox_picture *picture);

#endif
