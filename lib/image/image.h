/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_IMAGE_H
#define FOX_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"
#include "model/recipe.h"
#include "sniff/sniff.h"

/* Pictures decoded once and encoded as often as there are recipes: libjpeg-turbo, libvips, libheif
 * and libwebp, called in the calling process. Bytes from strangers belong into a helper process. */

enum { FOX_IMAGE_THREAD_LIMIT = 64 };

struct fox_image_options {
    uint32_t thread_count;    /* of fox_image_render_all, the calling one included; 1 to 64 */
    uint8_t flatten_rgb[3];   /* what shows through where the output has no alpha */
    int webp_method;          /* 0 fast to 6 small */
    int avif_speed;           /* photographs: 6, 7 or 9; graphics are encoded at 6 at most */
    int avif_thumbnail_speed; /* the same for what is at most a megapixel and not the full size */
    bool keep_truncated;      /* decode what is there of a damaged file */
    uint64_t memory_bytes;    /* LIMIT if the pixels alone would take more; 0: no limit */
};

/* Two threads, white behind, method 4, speeds 9 and 6, damaged files refused. */
extern const struct fox_image_options fox_image_default_options;

/* Makes the codecs ready: libvips' loaders are blocked but those in use, its cache and threads are
 * off. Once per process, before its second thread. UNAVAILABLE if libvips cannot start, or if a
 * codec that every picture needs is missing, naming it. */
pxf_status fox_image_start(pxf_error *err);

/* "libvips 8.14.1 libheif 1.15.1 …"; at most `size` bytes, always ended. */
void fox_image_versions(char *text, size_t size);

/* A decoded, upright picture. Any thread may render it. */
struct fox_image;

/* Decodes; `data` and `options` stay the caller's and outlive the image (animations are read
 * again). CORRUPT (the message begins with "truncated" where data ends early), UNSUPPORTED for what
 * needs a codec or feature that is not there, LIMIT for `memory_bytes`, NO_MEMORY, INVALID for an
 * option out of its range. */
pxf_status fox_image_open(struct fox_image **ret_image, const void *data, size_t size,
                          const struct fox_sniff *sniff, const struct fox_image_options *options,
                          pxf_error *err);
void fox_image_free(struct fox_image *image);

static inline void fox_image_let_go(struct fox_image **image)
{
    fox_image_free(*image);
}

/* Upright. */
struct fox_size fox_image_size(const struct fox_image *image);

/* Whether any pixel is not opaque. */
bool fox_image_has_alpha(const struct fox_image *image);

/* Whether `keep_truncated` kept a damaged picture. */
bool fox_image_is_truncated(const struct fox_image *image);

/* Flat colours and hard edges rather than a photograph: a guess from the pixels. */
bool fox_image_is_graphic(const struct fox_image *image);

/* One output: bytes to free(), or a reason why there are none (data NULL). */
struct fox_image_variant {
    enum fox_skip skip;
    pxf_format format;
    uint32_t width_px, height_px;
    uint32_t frame_count;
    int64_t render_ms;
    void *data;
    size_t size;
};
void fox_image_variant_let_go(struct fox_image_variant *variant);

/* Makes one variant. The bytes follow from the picture, the recipe and the options alone, whatever
 * else is made of the picture. NO_MEMORY; CORRUPT for an animation whose later frames are damaged;
 * INTERNAL where an encoder refuses. */
pxf_status fox_image_render(struct fox_image *image, const struct fox_recipe *recipe,
                            struct fox_image_variant *ret_variant, pxf_error *err);

/* Puts the numbers of the recipes into `order`, the one that takes longest first. */
void fox_image_plan(const struct fox_image *image, const struct fox_recipe *recipes,
                    size_t recipe_count, size_t order[]);

/* Takes a variant: `variant` is let go after the call, unless its data was set to NULL. */
typedef pxf_status (*fox_image_fn)(void *ctx, size_t index, struct fox_image_variant *variant,
                                   pxf_error *err);

/* Makes all variants on `thread_count` threads (the calling one works too, the others live for the
 * call and receive no signal but those of their own crash) and hands each to `fn`, one at a time,
 * on whichever thread made it. The first failure, of a recipe or of `fn`, is the answer; what was
 * begun is finished and thrown away. At most FOX_RECIPE_LIMIT recipes. */
pxf_status fox_image_render_all(struct fox_image *image, const struct fox_recipe *recipes,
                                size_t recipe_count, fox_image_fn fn, void *ctx, pxf_error *err);

#endif
