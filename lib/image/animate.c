/* SPDX-License-Identifier: Apache-2.0 */
#include "image/handle.h"
bool fox_image_animates(const struct fox_image *image, const struct fox_recipe *recipe)
{
    (void)image;
    (void)recipe;
    return false;
}
pxf_status fox_image_animate(const struct fox_image *image, const struct fox_encoding *encoding,
                             struct fox_str *str, uint32_t *ret_frame_count, pxf_error *err)
{
    (void)image;
    (void)encoding;
    (void)str;
    (void)ret_frame_count;
    return fox_fail(err, PXF_UNSUPPORTED, "animation");
}
