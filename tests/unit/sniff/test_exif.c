/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/exif.h"

#include <locale.h>
#include <string.h>

#include "base/utf8.h"
#include "picture.h"
#include "support/suite.h"

enum {
    MAKE = 0x10f,
    MODEL = 0x110,
    DATE_TIME = 0x132,
    EXIF_POINTER = 0x8769,
    GPS_POINTER = 0x8825
};
enum {
    EXPOSURE = 0x829a,
    F_NUMBER = 0x829d,
    ISO = 0x8827,
    INDEX = 0x8832,
    SPEED = 0x8833,
    ORIGINAL = 0x9003,
    DIGITIZED = 0x9004,
    ZONE = 0x9010,
    ZONE_ORIGINAL = 0x9011,
    FOCAL_LENGTH = 0x920a
};

/* The three directories of an EXIF block. */
struct block {
    bool is_little;
    struct directory picture, exif, gps;
};

static struct block block_of(bool is_little)
{
    return (struct block){.is_little = is_little,
                          .picture = {.is_little = is_little},
                          .exif = {.is_little = is_little},
                          .gps = {.is_little = is_little}};
}

static void put_block(struct fox_str *to, struct block *block)
{
    const size_t base = to->size;

    tiff_begin(to, block->is_little);
    if (block->exif.count > 0) {
        directory_add_long(&block->picture, EXIF_POINTER, directory_put(&block->exif, to, base, 0));
    }
    if (block->gps.count > 0) {
        directory_add_long(&block->picture, GPS_POINTER, directory_put(&block->gps, to, base, 0));
    }
    tiff_end(to, base, block->is_little, directory_put(&block->picture, to, base, 0));
}

/* What a JPEG with this block says; the caller lets it go. */
static struct fox_exif read_block(struct block *block)
{
    pxf_error err = {0};
    AUTO(fox_str) payload = {0};
    AUTO(fox_str) bytes = {0};
    struct fox_exif exif = {0};

    fox_str_put(&payload, "Exif\0\0", 6);
    put_block(&payload, block);
    jpeg_with(&bytes, 0xe1, payload.data, payload.size);
    assert_ok(exif_of_bytes(&bytes, &exif, &err));
    return exif;
}

static void a_camera_s_block_is_read_in_both_byte_orders(void **state)
{
    static const uint32_t exposure[] = {10, 600}, f_number[] = {28, 10}, focal_length[] = {35, 1};
    static const uint32_t latitude[] = {52, 1, 30, 1, 58590, 1000};
    static const uint32_t longitude[] = {13, 1, 22, 1, 39684, 1000};
    static const uint32_t altitude[] = {341, 10}, area[] = {1, 2, 3, 4};

    (void)state;
    for (int is_little = 0; is_little < 2; is_little++) {
        struct block block = block_of(is_little);
        AUTO(fox_exif) exif = {0};

        directory_add_text(&block.picture, MAKE, "NIKON CORPORATION");
        directory_add_text(&block.picture, MODEL, "NIKON D800");
        directory_add_text(&block.picture, DATE_TIME, "2025:01:01 00:00:00");
        directory_add_fractions(&block.exif, EXPOSURE, 1, exposure);
        directory_add_fractions(&block.exif, F_NUMBER, 1, f_number);
        directory_add_short(&block.exif, ISO, 200);
        directory_add_text(&block.exif, ORIGINAL, "2024:02:23 16:09:35");
        directory_add_text(&block.exif, ZONE_ORIGINAL, "+02:00");
        directory_add_short(&block.exif, 0x9209, 16);
        directory_add_fractions(&block.exif, FOCAL_LENGTH, 1, focal_length);
        directory_add_numbers(&block.exif, 0x9214, 4, area);
        directory_add_text(&block.gps, 1, "N");
        directory_add_fractions(&block.gps, 2, 3, latitude);
        directory_add_text(&block.gps, 3, "E");
        directory_add_fractions(&block.gps, 4, 3, longitude);
        directory_add_bytes(&block.gps, 5, 1, "\1", 1);
        directory_add_fractions(&block.gps, 6, 1, altitude);
        exif = read_block(&block);
        assert_string_equal(exif.camera_model, "NIKON D800");
        assert_string_equal(exif.taken_at, "2024-02-23 16:09:35");
        assert_string_equal(exif.taken_zone, "+02:00");
        assert_string_equal(exif.exposure_time, "1/60");
        assert_string_equal(exif.aperture, "f/2.8");
        assert_int_equal(exif.iso, 200);
        assert_string_equal(exif.focal_length, "35.0mm");
        assert_true(exif.has_place);
        assert_float_equal(exif.latitude, 52.516275, 1e-9);
        assert_float_equal(exif.longitude, 13.37769, 1e-9);
        assert_string_equal(
            exif.json.data,
            "{\"Make\":\"NIKON CORPORATION\",\"Model\":\"NIKON D800\","
            "\"DateTime\":\"2025:01:01 00:00:00\",\"DateTimeOriginal\":\"2024:02:23 16:09:35\","
            "\"OffsetTimeOriginal\":\"+02:00\",\"ExposureTime\":\"1/60\",\"FNumber\":2.8,"
            "\"ISOSpeedRatings\":200,\"FocalLength\":35,\"Flash\":16,\"SubjectArea\":[1,2,3,4],"
            "\"GPSLatitude\":52.516275,\"GPSLongitude\":13.37769,\"GPSAltitude\":-34.1}");
    }
}

