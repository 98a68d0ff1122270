/* SPDX-License-Identifier: Apache-2.0 */
#include "image/decode.h"

#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "image/reel.h"

/* The parts of a file, by libwebp. */
struct fox_demuxer {
    WebPDemuxer *demuxer;
};

static void fox_demuxer_let_go(struct fox_demuxer *parts)
{
    WebPDemuxDelete(parts->demuxer);
}

static pxf_status fail(VP8StatusCode code, pxf_error *err)
{
    switch (code) {
    case VP8_STATUS_OUT_OF_MEMORY:
        return fox_fail_from(err, PXF_NO_MEMORY, PXF_ORIGIN_IMAGE, (int)code,
                             "no memory for a WebP");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        return fox_fail_from(err, PXF_UNSUPPORTED, PXF_ORIGIN_IMAGE, (int)code,
                             "WebP with an unknown feature");
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, (int)code, "truncated WebP");
    case VP8_STATUS_OK:
    case VP8_STATUS_INVALID_PARAM:
    case VP8_STATUS_BITSTREAM_ERROR:
    case VP8_STATUS_USER_ABORT:
        break;
    }
    return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, (int)code,
                         "corrupt WebP: libwebp stops with its error %d", (int)code);
}

/* Decodes into the picture; SUSPENDED with the rows that there are where data ends early. */
static VP8StatusCode decode_into(const struct fox_source *source, WebPDecoderConfig *config,
                                 struct fox_picture *picture)
{
    struct fox_plane *plane = &picture->planes[0];
    VP8StatusCode code;
    WebPIDecoder *decoder;

    config->output.colorspace = fox_picture_has_alpha(picture) ? MODE_RGBA : MODE_RGB;
    config->output.is_external_memory = 1;
    config->output.u.RGBA.rgba = plane->data;
    config->output.u.RGBA.stride = (int)plane->stride;
    config->output.u.RGBA.size = plane->stride * plane->height_px;
    decoder = WebPIDecode(NULL, 0, config);
    if (!decoder) {
        return VP8_STATUS_OUT_OF_MEMORY;
    }
    code = WebPIUpdate(decoder, source->data, source->size);
    WebPIDelete(decoder);
    return code;
}

static pxf_status decode_still(const struct fox_source *source, struct fox_decoded *decoded,
                               pxf_error *err)
{
    struct fox_size size;
    WebPDecoderConfig config;
    VP8StatusCode code;

    if (!WebPInitDecoderConfig(&config)) {
        return fox_fail(err, PXF_INTERNAL, "libwebp is of another version than its headers");
    }
    code = WebPGetFeatures(source->data, source->size, &config.input);
    if (code != VP8_STATUS_OK) {
        return fail(code, err);
    }
    size = (struct fox_size){(uint32_t)config.input.width, (uint32_t)config.input.height};
    TRY(fox_decode_check_room(source, size, err));
    TRY(fox_picture_new(&decoded->picture,
                        config.input.has_alpha ? FOX_LAYOUT_RGBA : FOX_LAYOUT_RGB, size,
                        fox_chroma_444, err));
    code = decode_into(source, &config, &decoded->picture);
    if (code == VP8_STATUS_SUSPENDED && source->options->keep_truncated) {
        decoded->is_truncated = true;
        return PXF_OK;
    }
    return code == VP8_STATUS_OK ? PXF_OK : fail(code, err);
}

static pxf_status decode_first(const struct fox_source *source, struct fox_decoded *decoded,
                               pxf_error *err)
{
    const struct fox_size size = {source->sniff->width_px, source->sniff->height_px};
    AUTO(fox_reel) reel = {0};
    bool is_there = false;

    TRY(fox_decode_check_room(source, size, err));
    TRY(fox_reel_open(&reel, source, err));
    TRY(fox_reel_next(&reel, &is_there, err));
    if (!is_there) {
        return fail(VP8_STATUS_BITSTREAM_ERROR, err);
    }
    decoded->picture = fox_picture_take(&reel.frame);
    return PXF_OK;
}

static pxf_status read_profile(const struct fox_source *source, struct fox_profile *ret_profile,
                               pxf_error *err)
{
    const WebPData bytes = {source->data, source->size};
    AUTO(fox_demuxer) parts = {.demuxer = WebPDemuxPartial(&bytes, NULL)};
    WebPChunkIterator chunk;
    pxf_status status = PXF_OK;

    if (parts.demuxer && WebPDemuxGetChunk(parts.demuxer, "ICCP", 1, &chunk)) {
        status = fox_profile_new(ret_profile, chunk.chunk.bytes, chunk.chunk.size, err);
        WebPDemuxReleaseChunkIterator(&chunk);
    }
    return status;
}

pxf_status fox_decode_webp(const struct fox_source *source, struct fox_decoded *ret_decoded,
                           pxf_error *err)
{
    TRY(source->sniff->frame_count > 1 ? decode_first(source, ret_decoded, err)
                                       : decode_still(source, ret_decoded, err));
    return read_profile(source, &ret_decoded->profile, err);
}
