/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_PROFILE_H
#define FOX_IMAGE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"
#include "image/picture.h"

/* An ICC profile; no data: sRGB. */
struct fox_profile {
    uint8_t *data;
    size_t size;
};

/* What a picture's colours need. */
enum fox_gamut {
    FOX_GAMUT_SRGB = 1,  /* as they are: no profile, an unusable one, or one that says sRGB */
    FOX_GAMUT_OTHER = 2, /* conversion to sRGB, which loses nothing to speak of */
    FOX_GAMUT_WIDE = 3   /* the profile, or colours outside sRGB are lost */
};

pxf_status fox_profile_new(struct fox_profile *ret_profile, const void *data, size_t size,
                           pxf_error *err);

/* One that libvips has: "srgb" or "p3" (Display P3). */
pxf_status fox_profile_load(struct fox_profile *ret_profile, const char *name, pxf_error *err);
void fox_profile_let_go(struct fox_profile *profile);

/* Hands the bytes on, leaving nothing behind. */
struct fox_profile fox_profile_take(struct fox_profile *profile);

/* The colour space that the profile's header names: 'R' for RGB, 'G' gray, 'C' CMYK; 0 for
 * anything else, and for what is no profile. */
char fox_profile_space(const struct fox_profile *profile);

/* Judges an RGB profile by what it does to a few colours; one that cannot be used says SRGB. */
pxf_status fox_profile_gamut(const struct fox_profile *profile, enum fox_gamut *ret_gamut,
                             pxf_error *err);

/* Converts an RGB or RGBA picture in place from the profile to sRGB. */
pxf_status fox_profile_to_srgb(struct fox_picture *picture, const struct fox_profile *profile,
                               pxf_error *err);

/* The same for a gray picture and a gray profile. */
pxf_status fox_profile_gray_to_srgb(struct fox_picture *picture, const struct fox_profile *profile,
                                    pxf_error *err);

/* Four inks (C, M, Y, K, full ink 255, in the layout of RGBA) become RGB, by the profile if it is
 * one of inks, else by a common one. */
pxf_status fox_profile_from_inks(const struct fox_picture *inks, const struct fox_profile *profile,
                                 struct fox_picture *ret_picture, pxf_error *err);

#endif
