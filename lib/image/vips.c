/* SPDX-License-Identifier: Apache-2.0 */
#include "image/vips.h"

#include <string.h>

enum { STRIP_ROWS = 64 };

void fox_vips_let_go(struct fox_vips *vips)
{
    if (vips->image) {
        g_object_unref(vips->image);
        vips->image = NULL;
    }
}

void fox_vips_set(struct fox_vips *vips, VipsImage *next)
{
    fox_vips_let_go(vips);
    vips->image = next;
}

/* libvips ends each of its lines with a newline and puts the cause last. */
static const char *last_line(char *text)
{
    char *line;

    g_strchomp(text);
    line = strrchr(text, '\n');
    return line ? line + 1 : text;
}

/* libvips has no codes; what it lacks it says in words. */
static pxf_status status_of(const char *text, pxf_status status)
{
    static const char *const lacking[] = {"not supported", "unsupported", "Unsupported",
                                          "not configured", "unimplemented"};

    if (strstr(text, "out of memory") || strstr(text, "unable to allocate")) {
        return PXF_NO_MEMORY;
    }
    for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++) {
        if (strstr(text, lacking[i])) {
            return PXF_UNSUPPORTED;
        }
    }
    return status;
}

pxf_status fox_vips_fail(pxf_error *err, pxf_status status, const char *what)
{
    char *text = vips_error_buffer_copy();
    const pxf_status said = fox_fail_from(err, status_of(text, status), PXF_ORIGIN_IMAGE, 0,
                                          "%s: %s", what, last_line(text));

    g_free(text);
    return said;
}

/* A libvips image has no room between its rows: it is as wide as the plane's rows are far apart,
 * and cut. */
pxf_status fox_vips_of_plane(struct fox_vips *ret_vips, const struct fox_plane *plane,
                             uint32_t band_count, pxf_error *err)
{
    const int width = (int)(plane->stride / band_count);
    AUTO(fox_vips) vips = {0};
    VipsImage *cut = NULL;

    vips.image =
        vips_image_new_from_memory(plane->data, plane->stride * plane->height_px, width,
                                   (int)plane->height_px, (int)band_count, VIPS_FORMAT_UCHAR);
    if (!vips.image) {
        return fox_vips_fail(err, PXF_NO_MEMORY, "a plane");
    }
    if (vips_extract_area(vips.image, &cut, 0, 0, (int)plane->width_px, (int)plane->height_px,
                          NULL) != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "a plane");
    }
    ret_vips->image = cut;
    return PXF_OK;
}

static int copy_strip(VipsRegion *region, const struct fox_plane *plane, VipsRect strip,
                      uint32_t to_row)
{
    const size_t row_bytes = (size_t)region->im->Xsize * (size_t)region->im->Bands;

    if (vips_region_prepare(region, &strip) != 0) {
        return -1;
    }
    for (int y = strip.top; y < strip.top + strip.height; y++) {
        const size_t offset = (size_t)(y - region->valid.top) * (size_t)region->bpl;

        memcpy(fox_plane_row(plane, to_row++), region->data + offset, row_bytes);
    }
    return 0;
}

/* On this thread alone: a pool of libvips' own would gain nothing and cost its start. */
static int copy_rows(VipsRegion *region, const struct fox_plane *plane, uint32_t top_px)
{
    const uint32_t height = plane->height_px;

    for (uint32_t y = 0; y < height; y += STRIP_ROWS) {
        const uint32_t rows = height - y < STRIP_ROWS ? height - y : STRIP_ROWS;
        const VipsRect strip = {.left = 0,
                                .top = (int)(top_px + y),
                                .width = (int)plane->width_px,
                                .height = (int)rows};

        if (copy_strip(region, plane, strip, y) != 0) {
            return -1;
        }
    }
    return 0;
}

static bool fits(const VipsImage *image, const struct fox_plane *plane, uint32_t top_px,
                 uint32_t band_count)
{
    return (uint32_t)image->Xsize == plane->width_px &&
           (uint32_t)image->Ysize >= top_px + plane->height_px &&
           (uint32_t)image->Bands == band_count && image->BandFmt == VIPS_FORMAT_UCHAR;
}

pxf_status fox_vips_rows_into_plane(const struct fox_vips *vips, uint32_t top_px,
                                    const struct fox_plane *plane, uint32_t band_count,
                                    pxf_error *err)
{
    VipsRegion *region;
    int failed;

    if (!fits(vips->image, plane, top_px, band_count)) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0,
                             "the pixels are %dx%dx%d instead of %ux%ux%u", vips->image->Xsize,
                             vips->image->Ysize, vips->image->Bands, plane->width_px,
                             plane->height_px, band_count);
    }
    region = vips_region_new(vips->image);
    failed = !region || copy_rows(region, plane, top_px) != 0;
    g_clear_object(&region);
    return failed ? fox_vips_fail(err, PXF_CORRUPT, "the pixels") : PXF_OK;
}

pxf_status fox_vips_into_plane(const struct fox_vips *vips, const struct fox_plane *plane,
                               uint32_t band_count, pxf_error *err)
{
    return fox_vips_rows_into_plane(vips, 0, plane, band_count, err);
}
