/* SPDX-License-Identifier: Apache-2.0 */
#include "image/reel.h"

#include <stdlib.h>
#include <string.h>

#include <webp/demux.h>

#include "base/mem.h"

enum {
    SHORT_DELAY_MS = 10, /* as browsers do, what is no longer than this … */
    SHOWN_DELAY_MS = 100 /* … is shown for this long */
};

bool fox_reel_fits(const struct fox_sniff *sniff)
{
    if (sniff->frame_count < 2) {
        return false;
    }
    if (sniff->format == PXF_FORMAT_WEBP) {
        return true;
    }
    /* libvips has one coordinate for the frames of a GIF. */
    return sniff->format == PXF_FORMAT_GIF &&
           (uint64_t)sniff->height_px * sniff->frame_count <= (uint64_t)VIPS_MAX_COORD;
}

/* Gray frames become RGB; three bands or four are left. */
static int make_rgb(struct fox_vips *vips)
{
    VipsImage *next = NULL;

    if (vips->image->Bands >= 3) {
        return 0;
    }
    if (vips_colourspace(vips->image, &next, VIPS_INTERPRETATION_sRGB, NULL) != 0) {
        return -1;
    }
    fox_vips_set(vips, next);
    return 0;
}

/* A copy: libvips sets the array anew once it reads pixels. */
static pxf_status read_times(struct fox_reel *reel, pxf_error *err)
{
    int *delays_ms = NULL, count = 0, loop = 0;

    if (vips_image_get_int(reel->gif.image, "loop", &loop) == 0 && loop > 0) {
        reel->loop_count = (uint32_t)loop;
    }
    if (vips_image_get_array_int(reel->gif.image, "delay", &delays_ms, &count) != 0) {
        vips_error_clear();
        return PXF_OK;
    }
    reel->delays_ms = fox_mem_new((size_t)count, sizeof *delays_ms, err);
    if (!reel->delays_ms) {
        return PXF_NO_MEMORY;
    }
    memcpy(reel->delays_ms, delays_ms, (size_t)count * sizeof *delays_ms);
    reel->delay_count = count;
    return PXF_OK;
}

static pxf_status open_gif(struct fox_reel *reel, const struct fox_source *source, pxf_error *err)
{
    const VipsFailOn fail_on =
        source->options->keep_truncated ? VIPS_FAIL_ON_NONE : VIPS_FAIL_ON_ERROR;
    VipsSource *bytes = vips_source_new_from_memory(source->data, source->size);
    const int failed =
        !bytes || vips_gifload_source(bytes, &reel->gif.image, "n", -1, "fail_on", fail_on,
                                      "access", VIPS_ACCESS_SEQUENTIAL, NULL) != 0;

    g_clear_object(&bytes);
    if (failed || make_rgb(&reel->gif) != 0) {
        return fox_vips_fail(err, PXF_CORRUPT, "corrupt GIF");
    }
    TRY(read_times(reel, err));
    reel->frame_count = (uint32_t)vips_image_get_n_pages(reel->gif.image);
    return fox_picture_new(&reel->frame,
                           reel->gif.image->Bands == 4 ? FOX_LAYOUT_RGBA : FOX_LAYOUT_RGB,
                           (struct fox_size){(uint32_t)reel->gif.image->Xsize,
                                             (uint32_t)vips_image_get_page_height(reel->gif.image)},
                           fox_chroma_444, err);
}

static pxf_status next_of_gif(struct fox_reel *reel, bool *ret_is_there, pxf_error *err)
{
    const int index = (int)reel->next;
    const int delay_ms = index < reel->delay_count ? reel->delays_ms[index] : 0;

    *ret_is_there = reel->next < reel->frame_count;
    if (!*ret_is_there) {
        return PXF_OK;
    }
    reel->duration_ms = delay_ms <= SHORT_DELAY_MS ? SHOWN_DELAY_MS : delay_ms;
    reel->next++;
    return fox_vips_rows_into_plane(&reel->gif, (uint32_t)index * reel->frame.height_px,
                                    &reel->frame.planes[0], fox_picture_sample_bytes(&reel->frame),
                                    err);
}

static pxf_status open_webp(struct fox_reel *reel, const struct fox_source *source, pxf_error *err)
{
    const WebPData bytes = {source->data, source->size};
    WebPAnimDecoderOptions options;
    WebPAnimInfo info;

    if (!WebPAnimDecoderOptionsInit(&options)) {
        return fox_fail(err, PXF_INTERNAL, "libwebp is of another version than its headers");
    }
    options.color_mode = MODE_RGBA;
    reel->webp = WebPAnimDecoderNew(&bytes, &options);
    if (!reel->webp || !WebPAnimDecoderGetInfo(reel->webp, &info)) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0, "corrupt WebP: no frames");
    }
    reel->frame_count = info.frame_count;
    reel->loop_count = info.loop_count;
    return fox_picture_new(&reel->frame, FOX_LAYOUT_RGBA,
                           (struct fox_size){info.canvas_width, info.canvas_height}, fox_chroma_444,
                           err);
}

static pxf_status next_of_webp(struct fox_reel *reel, bool *ret_is_there, pxf_error *err)
{
    uint8_t *pixels = NULL;
    int end_ms = 0;

    *ret_is_there = WebPAnimDecoderHasMoreFrames(reel->webp);
    if (!*ret_is_there) {
        return PXF_OK;
    }
    if (!WebPAnimDecoderGetNext(reel->webp, &pixels, &end_ms)) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0,
                             "corrupt WebP: frame %u of %u cannot be decoded", reel->next + 1,
                             reel->frame_count);
    }
    reel->next++;
    reel->duration_ms = end_ms - reel->time_ms;
    reel->time_ms = end_ms;
    memcpy(reel->frame.planes[0].data, pixels,
           reel->frame.planes[0].stride * reel->frame.height_px);
    return PXF_OK;
}

pxf_status fox_reel_open(struct fox_reel *reel, const struct fox_source *source, pxf_error *err)
{
    return source->sniff->format == PXF_FORMAT_GIF ? open_gif(reel, source, err)
                                                   : open_webp(reel, source, err);
}

pxf_status fox_reel_next(struct fox_reel *reel, bool *ret_is_there, pxf_error *err)
{
    return reel->webp ? next_of_webp(reel, ret_is_there, err)
                      : next_of_gif(reel, ret_is_there, err);
}

void fox_reel_let_go(struct fox_reel *reel)
{
    fox_picture_let_go(&reel->frame);
    fox_vips_let_go(&reel->gif);
    free(reel->delays_ms);
    reel->delays_ms = NULL;
    if (reel->webp) {
        WebPAnimDecoderDelete(reel->webp);
        reel->webp = NULL;
    }
}
