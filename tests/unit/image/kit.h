/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_IMAGE_KIT_H
#define FOX_TESTS_IMAGE_KIT_H

#include "image/image.h"
#include "image/picture.h"
#include "support/suite.h"

/* A file of tests/support/pictures.py. */
struct fox_file {
    void *data;
    size_t size;
    struct fox_sniff sniff;
};
void fox_file_let_go(struct fox_file *file);

/* Makes the codecs ready, once; all that opens a file does so too. */
void kit_start(void);

/* Reads the file; its header, too, unless the sniffer refuses. */
struct fox_file kit_file(const char *name);

/* An opened picture, with its file. */
struct fox_shot {
    struct fox_file file;
    struct fox_image *image;
};
void fox_shot_let_go(struct fox_shot *shot);

struct fox_shot kit_open(const char *name);
struct fox_shot kit_open_with(const char *name, const struct fox_image_options *options);

/* Opens or fails; the image is let go. */
pxf_status kit_try(const char *name, const struct fox_image_options *options, pxf_error *err);

/* A recipe of the eight by its kind. */
const struct fox_recipe *kit_recipe(const char *kind);

/* Renders, and checks that the bytes are what the variant says. */
struct fox_image_variant kit_render(const struct fox_shot *shot, const struct fox_recipe *recipe);

/* The variant's pixels, decoded again, as RGB or RGBA. */
struct fox_picture kit_pixels(const struct fox_image_variant *variant);

/* All in one: file, recipe, pixels. */
struct fox_picture kit_rendered(const char *name, const char *kind);

/* Red, green, blue, alpha (255 where there is none) of one pixel. */
struct kit_colour {
    int r, g, b, a;
};
struct kit_colour kit_pixel(const struct fox_picture *picture, uint32_t x, uint32_t y);

/* Each of r, g, b within `tolerance`. */
void kit_assert_colour(const struct fox_picture *picture, uint32_t x, uint32_t y,
                       struct kit_colour expected, int tolerance);

/* The four colours of `quadrants` in the middles of the quarters. */
void kit_assert_quadrants(const struct fox_picture *picture, int tolerance);

/* The same picture within `tolerance` on average over all samples. */
void kit_assert_alike(const struct fox_picture *one, const struct fox_picture *other,
                      double tolerance);

void kit_assert_size(const struct fox_picture *picture, uint32_t width_px, uint32_t height_px);

#endif
