/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image.h"

#include <stdio.h>

#include <jpeglib.h>
#include <libheif/heif.h>
#include <webp/encode.h>

#include "image/encode.h"
#include "image/vips.h"

/* The loaders that untrusted bytes may reach, and of them those that read from memory; JPEG, WebP,
 * HEIF, AVIF and BMP do not go through libvips. */
static const char *const allowed_loaders[] = {
    "VipsForeignLoadPngSource",
    "VipsForeignLoadNsgifSource",
    "VipsForeignLoadTiffSource",
};

static void choose_loaders(void)
{
    vips_operation_block_set("VipsForeignLoad", TRUE);
    for (size_t i = 0; i < sizeof allowed_loaders / sizeof *allowed_loaders; i++) {
        vips_operation_block_set(allowed_loaders[i], FALSE);
    }
}

/* libvips warns on standard error otherwise, about every damaged file. */
static void ignore(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data)
{
    (void)domain;
    (void)level;
    (void)message;
    (void)data;
}

pxf_status fox_image_start(pxf_error *err)
{
    if (vips_init("pixelfox-helper") != 0) {
        return fox_vips_fail(err, PXF_UNAVAILABLE, "libvips does not start");
    }
    (void)g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO,
                            ignore, NULL);
    choose_loaders();
    vips_cache_set_max(0);
    vips_concurrency_set(1);
    if (heif_init(NULL).code != heif_error_Ok) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_IMAGE, 0, "libheif does not start");
    }
    if (!fox_encode_has_avif()) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_IMAGE, 0,
                             "libheif has no AV1 encoder 'aom' (Debian 13: the package "
                             "libheif-plugin-aomenc)");
    }
    return PXF_OK;
}

void fox_image_versions(char *text, size_t size)
{
    const int webp = WebPGetEncoderVersion();

    (void)snprintf(
        text, size, "libvips %d.%d.%d libheif %s libwebp %d.%d.%d libjpeg-turbo %d.%d.%d",
        vips_version(0), vips_version(1), vips_version(2), heif_get_version(), webp >> 16 & 0xff,
        webp >> 8 & 0xff, webp & 0xff, LIBJPEG_TURBO_VERSION_NUMBER / 1000000,
        LIBJPEG_TURBO_VERSION_NUMBER / 1000 % 1000, LIBJPEG_TURBO_VERSION_NUMBER % 1000);
}
