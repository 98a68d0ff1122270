/* SPDX-License-Identifier: Apache-2.0 */
#include "image/decode.h"

pxf_status fox_decode_bmp(const struct fox_source *source, struct fox_decoded *ret_decoded,
                          pxf_error *err)
{
    (void)source;
    (void)ret_decoded;
    return fox_fail(err, PXF_UNSUPPORTED, "BMP");
}
