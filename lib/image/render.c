/* SPDX-License-Identifier: Apache-2.0 */
#include "image/handle.h"

#include <stdlib.h>
#include <time.h>

void fox_image_variant_let_go(struct fox_image_variant *variant)
{
    free(variant->data);
    variant->data = NULL;
}

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static pxf_status encode(const struct fox_picture *picture, const struct fox_encoding *encoding,
                         pxf_format format, struct fox_str *str, pxf_error *err)
{
    switch (format) {
    case PXF_FORMAT_WEBP:
        return fox_encode_webp(picture, encoding, str, err);
    case PXF_FORMAT_AVIF:
        return fox_encode_avif(picture, encoding, str, err);
    case PXF_FORMAT_JPEG:
        return fox_encode_jpeg(picture, encoding, str, err);
    case PXF_FORMAT_PNG:
        return fox_encode_png(picture, encoding, str, err);
    case PXF_FORMAT_GIF:
    case PXF_FORMAT_HEIC:
    case PXF_FORMAT_TIFF:
    case PXF_FORMAT_BMP:
        break;
    }
    return fox_fail(err, PXF_INTERNAL, "no encoder for format %d", (int)format);
}

/* The whole picture in its own colours, or a part or size of it in sRGB. */
static pxf_status find_picture(const struct fox_image *image, const struct fox_recipe *recipe,
                               const struct fox_picture **ret_picture, pxf_error *err)
{
    const struct fox_frame frame = fox_frame_of(recipe, fox_image_size(image));

    if (recipe->fit == PXF_FIT_FULL) {
        *ret_picture = &image->decoded.picture;
        return PXF_OK;
    }
    return fox_pyramid_get(image->pyramid, &frame, ret_picture, err);
}

static pxf_status make(const struct fox_image *image, const struct fox_recipe *recipe,
                       struct fox_image_variant *variant, pxf_error *err)
{
    static const struct fox_profile srgb = {0};
    const bool is_full = recipe->fit == PXF_FIT_FULL;
    const struct fox_encoding encoding = {
        .options = &image->options,
        .profile = is_full ? &image->decoded.profile : &srgb,
        .quality = recipe->quality,
        .content = image->content,
        .is_full = is_full,
    };
    AUTO(fox_str) str = {.limit = FOX_ENCODED_BYTES_LIMIT};
    const struct fox_picture *picture;

    variant->frame_count = 1;
    if (fox_image_animates(image, recipe)) {
        TRY(fox_image_animate(image, &encoding, &str, &variant->frame_count, err));
    } else {
        TRY(find_picture(image, recipe, &picture, err));
        TRY(encode(picture, &encoding, variant->format, &str, err));
    }
    variant->size = str.size;
    variant->data = fox_str_take(&str, err);
    return variant->data ? PXF_OK : PXF_NO_MEMORY;
}

static enum fox_skip skip_of(pxf_format format, struct fox_size size)
{
    if (!fox_encode_fits(format, size)) {
        return FOX_SKIP_TOO_LARGE;
    }
    if (format == PXF_FORMAT_AVIF && !fox_encode_has_avif()) {
        return FOX_SKIP_UNSUPPORTED;
    }
    return FOX_SKIP_NONE;
}

pxf_status fox_image_render(struct fox_image *image, const struct fox_recipe *recipe,
                            struct fox_image_variant *ret_variant, pxf_error *err)
{
    const int64_t start_ms = now_ms();
    const struct fox_size size = fox_recipe_size(recipe, fox_image_size(image));
    struct fox_image_variant variant = {
        .format = fox_recipe_format(recipe, image->sniff.format, fox_image_has_alpha(image)),
        .width_px = size.width_px,
        .height_px = size.height_px,
    };

    variant.skip = skip_of(variant.format, size);
    if (variant.skip == FOX_SKIP_NONE) {
        const pxf_status status = make(image, recipe, &variant, err);

        if (status != PXF_OK) {
            return fox_fail_within(err, status, "variant '%s'", recipe->kind);
        }
    }
    variant.render_ms = now_ms() - start_ms;
    *ret_variant = variant;
    return PXF_OK;
}
