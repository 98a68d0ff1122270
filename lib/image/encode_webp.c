/* SPDX-License-Identifier: Apache-2.0 */
#include "image/encode.h"

#include <webp/encode.h>
#include <webp/mux.h>

#include "image/colour.h"
#include "image/webp.h"

enum {
    MACROBLOCK_PX = 16,
    SHARP_LIMIT_PX = 1 << 20,    /* sharp chroma costs 45 ns a pixel; the rest does 50 to 100 */
    MODE_BYTES_TENTHS = 64,      /* of a macroblock of a detailed picture, measured */
    PARTITION_BYTES = 510 << 10, /* VP8's first partition ends at 512 KB */
    PARTITION_LIMIT = 60
};

/* A picture of many macroblocks overflows the partition that holds their modes, and libwebp then
 * encodes it again and again; with a limit it does so once, and smaller. */
static int partition_limit(struct fox_size size)
{
    const uint64_t columns = (size.width_px + MACROBLOCK_PX - 1) / MACROBLOCK_PX;
    const uint64_t rows = (size.height_px + MACROBLOCK_PX - 1) / MACROBLOCK_PX;

    return columns * rows * MODE_BYTES_TENTHS / 10 > PARTITION_BYTES ? PARTITION_LIMIT : 0;
}

pxf_status fox_webp_config(const struct fox_encoding *encoding, struct fox_size size,
                           struct WebPConfig *ret_config, pxf_error *err)
{
    struct WebPConfig config;

    if (!WebPConfigInit(&config)) {
        return fox_fail(err, PXF_INTERNAL, "libwebp is of another version than its headers");
    }
    config.quality = (float)encoding->quality;
    config.method = encoding->options->webp_method;
    config.partition_limit = partition_limit(size);
    if (!WebPValidateConfig(&config)) {
        return fox_fail(err, PXF_INVALID, "libwebp does not take quality %d, method %d",
                        encoding->quality, config.method);
    }
    *ret_config = config;
    return PXF_OK;
}

pxf_status fox_webp_fail(pxf_error *err, int code)
{
    if (code == VP8_ENC_ERROR_OUT_OF_MEMORY || code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY) {
        return fox_fail_from(err, PXF_NO_MEMORY, PXF_ORIGIN_IMAGE, code, "no memory for a WebP");
    }
    return fox_fail_from(err, PXF_INTERNAL, PXF_ORIGIN_IMAGE, code,
                         "libwebp fails with its error %d", code);
}

static int write_bytes(const uint8_t *data, size_t size, const WebPPicture *webp)
{
    struct fox_str *str = webp->custom_ptr;

    fox_str_put(str, data, size);
    return !str->failed;
}

static pxf_status encode(WebPPicture *webp, const WebPConfig *config, pxf_error *err)
{
    const struct fox_str *str = webp->custom_ptr;

    if (WebPEncode(config, webp)) {
        return PXF_OK;
    }
    TRY(fox_str_check(str, err));
    return fox_webp_fail(err, (int)webp->error_code);
}

/* libwebp works in the planes of video: squeezed copies of ours. */
static pxf_status encode_planes(const struct fox_picture *picture, const WebPConfig *config,
                                WebPPicture *webp, pxf_error *err)
{
    AUTO(fox_picture) planes = {0};

    TRY(fox_colour_to_420(picture, &planes, err));
    fox_colour_squeeze(&planes);
    webp->use_argb = 0;
    webp->colorspace = WEBP_YUV420;
    webp->y = planes.planes[0].data;
    webp->u = planes.planes[1].data;
    webp->v = planes.planes[2].data;
    webp->y_stride = (int)planes.planes[0].stride;
    webp->uv_stride = (int)planes.planes[1].stride;
    return encode(webp, config, err);
}

bool fox_webp_import(struct WebPPicture *webp, const struct fox_picture *picture)
{
    const struct fox_plane *plane = &picture->planes[0];

    return fox_picture_has_alpha(picture)
               ? WebPPictureImportRGBA(webp, plane->data, (int)plane->stride) != 0
               : WebPPictureImportRGB(webp, plane->data, (int)plane->stride) != 0;
}

/* libwebp halves the chroma itself: with care for gamma, and for graphics so that thin lines keep
 * their colour. */
static pxf_status encode_pixels(const struct fox_picture *picture, WebPConfig *config,
                                WebPPicture *webp, pxf_error *err)
{
    pxf_status status;

    webp->use_argb = config->use_sharp_yuv;
    status = fox_webp_import(webp, picture) ? encode(webp, config, err)
                                            : fox_webp_fail(err, VP8_ENC_ERROR_OUT_OF_MEMORY);
    WebPPictureFree(webp);
    return status;
}

static bool wants_sharp(const struct fox_picture *picture, const struct fox_encoding *encoding)
{
    return encoding->content != FOX_CONTENT_PHOTOGRAPH && picture->layout != FOX_LAYOUT_GRAY &&
           picture->chroma_x == 1 &&
           (uint64_t)picture->width_px * picture->height_px <= SHARP_LIMIT_PX;
}

static pxf_status encode_any(const struct fox_picture *picture, const struct fox_encoding *encoding,
                             struct fox_str *str, pxf_error *err)
{
    const struct fox_size size = {picture->width_px, picture->height_px};
    AUTO(fox_picture) rgb = {0};
    WebPPicture webp;
    WebPConfig config;

    TRY(fox_webp_config(encoding, size, &config, err));
    if (!WebPPictureInit(&webp)) {
        return fox_fail(err, PXF_INTERNAL, "libwebp is of another version than its headers");
    }
    webp.width = (int)size.width_px;
    webp.height = (int)size.height_px;
    webp.writer = write_bytes;
    webp.custom_ptr = str;
    config.use_sharp_yuv = wants_sharp(picture, encoding);
    if (!fox_picture_is_planar(picture)) {
        return encode_pixels(picture, &config, &webp, err);
    }
    if (!config.use_sharp_yuv) {
        return encode_planes(picture, &config, &webp, err);
    }
    TRY(fox_colour_to_rgb(picture, &rgb, err));
    return encode_pixels(&rgb, &config, &webp, err);
}

pxf_status fox_webp_wrap(const void *data, size_t size, const struct fox_profile *profile,
                         struct fox_str *str, pxf_error *err)
{
    const WebPData image = {data, size}, icc = {profile->data, profile->size};
    WebPData file = {0};
    WebPMux *mux = WebPMuxCreate(&image, 0);

    if (!mux || WebPMuxSetChunk(mux, "ICCP", &icc, 0) != WEBP_MUX_OK ||
        WebPMuxAssemble(mux, &file) != WEBP_MUX_OK) {
        WebPMuxDelete(mux);
        return fox_webp_fail(err, VP8_ENC_ERROR_OUT_OF_MEMORY);
    }
    fox_str_put(str, file.bytes, file.size);
    WebPDataClear(&file);
    WebPMuxDelete(mux);
    return fox_str_check(str, err);
}

pxf_status fox_encode_webp(const struct fox_picture *picture, const struct fox_encoding *encoding,
                           struct fox_str *str, pxf_error *err)
{
    AUTO(fox_str) bare = {.limit = FOX_ENCODED_BYTES_LIMIT};

    if (!encoding->profile->data) {
        return encode_any(picture, encoding, str, err);
    }
    TRY(encode_any(picture, encoding, &bare, err));
    return fox_webp_wrap(bare.data, bare.size, encoding->profile, str, err);
}