static void a_picture_without_exif_says_nothing(void **state)
{
    AUTO(fox_str) jpeg = {0};
    AUTO(fox_str) gif = {0};
    AUTO(fox_exif) of_jpeg = {0};
    AUTO(fox_exif) of_gif = {0};
    pxf_error err = {0};

    (void)state;
    jpeg_with(&jpeg, 0xfe, "hello", 5);
    assert_ok(exif_of_bytes(&jpeg, &of_jpeg, &err));
    assert_string_equal(of_jpeg.json.data, "{}");
    assert_string_equal(of_jpeg.camera_model, "");
    assert_string_equal(of_jpeg.taken_at, "");
    assert_int_equal(of_jpeg.iso, 0);
    assert_false(of_jpeg.has_place);
    gif_begin(&gif, 16, 8);
    gif_frame(&gif, 16, 8);
    gif_end(&gif);
    assert_ok(exif_of_bytes(&gif, &of_gif, &err));
    assert_string_equal(of_gif.json.data, "{}");
}

static void every_format_that_carries_exif_is_read(void **state)
{
    struct block block = block_of(true);
    AUTO(fox_str) exif_bytes = {0};
    AUTO(fox_str) png = {0};
    AUTO(fox_str) webp = {0};
    const struct fox_str *files[3];
    pxf_error err = {0};

    (void)state;
    directory_add_text(&block.picture, MODEL, "Camera");
    directory_add_short(&block.picture, 256, 16);
    directory_add_short(&block.picture, 257, 8);
    put_block(&exif_bytes, &block);
    png_with(&png, "eXIf", exif_bytes.data, exif_bytes.size);
    webp_begin(&webp);
    webp_extended(&webp, 8, 16, 8);
    webp_lossy(&webp, 16, 8);
    webp_chunk(&webp, "EXIF", exif_bytes.data, exif_bytes.size);
    webp_end(&webp);
    files[0] = &exif_bytes; /* a TIFF file is such a block itself */
    files[1] = &png;
    files[2] = &webp;
    for (size_t i = 0; i < 3; i++) {
        AUTO(fox_exif) exif = {0};

        assert_ok(exif_of_bytes(files[i], &exif, &err));
        assert_string_equal(exif.camera_model, "Camera");
        assert_string_equal(exif.json.data, "{\"Model\":\"Camera\"}");
    }
}

