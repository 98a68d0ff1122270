/* SPDX-License-Identifier: Apache-2.0 */
#include "image/vips.h"

#include <inttypes.h>
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
                      size_t row_bytes)
{
    if (vips_region_prepare(region, &strip) != 0) {
        return -1;
    }
    for (int y = strip.top; y < strip.top + strip.height; y++) {
        const size_t offset = (size_t)(y - region->valid.top) * (size_t)region->bpl;

        memcpy(fox_plane_row(plane, (uint32_t)y), region->data + offset, row_bytes);
    }
    return 0;
}

/* On this thread alone: a pool of libvips' own would gain nothing and cost its start. */
pxf_status fox_vips_into_plane(const struct fox_vips *vips, const struct fox_plane *plane,
                               uint32_t band_count, pxf_error *err)
{
    const int width = (int)plane->width_px, height = (int)plane->height_px;
    VipsRegion *region = NULL;
    int failed = 0;

    if (vips->image->Xsize != width || vips->image->Ysize != height ||
        vips->image->Bands != (int)band_count || vips->image->BandFmt != VIPS_FORMAT_UCHAR) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0,
                             "the pixels are %dx%dx%d instead of %dx%dx%" PRIu32,
                             vips->image->Xsize, vips->image->Ysize, vips->image->Bands, width,
                             height, band_count);
    }
    region = vips_region_new(vips->image);
    for (int y = 0; region && failed == 0 && y < height; y += STRIP_ROWS) {
        const int rows = height - y < STRIP_ROWS ? height - y : STRIP_ROWS;
        const VipsRect strip = {.left = 0, .top = y, .width = width, .height = rows};

        failed = copy_strip(region, plane, strip, (size_t)width * band_count);
    }
    if (!region || failed != 0) {
        g_clear_object(&region);
        return fox_vips_fail(err, PXF_CORRUPT, "the pixels");
    }
    g_object_unref(region);
    return PXF_OK;
}
