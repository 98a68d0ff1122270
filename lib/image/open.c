/* SPDX-License-Identifier: Apache-2.0 */
#include "image/handle.h"

#include <stdlib.h>

#include "base/mem.h"
#include "image/orient.h"

enum { METHOD_MAX = 6 };

const struct fox_image_options fox_image_default_options = {
    .thread_count = 2,
    .flatten_rgb = {UINT8_MAX, UINT8_MAX, UINT8_MAX},
    .webp_method = 4,
    .avif_speed = 9,
    .avif_thumbnail_speed = 6,
};

/* Speed 8 of libaom 3.12 makes some files eight times as large; 10 is refused for still pictures.
 */
static bool is_speed(int speed)
{
    return speed == 6 || speed == 7 || speed == 9;
}

static pxf_status check_options(const struct fox_image_options *options, pxf_error *err)
{
    if (options->thread_count < 1 || options->thread_count > FOX_IMAGE_THREAD_LIMIT) {
        return fox_fail(err, PXF_INVALID, "a picture takes 1 to %d threads",
                        FOX_IMAGE_THREAD_LIMIT);
    }
    if (options->webp_method < 0 || options->webp_method > METHOD_MAX) {
        return fox_fail(err, PXF_INVALID, "a method of WebP is 0 to %d", METHOD_MAX);
    }
    if (!is_speed(options->avif_speed) || !is_speed(options->avif_thumbnail_speed)) {
        return fox_fail(err, PXF_INVALID, "a speed of AVIF is 6, 7 or 9");
    }
    return PXF_OK;
}

static pxf_status open(struct fox_image *image, pxf_error *err)
{
    TRY(fox_decode(&image->source, &image->decoded, err));
    TRY(fox_orient(&image->decoded.picture, image->sniff.orientation, err));
    image->content = fox_graphic_guess(&image->decoded.picture);
    return fox_pyramid_new(&image->pyramid, &image->decoded.picture, &image->decoded.profile, err);
}

pxf_status fox_image_open(struct fox_image **ret_image, const void *data, size_t size,
                          const struct fox_sniff *sniff, const struct fox_image_options *options,
                          pxf_error *err)
{
    AUTO(fox_image) *image = NULL;

    TRY(check_options(options, err));
    image = fox_mem_new(1, sizeof *image, err);
    if (!image) {
        return PXF_NO_MEMORY;
    }
    image->options = *options;
    image->sniff = *sniff;
    image->source = (struct fox_source){
        .data = data, .size = size, .sniff = &image->sniff, .options = &image->options};
    TRY(open(image, err));
    *ret_image = GIVE(image);
    return PXF_OK;
}

void fox_image_free(struct fox_image *image)
{
    if (!image) {
        return;
    }
    fox_pyramid_free(image->pyramid);
    fox_decoded_let_go(&image->decoded);
    free(image);
}

struct fox_size fox_image_size(const struct fox_image *image)
{
    return (struct fox_size){image->decoded.picture.width_px, image->decoded.picture.height_px};
}

bool fox_image_has_alpha(const struct fox_image *image)
{
    return fox_picture_has_alpha(&image->decoded.picture);
}

bool fox_image_is_truncated(const struct fox_image *image)
{
    return image->decoded.is_truncated;
}

bool fox_image_is_graphic(const struct fox_image *image)
{
    return image->content != FOX_CONTENT_PHOTOGRAPH;
}