static void a_camera_says_its_make_once(void **state)
{
    static const struct {
        const char *make, *model, *camera;
    } cases[] = {
        {"Canon", "Canon EOS 5D", "Canon EOS 5D"},
        {"NIKON CORPORATION", "NIKON D800", "NIKON D800"},
        {"canon", "CANON X", "CANON X"},
        {"Apple", "iPhone 15", "Apple iPhone 15"},
        {"LG", "LGE Nexus", "LG LGE Nexus"},
        {"Leica Camera AG", "LEICA", "LEICA"},
        {"", "Only a model", "Only a model"},
        {"Only a make", "", "Only a make"},
        {"", "", ""},
        {"  spaced  ", " out ", "spaced out"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block block = block_of(true);
        AUTO(fox_exif) exif = {0};

        directory_add_text(&block.picture, MAKE, cases[i].make);
        directory_add_text(&block.picture, MODEL, cases[i].model);
        exif = read_block(&block);
        assert_string_equal(exif.camera_model, cases[i].camera);
    }
}

static void texts_become_clean_utf8(void **state)
{
    static const struct {
        const char *raw, *text;
    } cases[] = {
        {"Zo\xc3\xab", "Zo\xc3\xab"},                      /* UTF-8 stays */
        {"Zo\xeb", "Zo\xc3\xab"},                          /* Latin-1 is taken over */
        {"a\x80\x99z", "az"},                              /* and its controls are not */
        {"\xff\xfe", "\xc3\xbf\xc3\xbe"},                  /* a broken mark */
        {"tab\there\nand\x7fthere", "tab here and there"}, /* one line */
        {"left\xe2\x80\xaeright", "left right"},           /* no turned text */
        {"say \"hi\" \\", "say \"hi\" \\"},
        {"   ", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block block = block_of(false);
        AUTO(fox_exif) exif = {0};

        directory_add_text(&block.picture, MODEL, cases[i].raw);
        exif = read_block(&block);
        assert_string_equal(exif.camera_model, cases[i].text);
        assert_true(fox_utf8_is_clean(exif.json.data, exif.json.size));
    }
}

static void a_text_longer_than_its_column_is_clipped_at_a_character(void **state)
{
    char model[5001];
    struct block block = block_of(true);
    struct block umlauts = block_of(true);
    AUTO(fox_exif) exif = {0};
    AUTO(fox_exif) wide = {0};

    (void)state;
    memset(model, 'm', sizeof model - 1);
    model[sizeof model - 1] = '\0';
    directory_add_text(&block.picture, MAKE, "Make");
    directory_add_text(&block.picture, MODEL, model);
    exif = read_block(&block);
    assert_int_equal(strlen(exif.camera_model), 255);
    assert_int_equal(strncmp(exif.camera_model, "Make mmmm", 9), 0);
    assert_true(exif.json.size < 1100);
    for (size_t i = 0; i < sizeof model - 1; i += 2) {
        model[i] = '\xc3';
        model[i + 1] = '\xb6';
    }
    directory_add_text(&umlauts.picture, MODEL, model);
    wide = read_block(&umlauts);
    assert_int_equal(strlen(wide.camera_model), 254);
    assert_true(fox_utf8_is_valid(wide.camera_model, 254));
}

static void the_moment_of_the_shot_comes_first(void **state)
{
    static const char blank[] = "                   ", zero[] = "0000:00:00 00:00:00";
    static const struct {
        const char *original, *digitized, *changed, *taken;
    } cases[] = {
        {"2024:02:23 16:09:35", "2024:03:01 00:00:00", "2025:01:01 00:00:00",
         "2024-02-23 16:09:35"},
        {zero, "2024:03:01 00:00:00", "2025:01:01 00:00:00", "2024-03-01 00:00:00"},
        {blank, blank, "2025:01:01 00:00:00", "2025-01-01 00:00:00"},
        {zero, blank, zero, ""},
        {"2024-02-23 16:09:35", "", "", "2024-02-23 16:09:35"},
        {"2024/02/23T16.09.35", "", "", "2024-02-23 16:09:35"},
        {"2024:02:23 16:09:35+02:00", "", "", "2024-02-23 16:09:35"},
        {"2024:02:30 16:09:35", "", "", ""},
        {"2023:02:29 16:09:35", "", "", ""},
        {"2024:02:29 23:59:59", "", "", "2024-02-29 23:59:59"},
        {"2024:13:01 16:09:35", "", "", ""},
        {"2024:00:01 16:09:35", "", "", ""},
        {"2024:02:00 16:09:35", "", "", ""},
        {"2024:02:23 24:00:00", "", "", ""},
        {"2024:02:23 16:60:35", "", "", ""},
        {"2024:02:23 16:09:60", "", "", ""},
        {"1799:02:23 16:09:35", "", "", ""},
        {"2024:02:23 16:09", "", "", ""},
        {"2024:02:23", "", "", ""},
        {"x024:02:23 16:09:35", "", "", ""},
        {"20240223 16:09:35.1", "", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block block = block_of(true);
        AUTO(fox_exif) exif = {0};

        directory_add_text(&block.exif, ORIGINAL, cases[i].original);
        directory_add_text(&block.exif, DIGITIZED, cases[i].digitized);
        directory_add_text(&block.picture, DATE_TIME, cases[i].changed);
        exif = read_block(&block);
        assert_string_equal(exif.taken_at, cases[i].taken);
    }
}

static void a_gps_date_is_not_when_it_was_taken(void **state)
{
    struct block block = block_of(true);
    AUTO(fox_exif) exif = {0};

    (void)state;
    directory_add_text(&block.exif, ORIGINAL, "2024:02:23 16:09:35");
    directory_add_text(&block.gps, 29, "1970:01:01");
    exif = read_block(&block);
    assert_string_equal(exif.taken_at, "2024-02-23 16:09:35");
}

static void a_zone_belongs_to_its_moment(void **state)
{
    static const struct {
        const char *zone, *shown;
    } cases[] = {
        {"+02:00", "+02:00"},
        {"-03:30", "-03:30"},
        {"+14:00", "+14:00"},
        {"Z", "+00:00"},
        {"+14:30", ""},
        {"+02:60", ""},
        {"+02", ""},
        {"02:00", ""},
        {"+2:00", ""},
        {"   :  ", ""},
        {"", ""},
        {"+02:00x", "+02:00"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block block = block_of(true);
        struct block other = block_of(true);
        AUTO(fox_exif) exif = {0};
        AUTO(fox_exif) without = {0};

        directory_add_text(&block.exif, ORIGINAL, "2024:02:23 16:09:35");
        directory_add_text(&block.exif, ZONE_ORIGINAL, cases[i].zone);
        exif = read_block(&block);
        assert_string_equal(exif.taken_zone, cases[i].shown);
        directory_add_text(&other.exif, ORIGINAL, "2024:02:23 16:09:35");
        directory_add_text(&other.exif, ZONE, cases[i].zone);
        without = read_block(&other);
        assert_string_equal(without.taken_zone, "");
    }
}

static void fractions_are_written_as_people_do(void **state)
{
    static const struct {
        uint32_t parts[2];
        const char *exposure, *aperture, *focal_length;
    } cases[] = {
        {{10, 600}, "1/60", "f/0.02", "0.02mm"},
        {{2, 1}, "2", "f/2.0", "2.0mm"},
        {{3, 2}, "3/2", "f/1.5", "1.5mm"},
        {{95, 100}, "19/20", "f/0.95", "0.95mm"},
        {{28, 10}, "14/5", "f/2.8", "2.8mm"},
        {{425, 100}, "17/4", "f/4.25", "4.25mm"},
        {{4294967295, 1}, "4294967295", "f/4294967295.0", "4294967295.0mm"},
        {{4294967295, 4294967294}, "4294967295/4294967294", "f/1.0", "1.0mm"},
        {{0, 1}, "", "", ""},
        {{1, 0}, "", "", ""},
        {{0, 0}, "", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block block = block_of(true);
        AUTO(fox_exif) exif = {0};

        directory_add_fractions(&block.exif, EXPOSURE, 1, cases[i].parts);
        directory_add_fractions(&block.exif, F_NUMBER, 1, cases[i].parts);
        directory_add_fractions(&block.exif, FOCAL_LENGTH, 1, cases[i].parts);
        exif = read_block(&block);
        assert_string_equal(exif.exposure_time, cases[i].exposure);
        assert_string_equal(exif.aperture, cases[i].aperture);
        assert_string_equal(exif.focal_length, cases[i].focal_length);
    }
}

static void a_sensitivity_that_does_not_fit_is_looked_up(void **state)
{
    static const struct {
        uint32_t ratings, index, speed, iso;
    } cases[] = {{100, 0, 0, 100},           {65535, 0, 0, 65535},       {65535, 102400, 0, 102400},
                 {65535, 5, 204800, 204800}, {65535, 0, 204800, 204800}, {800, 5, 6, 800}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block block = block_of(false);
        AUTO(fox_exif) exif = {0};

        directory_add_short(&block.exif, ISO, cases[i].ratings);
        if (cases[i].index) {
            directory_add_long(&block.exif, INDEX, cases[i].index);
        }
        if (cases[i].speed) {
            directory_add_long(&block.exif, SPEED, cases[i].speed);
        }
        exif = read_block(&block);
        assert_int_equal(exif.iso, cases[i].iso);
    }
}

static void a_place_is_whole_or_none(void **state)
{
    static const struct {
        const char *north, *east;
        uint32_t latitude[6], longitude[6];
        uint32_t part_count;
        bool has_place;
        double degrees_north, degrees_east;
    } cases[] = {
        {"N", "E", {52, 1, 30, 1, 0, 1}, {13, 1, 15, 1, 0, 1}, 3, true, 52.5, 13.25},
        {"S", "W", {52, 1, 30, 1, 0, 1}, {13, 1, 15, 1, 0, 1}, 3, true, -52.5, -13.25},
        {"s", "w", {52, 1, 30, 1, 0, 1}, {13, 1, 15, 1, 0, 1}, 3, true, -52.5, -13.25},
        {"N", "E", {525, 10}, {1325, 100}, 1, true, 52.5, 13.25},
        {"N", "E", {90, 1, 0, 1, 0, 1}, {180, 1, 0, 1, 0, 1}, 3, true, 90, 180},
        {"N", "E", {90, 1, 0, 1, 1, 1}, {13, 1, 0, 1, 0, 1}, 3, false, 0, 0},
        {"N", "E", {52, 1, 0, 1, 0, 1}, {181, 1, 0, 1, 0, 1}, 3, false, 0, 0},
        {"N", "E", {4294967295, 1, 0, 1, 0, 1}, {1, 1, 0, 1, 0, 1}, 3, false, 0, 0},
        {"N", "E", {52, 0, 0, 1, 0, 1}, {13, 1, 0, 1, 0, 1}, 3, false, 0, 0},
        {"N", "E", {52, 1, 30, 0, 0, 1}, {13, 1, 0, 1, 0, 1}, 3, false, 0, 0},
        {"N", "E", {0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, 3, false, 0, 0},
        {"", "E", {52, 1, 0, 1, 0, 1}, {13, 1, 0, 1, 0, 1}, 3, false, 0, 0},
        {"N", "X", {52, 1, 0, 1, 0, 1}, {13, 1, 0, 1, 0, 1}, 3, false, 0, 0},
        {"E", "N", {52, 1, 0, 1, 0, 1}, {13, 1, 0, 1, 0, 1}, 3, false, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block block = block_of(true);
        AUTO(fox_exif) exif = {0};

        directory_add_text(&block.gps, 1, cases[i].north);
        directory_add_fractions(&block.gps, 2, cases[i].part_count, cases[i].latitude);
        directory_add_text(&block.gps, 3, cases[i].east);
        directory_add_fractions(&block.gps, 4, cases[i].part_count, cases[i].longitude);
        exif = read_block(&block);
        if (exif.has_place != cases[i].has_place) {
            fail_msg("case %zu", i);
        }
        assert_float_equal(exif.latitude, cases[i].degrees_north, 1e-9);
        assert_float_equal(exif.longitude, cases[i].degrees_east, 1e-9);
    }
}

static void a_latitude_alone_is_no_place(void **state)
{
    static const uint32_t latitude[] = {52, 1, 30, 1, 0, 1};
    struct block block = block_of(true);
    AUTO(fox_exif) exif = {0};

    (void)state;
    directory_add_text(&block.gps, 1, "N");
    directory_add_fractions(&block.gps, 2, 3, latitude);
    exif = read_block(&block);
    assert_false(exif.has_place);
}

static void nonsense_of_each_tag_is_left_out_of_the_json(void **state)
{
    struct block block = block_of(true);
    AUTO(fox_exif) exif = {0};

    (void)state;
    directory_add_short(&block.picture, 0x112, 9);
    directory_add_short(&block.picture, MODEL, 7);
    directory_add_text(&block.picture, DATE_TIME, "0000:00:00 00:00:00");
    directory_add_text(&block.exif, ISO, "many");
    directory_add_text(&block.exif, F_NUMBER, "f/2.8");
    directory_add_text(&block.exif, 0x9209, "yes");
    exif = read_block(&block);
    assert_string_equal(exif.json.data, "{}");
    assert_int_equal(exif.iso, 0);
}

static void directories_that_point_to_themselves_are_read_once(void **state)
{
    AUTO(fox_str) bytes = {0};
    AUTO(fox_str) payload = {0};
    AUTO(fox_exif) exif = {0};
    struct directory picture = {.is_little = true};
    pxf_error err = {0};

    (void)state;
    fox_str_put(&payload, "Exif\0\0", 6);
    tiff_begin(&payload, true);
    directory_add_text(&picture, MODEL, "M");
    directory_add_long(&picture, EXIF_POINTER, 8);
    directory_add_long(&picture, GPS_POINTER, 8);
    tiff_end(&payload, 6, true, directory_put(&picture, &payload, 6, 8));
    jpeg_with(&bytes, 0xe1, payload.data, payload.size);
    assert_ok(exif_of_bytes(&bytes, &exif, &err));
    assert_string_equal(exif.json.data, "{\"Model\":\"M\"}");
}

static void a_block_cut_anywhere_never_fails(void **state)
{
    static const uint32_t latitude[] = {52, 1, 30, 1, 0, 1};
    struct block block = block_of(true);
    AUTO(fox_str) payload = {0};
    pxf_error err = {0};

    (void)state;
    directory_add_text(&block.picture, MODEL, "A long model");
    directory_add_fractions(&block.exif, EXPOSURE, 1, latitude);
    directory_add_text(&block.gps, 1, "N");
    directory_add_fractions(&block.gps, 2, 3, latitude);
    fox_str_put(&payload, "Exif\0\0", 6);
    put_block(&payload, &block);
    for (size_t size = 0; size <= payload.size; size++) {
        AUTO(fox_str) bytes = {0};
        AUTO(fox_exif) exif = {0};

        jpeg_with(&bytes, 0xe1, payload.data, size);
        assert_ok(exif_of_bytes(&bytes, &exif, &err));
        assert_int_equal(exif.json.data[0], '{');
    }
}

static void orientations_that_do_not_exist_are_upright(void **state)
{
    static const struct {
        uint32_t tag, orientation;
    } cases[] = {{0, 1}, {1, 1}, {2, 2}, {5, 5}, {8, 8}, {9, 1}, {49, 1}, {65535, 1}};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block block = block_of(i % 2 == 0);
        AUTO(fox_str) payload = {0};
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;

        directory_add_short(&block.picture, 0x112, cases[i].tag);
        fox_str_put(&payload, "Exif\0\0", 6);
        put_block(&payload, &block);
        jpeg_with(&bytes, 0xe1, payload.data, payload.size);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.orientation, cases[i].orientation);
        assert_int_equal(fox_sniff_shown_width_px(&sniff), cases[i].orientation >= 5 ? 8 : 16);
        assert_int_equal(fox_sniff_shown_height_px(&sniff), cases[i].orientation >= 5 ? 16 : 8);
    }
}

/* Some locales write 2,8. */
static void no_locale_puts_a_comma_into_numbers(void **state)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C"};
    static const uint32_t parts[] = {28, 10};
    struct block block = block_of(true);
    AUTO(fox_exif) exif = {0};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !setlocale(LC_NUMERIC, names[i]);) {
        i++;
    }
    directory_add_fractions(&block.exif, F_NUMBER, 1, parts);
    exif = read_block(&block);
    (void)setlocale(LC_NUMERIC, "C");
    assert_string_equal(exif.aperture, "f/2.8");
    assert_string_equal(exif.json.data, "{\"FNumber\":2.8}");
}

SUITE(exif, cmocka_unit_test(a_camera_s_block_is_read_in_both_byte_orders),
      cmocka_unit_test(a_picture_without_exif_says_nothing),
      cmocka_unit_test(every_format_that_carries_exif_is_read),
      cmocka_unit_test(a_camera_says_its_make_once), cmocka_unit_test(texts_become_clean_utf8),
      cmocka_unit_test(a_text_longer_than_its_column_is_clipped_at_a_character),
      cmocka_unit_test(the_moment_of_the_shot_comes_first),
      cmocka_unit_test(a_gps_date_is_not_when_it_was_taken),
      cmocka_unit_test(a_zone_belongs_to_its_moment),
      cmocka_unit_test(fractions_are_written_as_people_do),
      cmocka_unit_test(a_sensitivity_that_does_not_fit_is_looked_up),
      cmocka_unit_test(a_place_is_whole_or_none), cmocka_unit_test(a_latitude_alone_is_no_place),
      cmocka_unit_test(nonsense_of_each_tag_is_left_out_of_the_json),
      cmocka_unit_test(directories_that_point_to_themselves_are_read_once),
      cmocka_unit_test(a_block_cut_anywhere_never_fails),
      cmocka_unit_test(orientations_that_do_not_exist_are_upright),
      cmocka_unit_test(no_locale_puts_a_comma_into_numbers))
