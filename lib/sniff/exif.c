/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/exif.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "sniff/decimal.h"
#include "sniff/letter.h"
#include "sniff/sniffer.h"
#include "sniff/tags.h"

/* EXIF's number of one half of the sensitivities that do not fit 16 bits. */
enum { ISO_SEE_ELSEWHERE = 65535 };

/* A make of one word at the model's beginning is said once: "NIKON CORPORATION", "NIKON D800". */
static bool names_make(const char *model, const char *make)
{
    const size_t word = strcspn(make, " ,");

    return word > 0 && fox_letter_is_same(model, make, word) && !fox_letter_is_word(model[word]);
}

static void read_camera(struct fox_tiff *tiff, uint64_t picture, struct fox_exif *exif)
{
    char make[sizeof exif->camera_model], model[sizeof exif->camera_model];
    char both[2 * sizeof exif->camera_model];

    (void)fox_tiff_text(tiff, picture, FOX_TAG_MAKE, make, sizeof make);
    (void)fox_tiff_text(tiff, picture, FOX_TAG_MODEL, model, sizeof model);
    if (make[0] == '\0' || names_make(model, make)) {
        memcpy(exif->camera_model, model, sizeof model);
        return;
    }
    (void)snprintf(both, sizeof both, model[0] ? "%s %s" : "%s%s", make, model);
    both[sizeof exif->camera_model - 1] = '\0';
    both[fox_utf8_whole(both, strlen(both))] = '\0';
    memcpy(exif->camera_model, both, sizeof exif->camera_model);
}

/* An offset from UTC, "+02:00"; writers' "Z" is one, too. */
static bool read_zone(struct fox_tiff *tiff, uint64_t directory, uint16_t tag, char zone[7])
{
    static const char shape[] = "+00:00";
    char text[sizeof shape];
    const size_t size = fox_tiff_text(tiff, directory, tag, text, sizeof text);

    if (strcmp(text, "Z") == 0) {
        memcpy(zone, shape, sizeof shape);
        return true;
    }
    for (size_t i = 1; i < size; i++) {
        if ((isdigit((unsigned char)text[i]) != 0) != (shape[i] == '0')) {
            return false;
        }
    }
    if (size != sizeof shape - 1 || (text[0] != '+' && text[0] != '-') ||
        strcmp(text + 1, "14:00") > 0 || text[4] > '5') {
        return false;
    }
    memcpy(zone, text, sizeof text);
    return true;
}

/* When it was taken, else when digitised, else when the file was last changed. */
static void read_moment(struct fox_tiff *tiff, const struct fox_exif_directories *directories,
                        struct fox_exif *exif)
{
    const struct {
        uint64_t directory;
        uint16_t moment, zone;
    } sources[] = {
        {directories->exif, FOX_TAG_DATE_TIME_ORIGINAL, FOX_TAG_OFFSET_TIME_ORIGINAL},
        {directories->exif, FOX_TAG_DATE_TIME_DIGITIZED, FOX_TAG_OFFSET_TIME_DIGITIZED},
        {directories->picture, FOX_TAG_DATE_TIME, FOX_TAG_OFFSET_TIME},
    };
    char text[FOX_MOMENT_BYTES + 12];

    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        (void)fox_tiff_text(tiff, sources[i].directory, sources[i].moment, text, sizeof text);
        if (fox_exif_moment(text, exif->taken_at)) {
            (void)read_zone(tiff, directories->exif, sources[i].zone, exif->taken_zone);
            return;
        }
    }
}

static bool read_positive(struct fox_tiff *tiff, uint64_t directory, uint16_t tag,
                          struct fox_fraction *ret_fraction)
{
    struct fox_tiff_entry entry;

    return fox_tiff_find(tiff, directory, tag, &entry) &&
           fox_tiff_fraction(tiff, &entry, 0, ret_fraction) && ret_fraction->numerator > 0;
}

