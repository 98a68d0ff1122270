/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/tags.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "sniff/decimal.h"

enum directory { PICTURE, EXIF, GPS };

/* How a tag's value becomes JSON. */
enum kind {
    TEXT,        /* a text */
    MOMENT,      /* a text, if it is one of a moment */
    NUMBER,      /* a whole number */
    NUMBERS,     /* an array of whole numbers, at most four */
    DECIMAL,     /* a fraction as a number */
    FRACTION,    /* a fraction as a text */
    ORIENTATION, /* a whole number from 1 to 8 */
    LATITUDE,
    LONGITUDE,
    ALTITUDE
};

struct tag {
    const char *key;
    uint16_t number;
    unsigned char directory, kind;
};

/* doc/metadata.md is this table in words. */
static const struct tag tags[] = {
    {"Make", FOX_TAG_MAKE, PICTURE, TEXT},
    {"Model", FOX_TAG_MODEL, PICTURE, TEXT},
    {"LensModel", 0xa434, EXIF, TEXT},
    {"Software", 0x0131, PICTURE, TEXT},
    {"Artist", 0x013b, PICTURE, TEXT},
    {"Copyright", 0x8298, PICTURE, TEXT},
    {"Orientation", FOX_TAG_ORIENTATION, PICTURE, ORIENTATION},
    {"DateTime", FOX_TAG_DATE_TIME, PICTURE, MOMENT},
    {"DateTimeOriginal", FOX_TAG_DATE_TIME_ORIGINAL, EXIF, MOMENT},
    {"DateTimeDigitized", FOX_TAG_DATE_TIME_DIGITIZED, EXIF, MOMENT},
    {"OffsetTime", FOX_TAG_OFFSET_TIME, EXIF, TEXT},
    {"OffsetTimeOriginal", FOX_TAG_OFFSET_TIME_ORIGINAL, EXIF, TEXT},
    {"OffsetTimeDigitized", FOX_TAG_OFFSET_TIME_DIGITIZED, EXIF, TEXT},
    {"ExposureTime", FOX_TAG_EXPOSURE_TIME, EXIF, FRACTION},
    {"FNumber", FOX_TAG_F_NUMBER, EXIF, DECIMAL},
    {"ISOSpeedRatings", FOX_TAG_ISO_SPEED_RATINGS, EXIF, NUMBER},
    {"FocalLength", FOX_TAG_FOCAL_LENGTH, EXIF, DECIMAL},
    {"FocalLengthIn35mmFilm", 0xa405, EXIF, NUMBER},
    {"ExposureProgram", 0x8822, EXIF, NUMBER},
    {"ExposureMode", 0xa402, EXIF, NUMBER},
    {"MeteringMode", 0x9207, EXIF, NUMBER},
    {"Flash", 0x9209, EXIF, NUMBER},
    {"WhiteBalance", 0xa403, EXIF, NUMBER},
    {"SceneCaptureType", 0xa406, EXIF, NUMBER},
    {"SubjectArea", 0x9214, EXIF, NUMBERS},
    {"GPSLatitude", 0, GPS, LATITUDE},
    {"GPSLongitude", 0, GPS, LONGITUDE},
    {"GPSAltitude", 0, GPS, ALTITUDE},
};

enum { TEXT_BYTES = 1024, NUMBERS_LIMIT = 4 };

void fox_fraction_format(char text[FOX_FRACTION_BYTES], struct fox_fraction fraction)
{
    int64_t divisor = fraction.denominator, rest = fraction.numerator;

    while (rest != 0) {
        const int64_t next = divisor % rest;

        divisor = rest;
        rest = next;
    }
    if (divisor == fraction.denominator) {
        (void)snprintf(text, FOX_FRACTION_BYTES, "%" PRId64, fraction.numerator / divisor);
    } else {
        (void)snprintf(text, FOX_FRACTION_BYTES, "%" PRId64 "/%" PRId64,
                       fraction.numerator / divisor, fraction.denominator / divisor);
    }
}

/* The functions below write a value and say whether there is one. */

static bool write_text(struct fox_tiff *tiff, uint64_t directory, const struct tag *tag,
                       struct fox_str *json)
{
    char text[TEXT_BYTES], moment[FOX_MOMENT_BYTES];

