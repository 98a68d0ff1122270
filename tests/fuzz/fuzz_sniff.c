/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "sniff/exif.h"
#include "sniff/sniff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

static void check_sniff(const struct fox_sniff *sniff)
{
    require(sniff->format >= PXF_FORMAT_JPEG && sniff->format <= PXF_FORMAT_BMP);
    require(sniff->width_px > 0 && sniff->height_px > 0);
    require(sniff->frame_count >= 1 && sniff->frame_count <= FOX_SNIFF_FRAME_LIMIT + 1);
    require(sniff->orientation >= 1 && sniff->orientation <= 8);
    require(sniff->channel_count >= 1 && sniff->channel_count <= 4);
    require(sniff->bit_depth >= 1 && sniff->bit_depth <= 64);
}

static void check_exif(const struct fox_exif *exif)
{
    const char *const texts[] = {exif->camera_model,       exif->taken_at, exif->taken_zone,
                                 exif->exposure_time,      exif->aperture, exif->focal_length,
                                 fox_str_text(&exif->json)};
    AUTO(json_t) *json = NULL;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        require(fox_utf8_is_clean(texts[i], strlen(texts[i])));
    }
    require(!exif->has_place || (exif->latitude >= -90 && exif->latitude <= 90 &&
                                 exif->longitude >= -180 && exif->longitude <= 180));
    require(fox_json_parse(&json, exif->json.data, exif->json.size, NULL) == PXF_OK);
    require(json_is_object(json));
}

/* Memory never fails to read, so what a file says is the only reason to refuse it. */
static void check_refusal(pxf_status status, const pxf_error *err)
{
    require(status == PXF_CORRUPT || status == PXF_UNSUPPORTED);
    require(err->status == (int32_t)status && err->message[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fox_memory memory = {data, size};
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    struct fox_sniff sniff;
    struct fox_exif exif = {0};
    pxf_error err = {0};
    bool has = false;
    pxf_status status = fox_sniff_read(&reader, &sniff, &err);

    if (status != PXF_OK) {
        check_refusal(status, &err);
        return 0;
    }
    check_sniff(&sniff);
    status = fox_sniff_check_end(&reader, &sniff, &err);
    if (status != PXF_OK) {
        check_refusal(status, &err);
    }
    fox_fail_clear(&err);
    status = fox_sniff_has_metadata(&reader, sniff.format, &has, &err);
    if (status != PXF_OK) {
        check_refusal(status, &err);
    }
    fox_fail_clear(&err);
    require(fox_exif_read(&reader, &sniff, &exif, &err) == PXF_OK);
    check_exif(&exif);
    fox_exif_let_go(&exif);
    return 0;
}
