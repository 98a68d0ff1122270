/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_GRAPHIC_H
#define FOX_IMAGE_GRAPHIC_H

#include "image/picture.h"

/* What a picture looks like to an encoder. */
enum fox_content {
    FOX_CONTENT_PHOTOGRAPH = 1,
    FOX_CONTENT_DRAWING = 2, /* many blocks are of one colour */
    FOX_CONTENT_SCREEN =
        3 /* and others hold few colours with hard edges: letters, plots, windows */
};

/* Guesses from a few thousand blocks, whatever the size. */
enum fox_content fox_graphic_guess(const struct fox_picture *picture);

#endif
