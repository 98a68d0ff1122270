/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_HIDDEN_H
#define FOX_IMAGE_HIDDEN_H

#include "image/picture.h"

/* An RGBA picture as RGB whose fully transparent pixels have the colour of what is visible near
 * them: lossy coding and scaling of chroma carry colours over edges, and black would make a dark
 * fringe. */
pxf_status fox_hidden_fill(const struct fox_picture *picture, struct fox_picture *ret_rgb,
                           pxf_error *err);

/* Takes the alpha out of colours that it was multiplied into, in place. */
void fox_hidden_divide(struct fox_picture *picture);

#endif
