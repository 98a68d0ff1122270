/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/letter.h"
#include "sniff/tags.h"

/* A reference's tag is one below that of its value. */
enum { LATITUDE = 2, LONGITUDE = 4, ALTITUDE = 6 };

/* Degrees, minutes and seconds; the later ones may be left out. */
static bool read_angle(struct fox_tiff *tiff, uint64_t gps, uint16_t tag, double *ret_degrees)
{
    static const double parts[] = {1, 60, 3600};
    struct fox_tiff_entry entry;
    struct fox_fraction fraction;
    double degrees = 0;

    if (!fox_tiff_find(tiff, gps, tag, &entry)) {
        return false;
    }
    for (uint32_t i = 0; i < 3 && i < entry.count; i++) {
        if (!fox_tiff_fraction(tiff, &entry, i, &fraction) || fraction.numerator < 0) {
            return false;
        }
        degrees += (double)fraction.numerator / (double)fraction.denominator / parts[i];
    }
    *ret_degrees = degrees;
    return true;
}

/* Without a reference nobody knows on which side of the equator a place is. */
static bool read_coordinate(struct fox_tiff *tiff, uint64_t gps, uint16_t tag, const char *signs,
                            double *ret_degrees)
{
    const double most = tag == LATITUDE ? 90 : 180;
    double degrees = 0;
    char side[2];

    if (fox_tiff_text(tiff, gps, (uint16_t)(tag - 1), side, sizeof side) == 0 ||
        !read_angle(tiff, gps, tag, &degrees) || degrees > most) {
        return false;
    }
    if (fox_letter_small(side[0]) == signs[1]) {
        degrees = -degrees;
    } else if (fox_letter_small(side[0]) != signs[0]) {
        return false;
    }
    *ret_degrees = degrees;
    return true;
}

bool fox_exif_latitude(struct fox_tiff *tiff, uint64_t gps, double *ret_degrees)
{
    return read_coordinate(tiff, gps, LATITUDE, "ns", ret_degrees);
}

bool fox_exif_longitude(struct fox_tiff *tiff, uint64_t gps, double *ret_degrees)
{
    return read_coordinate(tiff, gps, LONGITUDE, "ew", ret_degrees);
}

bool fox_exif_altitude(struct fox_tiff *tiff, uint64_t gps, struct fox_fraction *ret_metres)
{
    struct fox_tiff_entry entry;

    if (!fox_tiff_find(tiff, gps, ALTITUDE, &entry) ||
        !fox_tiff_fraction(tiff, &entry, 0, ret_metres)) {
        return false;
    }
    if (fox_tiff_number(tiff, gps, ALTITUDE - 1, 0) == 1) {
        ret_metres->numerator = -ret_metres->numerator;
    }
    return true;
}
