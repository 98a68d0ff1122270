/* SPDX-License-Identifier: Apache-2.0 */
#include "image/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/vips.h"

enum {
    HEADER_BYTES = 128, /* ICC.1:2010, 7.2 */
    SPACE_OFFSET = 16,
    SAMPLE_SIDE = 5, /* steps of each channel */
    SAMPLE_COUNT = SAMPLE_SIDE * SAMPLE_SIDE * SAMPLE_SIDE,
    SAME_LIMIT = 3 /* of 255: nobody sees it, and profiles that say sRGB differ by that */
};

/* How far outside sRGB a colour may lie, in linear light, before the gamut counts as wide. */
static const double wide_limit = 0.03;

pxf_status fox_profile_new(struct fox_profile *ret_profile, const void *data, size_t size,
                           pxf_error *err)
{
    uint8_t *copy = fox_mem_new(size, 1, err);

    if (!copy) {
        return PXF_NO_MEMORY;
    }
    memcpy(copy, data, size);
    *ret_profile = (struct fox_profile){.data = copy, .size = size};
    return PXF_OK;
}

pxf_status fox_profile_load(struct fox_profile *ret_profile, const char *name, pxf_error *err)
{
    VipsBlob *blob = NULL;
    const void *data;
    size_t size = 0;
    pxf_status status;

    if (vips_profile_load(name, &blob, NULL) != 0 || !blob) {
        return fox_vips_fail(err, PXF_INTERNAL, "ICC");
    }
    data = vips_blob_get(blob, &size);
    status = fox_profile_new(ret_profile, data, size, err);
    vips_area_unref(VIPS_AREA(blob));
    return status;
}

void fox_profile_let_go(struct fox_profile *profile)
{
    free(profile->data);
    *profile = (struct fox_profile){0};
}

struct fox_profile fox_profile_take(struct fox_profile *profile)
{
    const struct fox_profile taken = *profile;

    *profile = (struct fox_profile){0};
    return taken;
}

char fox_profile_space(const struct fox_profile *profile)
{
    const uint8_t *space;

    if (profile->size < HEADER_BYTES) {
        return 0;
    }
    space = profile->data + SPACE_OFFSET;
    if (memcmp(space, "RGB ", 4) == 0 || memcmp(space, "GRAY", 4) == 0 ||
        memcmp(space, "CMYK", 4) == 0) {
        return (char)space[0];
    }
    return 0;
}

/* The image with the profile in it. */
static int with_profile(struct fox_vips *vips, const struct fox_profile *profile,
                        VipsInterpretation interpretation)
{
    VipsImage *copy = NULL;

    if (vips_copy(vips->image, &copy, "interpretation", interpretation, NULL) != 0) {
        return -1;
    }
    fox_vips_set(vips, copy);
    if (profile->data) {
        vips_image_set_blob_copy(copy, VIPS_META_ICC_NAME, profile->data, profile->size);
    }
    return 0;
}

static int convert(struct fox_vips *vips, const char *fallback)
{
    VipsImage *next = NULL;

    if (vips_icc_transform(vips->image, &next, "srgb", "embedded", TRUE, "input_profile", fallback,
                           "intent", VIPS_INTENT_RELATIVE, "black_point_compensation", TRUE,
                           NULL) != 0) {
        return -1;
    }
    fox_vips_set(vips, next);
    return 0;
}

/* A grid of colours over the whole cube. */
static void fill_samples(uint8_t samples[SAMPLE_COUNT][3])
{
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        samples[i][0] = (uint8_t)(i % SAMPLE_SIDE * UINT8_MAX / (SAMPLE_SIDE - 1));
        samples[i][1] = (uint8_t)(i / SAMPLE_SIDE % SAMPLE_SIDE * UINT8_MAX / (SAMPLE_SIDE - 1));
        samples[i][2] = (uint8_t)(i / SAMPLE_SIDE / SAMPLE_SIDE * UINT8_MAX / (SAMPLE_SIDE - 1));
    }
}

