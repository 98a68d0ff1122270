/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/redact.h"

#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "support/suite.h"

enum { GPS_POINTER = 0x8825, MAKE = 0x10f, PIECE = 7 };

/* The file as others read it, of the same size; to be freed. */
static char *redacted(const struct fox_str *file, pxf_format format)
{
    struct fox_memory memory = {file->data, file->size};
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    AUTO(fox_redaction) redaction = {0};
    struct fox_redacted view = {.reader = &reader, .redaction = &redaction};
    struct fox_reader clean;
    char *whole = malloc(file->size), *pieces = malloc(file->size + PIECE);
    size_t got = 0;
    pxf_error err = {0};

    assert_non_null(whole);
    assert_non_null(pieces);
    assert_ok(fox_redaction_find(&redaction, &reader, format, &err));
    clean = fox_redaction_reader(&view);
    assert_int_equal(clean.size, file->size);
    assert_ok(fox_reader_read(&clean, 0, whole, file->size, &got, &err));
    assert_int_equal(got, file->size);
    for (size_t at = 0; at < file->size; at += PIECE) { /* whatever the ranges are */
        assert_ok(fox_reader_read(&clean, at, pieces + at, PIECE, &got, &err));
    }
    assert_memory_equal(whole, pieces, file->size);
    free(pieces);
    return whole;
}

static bool holds(const char *data, size_t size, const char *word)
{
    return memmem(data, size, word, strlen(word)) != NULL;
}

#define XMP_ID "http://ns.adobe.com/xap/1.0/"

static void a_property_of_a_place_becomes_spaces_and_nothing_else_does(void **state)
{
    /* What shall become spaces stands between braces. */
    static const char *const cases[] = {
        "<a {exif:GPSLatitude=\"52,3N\"} b='c'/>",
        "<a b='c' {exif:GPSLatitude = '52>3'}\n d='e'/>",
        "<x>{<exif:GPSLatitude>52</exif:GPSLatitude>}</x>",
        "<x>{<exif:GPSLatitude >52</exif:GPSLatitude >}</x>",
        "<x>{<dji:GpsLongitude a='>'/>}y</x>",
        "<x>{<a:GPSMap><a:GPSMapX>1</a:GPSMapX></a:GPSMap>}z</x>",
        "<x {p:Latitude='1'} {p:LongitudeRef='E'}/>",
        "<dc:title>GPS is here, GPSLatitude too</dc:title>",
        "<x exif:NoGPS='1' latitude='2'/>",
        "{<x exif:GPSLatitude='52}",
        "{<x><exif:GPSLatitude>52</x>}",
        "{<exif:GPSLatitude}",
        "",
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char given[256] = XMP_ID, left[256] = XMP_ID;
        size_t size = sizeof XMP_ID;
        AUTO(fox_str) file = {0};
        bool goes = false;
        char *clean;

        for (const char *at = cases[i]; *at; at++) {
            if (*at == '{' || *at == '}') {
                goes = *at == '{';
                continue;
            }
            given[size] = *at;
            left[size++] = goes ? ' ' : *at;
        }
        jpeg_with(&file, 0xe1, given, size);
        clean = redacted(&file, PXF_FORMAT_JPEG);
        if (!memmem(clean, file.size, left, size)) {
            fail_msg("%s", cases[i]);
        }
        free(clean);
    }
}

static void text_of_wide_letters_goes_as_a_whole(void **state)
{
    static const char payload[] = XMP_ID "\0<\0x\0 \0e\0:\0G\0P\0S\0";
    AUTO(fox_str) file = {0};
    char *clean;

    (void)state;
    jpeg_with(&file, 0xe1, payload, sizeof payload);
    clean = redacted(&file, PXF_FORMAT_JPEG);
    assert_null(memmem(clean, file.size, "G\0P\0S", 5));
    free(clean);
}

static void extended_xmp_goes_as_a_whole(void **state)
{
    static const char payload[] = "http://ns.adobe.com/xmp/extension/\0 half of a GPSLatitude";
    AUTO(fox_str) file = {0};
    char *clean;

    (void)state;
    jpeg_with(&file, 0xe1, payload, sizeof payload);
    clean = redacted(&file, PXF_FORMAT_JPEG);
    assert_false(holds(clean, file.size, "GPS"));
    free(clean);
}

/* A TIFF structure with a make and a place, two of whose values lie elsewhere. */
static void put_tiff(struct fox_str *to, bool is_little)
{
    static const uint32_t angle[] = {52, 1, 30, 1, 987654321, 1000};
    struct directory picture = {.is_little = is_little}, gps = {.is_little = is_little};
    const size_t base = to->size;

    tiff_begin(to, is_little);
    directory_add_text(&gps, 1, "N");
    directory_add_fractions(&gps, 2, 3, angle);
    directory_add_text(&gps, 27, "a hidden method");
    directory_add_text(&picture, MAKE, "the maker");
    directory_add_long(&picture, GPS_POINTER, directory_put(&gps, to, base, 0));
    tiff_end(to, base, is_little, directory_put(&picture, to, base, 0));
}

static void assert_no_place(const char *data, size_t size, pxf_format format)
{
    struct fox_str bytes = {.data = (char *)(uintptr_t)data, .size = size};
    AUTO(fox_exif) exif = {0};
    pxf_error err = {0};

    (void)format;
    assert_ok(exif_of_bytes(&bytes, &exif, &err));
    assert_false(exif.has_place);
    assert_string_equal(exif.camera_model, "the maker");
    assert_false(holds(data, size, "hidden"));
    assert_null(memmem(data, size, "\x3a\xde\x68\xb1", 4));
    assert_null(memmem(data, size, "\xb1\x68\xde\x3a", 4));
}

