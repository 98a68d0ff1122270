/* SPDX-License-Identifier: Apache-2.0 */
#include "image/encode.h"

#include <string.h>

#include <libheif/heif.h>

#include "image/colour.h"
#include "image/heif.h"
#include "image/hidden.h"

enum {
    CRF_MAX = 63,
    FAST_SPEED = 9,
    FAST_CQ_OFFSET = -10, /* CRF 35 of the scale that recipes use is cq 25 at speed 9 … */
    SLOW_CQ_OFFSET = -2,  /* … and cq 33 below, by quality */
    GRAPHIC_SPEED = 6,
    THUMBNAIL_PX = 1 << 20,
    ALPHA_QUALITY = 90
};

struct text_option {
    const char *name, *value;
};

/* Quantiser matrices make speed 9 as good as slower ones on textured photographs. The level is
 * fixed, because libaom 3.12 chooses another than 3.6 from a range. */
static const struct text_option fast_options[] = {
    {"aom:tune", "ssim"}, {"aom:enable-qm", "1"}, {"aom:qm-min", "4"}, {"aom:qm-max", "4"}};

/* Palettes cost flat art a third more time and save nothing. */
static const struct text_option slow_options[] = {
    {"aom:tune", "ssim"}, {"aom:enable-palette", "0"}, {"aom:enable-intrabc", "0"}};

/* They make a page of text a third as large, and sooner. Copies inside the picture would save
 * another third, and cost nine times as much. */
static const struct text_option screen_options[] = {
    {"aom:tune", "ssim"}, {"aom:enable-palette", "1"}, {"aom:enable-intrabc", "0"}};

static int speed_of(const struct fox_picture *picture, const struct fox_encoding *encoding)
{
    const struct fox_image_options *options = encoding->options;
    const bool is_thumbnail =
        !encoding->is_full && (uint64_t)picture->width_px * picture->height_px <= THUMBNAIL_PX;
    const int speed = is_thumbnail ? options->avif_thumbnail_speed : options->avif_speed;

    if (encoding->content == FOX_CONTENT_PHOTOGRAPH) {
        return speed;
    }
    return speed > GRAPHIC_SPEED ? GRAPHIC_SPEED : speed;
}

/* The quality of libheif that it turns into that cq: ((100 - quality) × 63 + 50) ÷ 100. */
static int quality_of(int32_t crf, int speed)
{
    const int32_t wanted = crf + (speed == FAST_SPEED ? FAST_CQ_OFFSET : SLOW_CQ_OFFSET);
    const int32_t cq = wanted < 0 ? 0 : wanted > CRF_MAX ? CRF_MAX : wanted;
    int quality = 100;

    while (quality > 0 && ((100 - quality) * CRF_MAX + 50) / 100 < cq) {
        quality--;
    }
    return quality;
}

struct text_options {
    const struct text_option *options;
    size_t count;
};

static struct text_options options_of(const struct fox_encoding *encoding, int speed)
{
    if (speed == FAST_SPEED) {
        return (struct text_options){fast_options, sizeof fast_options / sizeof *fast_options};
    }
    if (encoding->content == FOX_CONTENT_SCREEN) {
        return (struct text_options){screen_options,
                                     sizeof screen_options / sizeof *screen_options};
    }
    return (struct text_options){slow_options, sizeof slow_options / sizeof *slow_options};
}

static pxf_status set_texts(struct heif_encoder *encoder, struct text_options texts, pxf_error *err)
{
    for (size_t i = 0; i < texts.count; i++) {
        const struct text_option *option = &texts.options[i];

        TRY(fox_heif_check(heif_encoder_set_parameter_string(encoder, option->name, option->value),
                           PXF_INTERNAL, option->name, err));
    }
    return PXF_OK;
}

static pxf_status set_number(struct heif_encoder *encoder, const char *name, int value,
                             pxf_error *err)
{
    return fox_heif_check(heif_encoder_set_parameter_integer(encoder, name, value), PXF_INTERNAL,
                          name, err);
}

/* One thread: the caller spreads variants, and the bytes stay the same whatever it has. */
static pxf_status set_up(struct heif_encoder *encoder, const struct fox_encoding *encoding,
                         int speed, pxf_error *err)
{
    TRY(fox_heif_check(
        heif_encoder_set_lossy_quality(encoder, quality_of(encoding->quality, speed)), PXF_INTERNAL,
        "quality", err));
    TRY(set_number(encoder, "speed", speed, err));
    TRY(set_number(encoder, "threads", 1, err));
    TRY(set_number(encoder, "alpha-quality", ALPHA_QUALITY, err));
    return set_texts(encoder, options_of(encoding, speed), err);
}

static pxf_status add_plane(struct heif_image *image, enum heif_channel channel,
                            struct fox_size size, struct fox_plane *ret_plane, pxf_error *err)
{
    int stride = 0;
    uint8_t *data;

    TRY(fox_heif_check(
        heif_image_add_plane(image, channel, (int)size.width_px, (int)size.height_px, 8),
        PXF_NO_MEMORY, "a plane", err));
    data = heif_image_get_plane(image, channel, &stride);
    if (!data) {
        return fox_fail(err, PXF_NO_MEMORY, "no memory for a plane");
    }
    *ret_plane = (struct fox_plane){data, (size_t)stride, size.width_px, size.height_px};
    return PXF_OK;
}

