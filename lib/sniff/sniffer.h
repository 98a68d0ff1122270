/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_SNIFFER_H
#define FOX_SNIFF_SNIFFER_H

#include "sniff/cursor.h"
#include "sniff/packet.h"
#include "sniff/sniff.h"

/* A format's header, and where in the file its EXIF stands. */
struct fox_header {
    struct fox_sniff sniff;
    struct fox_extent exif; /* a TIFF structure, perhaps behind "Exif\0\0"; size 0 for none */
};

/* What a format's file offers. Each function gets a cursor at the beginning of a file that begins
 * with the format's magic, may move it anywhere, keeps nothing, and takes constant memory and time
 * at most in proportion to the file's size. */
struct fox_sniffer {
    const char *name; /* as messages write it */

    /* Fills a header that is zeroed but for its format, frame count and orientation, which are 1
     * and stay so where the file says nothing. The orientation inside the EXIF is not its task. */
    pxf_status (*read)(struct fox_cursor *cursor, struct fox_header *header, pxf_error *err);

    /* As fox_sniff_check_end. */
    pxf_status (*check_end)(struct fox_cursor *cursor, const struct fox_sniff *sniff,
                            pxf_error *err);

    /* As fox_sniff_has_metadata; what is not known to be harmless counts as metadata. NULL for
     * formats that no variant is made in. */
    pxf_status (*has_metadata)(struct fox_cursor *cursor, bool *ret_has, pxf_error *err);

    /* Tells of every packet of EXIF and XMP, also of those that most readers pass over. Fails only
     * as `fn` does. NULL for formats that have none. */
    pxf_status (*find_packets)(struct fox_cursor *cursor, fox_packet_fn fn, void *ctx,
                               pxf_error *err);
};

/* That of a format; NULL if it is none. */
const struct fox_sniffer *fox_sniffer_of(pxf_format format);

extern const struct fox_sniffer fox_jpeg_sniffer;
extern const struct fox_sniffer fox_png_sniffer;
extern const struct fox_sniffer fox_gif_sniffer;
extern const struct fox_sniffer fox_webp_sniffer;
extern const struct fox_sniffer fox_isom_sniffer; /* AVIF and HEIC; corrects the format */
extern const struct fox_sniffer fox_tiff_sniffer;
extern const struct fox_sniffer fox_bmp_sniffer;

/* Reads the header of a file of any format; as fox_sniff_read. */
pxf_status fox_header_read(const struct fox_reader *reader, struct fox_header *ret_header,
                           pxf_error *err);

/* Fails with CORRUPT whose origin is the picture's own bytes; the caller's words are the message.
 */
pxf_status fox_sniff_corrupt(pxf_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with UNSUPPORTED. */
pxf_status fox_sniff_unsupported(pxf_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
