/* SPDX-License-Identifier: Apache-2.0 */
#include "image/encode.h"

static uint32_t side_limit_px(pxf_format format)
{
    switch (format) {
    case PXF_FORMAT_WEBP:
        return FOX_WEBP_SIDE_LIMIT_PX;
    case PXF_FORMAT_AVIF:
        return FOX_AVIF_SIDE_LIMIT_PX;
    case PXF_FORMAT_JPEG:
        return FOX_JPEG_SIDE_LIMIT_PX;
    case PXF_FORMAT_PNG:
        return INT32_MAX;
    case PXF_FORMAT_GIF:
    case PXF_FORMAT_HEIC:
    case PXF_FORMAT_TIFF:
    case PXF_FORMAT_BMP:
        return 0;
    }
    return 0;
}

bool fox_encode_fits(pxf_format format, struct fox_size size)
{
    const uint32_t limit_px = side_limit_px(format);

    return size.width_px <= limit_px && size.height_px <= limit_px;
}
