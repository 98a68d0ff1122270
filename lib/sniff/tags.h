/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_TAGS_H
#define FOX_SNIFF_TAGS_H

#include "base/str.h"
#include "sniff/tiff.h"

/* The three directories of EXIF (CIPA DC-008); 0 where one is absent. */
struct fox_exif_directories {
    uint64_t picture, exif, gps;
};

/* Tags that are read by number. */
enum fox_exif_tag {
    FOX_TAG_MAKE = 0x010f,
    FOX_TAG_MODEL = 0x0110,
    FOX_TAG_ORIENTATION = 0x0112,
    FOX_TAG_DATE_TIME = 0x0132,
    FOX_TAG_EXPOSURE_TIME = 0x829a,
    FOX_TAG_F_NUMBER = 0x829d,
    FOX_TAG_EXIF_DIRECTORY = 0x8769,
    FOX_TAG_GPS_DIRECTORY = 0x8825,
    FOX_TAG_ISO_SPEED_RATINGS = 0x8827,
    FOX_TAG_RECOMMENDED_EXPOSURE_INDEX = 0x8832,
    FOX_TAG_ISO_SPEED = 0x8833,
    FOX_TAG_DATE_TIME_ORIGINAL = 0x9003,
    FOX_TAG_DATE_TIME_DIGITIZED = 0x9004,
    FOX_TAG_OFFSET_TIME = 0x9010,
    FOX_TAG_OFFSET_TIME_ORIGINAL = 0x9011,
    FOX_TAG_OFFSET_TIME_DIGITIZED = 0x9012,
    FOX_TAG_FOCAL_LENGTH = 0x920a
};

/* A latitude or longitude in degrees, north and east positive; false if it is absent or nonsense.
 */
bool fox_exif_latitude(struct fox_tiff *tiff, uint64_t gps, double *ret_degrees);
bool fox_exif_longitude(struct fox_tiff *tiff, uint64_t gps, double *ret_degrees);

/* Metres above the sea, negative below it; false as above. */
bool fox_exif_altitude(struct fox_tiff *tiff, uint64_t gps, struct fox_fraction *ret_metres);

enum { FOX_MOMENT_BYTES = 20, FOX_FRACTION_BYTES = 48 };

/* A text as EXIF writes a moment ("2024:02:23 16:09:35"; other signs between the numbers are met)
 * as "2024-02-23 16:09:35"; false for blank, zero and impossible ones. */
bool fox_exif_moment(const char *text, char moment[FOX_MOMENT_BYTES]);

/* A positive fraction in lowest terms, "1/60", or "2" for a whole one. */
void fox_fraction_format(char text[FOX_FRACTION_BYTES], struct fox_fraction fraction);

/* Writes the JSON object of the tags that doc/metadata.md names, in its order. */
void fox_exif_write_json(struct fox_tiff *tiff, const struct fox_exif_directories *directories,
                         struct fox_str *json);

#endif