static void read_exposure(struct fox_tiff *tiff, uint64_t directory, struct fox_exif *exif)
{
    char text[FOX_DECIMAL_BYTES], seconds[FOX_FRACTION_BYTES];
    struct fox_fraction fraction;

    if (read_positive(tiff, directory, FOX_TAG_EXPOSURE_TIME, &fraction)) {
        fox_fraction_format(seconds, fraction);
        (void)snprintf(exif->exposure_time, sizeof exif->exposure_time, "%s", seconds);
    }
    if (read_positive(tiff, directory, FOX_TAG_F_NUMBER, &fraction)) {
        fox_decimal_format(text, fox_decimal_of_fraction(fraction, 2), 1);
        (void)snprintf(exif->aperture, sizeof exif->aperture, "f/%.18s", text);
    }
    if (read_positive(tiff, directory, FOX_TAG_FOCAL_LENGTH, &fraction)) {
        fox_decimal_format(text, fox_decimal_of_fraction(fraction, 2), 1);
        (void)snprintf(exif->focal_length, sizeof exif->focal_length, "%.18smm", text);
    }
}

static uint32_t read_iso(struct fox_tiff *tiff, uint64_t directory)
{
    const uint32_t iso = fox_tiff_number(tiff, directory, FOX_TAG_ISO_SPEED_RATINGS, 0);
    uint32_t index;

    if (iso != ISO_SEE_ELSEWHERE) {
        return iso;
    }
    index = fox_tiff_number(tiff, directory, FOX_TAG_RECOMMENDED_EXPOSURE_INDEX, iso);
    return fox_tiff_number(tiff, directory, FOX_TAG_ISO_SPEED, index);
}

static void read_place(struct fox_tiff *tiff, uint64_t gps, struct fox_exif *exif)
{
    double latitude, longitude;

    if (fox_exif_latitude(tiff, gps, &latitude) && fox_exif_longitude(tiff, gps, &longitude)) {
        exif->has_place = true;
        exif->latitude = latitude;
        exif->longitude = longitude;
    }
}

/* Where the EXIF stands; nowhere in a file whose header cannot be read. */
static pxf_status find(const struct fox_reader *reader, const struct fox_sniff *sniff,
                       struct fox_extent *ret_extent, pxf_error *err)
{
    struct fox_header header = {0};
    pxf_error cause = {0};
    pxf_status status = PXF_OK;

    if (sniff->format != PXF_FORMAT_GIF && sniff->format != PXF_FORMAT_BMP) {
        status = fox_header_read(reader, &header, &cause);
    }
    if (status == PXF_CORRUPT || status == PXF_UNSUPPORTED) {
        status = PXF_OK;
    }
    if (status != PXF_OK && err && err->status == PXF_OK) {
        *err = cause;
    }
    *ret_extent = header.exif;
    return status;
}

static void read_all(struct fox_tiff *tiff, uint64_t picture, struct fox_exif *exif)
{
    const struct fox_exif_directories directories = {
        .picture = picture,
        .exif = fox_tiff_sub_directory(tiff, picture, FOX_TAG_EXIF_DIRECTORY),
        .gps = fox_tiff_sub_directory(tiff, picture, FOX_TAG_GPS_DIRECTORY),
    };

    read_camera(tiff, directories.picture, exif);
    read_moment(tiff, &directories, exif);
    read_exposure(tiff, directories.exif, exif);
    exif->iso = read_iso(tiff, directories.exif);
    read_place(tiff, directories.gps, exif);
    fox_exif_write_json(tiff, &directories, &exif->json);
}

static pxf_status read_extent(const struct fox_reader *reader, struct fox_extent extent,
                              struct fox_exif *exif, pxf_error *err)
{
    struct fox_tiff tiff;
    uint64_t picture = 0;

    if (fox_tiff_open(&tiff, reader, extent, &picture)) {
        read_all(&tiff, picture, exif);
    } else {
        fox_str_put_text(&exif->json, "{}");
    }
    return fox_cursor_check_reader(&tiff.cursor, err);
}

pxf_status fox_exif_read(const struct fox_reader *reader, const struct fox_sniff *sniff,
                         struct fox_exif *ret_exif, pxf_error *err)
{
    AUTO(fox_exif) exif = {0};
    struct fox_extent extent;

    TRY(find(reader, sniff, &extent, err));
    TRY(read_extent(reader, extent, &exif, err));
    TRY(fox_str_check(&exif.json, err));
    *ret_exif = exif;
    exif.json = (struct fox_str){0};
    return PXF_OK;
}

void fox_exif_let_go(struct fox_exif *exif)
{
    fox_str_free(&exif->json);
}
