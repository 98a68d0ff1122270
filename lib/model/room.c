/* SPDX-License-Identifier: Apache-2.0 */
#include "model/recipe.h"

/* Where these figures come from: the 78 pictures of Debian's mate-backgrounds, lomiri-wallpapers
 * and plasma-workspace-wallpapers, scaled down to 4096, 500 and 200 px and encoded with WebP
 * quality 85, AVIF cq 25 at speed 9 (full) and cq 33 at speed 6 (thumbnails), JPEG quality 90 and
 * PNG. Bytes of 1000 pixels, median and 95 of 100:
 *              WebP       AVIF       JPEG        PNG
 *     full    42, 301    18, 132    53, 152    987, 2605
 *     500     88, 348    45, 332    86, 283   1755, 2802
 *     200    156, 416   120, 1262  145, 350   2186, 3889
 * What is used lies at least a third above the larger figure, because wallpapers are smoother than
 * snapshots; the profile that small AVIF files carried is in the constant part. */
struct density {
    uint64_t webp, avif, jpeg, png; /* bytes of 1000 pixels */
};

static const struct density of_small = {.webp = 600, .avif = 500, .jpeg = 500, .png = 4000};
static const struct density of_large = {.webp = 400, .avif = 300, .jpeg = 400, .png = 3500};

enum {
    SMALL_PIXELS = 1000000, /* a thumbnail of 500 × 2000 */
    CONTAINER_BYTES = 4096, /* headers and a profile */
    PER_MILLE = 1000,
    PERCENT = 100
};

/* How much larger files become above the qualities of the built-in recipes: the median of a third
 * of the same pictures at 500 px. WebP 95: 212 %, 100: 303 %. JPEG 95: 136 %, 100: 225 %. AVIF cq
 * 15: 212 %, 5: 454 %, 0: 1385 %. Lower qualities are given the same room. */
enum {
    WEBP_QUALITY = 85,
    WEBP_STEP_PCT = 14, /* for each step of quality */
    JPEG_QUALITY = 90,
    JPEG_STEP_PCT = 13,
    AVIF_CRF = 35,
    AVIF_STEP_PCT = 12,
    AVIF_FINE_CRF = 5,
    AVIF_FINE_PCT = 1400
};

static uint64_t steps(int32_t from, int32_t to, uint64_t step_pct)
{
    return PERCENT + (to > from ? (uint64_t)(to - from) * step_pct : 0);
}

static uint64_t growth_pct(pxf_format format, int32_t quality)
{
    switch (format) {
    case PXF_FORMAT_WEBP:
        return steps(WEBP_QUALITY, quality, WEBP_STEP_PCT);
    case PXF_FORMAT_JPEG:
        return steps(JPEG_QUALITY, quality, JPEG_STEP_PCT);
    case PXF_FORMAT_AVIF:
        return quality < AVIF_FINE_CRF ? AVIF_FINE_PCT : steps(quality, AVIF_CRF, AVIF_STEP_PCT);
    case PXF_FORMAT_PNG:
    case PXF_FORMAT_GIF:
    case PXF_FORMAT_HEIC:
    case PXF_FORMAT_TIFF:
    case PXF_FORMAT_BMP:
        return PERCENT;
    }
    return PERCENT;
}

static uint64_t density_of(pxf_format format, const struct density *density)
{
    switch (format) {
    case PXF_FORMAT_WEBP:
        return density->webp;
    case PXF_FORMAT_AVIF:
        return density->avif;
    case PXF_FORMAT_JPEG:
        return density->jpeg;
    case PXF_FORMAT_PNG:
    case PXF_FORMAT_GIF:
    case PXF_FORMAT_HEIC:
    case PXF_FORMAT_TIFF:
    case PXF_FORMAT_BMP:
        return density->png;
    }
    return density->png;
}

uint64_t fox_recipe_room_bytes(const struct fox_recipe *recipe, struct fox_size picture,
                               pxf_format format)
{
    const struct fox_size size = fox_recipe_size(recipe, picture);
    const uint64_t pixels = (uint64_t)size.width_px * size.height_px;
    const struct density *density = pixels <= SMALL_PIXELS ? &of_small : &of_large;
    const pxf_format made = fox_recipe_format(recipe, format, true);
    const uint64_t per_mille =
        density_of(made, density) * growth_pct(made, recipe->quality) / PERCENT;

    return pixels / PER_MILLE * per_mille + pixels % PER_MILLE * per_mille / PER_MILLE +
           CONTAINER_BYTES;
}