static void a_directory_of_places_becomes_an_empty_one(void **state)
{
    (void)state;
    for (int is_little = 0; is_little < 2; is_little++) {
        AUTO(fox_str) tiff = {0};
        AUTO(fox_str) jpeg = {0};
        AUTO(fox_str) webp = {0};
        AUTO(fox_str) payload = {0};
        char *clean;

        put_tiff(&tiff, is_little);
        fox_str_put(&payload, "Exif\0\0", 6);
        fox_str_put(&payload, tiff.data, tiff.size);
        jpeg_with(&jpeg, 0xe1, payload.data, payload.size);
        clean = redacted(&jpeg, PXF_FORMAT_JPEG);
        assert_no_place(clean, jpeg.size, PXF_FORMAT_JPEG);
        free(clean);
        webp_begin(&webp);
        webp_extended(&webp, 8, 16, 8);
        webp_lossy(&webp, 16, 8);
        webp_chunk(&webp, "EXIF", tiff.data, tiff.size);
        webp_end(&webp);
        clean = redacted(&webp, PXF_FORMAT_WEBP);
        assert_no_place(clean, webp.size, PXF_FORMAT_WEBP);
        free(clean);
    }
}

/* ISO 3309, by another way than the library's: a shift register from the definition. */
static uint32_t check_sum(const char *data, size_t size)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < size * 8; i++) {
        const uint32_t bit = (uint32_t)((unsigned char)data[i / 8] >> i % 8) & 1;

        crc = (crc >> 1) ^ (((crc ^ bit) & 1) != 0 ? 0xedb88320U : 0);
    }
    return ~crc;
}

static uint32_t number_at(const char *data)
{
    const unsigned char *bytes = (const void *)data;

    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The chunk behind the header, which png_with() puts there. */
static void assert_sum_is_right(const char *png)
{
    const char *chunk = png + 8 + 25;
    const uint32_t size = number_at(chunk);

    assert_int_equal(number_at(chunk + 8 + size), check_sum(chunk + 4, size + 4));
}

static void a_png_chunk_that_was_written_over_has_its_check_sum(void **state)
{
    static const char xmp[] = "XML:com.adobe.xmp\0\0\0\0\0<x e:GPSLatitude='52' y='z'/>";
    static const char raw[] = "Raw profile type APP1\0\0zzzz GPS zzzz";
    AUTO(fox_str) tiff = {0};
    const struct {
        const char *type, *data;
        size_t size;
    } cases[] = {{"eXIf", NULL, 0},
                 {"iTXt", xmp, sizeof xmp - 1},
                 {"zTXt", raw, sizeof raw - 1},
                 {"tEXt", raw, sizeof raw - 1}};

    (void)state;
    put_tiff(&tiff, true);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) png = {0};
        char *clean;

        png_with(&png, cases[i].type, cases[i].data ? cases[i].data : tiff.data,
                 cases[i].data ? cases[i].size : tiff.size);
        clean = redacted(&png, PXF_FORMAT_PNG);
        assert_sum_is_right(clean);
        assert_false(holds(clean, png.size, "GPS"));
        assert_false(holds(clean, png.size, "hidden"));
        assert_true(i != 1 || holds(clean, png.size, "y='z'"));
        free(clean);
    }
}

static void what_says_nothing_of_a_place_is_left_bit_for_bit(void **state)
{
    static const char payload[] = XMP_ID "\0<x dc:title='a'/>";
    AUTO(fox_str) jpeg = {0};
    AUTO(fox_str) png = {0};
    char *clean;

    (void)state;
    jpeg_with(&jpeg, 0xe1, payload, sizeof payload - 1);
    clean = redacted(&jpeg, PXF_FORMAT_JPEG);
    assert_memory_equal(clean, jpeg.data, jpeg.size);
    free(clean);
    png_with(&png, "tEXt", "Comment\0a word of the GPS", 24);
    clean = redacted(&png, PXF_FORMAT_PNG);
    assert_memory_equal(clean, png.data, png.size);
    free(clean);
}

static void a_file_cut_anywhere_or_of_any_bytes_is_read_as_far_as_it_goes(void **state)
{
    static const pxf_format formats[] = {PXF_FORMAT_JPEG, PXF_FORMAT_PNG,  PXF_FORMAT_GIF,
                                         PXF_FORMAT_WEBP, PXF_FORMAT_AVIF, PXF_FORMAT_TIFF,
                                         PXF_FORMAT_BMP};
    AUTO(fox_str) tiff = {0};
    AUTO(fox_str) file = {0};

    (void)state;
    put_tiff(&tiff, false);
    png_with(&file, "eXIf", tiff.data, tiff.size);
    fox_str_put_text(&file, "\x21\xff\x0bXMP DataXMP<x e:GPSLatitude='1'/>\x01\xff");
    fox_str_put(&file, tiff.data, tiff.size);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        for (size_t size = 0; size < file.size; size++) {
            const struct fox_str cut = {.data = file.data, .size = size};

            free(size > 0 ? redacted(&cut, formats[i]) : NULL);
        }
    }
}

SUITE(redact, cmocka_unit_test(a_property_of_a_place_becomes_spaces_and_nothing_else_does),
      cmocka_unit_test(text_of_wide_letters_goes_as_a_whole),
      cmocka_unit_test(extended_xmp_goes_as_a_whole),
      cmocka_unit_test(a_directory_of_places_becomes_an_empty_one),
      cmocka_unit_test(a_png_chunk_that_was_written_over_has_its_check_sum),
      cmocka_unit_test(what_says_nothing_of_a_place_is_left_bit_for_bit),
      cmocka_unit_test(a_file_cut_anywhere_or_of_any_bytes_is_read_as_far_as_it_goes))