static pxf_status sample(struct fox_vips *ret_vips, const struct fox_plane *plane,
                         const struct fox_profile *profile, pxf_error *err)
{
    TRY(fox_vips_of_plane(ret_vips, plane, 3, err));
    if (with_profile(ret_vips, profile, VIPS_INTERPRETATION_sRGB) != 0) {
        return fox_vips_fail(err, PXF_UNSUPPORTED, "ICC");
    }
    return PXF_OK;
}

/* The largest change that the profile makes, of 255. */
static pxf_status measure_change(const struct fox_plane *plane, const struct fox_profile *profile,
                                 int *ret_change, pxf_error *err)
{
    uint8_t converted[SAMPLE_COUNT][3];
    const struct fox_plane to = {converted[0], sizeof converted, SAMPLE_COUNT, 1};
    AUTO(fox_vips) vips = {0};
    int change = 0;

    TRY(sample(&vips, plane, profile, err));
    if (convert(&vips, "srgb") != 0) {
        return fox_vips_fail(err, PXF_UNSUPPORTED, "ICC");
    }
    TRY(fox_vips_into_plane(&vips, &to, 3, err));
    for (size_t i = 0; i < sizeof converted; i++) {
        const int difference = abs(plane->data[i] - to.data[i]);

        change = difference > change ? difference : change;
    }
    *ret_change = change;
    return PXF_OK;
}

/* The least and the greatest of red, green and blue in linear light of sRGB. */
struct reach {
    double low, high;
};

static pxf_status measure_reach(const struct fox_plane *plane, const struct fox_profile *profile,
                                struct reach *ret_reach, pxf_error *err)
{
    AUTO(fox_vips) vips = {0};
    VipsImage *next = NULL;
    struct reach reach;

    TRY(sample(&vips, plane, profile, err));
    if (vips_icc_import(vips.image, &next, "embedded", TRUE, "pcs", VIPS_PCS_LAB, "intent",
                        VIPS_INTENT_RELATIVE, NULL) != 0) {
        return fox_vips_fail(err, PXF_UNSUPPORTED, "ICC");
    }
    fox_vips_set(&vips, next);
    if (vips_colourspace(vips.image, &next, VIPS_INTERPRETATION_scRGB, NULL) != 0) {
        return fox_vips_fail(err, PXF_UNSUPPORTED, "ICC");
    }
    fox_vips_set(&vips, next);
    if (vips_min(vips.image, &reach.low, NULL) != 0 ||
        vips_max(vips.image, &reach.high, NULL) != 0) {
        return fox_vips_fail(err, PXF_UNSUPPORTED, "ICC");
    }
    *ret_reach = reach;
    return PXF_OK;
}

/* How much further the profile reaches than sRGB's own, measured the same way: libvips' linear
 * light is a tenth off at blue. */
static pxf_status measure_excess(const struct fox_plane *plane, const struct fox_profile *profile,
                                 double *ret_excess, pxf_error *err)
{
    AUTO(fox_profile) srgb = {0};
    struct reach own, common;

    TRY(fox_profile_load(&srgb, "srgb", err));
    TRY(measure_reach(plane, &srgb, &common, err));
    TRY(measure_reach(plane, profile, &own, err));
    *ret_excess = common.low - own.low > own.high - common.high ? common.low - own.low
                                                                : own.high - common.high;
    return PXF_OK;
}

static pxf_status measure(const struct fox_plane *plane, const struct fox_profile *profile,
                          enum fox_gamut *ret_gamut, pxf_error *err)
{
    double excess = 0;
    int change = 0;

    TRY(measure_change(plane, profile, &change, err));
    if (change <= SAME_LIMIT) {
        *ret_gamut = FOX_GAMUT_SRGB;
        return PXF_OK;
    }
    TRY(measure_excess(plane, profile, &excess, err));
    *ret_gamut = excess > wide_limit ? FOX_GAMUT_WIDE : FOX_GAMUT_OTHER;
    return PXF_OK;
}