    if (fox_tiff_text(tiff, directory, tag->number, text, sizeof text) == 0 ||
        (tag->kind == MOMENT && !fox_exif_moment(text, moment))) {
        return false;
    }
    fox_json_quote(json, text);
    return true;
}

static bool write_numbers(struct fox_tiff *tiff, const struct fox_tiff_entry *entry,
                          struct fox_str *json)
{
    uint32_t number;

    fox_str_put_text(json, "[");
    for (uint32_t i = 0; i < NUMBERS_LIMIT && fox_tiff_get_number(tiff, entry, i, &number); i++) {
        fox_str_add(json, i == 0 ? "%" PRIu32 : ",%" PRIu32, number);
    }
    fox_str_put_text(json, "]");
    return true;
}

static bool write_number(struct fox_tiff *tiff, const struct fox_tiff_entry *entry,
                         const struct tag *tag, struct fox_str *json)
{
    uint32_t number;

    if (!fox_tiff_get_number(tiff, entry, 0, &number) ||
        (tag->kind == ORIENTATION && (number < 1 || number > 8))) {
        return false;
    }
    if (tag->kind == NUMBERS) {
        return write_numbers(tiff, entry, json);
    }
    fox_str_add(json, "%" PRIu32, number);
    return true;
}

static void write_decimal(int64_t scaled, struct fox_str *json)
{
    char text[FOX_DECIMAL_BYTES];

    fox_decimal_format(text, scaled, 0);
    fox_str_put_text(json, text);
}

static bool write_fraction(struct fox_tiff *tiff, const struct fox_tiff_entry *entry,
                           const struct tag *tag, struct fox_str *json)
{
    struct fox_fraction fraction;
    char text[FOX_FRACTION_BYTES];

    if (!fox_tiff_fraction(tiff, entry, 0, &fraction) || fraction.numerator <= 0) {
        return false;
    }
    if (tag->kind == FRACTION) {
        fox_fraction_format(text, fraction);
        fox_json_quote(json, text);
    } else {
        write_decimal(fox_decimal_of_fraction(fraction, FOX_DECIMAL_DIGITS), json);
    }
    return true;
}

static bool write_place(struct fox_tiff *tiff, uint64_t gps, const struct tag *tag,
                        struct fox_str *json)
{
    struct fox_fraction metres;
    double degrees;

    if (tag->kind == ALTITUDE) {
        if (!fox_exif_altitude(tiff, gps, &metres)) {
            return false;
        }
        write_decimal(fox_decimal_of_fraction(metres, FOX_DECIMAL_DIGITS), json);
        return true;
    }
    if (tag->kind == LATITUDE ? !fox_exif_latitude(tiff, gps, &degrees)
                              : !fox_exif_longitude(tiff, gps, &degrees)) {
        return false;
    }
    write_decimal(fox_decimal_of_degrees(degrees), json);
    return true;
}

static bool write_value(struct fox_tiff *tiff, uint64_t directory, const struct tag *tag,
                        struct fox_str *json)
{
    struct fox_tiff_entry entry;

    if (tag->directory == GPS) {
        return write_place(tiff, directory, tag, json);
    }
    if (tag->kind == TEXT || tag->kind == MOMENT) {
        return write_text(tiff, directory, tag, json);
    }
    if (!fox_tiff_find(tiff, directory, tag->number, &entry)) {
        return false;
    }
    if (tag->kind == DECIMAL || tag->kind == FRACTION) {
        return write_fraction(tiff, &entry, tag, json);
    }
    return write_number(tiff, &entry, tag, json);
}

void fox_exif_write_json(struct fox_tiff *tiff, const struct fox_exif_directories *directories,
                         struct fox_str *json)
{
    const uint64_t places[] = {
        [PICTURE] = directories->picture, [EXIF] = directories->exif, [GPS] = directories->gps};
    const char *before = "";
    AUTO(fox_str) value = {0};

    fox_str_put_text(json, "{");
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        fox_str_clear(&value);
        if (write_value(tiff, places[tags[i].directory], &tags[i], &value)) {
            fox_str_add(json, "%s\"%s\":%s", before, tags[i].key, fox_str_text(&value));
            before = ",";
        }
        json->failed = json->failed || value.failed;
    }
    fox_str_put_text(json, "}");
}
