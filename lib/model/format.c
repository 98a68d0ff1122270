/* SPDX-License-Identifier: Apache-2.0 */
#include "model/format.h"

#include <stddef.h>
#include <string.h>

struct names {
    const char *name, *mime, *extension;
};

static const struct names formats[] = {
    [0] = {"", "", ""},
    [PXF_FORMAT_JPEG] = {"JPEG", "image/jpeg", "jpg"},
    [PXF_FORMAT_PNG] = {"PNG", "image/png", "png"},
    [PXF_FORMAT_GIF] = {"GIF", "image/gif", "gif"},
    [PXF_FORMAT_WEBP] = {"WebP", "image/webp", "webp"},
    [PXF_FORMAT_AVIF] = {"AVIF", "image/avif", "avif"},
    [PXF_FORMAT_HEIC] = {"HEIC", "image/heic", "heic"},
    [PXF_FORMAT_TIFF] = {"TIFF", "image/tiff", "tiff"},
    [PXF_FORMAT_BMP] = {"BMP", "image/bmp", "bmp"},
};

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

static const struct names *names_of(pxf_format format)
{
    const unsigned int at = (unsigned int)format;

    return &formats[at < FORMAT_COUNT ? at : 0];
}

const char *fox_format_mime(pxf_format format)
{
    return names_of(format)->mime;
}

const char *fox_format_extension(pxf_format format)
{
    return names_of(format)->extension;
}

const char *fox_format_name(pxf_format format)
{
    return names_of(format)->name;
}

pxf_format fox_format_of_mime(const char *mime)
{
    for (unsigned int at = 1; mime && at < FORMAT_COUNT; at++) {
        if (strcmp(formats[at].mime, mime) == 0) {
            return (pxf_format)at;
        }
    }
    return (pxf_format)0;
}

pxf_format fox_format_of_extension(const char *extension)
{
    for (unsigned int at = 1; extension && at < FORMAT_COUNT; at++) {
        if (strcmp(formats[at].extension, extension) == 0) {
            return (pxf_format)at;
        }
    }
    return (pxf_format)0;
}