static pxf_status add_colours(struct heif_image *image, const struct fox_picture *planes,
                              pxf_error *err)
{
    static const enum heif_channel channels[] = {heif_channel_Y, heif_channel_Cb, heif_channel_Cr};

    for (uint32_t i = 0; i < FOX_PLANE_LIMIT; i++) {
        const struct fox_plane *from = &planes->planes[i];
        const struct fox_size size = {from->width_px, from->height_px};
        struct fox_plane to = {0};

        TRY(add_plane(image, channels[i], size, &to, err));
        for (uint32_t y = 0; y < size.height_px; y++) {
            memcpy(fox_plane_row(&to, y), fox_plane_row(from, y), size.width_px);
        }
    }
    return PXF_OK;
}

static pxf_status add_alpha(struct heif_image *image, const struct fox_picture *picture,
                            pxf_error *err)
{
    const struct fox_size size = {picture->width_px, picture->height_px};
    struct fox_plane to = {0};

    TRY(add_plane(image, heif_channel_Alpha, size, &to, err));
    for (uint32_t y = 0; y < size.height_px; y++) {
        const uint8_t *from = fox_plane_row(&picture->planes[0], y);
        uint8_t *row = fox_plane_row(&to, y);

        for (size_t x = 0; x < size.width_px; x++) {
            row[x] = from[4 * x + 3];
        }
    }
    return PXF_OK;
}

/* sRGB by numbers, or the profile; either way JFIF's matrix and the full range. */
static pxf_status set_colours(struct heif_image *image, const struct fox_profile *profile,
                              struct heif_color_profile_nclx *nclx, pxf_error *err)
{
    nclx->color_primaries =
        profile->data ? heif_color_primaries_unspecified : heif_color_primaries_ITU_R_BT_709_5;
    nclx->transfer_characteristics = profile->data ? heif_transfer_characteristic_unspecified
                                                   : heif_transfer_characteristic_IEC_61966_2_1;
    nclx->matrix_coefficients = heif_matrix_coefficients_ITU_R_BT_601_6;
    nclx->full_range_flag = 1;
    TRY(fox_heif_check(heif_image_set_nclx_color_profile(image, nclx), PXF_INTERNAL, "nclx", err));
    if (!profile->data) {
        return PXF_OK;
    }
    return fox_heif_check(
        heif_image_set_raw_color_profile(image, "prof", profile->data, profile->size), PXF_INTERNAL,
        "a profile", err);
}

static pxf_status fill(struct fox_heif *heif, const struct fox_picture *picture,
                       const struct fox_profile *profile, pxf_error *err)
{
    const bool has_alpha = fox_picture_has_alpha(picture);
    AUTO(fox_picture) planes = {0}, shown = {0};

    if (has_alpha) {
        TRY(fox_hidden_fill(picture, &shown, err));
    }
    TRY(fox_colour_to_420(has_alpha ? &shown : picture, &planes, err));
    TRY(fox_heif_check(heif_image_create((int)picture->width_px, (int)picture->height_px,
                                         heif_colorspace_YCbCr, heif_chroma_420, &heif->image),
                       PXF_NO_MEMORY, "a picture", err));
    TRY(add_colours(heif->image, &planes, err));
    if (has_alpha) {
        TRY(add_alpha(heif->image, picture, err));
    }
    return set_colours(heif->image, profile, heif->nclx, err);
}

static struct heif_error write_bytes(struct heif_context *context, const void *data, size_t size,
                                     void *userdata)
{
    struct fox_str *str = userdata;

    (void)context;
    fox_str_put(str, data, size);
    return (struct heif_error){.code =
                                   str->failed ? heif_error_Memory_allocation_error : heif_error_Ok,
                               .subcode = heif_suberror_Unspecified,
                               .message = str->failed ? "no memory" : "Success"};
}

static const struct heif_encoder_descriptor *find_encoder(void)
{
    const struct heif_encoder_descriptor *found = NULL;

    return heif_get_encoder_descriptors(heif_compression_AV1, "aom", &found, 1) == 1 ? found : NULL;
}

bool fox_encode_has_avif(void)
{
    return find_encoder() != NULL;
}

static pxf_status open_encoder(struct fox_heif *heif, pxf_error *err)
{
    const struct heif_encoder_descriptor *descriptor = find_encoder();

    if (!descriptor) {
        return fox_fail(err, PXF_UNSUPPORTED, "libheif has no encoder 'aom'");
    }
    return fox_heif_check(heif_context_get_encoder(heif->context, descriptor, &heif->encoder),
                          PXF_INTERNAL, "the encoder", err);
}

static pxf_status encode(struct fox_heif *heif, const struct fox_profile *profile,
                         struct fox_str *str, pxf_error *err)
{
    struct heif_writer writer = {.writer_api_version = 1, .write = write_bytes};

    heif->options->save_two_colr_boxes_when_ICC_and_nclx_available = profile->data != NULL;
    heif->options->macOS_compatibility_workaround_no_nclx_profile = 0;
    heif->options->output_nclx_profile = heif->nclx;
    TRY(fox_heif_check(heif_context_encode_image(heif->context, heif->image, heif->encoder,
                                                 heif->options, &heif->handle),
                       PXF_INTERNAL, "encoding", err));
    TRY(fox_heif_check(heif_context_write(heif->context, &writer, str), PXF_INTERNAL, "writing",
                       err));
    return fox_str_check(str, err);
}

pxf_status fox_encode_avif(const struct fox_picture *picture, const struct fox_encoding *encoding,
                           struct fox_str *str, pxf_error *err)
{
    AUTO(fox_heif) heif = {0};

    TRY(fox_heif_open(&heif, err));
    TRY(open_encoder(&heif, err));
    TRY(set_up(heif.encoder, encoding, speed_of(picture, encoding), err));
    TRY(fill(&heif, picture, encoding->profile, err));
    return encode(&heif, encoding->profile, str, err);
}