pxf_status fox_profile_gamut(const struct fox_profile *profile, enum fox_gamut *ret_gamut,
                             pxf_error *err)
{
    uint8_t samples[SAMPLE_COUNT][3];
    const struct fox_plane plane = {samples[0], sizeof samples, SAMPLE_COUNT, 1};
    pxf_error cause = {0};
    pxf_status status;

    fill_samples(samples);
    status = measure(&plane, profile, ret_gamut, &cause);
    if (status == PXF_NO_MEMORY) {
        return fox_fail(err, status, "%s", cause.message);
    }
    if (status != PXF_OK) {
        *ret_gamut = FOX_GAMUT_SRGB;
    }
    return PXF_OK;
}

pxf_status fox_profile_to_srgb(struct fox_picture *picture, const struct fox_profile *profile,
                               pxf_error *err)
{
    const uint32_t bytes = fox_picture_sample_bytes(picture);
    const struct fox_size size = {picture->width_px, picture->height_px};
    AUTO(fox_picture) converted = {0};
    AUTO(fox_vips) vips = {0};

    TRY(fox_picture_new(&converted, picture->layout, size, fox_chroma_444, err));
    TRY(fox_vips_of_plane(&vips, &picture->planes[0], bytes, err));
    if (with_profile(&vips, profile, VIPS_INTERPRETATION_sRGB) != 0 ||
        convert(&vips, "srgb") != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "ICC");
    }
    TRY(fox_vips_into_plane(&vips, &converted.planes[0], bytes, err));
    fox_vips_let_go(&vips);
    fox_picture_let_go(picture);
    *picture = fox_picture_take(&converted);
    return PXF_OK;
}

/* libvips makes three bands of sRGB out of one; they are equal. */
pxf_status fox_profile_gray_to_srgb(struct fox_picture *picture, const struct fox_profile *profile,
                                    pxf_error *err)
{
    const struct fox_size size = {picture->width_px, picture->height_px};
    AUTO(fox_picture) converted = {0};
    AUTO(fox_vips) vips = {0};
    VipsImage *band = NULL;

    TRY(fox_picture_new(&converted, FOX_LAYOUT_GRAY, size, fox_chroma_444, err));
    TRY(fox_vips_of_plane(&vips, &picture->planes[0], 1, err));
    if (with_profile(&vips, profile, VIPS_INTERPRETATION_B_W) != 0 || convert(&vips, "srgb") != 0 ||
        vips_extract_band(vips.image, &band, 1, NULL) != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "ICC");
    }
    fox_vips_set(&vips, band);
    TRY(fox_vips_into_plane(&vips, &converted.planes[0], 1, err));
    fox_vips_let_go(&vips);
    fox_picture_let_go(picture);
    *picture = fox_picture_take(&converted);
    return PXF_OK;
}

pxf_status fox_profile_from_inks(const struct fox_picture *inks, const struct fox_profile *profile,
                                 struct fox_picture *ret_picture, pxf_error *err)
{
    const struct fox_size size = {inks->width_px, inks->height_px};
    const struct fox_profile none = {0};
    AUTO(fox_picture) converted = {0};
    AUTO(fox_vips) vips = {0};

    TRY(fox_picture_new(&converted, FOX_LAYOUT_RGB, size, fox_chroma_444, err));
    TRY(fox_vips_of_plane(&vips, &inks->planes[0], 4, err));
    if (with_profile(&vips, fox_profile_space(profile) == 'C' ? profile : &none,
                     VIPS_INTERPRETATION_CMYK) != 0 ||
        convert(&vips, "cmyk") != 0) {
        return fox_vips_fail(err, PXF_INTERNAL, "CMYK");
    }
    TRY(fox_vips_into_plane(&vips, &converted.planes[0], 3, err));
    *ret_picture = fox_picture_take(&converted);
    return PXF_OK;
}
