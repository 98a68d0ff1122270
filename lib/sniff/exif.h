/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_EXIF_H
#define FOX_SNIFF_EXIF_H

#include <stdbool.h>

#include "base/reader.h"
#include "base/str.h"
#include "sniff/sniff.h"

/* What a picture says of its making. Texts are valid UTF-8 without controls, clipped to their
 * column; "" and the has_ flags stand for absent. Nonsense is dropped, never an error. */
struct fox_exif {
    char camera_model[256];     /* make and model, without saying the make twice */
    char taken_at[20];          /* local wall time, "YYYY-MM-DD hh:mm:ss"; DateTimeOriginal first */
    char taken_zone[7];         /* "+02:00" from OffsetTimeOriginal */
    bool has_place;             /* both coordinates, finite and in range */
    double latitude, longitude; /* degrees, WGS 84, north and east positive */
    char exposure_time[51];     /* "1/60", as the camera wrote it, in lowest terms; seconds */
    char aperture[21];          /* "f/2.8" */
    uint32_t iso;               /* 0 if absent */
    char focal_length[21];      /* "35.0mm" */
    struct fox_str json;        /* an object of the tags named in doc/metadata.md; "{}" if none */
};

/* Reads EXIF out of JPEG (APP1), PNG (eXIf), WebP (EXIF), TIFF, and HEIF or AVIF (Exif item).
 * Never fails for what the file says: only the reader's errors and NO_MEMORY. */
pxf_status fox_exif_read(const struct fox_reader *reader, const struct fox_sniff *sniff,
                         struct fox_exif *ret_exif, pxf_error *err);

/* Frees the JSON; the texts go with the struct. */
void fox_exif_let_go(struct fox_exif *exif);

#endif
