/* SPDX-License-Identifier: Apache-2.0 */
#include "image/decode.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#include <libheif/heif.h>

#include "base/mem.h"
#include "image/heif.h"
#include "image/hidden.h"

enum { SIDE_LIMIT_PX = 65535 };

/* Limits of libheif's own, where it has them, under those that the header met before. */
#if LIBHEIF_HAVE_VERSION(1, 19, 0)
static void set_limits(struct heif_context *context, const struct fox_source *source)
{
    struct heif_security_limits limits = *heif_context_get_security_limits(context);

    if (source->options->memory_bytes > 0) {
        limits.max_memory_block_size = source->options->memory_bytes;
    }
    (void)heif_context_set_security_limits(context, &limits);
}
#else
static void set_limits(struct heif_context *context, const struct fox_source *source)
{
    (void)source;
    heif_context_set_maximum_image_size_limit(context, SIDE_LIMIT_PX);
}
#endif

/* libheif before 1.18 stops at the references of an iPhone's gain maps: a feature that is missing,
 * not a broken file. */
static pxf_status check(struct heif_error error, pxf_error *err)
{
    if (error.code == heif_error_Invalid_input && error.message &&
        strstr(error.message, "Too many auxiliary image references")) {
        return fox_fail_from(err, PXF_UNSUPPORTED, PXF_ORIGIN_IMAGE, (int)error.subcode,
                             "HEIF with a gain map: libheif %s cannot read it", heif_get_version());
    }
    if (error.subcode == heif_suberror_End_of_data) {
        return fox_heif_check(error, PXF_CORRUPT, "truncated HEIF", err);
    }
    return fox_heif_check(error, PXF_CORRUPT, "corrupt HEIF", err);
}

/* libheif starts threads for tiles and cannot be told to spare them signals; they inherit ours. */
static pxf_status decode_quietly(struct fox_heif *heif, enum heif_chroma chroma,
                                 const struct heif_decoding_options *options, pxf_error *err)
{
    struct heif_error error;
    sigset_t all, before;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    error = heif_decode_image(heif->handle, &heif->image, heif_colorspace_RGB, chroma, options);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return check(error, err);
}

static pxf_status decode(struct fox_heif *heif, bool has_alpha, pxf_error *err)
{
    struct heif_decoding_options *options = heif_decoding_options_alloc();
    pxf_status status;

    if (!options) {
        return fox_fail(err, PXF_NO_MEMORY, "no memory for libheif");
    }
    options->convert_hdr_to_8bit = 1;
    status = decode_quietly(
        heif, has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, options, err);
    heif_decoding_options_free(options);
    return status;
}

static pxf_status copy_pixels(const struct fox_heif *heif, struct fox_picture *picture,
                              pxf_error *err)
{
    const size_t row = (size_t)picture->width_px * fox_picture_sample_bytes(picture);
    int stride = 0;
    const uint8_t *data =
        heif_image_get_plane_readonly(heif->image, heif_channel_interleaved, &stride);

    if (!data) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0, "corrupt HEIF: no pixels");
    }
    for (uint32_t y = 0; y < picture->height_px; y++) {
        memcpy(fox_plane_row(&picture->planes[0], y), data + (size_t)stride * y, row);
    }
    return PXF_OK;
}

static pxf_status take_pixels(const struct fox_source *source, const struct fox_heif *heif,
                              struct fox_picture *ret_picture, pxf_error *err)
{
    const bool has_alpha =
        heif_image_get_chroma_format(heif->image) == heif_chroma_interleaved_RGBA;
    const int width = heif_image_get_width(heif->image, heif_channel_interleaved);
    const int height = heif_image_get_height(heif->image, heif_channel_interleaved);
    const struct fox_size size = {(uint32_t)(width < 0 ? 0 : width),
                                  (uint32_t)(height < 0 ? 0 : height)};
    AUTO(fox_picture) picture = {0};

    TRY(fox_decode_check_room(source, size, err));
    TRY(fox_picture_new(&picture, has_alpha ? FOX_LAYOUT_RGBA : FOX_LAYOUT_RGB, size,
                        fox_chroma_444, err));
    TRY(copy_pixels(heif, &picture, err));
    if (has_alpha && heif_image_handle_is_premultiplied_alpha(heif->handle)) {
        fox_hidden_divide(&picture);
    }
    *ret_picture = fox_picture_take(&picture);
    return PXF_OK;
}

static pxf_status read_raw_profile(const struct fox_heif *heif, struct fox_profile *ret_profile,
                                   pxf_error *err)
{
    AUTO(fox_profile) profile = {.size =
                                     heif_image_handle_get_raw_color_profile_size(heif->handle)};

    if (profile.size == 0) {
        return PXF_OK;
    }
    profile.data = fox_mem_new(profile.size, 1, err);
    if (!profile.data) {
        return PXF_NO_MEMORY;
    }
    TRY(check(heif_image_handle_get_raw_color_profile(heif->handle, profile.data), err));
    *ret_profile = fox_profile_take(&profile);
    return PXF_OK;
}

/* Primaries by number: Display P3 (SMPTE EG 432-1) gets its profile; others are taken for sRGB. */
static pxf_status read_numbers(const struct fox_heif *heif, struct fox_profile *ret_profile,
                               pxf_error *err)
{
    struct heif_color_profile_nclx *nclx = NULL;
    bool is_p3;

    if (heif_image_handle_get_nclx_color_profile(heif->handle, &nclx).code != heif_error_Ok) {
        return PXF_OK;
    }
    is_p3 = nclx->color_primaries == heif_color_primaries_SMPTE_EG_432_1;
    heif_nclx_color_profile_free(nclx);
    return is_p3 ? fox_profile_load(ret_profile, "p3", err) : PXF_OK;
}

static pxf_status read_profile(const struct fox_heif *heif, struct fox_profile *ret_profile,
                               pxf_error *err)
{
    switch (heif_image_handle_get_color_profile_type(heif->handle)) {
    case heif_color_profile_type_not_present:
        return PXF_OK;
    case heif_color_profile_type_nclx:
        return read_numbers(heif, ret_profile, err);
    case heif_color_profile_type_rICC:
    case heif_color_profile_type_prof:
        return read_raw_profile(heif, ret_profile, err);
    }
    return PXF_OK;
}

pxf_status fox_decode_heif(const struct fox_source *source, struct fox_decoded *ret_decoded,
                           pxf_error *err)
{
    const struct fox_size stored = {source->sniff->width_px, source->sniff->height_px};
    AUTO(fox_heif) heif = {0};

    TRY(fox_decode_check_room(source, stored, err));
    TRY(fox_heif_open(&heif, err));
    set_limits(heif.context, source);
    heif_context_set_max_decoding_threads(heif.context, (int)source->options->thread_count);
    TRY(check(
        heif_context_read_from_memory_without_copy(heif.context, source->data, source->size, NULL),
        err));
    TRY(check(heif_context_get_primary_image_handle(heif.context, &heif.handle), err));
    TRY(decode(&heif, heif_image_handle_has_alpha_channel(heif.handle) != 0, err));
    TRY(read_profile(&heif, &ret_decoded->profile, err));
    return take_pixels(source, &heif, &ret_decoded->picture, err);
}
