/* SPDX-License-Identifier: Apache-2.0 */
#include "image/shrink.h"

#include "image/colour.h"
#include "image/vips.h"

static int reduce(VipsImage *from, VipsImage **ret_to, struct fox_size size)
{
    return vips_reduce(from, ret_to, (double)from->Xsize / size.width_px,
                       (double)from->Ysize / size.height_px, "kernel", VIPS_KERNEL_LANCZOS3, NULL);
}

/* libvips hands floating point on: rounded here, for its cast cuts. */
static pxf_status scale_rgba(struct fox_vips *vips, struct fox_size size, pxf_error *err)
{
    VipsImage *next = NULL;

    if (vips_premultiply(vips->image, &next, NULL) != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "scaling");
    }
    fox_vips_set(vips, next);
    if (reduce(vips->image, &next, size) != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "scaling");
    }
    fox_vips_set(vips, next);
    if (vips_unpremultiply(vips->image, &next, NULL) != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "scaling");
    }
    fox_vips_set(vips, next);
    if (vips_rint(vips->image, &next, NULL) != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "scaling");
    }
    fox_vips_set(vips, next);
    if (vips_cast_uchar(vips->image, &next, NULL) != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "scaling");
    }
    fox_vips_set(vips, next);
    return PXF_OK;
}

static pxf_status scale_samples(struct fox_vips *vips, struct fox_size size, pxf_error *err)
{
    VipsImage *next = NULL;

    if (reduce(vips->image, &next, size) != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "scaling");
    }
    fox_vips_set(vips, next);
    return PXF_OK;
}

static pxf_status scale_plane(const struct fox_plane *from, const struct fox_plane *to,
                              uint32_t bytes, pxf_error *err)
{
    const struct fox_size size = {to->width_px, to->height_px};
    AUTO(fox_vips) vips = {0};

    TRY(fox_vips_of_plane(&vips, from, bytes, err));
    if (bytes == 4) {
        TRY(scale_rgba(&vips, size, err));
    } else {
        TRY(scale_samples(&vips, size, err));
    }
    return fox_vips_into_plane(&vips, to, bytes, err);
}

static pxf_status scale_planes(const struct fox_picture *picture, struct fox_size size,
                               struct fox_picture *ret_scaled, pxf_error *err)
{
    AUTO(fox_picture) scaled = {0};

    TRY(fox_picture_new(&scaled, picture->layout, size, fox_chroma_444, err));
    for (uint32_t i = 0; i < fox_picture_plane_count(picture); i++) {
        TRY(scale_plane(&picture->planes[i], &scaled.planes[i], fox_picture_sample_bytes(picture),
                        err));
    }
    *ret_scaled = fox_picture_take(&scaled);
    return PXF_OK;
}

/* Whether a plane of chroma would have to grow. */
static bool is_coarse(const struct fox_picture *picture, struct fox_size size)
{
    return picture->layout == FOX_LAYOUT_YCBCR && (picture->planes[1].width_px < size.width_px ||
                                                   picture->planes[1].height_px < size.height_px);
}

pxf_status fox_scale(const struct fox_picture *picture, struct fox_size size,
                     struct fox_picture *ret_scaled, pxf_error *err)
{
    AUTO(fox_picture) fine = {0};

    if (is_coarse(picture, size)) {
        TRY(fox_colour_to_444(picture, &fine, err));
        picture = &fine;
    }
    return scale_planes(picture, size, ret_scaled, err);
}
