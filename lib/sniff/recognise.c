/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "sniff/sniff.h"

struct magic {
    pxf_format format;
    unsigned char size;
    char bytes[9];
};

static const struct magic magics[] = {
    {PXF_FORMAT_JPEG, 3, "\xff\xd8\xff"}, {PXF_FORMAT_PNG, 8, "\x89PNG\r\n\x1a\n"},
    {PXF_FORMAT_GIF, 6, "GIF87a"},        {PXF_FORMAT_GIF, 6, "GIF89a"},
    {PXF_FORMAT_TIFF, 4, "II*\0"},        {PXF_FORMAT_TIFF, 4, "MM\0*"},
};

/* Brands that tell what a still picture's bytes are coded with, and those that only say that the
 * file holds one. */
struct brand {
    pxf_format format;
    char name[5];
};

static const struct brand brands[] = {
    {PXF_FORMAT_AVIF, "avif"}, {PXF_FORMAT_AVIF, "avis"}, {PXF_FORMAT_HEIC, "heic"},
    {PXF_FORMAT_HEIC, "heix"}, {PXF_FORMAT_HEIC, "heim"}, {PXF_FORMAT_HEIC, "heis"},
    {PXF_FORMAT_HEIC, "hevc"}, {PXF_FORMAT_HEIC, "hevx"}, {PXF_FORMAT_HEIC, "hevm"},
    {PXF_FORMAT_HEIC, "hevs"},
};

static pxf_format format_of_brand(const char *name)
{
    for (size_t i = 0; i < sizeof brands / sizeof brands[0]; i++) {
        if (memcmp(name, brands[i].name, 4) == 0) {
            return brands[i].format;
        }
    }
    return (pxf_format)0;
}

/* The first brand that names a codec decides: the major one at 8, the compatible ones from 16 on.
 * Where none does, "mif1" or "msf1" make it HEIC until the header says more. */
static pxf_format format_of_isom(const char *head, size_t size)
{
    const size_t box = (size_t)(unsigned char)head[2] << 8 | (unsigned char)head[3];
    bool is_heif = false;

    size = head[0] == 0 && head[1] == 0 && box < size ? box : size;
    for (size_t at = 8; at + 4 <= size; at += at == 8 ? 8 : 4) {
        const pxf_format format = format_of_brand(head + at);

        if (format != 0) {
            return format;
        }
        is_heif = is_heif || memcmp(head + at, "mif1", 4) == 0 || memcmp(head + at, "msf1", 4) == 0;
    }
    return is_heif ? PXF_FORMAT_HEIC : (pxf_format)0;
}

/* "BM" alone is two letters of a text, so a header of a known size must follow: a small number. */
static bool is_bmp(const char *head, size_t size)
{
    return size >= 18 && memcmp(head, "BM", 2) == 0 && head[14] >= 12 && head[14] <= 124 &&
           head[15] == 0 && head[16] == 0 && head[17] == 0;
}

pxf_format fox_sniff_format(const void *head, size_t size)
{
    const char *bytes = head;

    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (size >= magics[i].size && memcmp(bytes, magics[i].bytes, magics[i].size) == 0) {
            return magics[i].format;
        }
    }
    if (size >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0) {
        return PXF_FORMAT_WEBP;
    }
    if (size >= 12 && memcmp(bytes + 4, "ftyp", 4) == 0) {
        return format_of_isom(bytes, size);
    }
    return is_bmp(bytes, size) ? PXF_FORMAT_BMP : (pxf_format)0;
}
