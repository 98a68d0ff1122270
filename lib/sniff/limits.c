/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "sniff/sniff.h"

static pxf_status check_side(const struct fox_sniff *sniff, const struct fox_sniff_limits *limits,
                             pxf_error *err)
{
    const uint32_t longest =
        sniff->width_px > sniff->height_px ? sniff->width_px : sniff->height_px;

    if (limits->side_px > 0 && longest > limits->side_px) {
        return fox_fail_from(err, PXF_LIMIT, PXF_ORIGIN_IMAGE, 0,
                             "too_large: %u x %u pixels, and at most %u are allowed on a side",
                             sniff->width_px, sniff->height_px, limits->side_px);
    }
    return PXF_OK;
}

/* The product of two sides cannot overflow; that with the frames is avoided by dividing. */
static pxf_status check_pixels(const struct fox_sniff *sniff, const struct fox_sniff_limits *limits,
                               pxf_error *err)
{
    const uint64_t pixels = (uint64_t)sniff->width_px * sniff->height_px;

    if (limits->pixels > 0 && pixels > limits->pixels) {
        return fox_fail_from(err, PXF_LIMIT, PXF_ORIGIN_IMAGE, 0,
                             "too_many_pixels: %u x %u, and at most %" PRIu64 " are allowed",
                             sniff->width_px, sniff->height_px, limits->pixels);
    }
    if (limits->all_pixels > 0 && pixels > limits->all_pixels / sniff->frame_count) {
        return fox_fail_from(err, PXF_LIMIT, PXF_ORIGIN_IMAGE, 0,
                             "too_many_pixels: %u frames of %u x %u, and at most %" PRIu64
                             " are allowed in all of them",
                             sniff->frame_count, sniff->width_px, sniff->height_px,
                             limits->all_pixels);
    }
    return PXF_OK;
}

static pxf_status check_frames(const struct fox_sniff *sniff, const struct fox_sniff_limits *limits,
                               pxf_error *err)
{
    if (limits->frame_count > 0 && sniff->frame_count > limits->frame_count) {
        return fox_fail_from(err, PXF_LIMIT, PXF_ORIGIN_IMAGE, 0,
                             "too_many_frames: %u, and at most %u are allowed", sniff->frame_count,
                             limits->frame_count);
    }
    return PXF_OK;
}

static pxf_status check_depth(const struct fox_sniff *sniff, const struct fox_sniff_limits *limits,
                              pxf_error *err)
{
    if (limits->bit_depth > 0 && sniff->bit_depth > limits->bit_depth) {
        return fox_fail_from(err, PXF_LIMIT, PXF_ORIGIN_IMAGE, 0,
                             "too_deep: %u bits, and at most %u are allowed", sniff->bit_depth,
                             limits->bit_depth);
    }
    return PXF_OK;
}

pxf_status fox_sniff_check_limits(const struct fox_sniff *sniff,
                                  const struct fox_sniff_limits *limits, const char **ret_rule,
                                  pxf_error *err)
{
    static const struct {
        const char *rule;
        pxf_status (*check)(const struct fox_sniff *sniff, const struct fox_sniff_limits *limits,
                            pxf_error *err);
    } rules[] = {
        {"too_large", check_side},
        {"too_many_frames", check_frames},
        {"too_many_pixels", check_pixels},
        {"too_deep", check_depth},
    };

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const pxf_status status = rules[i].check(sniff, limits, err);

        if (status != PXF_OK) {
            *ret_rule = rules[i].rule;
            return status;
        }
    }
    return PXF_OK;
}
