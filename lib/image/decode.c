/* SPDX-License-Identifier: Apache-2.0 */
#include "image/decode.h"

#include <inttypes.h>

#include "image/colour.h"

void fox_decoded_let_go(struct fox_decoded *decoded)
{
    fox_picture_let_go(&decoded->picture);
    fox_profile_let_go(&decoded->profile);
}

pxf_status fox_decode_check_room(const struct fox_source *source, struct fox_size size,
                                 pxf_error *err)
{
    const uint64_t bytes = (uint64_t)size.width_px * size.height_px * 4;
    const uint64_t limit = source->options->memory_bytes;

    if (size.width_px == 0 || size.height_px == 0) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0,
                             "corrupt: the picture is empty");
    }
    if (limit > 0 && bytes > limit) {
        return fox_fail(err, PXF_LIMIT,
                        "%" PRIu32 "x%" PRIu32 " pixels are more than %" PRIu64 " bytes hold",
                        size.width_px, size.height_px, limit);
    }
    return PXF_OK;
}

static pxf_status decode(const struct fox_source *source, struct fox_decoded *decoded,
                         pxf_error *err)
{
    switch (source->sniff->format) {
    case PXF_FORMAT_JPEG:
        return fox_decode_jpeg(source, decoded, err);
    case PXF_FORMAT_HEIC:
    case PXF_FORMAT_AVIF:
        return fox_decode_heif(source, decoded, err);
    case PXF_FORMAT_BMP:
        return fox_decode_bmp(source, decoded, err);
    case PXF_FORMAT_WEBP:
        return fox_decode_webp(source, decoded, err);
    case PXF_FORMAT_PNG:
    case PXF_FORMAT_GIF:
    case PXF_FORMAT_TIFF:
        return fox_decode_vips(source, decoded, err);
    }
    return fox_fail(err, PXF_INVALID, "no format has the number %d", (int)source->sniff->format);
}

static pxf_status make_rgb(struct fox_picture *picture, pxf_error *err)
{
    struct fox_picture rgb;

    if (!fox_picture_is_planar(picture)) {
        return PXF_OK;
    }
    TRY(fox_colour_to_rgb(picture, &rgb, err));
    fox_picture_let_go(picture);
    *picture = rgb;
    return PXF_OK;
}

/* A gray picture is left as it is by an RGB profile, which says nothing about it. */
static pxf_status settle_gray(struct fox_decoded *decoded, pxf_error *err)
{
    if (fox_profile_space(&decoded->profile) == 'G') {
        TRY(fox_profile_gray_to_srgb(&decoded->picture, &decoded->profile, err));
    }
    fox_profile_let_go(&decoded->profile);
    return PXF_OK;
}

/* Keeps a profile only where its colours do not fit into sRGB, and with an animation, whose other
 * frames are decoded later. */
static pxf_status settle_profile(struct fox_decoded *decoded, bool is_animated, pxf_error *err)
{
    enum fox_gamut gamut;

    if (decoded->picture.layout == FOX_LAYOUT_GRAY) {
        return settle_gray(decoded, err);
    }
    if (fox_profile_space(&decoded->profile) != 'R') {
        fox_profile_let_go(&decoded->profile);
        return PXF_OK;
    }
    TRY(fox_profile_gamut(&decoded->profile, &gamut, err));
    switch (gamut) {
    case FOX_GAMUT_WIDE:
        return PXF_OK;
    case FOX_GAMUT_OTHER:
        if (is_animated) {
            return PXF_OK;
        }
        TRY(make_rgb(&decoded->picture, err));
        TRY(fox_profile_to_srgb(&decoded->picture, &decoded->profile, err));
        fox_profile_let_go(&decoded->profile);
        return PXF_OK;
    case FOX_GAMUT_SRGB:
        fox_profile_let_go(&decoded->profile);
        return PXF_OK;
    }
    return PXF_OK;
}

/* What a decoder of the first frame does not see: later frames, end marks. */
static pxf_status check_end(const struct fox_source *source, bool *ret_is_truncated, pxf_error *err)
{
    struct fox_memory memory = {source->data, source->size};
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    pxf_error cause = {0};
    const pxf_status status = fox_sniff_check_end(&reader, source->sniff, &cause);

    if (status == PXF_CORRUPT && source->options->keep_truncated) {
        *ret_is_truncated = true;
        return PXF_OK;
    }
    return status == PXF_OK ? PXF_OK
                            : fox_fail_from(err, status, PXF_ORIGIN_IMAGE, 0, "%s", cause.message);
}

pxf_status fox_decode(const struct fox_source *source, struct fox_decoded *ret_decoded,
                      pxf_error *err)
{
    AUTO(fox_decoded) decoded = {0};
    bool is_truncated = false;

    TRY(check_end(source, &is_truncated, err));
    TRY(decode(source, &decoded, err));
    if (fox_picture_has_alpha(&decoded.picture) && fox_picture_is_opaque(&decoded.picture)) {
        fox_picture_drop_alpha(&decoded.picture);
    }
    TRY(settle_profile(&decoded, source->sniff->frame_count > 1, err));
    ret_decoded->picture = fox_picture_take(&decoded.picture);
    ret_decoded->profile = fox_profile_take(&decoded.profile);
    ret_decoded->is_truncated = decoded.is_truncated || is_truncated;
    return PXF_OK;
}
