/* SPDX-License-Identifier: Apache-2.0 */
#include "image/heif.h"

#include <stddef.h>

pxf_status fox_heif_open(struct fox_heif *heif, pxf_error *err)
{
    heif->context = heif_context_alloc();
    heif->options = heif_encoding_options_alloc();
    heif->nclx = heif_nclx_color_profile_alloc();
    if (!heif->context || !heif->options || !heif->nclx) {
        return fox_fail(err, PXF_NO_MEMORY, "no memory for libheif");
    }
    return PXF_OK;
}

void fox_heif_let_go(struct fox_heif *heif)
{
    if (heif->handle) {
        heif_image_handle_release(heif->handle);
    }
    if (heif->image) {
        heif_image_release(heif->image);
    }
    if (heif->encoder) {
        heif_encoder_release(heif->encoder);
    }
    if (heif->options) {
        heif_encoding_options_free(heif->options);
    }
    if (heif->nclx) {
        heif_nclx_color_profile_free(heif->nclx);
    }
    if (heif->context) {
        heif_context_free(heif->context);
    }
    *heif = (struct fox_heif){0};
}

static pxf_status status_of(enum heif_error_code code, pxf_status status)
{
    if (code == heif_error_Memory_allocation_error) {
        return PXF_NO_MEMORY;
    }
    if (code == heif_error_Unsupported_filetype || code == heif_error_Unsupported_feature ||
        code == heif_error_Plugin_loading_error) {
        return PXF_UNSUPPORTED;
    }
    return status;
}

pxf_status fox_heif_check(struct heif_error error, pxf_status status, const char *what,
                          pxf_error *err)
{
    if (error.code == heif_error_Ok) {
        return PXF_OK;
    }
    return fox_fail_from(err, status_of(error.code, status), PXF_ORIGIN_IMAGE, (int)error.subcode,
                         "%s: %s", what, error.message ? error.message : "no reason given");
}
