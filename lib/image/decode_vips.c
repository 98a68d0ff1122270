/* SPDX-License-Identifier: Apache-2.0 */
#include "image/decode.h"

#include "image/vips.h"
#include "model/format.h"

struct fox_load {
    VipsSource *source;
};

static void fox_load_let_go(struct fox_load *load)
{
    g_clear_object(&load->source);
}

static int load(VipsSource *source, pxf_format format, VipsFailOn fail_on, VipsImage **ret_image)
{
    switch (format) {
    case PXF_FORMAT_PNG:
        return vips_pngload_source(source, ret_image, "fail_on", fail_on, "access",
                                   VIPS_ACCESS_SEQUENTIAL, NULL);
    case PXF_FORMAT_GIF:
        return vips_gifload_source(source, ret_image, "fail_on", fail_on, "access",
                                   VIPS_ACCESS_SEQUENTIAL, NULL);
    case PXF_FORMAT_TIFF:
        return vips_tiffload_source(source, ret_image, "fail_on", fail_on, "access",
                                    VIPS_ACCESS_SEQUENTIAL, NULL);
    case PXF_FORMAT_JPEG:
    case PXF_FORMAT_WEBP:
    case PXF_FORMAT_AVIF:
    case PXF_FORMAT_HEIC:
    case PXF_FORMAT_BMP:
        return -1;
    }
    return -1;
}

static pxf_status open_image(const struct fox_source *source, VipsFailOn fail_on,
                             struct fox_vips *ret_vips, pxf_error *err)
{
    AUTO(fox_load) loading = {.source = vips_source_new_from_memory(source->data, source->size)};

    if (!loading.source ||
        load(loading.source, source->sniff->format, fail_on, &ret_vips->image) != 0) {
        return fox_vips_fail(err, PXF_CORRUPT, "header");
    }
    return PXF_OK;
}

static pxf_status read_profile(VipsImage *image, struct fox_profile *ret_profile, pxf_error *err)
{
    const void *data = NULL;
    size_t size = 0;

    if (!vips_image_get_typeof(image, VIPS_META_ICC_NAME) ||
        vips_image_get_blob(image, VIPS_META_ICC_NAME, &data, &size) != 0) {
        return PXF_OK;
    }
    return fox_profile_new(ret_profile, data, size, err);
}

static int to_8_bits(struct fox_vips *vips, gboolean is_shifted)
{
    VipsImage *next = NULL;

    if (vips->image->BandFmt == VIPS_FORMAT_UCHAR) {
        return 0;
    }
    if (vips_cast(vips->image, &next, VIPS_FORMAT_UCHAR, "shift", is_shifted, NULL) != 0) {
        return -1;
    }
    fox_vips_set(vips, next);
    return 0;
}

static int to_space(struct fox_vips *vips, VipsInterpretation space)
{
    VipsImage *next = NULL;

    if (vips_colourspace(vips->image, &next, space, NULL) != 0) {
        return -1;
    }
    fox_vips_set(vips, next);
    return to_8_bits(vips, FALSE);
}

static int keep_bands(struct fox_vips *vips, int count)
{
    VipsImage *next = NULL;

    if (vips->image->Bands <= count) {
        return 0;
    }
    if (vips_extract_band(vips->image, &next, 0, "n", count, NULL) != 0) {
        return -1;
    }
    fox_vips_set(vips, next);
    return 0;
}

static bool is_gray(VipsInterpretation space)
{
    return space == VIPS_INTERPRETATION_B_W || space == VIPS_INTERPRETATION_GREY16;
}

static bool is_rgb(VipsInterpretation space)
{
    return space == VIPS_INTERPRETATION_sRGB || space == VIPS_INTERPRETATION_RGB ||
           space == VIPS_INTERPRETATION_RGB16;
}

/* Samples of 8 bits: one band, three, or four. Integers keep their high bits, so a profile is still
 * theirs; what is neither gray nor RGB becomes sRGB. */
