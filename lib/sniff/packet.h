/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_PACKET_H
#define FOX_SNIFF_PACKET_H

#include "sniff/cursor.h"

/* What in a file may say where a picture was taken. */
enum fox_packet_kind {
    FOX_PACKET_EXIF = 1,  /* a TIFF structure, perhaps behind "Exif\0\0" */
    FOX_PACKET_XMP = 2,   /* readable text */
    FOX_PACKET_SEALED = 3 /* compressed, or cut in pieces: it can only go as a whole */
};

struct fox_packet {
    enum fox_packet_kind kind;
    struct fox_extent extent;
    struct fox_extent chunk; /* PNG: type and payload, with the check sum behind; else of size 0 */
};

/* Told of each packet. It may not move the cursor of the walk. */
typedef pxf_status (*fox_packet_fn)(void *ctx, const struct fox_packet *packet, pxf_error *err);

#endif
