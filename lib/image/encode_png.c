/* SPDX-License-Identifier: Apache-2.0 */
#include "image/encode.h"

#include <stdlib.h>

#include "image/colour.h"
#include "image/vips.h"

/* A blob that libvips frees itself; the bytes stay ours until then. */
static pxf_status set_profile(struct fox_vips *vips, const struct fox_profile *profile,
                              pxf_error *err)
{
    VipsImage *copy = NULL;

    if (!profile->data) {
        return PXF_OK;
    }
    if (vips_copy(vips->image, &copy, NULL) != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "PNG");
    }
    fox_vips_set(vips, copy);
    vips_image_set_blob_copy(copy, VIPS_META_ICC_NAME, profile->data, profile->size);
    return PXF_OK;
}

/* libvips from 8.15 on writes EXIF of its own making unless told to keep less. */
#if VIPS_MAJOR_VERSION > 8 || VIPS_MINOR_VERSION >= 15
static int save(VipsImage *image, bool has_profile, void **ret_data, size_t *ret_size)
{
    return vips_pngsave_buffer(image, ret_data, ret_size, "filter", VIPS_FOREIGN_PNG_FILTER_ALL,
                               "keep", has_profile ? VIPS_FOREIGN_KEEP_ICC : VIPS_FOREIGN_KEEP_NONE,
                               NULL);
}
#else
static int save(VipsImage *image, bool has_profile, void **ret_data, size_t *ret_size)
{
    return vips_pngsave_buffer(image, ret_data, ret_size, "filter", VIPS_FOREIGN_PNG_FILTER_ALL,
                               "strip", !has_profile, NULL);
}
#endif

static pxf_status encode(const struct fox_picture *picture, const struct fox_encoding *encoding,
                         struct fox_str *str, pxf_error *err)
{
    AUTO(fox_vips) vips = {0};
    void *data = NULL;
    size_t size = 0;

    TRY(fox_vips_of_plane(&vips, &picture->planes[0], fox_picture_sample_bytes(picture), err));
    TRY(set_profile(&vips, encoding->profile, err));
    if (save(vips.image, encoding->profile->data != NULL, &data, &size) != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "PNG");
    }
    fox_str_put(str, data, size);
    g_free(data);
    return fox_str_check(str, err);
}

pxf_status fox_encode_png(const struct fox_picture *picture, const struct fox_encoding *encoding,
                          struct fox_str *str, pxf_error *err)
{
    AUTO(fox_picture) rgb = {0};

    if (picture->layout != FOX_LAYOUT_YCBCR) {
        return encode(picture, encoding, str, err);
    }
    TRY(fox_colour_to_rgb(picture, &rgb, err));
    return encode(&rgb, encoding, str, err);
}
