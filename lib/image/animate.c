/* SPDX-License-Identifier: Apache-2.0 */
#include "image/handle.h"

#include <string.h>

#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include "image/reel.h"
#include "image/webp.h"

/* An encoder of frames and the file it makes. */
struct fox_animation {
    WebPAnimEncoder *encoder;
    WebPConfig config;
    WebPData file;
    int time_ms;
    bool is_transparent; /* somewhere in some frame */
};

static void fox_animation_let_go(struct fox_animation *animation)
{
    WebPAnimEncoderDelete(animation->encoder);
    WebPDataClear(&animation->file);
}

bool fox_image_animates(const struct fox_image *image, const struct fox_recipe *recipe)
{
    return recipe->output == FOX_OUTPUT_WEBP && recipe->fit == PXF_FIT_FULL &&
           fox_reel_fits(&image->sniff);
}

static pxf_status open_animation(struct fox_animation *animation, const struct fox_reel *reel,
                                 const struct fox_encoding *encoding, pxf_error *err)
{
    const struct fox_size size = {reel->frame.width_px, reel->frame.height_px};
    WebPAnimEncoderOptions options;

    TRY(fox_webp_config(encoding, size, &animation->config, err));
    if (!WebPAnimEncoderOptionsInit(&options)) {
        return fox_fail(err, PXF_INTERNAL, "libwebp is of another version than its headers");
    }
    options.anim_params.loop_count = (int)reel->loop_count;
    options.anim_params.bgcolor = 0;
    options.kmax = 0; /* no key frames but the first */
    animation->encoder = WebPAnimEncoderNew((int)size.width_px, (int)size.height_px, &options);
    return animation->encoder ? PXF_OK : fox_webp_fail(err, VP8_ENC_ERROR_OUT_OF_MEMORY);
}

static pxf_status add_frame(struct fox_animation *animation, const struct fox_reel *reel,
                            pxf_error *err)
{
    const struct fox_plane *plane = &reel->frame.planes[0];
    WebPPicture webp;
    bool is_added;

    if (!WebPPictureInit(&webp)) {
        return fox_fail(err, PXF_INTERNAL, "libwebp is of another version than its headers");
    }
    webp.use_argb = 1;
    webp.width = (int)plane->width_px;
    webp.height = (int)plane->height_px;
    if (!fox_webp_import(&webp, &reel->frame)) {
        WebPPictureFree(&webp);
        return fox_webp_fail(err, VP8_ENC_ERROR_OUT_OF_MEMORY);
    }
    animation->is_transparent = animation->is_transparent || (fox_picture_has_alpha(&reel->frame) &&
                                                              !fox_picture_is_opaque(&reel->frame));
    is_added =
        WebPAnimEncoderAdd(animation->encoder, &webp, animation->time_ms, &animation->config) != 0;
    animation->time_ms += reel->duration_ms;
    WebPPictureFree(&webp);
    return is_added ? PXF_OK : fox_webp_fail(err, (int)webp.error_code);
}

static pxf_status add_frames(struct fox_animation *animation, struct fox_reel *reel,
                             bool keeps_truncated, pxf_error *err)
{
    bool is_there = true;

    while (is_there) {
        pxf_error cause = {0};
        const pxf_status status = fox_reel_next(reel, &is_there, &cause);

        if (status == PXF_CORRUPT && keeps_truncated && reel->next > 1) {
            break;
        }
        if (status != PXF_OK) {
            return fox_fail_from(err, status, PXF_ORIGIN_IMAGE, cause.code, "%s", cause.message);
        }
        if (is_there) {
            TRY(add_frame(animation, reel, err));
        }
    }
    if (!WebPAnimEncoderAdd(animation->encoder, NULL, animation->time_ms, NULL) ||
        !WebPAnimEncoderAssemble(animation->encoder, &animation->file)) {
        return fox_webp_fail(err, VP8_ENC_ERROR_OUT_OF_MEMORY);
    }
    return PXF_OK;
}

/* libwebp joins frames that are equal. */
static pxf_status count_frames(const WebPData *file, uint32_t *ret_frame_count, pxf_error *err)
{
    WebPDemuxer *demuxer = WebPDemux(file);

    if (!demuxer) {
        return fox_webp_fail(err, VP8_ENC_ERROR_OUT_OF_MEMORY);
    }
    *ret_frame_count = WebPDemuxGetI(demuxer, WEBP_FF_FRAME_COUNT);
    WebPDemuxDelete(demuxer);
    return PXF_OK;
}

/* libwebp cuts transparent margins off the frames and then, if what is left is opaque, says that
 * the whole is: decoders that believe it show black margins. The flag stands in the first chunk
 * (WebP container specification, "Extended File Format"). */
static void mark_transparent(struct fox_str *str, size_t begin)
{
    enum { FIRST_CHUNK = 12, FLAGS = 20 };

    if (str->size - begin > FLAGS && memcmp(str->data + begin + FIRST_CHUNK, "VP8X", 4) == 0) {
        str->data[begin + FLAGS] = (char)(str->data[begin + FLAGS] | ALPHA_FLAG);
    }
}

static pxf_status put_file(const struct fox_animation *animation, const struct fox_profile *profile,
                           struct fox_str *str, pxf_error *err)
{
    const size_t begin = str->size;

    if (profile->data) {
        TRY(fox_webp_wrap(animation->file.bytes, animation->file.size, profile, str, err));
    } else {
        fox_str_put(str, animation->file.bytes, animation->file.size);
    }
    TRY(fox_str_check(str, err));
    if (animation->is_transparent) {
        mark_transparent(str, begin);
    }
    return PXF_OK;
}

pxf_status fox_image_animate(const struct fox_image *image, const struct fox_encoding *encoding,
                             struct fox_str *str, uint32_t *ret_frame_count, pxf_error *err)
{
    AUTO(fox_reel) reel = {0};
    AUTO(fox_animation) animation = {0};

    TRY(fox_reel_open(&reel, &image->source, err));
    TRY(open_animation(&animation, &reel, encoding, err));
    TRY(add_frames(&animation, &reel, image->options.keep_truncated, err));
    TRY(count_frames(&animation.file, ret_frame_count, err));
    return put_file(&animation, encoding->profile, str, err);
}
