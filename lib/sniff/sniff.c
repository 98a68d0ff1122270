/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/sniff.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "sniff/foreign.h"
#include "sniff/sniffer.h"
#include "sniff/tiff.h"

enum { FOREIGN_HEAD_BYTES = 512, ORIENTATION = 274 };

pxf_status fox_sniff_corrupt(pxf_error *err, const char *format, ...)
{
    char message[PXF_MESSAGE_BYTES];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0, "%s", message);
}

pxf_status fox_sniff_unsupported(pxf_error *err, const char *format, ...)
{
    char message[PXF_MESSAGE_BYTES];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return fox_fail_from(err, PXF_UNSUPPORTED, PXF_ORIGIN_IMAGE, 0, "%s", message);
}

/* EXIF's orientations 5 to 8 lie on their side. */
static bool is_on_its_side(const struct fox_sniff *sniff)
{
    return sniff->orientation >= 5 && sniff->orientation <= 8;
}

uint32_t fox_sniff_shown_width_px(const struct fox_sniff *sniff)
{
    return is_on_its_side(sniff) ? sniff->height_px : sniff->width_px;
}

uint32_t fox_sniff_shown_height_px(const struct fox_sniff *sniff)
{
    return is_on_its_side(sniff) ? sniff->width_px : sniff->height_px;
}

const struct fox_sniffer *fox_sniffer_of(pxf_format format)
{
    switch (format) {
    case PXF_FORMAT_JPEG:
        return &fox_jpeg_sniffer;
    case PXF_FORMAT_PNG:
        return &fox_png_sniffer;
    case PXF_FORMAT_GIF:
        return &fox_gif_sniffer;
    case PXF_FORMAT_WEBP:
        return &fox_webp_sniffer;
    case PXF_FORMAT_AVIF:
    case PXF_FORMAT_HEIC:
        return &fox_isom_sniffer;
    case PXF_FORMAT_TIFF:
        return &fox_tiff_sniffer;
    case PXF_FORMAT_BMP:
        return &fox_bmp_sniffer;
    }
    return NULL;
}

/* An ISO file is named by its brand; every other by its first bytes. */
static pxf_status refuse_foreign(const struct fox_reader *reader, pxf_error *err)
{
    char head[FOREIGN_HEAD_BYTES];
    size_t size = 0;

    TRY(fox_reader_read(reader, 0, head, sizeof head, &size, err));
    if (size >= 12 && memcmp(head + 4, "ftyp", 4) == 0 && fox_utf8_is_clean(head + 8, 4)) {
        return fox_sniff_unsupported(
            err, "an ISO media file of the brand '%.4s' is no supported picture", head + 8);
    }
    return fox_sniff_unsupported(err, "%s is no supported picture", fox_foreign_name(head, size));
}

/* A nonsense orientation is none. */
static pxf_status read_orientation(const struct fox_reader *reader, struct fox_header *header,
                                   pxf_error *err)
{
    struct fox_tiff tiff;
    uint64_t directory = 0;
    uint32_t orientation = 1;

    if (header->exif.size == 0 || header->sniff.format == PXF_FORMAT_AVIF ||
        header->sniff.format == PXF_FORMAT_HEIC) {
        return PXF_OK;
    }
    if (fox_tiff_open(&tiff, reader, header->exif, &directory)) {
        orientation = fox_tiff_number(&tiff, directory, ORIENTATION, 1);
    }
    header->sniff.orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
    return fox_cursor_check_reader(&tiff.cursor, err);
}

pxf_status fox_header_read(const struct fox_reader *reader, struct fox_header *ret_header,
                           pxf_error *err)
{
    struct fox_header header = {.sniff = {.frame_count = 1, .orientation = 1}};
    const struct fox_sniffer *sniffer;
    struct fox_cursor cursor;
    char head[FOX_SNIFF_HEAD_BYTES];
    size_t size = 0;

    TRY(fox_reader_read(reader, 0, head, sizeof head, &size, err));
    header.sniff.format = fox_sniff_format(head, size);
    sniffer = fox_sniffer_of(header.sniff.format);
    if (!sniffer) {
        return refuse_foreign(reader, err);
    }
    fox_cursor_set(&cursor, reader);
    TRY(sniffer->read(&cursor, &header, err));
    TRY(read_orientation(reader, &header, err));
    *ret_header = header;
    return PXF_OK;
}

pxf_status fox_sniff_read(const struct fox_reader *reader, struct fox_sniff *ret_sniff,
                          pxf_error *err)
{
    struct fox_header header;

    TRY(fox_header_read(reader, &header, err));
    *ret_sniff = header.sniff;
    return PXF_OK;
}

pxf_status fox_sniff_check_end(const struct fox_reader *reader, const struct fox_sniff *sniff,
                               pxf_error *err)
{
    const struct fox_sniffer *sniffer = fox_sniffer_of(sniff->format);
    struct fox_cursor cursor;

    if (!sniffer) {
        return fox_fail(err, PXF_INVALID, "%d is no format", (int)sniff->format);
    }
    fox_cursor_set(&cursor, reader);
    return sniffer->check_end(&cursor, sniff, err);
}

pxf_status fox_sniff_has_metadata(const struct fox_reader *reader, pxf_format format, bool *ret_has,
                                  pxf_error *err)
{
    const struct fox_sniffer *sniffer = fox_sniffer_of(format);
    struct fox_cursor cursor;

    if (!sniffer || !sniffer->has_metadata) {
        return fox_fail(err, PXF_UNSUPPORTED, "the metadata of a %s is not looked for",
                        sniffer ? sniffer->name : "file without a format");
    }
    fox_cursor_set(&cursor, reader);
    return sniffer->has_metadata(&cursor, ret_has, err);
}