static int simplify(struct fox_vips *vips, bool *ret_is_inks)
{
    const VipsInterpretation space = vips_image_guess_interpretation(vips->image);

    *ret_is_inks = space == VIPS_INTERPRETATION_CMYK;
    if (*ret_is_inks) {
        return to_8_bits(vips, TRUE) != 0 ? -1 : keep_bands(vips, 4);
    }
    if (is_gray(space) && vips->image->Bands == 1) {
        return to_8_bits(vips, TRUE);
    }
    if (is_rgb(space) && vips_band_format_isint(vips->image->BandFmt)) {
        return to_8_bits(vips, TRUE) != 0 ? -1 : keep_bands(vips, 4);
    }
    return to_space(vips, VIPS_INTERPRETATION_sRGB) != 0 ? -1 : keep_bands(vips, 4);
}

static pxf_status read_pixels(const struct fox_vips *vips, struct fox_picture *ret_picture,
                              pxf_error *err)
{
    static const enum fox_layout layouts[] = {
        [1] = FOX_LAYOUT_GRAY, [3] = FOX_LAYOUT_RGB, [4] = FOX_LAYOUT_RGBA};
    const struct fox_size size = {(uint32_t)vips->image->Xsize, (uint32_t)vips->image->Ysize};
    const int bands = vips->image->Bands;
    AUTO(fox_picture) picture = {0};

    if (bands != 1 && bands != 3 && bands != 4) {
        return fox_fail_from(err, PXF_UNSUPPORTED, PXF_ORIGIN_IMAGE, 0,
                             "pictures of %d channels are not supported", bands);
    }
    TRY(fox_picture_new(&picture, layouts[bands], size, fox_chroma_444, err));
    TRY(fox_vips_into_plane(vips, &picture.planes[0], (uint32_t)bands, err));
    *ret_picture = fox_picture_take(&picture);
    return PXF_OK;
}

static pxf_status decode(const struct fox_source *source, VipsFailOn fail_on,
                         struct fox_decoded *decoded, pxf_error *err)
{
    AUTO(fox_vips) vips = {0};
    AUTO(fox_picture) inks = {0};
    bool is_inks = false;

    TRY(open_image(source, fail_on, &vips, err));
    TRY(fox_decode_check_room(
        source, (struct fox_size){(uint32_t)vips.image->Xsize, (uint32_t)vips.image->Ysize}, err));
    TRY(read_profile(vips.image, &decoded->profile, err));
    if (simplify(&vips, &is_inks) != 0) {
        return fox_vips_fail(err, PXF_CORRUPT, "colours");
    }
    if (!is_inks) {
        return read_pixels(&vips, &decoded->picture, err);
    }
    TRY(read_pixels(&vips, &inks, err));
    TRY(fox_profile_from_inks(&inks, &decoded->profile, &decoded->picture, err));
    fox_profile_let_go(&decoded->profile);
    return PXF_OK;
}

/* Strictly first, so that what is damaged is known to be. */
pxf_status fox_decode_vips(const struct fox_source *source, struct fox_decoded *ret_decoded,
                           pxf_error *err)
{
    const char *name = fox_format_name(source->sniff->format);
    pxf_error first = {0};
    pxf_status status = decode(source, VIPS_FAIL_ON_ERROR, ret_decoded, &first);

    if (status == PXF_CORRUPT && source->options->keep_truncated) {
        fox_decoded_let_go(ret_decoded);
        ret_decoded->is_truncated = true;
        first = (pxf_error){0};
        status = decode(source, VIPS_FAIL_ON_NONE, ret_decoded, &first);
    }
    if (status == PXF_OK) {
        return PXF_OK;
    }
    return fox_fail_from(err, status, PXF_ORIGIN_IMAGE, 0, "%s%s: %s",
                         status == PXF_CORRUPT ? "corrupt " : "", name, first.message);
}
