/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "picture.h"
#include "support/suite.h"

static void a_frame_header_tells_size_and_channels(void **state)
{
    static const struct {
        unsigned marker, components;
        uint32_t width, height;
        bool is_cmyk;
    } cases[] = {
        {0xc0, 1, 640, 480, false},
        {0xc1, 3, 1, 1, false},
        {0xc2, 3, 100, 65000, false},
        {0xc0, 4, 65535, 2, true},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;

        jpeg_begin(&bytes);
        jpeg_frame(&bytes, cases[i].marker, cases[i].width, cases[i].height, cases[i].components);
        jpeg_scan(&bytes, 4);
        jpeg_end(&bytes);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.format, PXF_FORMAT_JPEG);
        assert_int_equal(sniff.width_px, cases[i].width);
        assert_int_equal(sniff.height_px, cases[i].height);
        assert_int_equal(sniff.channel_count, cases[i].components);
        assert_int_equal(sniff.is_cmyk, cases[i].is_cmyk);
        assert_int_equal(sniff.bit_depth, 8);
        assert_int_equal(sniff.frame_count, 1);
        assert_int_equal(sniff.orientation, 1);
        assert_false(sniff.has_alpha);
        assert_false(sniff.has_profile);
    }
}

static void coding_processes_that_nobody_decodes_are_refused_by_name(void **state)
{
    static const struct {
        unsigned marker;
        const char *words;
    } cases[] = {
        {0xc3, "a lossless JPEG"},
        {0xc5, "a hierarchical JPEG"},
        {0xc6, "a hierarchical JPEG"},
        {0xc7, "a hierarchical JPEG"},
        {0xc9, "an arithmetic coded JPEG"},
        {0xca, "an arithmetic coded JPEG"},
        {0xcb, "a lossless, arithmetic coded JPEG"},
        {0xcd, "a hierarchical JPEG"},
        {0xcf, "a hierarchical JPEG"},
        {0xf7, "JPEG-LS"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        jpeg_begin(&bytes);
        jpeg_frame(&bytes, cases[i].marker, 16, 8, 3);
        jpeg_scan(&bytes, 4);
        jpeg_end(&bytes);
        assert_refused(&bytes, PXF_UNSUPPORTED, cases[i].words);
    }
}

static void twelve_bits_are_refused_by_name(void **state)
{
    AUTO(fox_str) bytes = {0};

    (void)state;
    jpeg_begin(&bytes);
    jpeg_frame(&bytes, 0xc1, 16, 8, 3);
    bytes.data[6] = 12;
    jpeg_scan(&bytes, 4);
    assert_refused(&bytes, PXF_UNSUPPORTED, "a JPEG of 12 bits");
}

static void two_components_are_refused_by_name(void **state)
{
    AUTO(fox_str) bytes = {0};

    (void)state;
    jpeg_begin(&bytes);
    jpeg_frame(&bytes, 0xc0, 16, 8, 2);
    jpeg_scan(&bytes, 4);
    assert_refused(&bytes, PXF_UNSUPPORTED, "a JPEG of 2 components");
}

static void a_size_of_zero_is_refused(void **state)
{
    AUTO(fox_str) thin = {0};
    AUTO(fox_str) late = {0};

    (void)state;
    jpeg_begin(&thin);
    jpeg_frame(&thin, 0xc0, 0, 8, 3);
    jpeg_scan(&thin, 4);
    assert_refused(&thin, PXF_CORRUPT, "0 pixels wide");
    jpeg_begin(&late);
    jpeg_frame(&late, 0xc0, 16, 0, 3);
    jpeg_scan(&late, 4);
    assert_refused(&late, PXF_UNSUPPORTED, "DNL");
}

static void a_header_without_a_frame_or_a_scan_is_corrupt(void **state)
{
    AUTO(fox_str) no_frame = {0};
    AUTO(fox_str) no_scan = {0};
    AUTO(fox_str) two_frames = {0};

    (void)state;
    jpeg_begin(&no_frame);
    jpeg_scan(&no_frame, 4);
    jpeg_end(&no_frame);
    assert_refused(&no_frame, PXF_CORRUPT, "no frame header");
    jpeg_begin(&no_scan);
    jpeg_frame(&no_scan, 0xc0, 16, 8, 3);
    jpeg_end(&no_scan);
    assert_refused(&no_scan, PXF_CORRUPT, "no scan");
    jpeg_begin(&two_frames);
    jpeg_frame(&two_frames, 0xc0, 16, 8, 3);
    jpeg_frame(&two_frames, 0xc0, 16000, 8000, 3);
    jpeg_scan(&two_frames, 4);
    assert_refused(&two_frames, PXF_CORRUPT, "two frame headers");
}

static void a_header_that_breaks_off_is_truncated(void **state)
{
    AUTO(fox_str) bytes = {0};

    (void)state;
    jpeg_begin(&bytes);
    jpeg_segment(&bytes, 0xe1, "Exif\0\0", 6);
    jpeg_frame(&bytes, 0xc0, 16, 8, 3);
    for (size_t size = 3; size < bytes.size; size++) {
        const struct fox_str part = {.data = bytes.data, .size = size};

        assert_refused(&part, PXF_CORRUPT, "truncated: ");
    }
}

static void fill_and_stray_bytes_between_segments_are_passed_over(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    jpeg_begin(&bytes);
    put_be(&bytes, 4, 0xffffffff);
    jpeg_frame(&bytes, 0xc0, 16, 8, 1);
    fox_str_put(&bytes, "stray\xff\x00", 7);
    jpeg_scan(&bytes, 4);
    jpeg_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.width_px, 16);
}

static void a_flood_of_segments_is_refused(void **state)
{
    AUTO(fox_str) bytes = {0};

    (void)state;
    jpeg_begin(&bytes);
    for (int i = 0; i < 70000; i++) {
        jpeg_segment(&bytes, 0xe0, "", 0);
    }
    jpeg_frame(&bytes, 0xc0, 16, 8, 3);
    jpeg_scan(&bytes, 4);
    jpeg_end(&bytes);
    assert_refused(&bytes, PXF_CORRUPT, "no frame header");
}

static void a_profile_is_noticed_if_it_can_be_one(void **state)
{
    char profile[14 + 128] = "ICC_PROFILE\0\1\1";
    static const struct {
        size_t size;
        bool has_profile;
    } cases[] = {{sizeof profile, true}, {sizeof profile - 1, false}, {14, false}, {3, false}};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;

        jpeg_with(&bytes, 0xe2, profile, cases[i].size);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.has_profile, cases[i].has_profile);
    }
}

static void rgb_is_told_from_ycbcr_as_decoders_do(void **state)
{
    static const struct {
        const char *what;
        unsigned marker;
        size_t size;
        char payload[16];
        const char *ids;
        bool is_rgb;
    } cases[] = {
        {"nothing", 0xfe, 0, "", "\1\2\3", false},
        {"Adobe, no transform", 0xee, 12, "Adobe\0\x64\0\0\0\0\0", "\1\2\3", true},
        {"Adobe, YCbCr", 0xee, 12, "Adobe\0\x64\0\0\0\0\1", "\1\2\3", false},
        {"JFIF", 0xe0, 14, "JFIF\0\1\1\0\0\1\0\1\0\0", "RGB", false},
        {"letters", 0xfe, 0, "", "RGB", true},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;
        size_t ids;

        jpeg_begin(&bytes);
        jpeg_segment(&bytes, cases[i].marker, cases[i].payload, cases[i].size);
        ids = bytes.size + 10;
        jpeg_frame(&bytes, 0xc0, 16, 8, 3);
        for (size_t k = 0; k < 3; k++) {
            bytes.data[ids + 3 * k] = cases[i].ids[k];
        }
        jpeg_scan(&bytes, 4);
        jpeg_end(&bytes);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        if (sniff.is_rgb_jpeg != cases[i].is_rgb) {
            fail_msg("with %s", cases[i].what);
        }
    }
}

/* A multi-picture file is a JPEG with others behind its end. */
static void the_first_picture_of_several_counts(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    jpeg_with(&bytes, 0xe2, "MPF\0rest", 8);
    jpeg_begin(&bytes);
    jpeg_frame(&bytes, 0xc0, 640, 480, 3);
    jpeg_scan(&bytes, 10);
    jpeg_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.width_px, 16);
    assert_int_equal(sniff.frame_count, 1);
    assert_ok(check_end_of_bytes(&bytes, &err));
    assert_true(bytes_have_metadata(&bytes, PXF_FORMAT_JPEG));
}

static void only_a_scan_may_break_off(void **state)
{
    AUTO(fox_str) bytes = {0};
    size_t first_begin, first_end, second_begin;
    pxf_error err = {0};

    (void)state;
    jpeg_begin(&bytes);
    jpeg_frame(&bytes, 0xc2, 16, 8, 3);
    jpeg_scan(&bytes, 0);
    first_begin = bytes.size;
    fox_str_put(&bytes, "\x55\xff\x00\xff\xd0\x55\x55\x55", 8);
    first_end = bytes.size;
    jpeg_segment(&bytes, 0xc4, "table", 5);
    jpeg_scan(&bytes, 0);
    second_begin = bytes.size;
    fox_str_put(&bytes, "\x55\x55\x55\x55", 4);
    jpeg_end(&bytes);
    for (size_t size = 2; size <= bytes.size; size++) {
        struct fox_str part = {.data = bytes.data, .size = size};
        const bool is_in_scan =
            (size >= first_begin && size <= first_end + 1) || size >= second_begin;
        const pxf_status status = check_end_of_bytes(&part, &err);

        if ((status == PXF_OK) != is_in_scan) {
            fail_msg("at %zu: %s", size, err.message);
        }
        fox_fail_clear(&err);
    }
}

static void an_end_outside_of_a_scan_is_truncated(void **state)
{
    AUTO(fox_str) bytes = {0};
    pxf_error err = {0};

    (void)state;
    jpeg_begin(&bytes);
    jpeg_frame(&bytes, 0xc0, 16, 8, 3);
    jpeg_scan(&bytes, 10);
    jpeg_segment(&bytes, 0xc4, "table", 5);
    jpeg_end(&bytes);
    assert_fails(check_end_of_bytes(&bytes, &err), PXF_CORRUPT);
}

static void gigapixels_do_not_fit_into_a_kilobyte(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    jpeg_begin(&bytes);
    jpeg_frame(&bytes, 0xc0, 64250, 64250, 3);
    jpeg_scan(&bytes, 900);
    jpeg_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.width_px, 64250);
    assert_int_equal(check_end_of_bytes(&bytes, &err), PXF_CORRUPT);
    assert_non_null(strstr(err.message, "bytes of data cannot hold 64250 x 64250"));
}

/* A white page takes two bits in each block of 8 × 8 pixels. */
static void a_white_page_fits_into_few_bytes(void **state)
{
    AUTO(fox_str) bytes = {0};
    pxf_error err = {0};

    (void)state;
    jpeg_begin(&bytes);
    jpeg_frame(&bytes, 0xc0, 4000, 3000, 1);
    jpeg_scan(&bytes, 500 * 375 * 2 / 8);
    jpeg_end(&bytes);
    assert_ok(check_end_of_bytes(&bytes, &err));
}

static void what_tells_of_the_making_is_metadata(void **state)
{
    static const struct {
        unsigned marker;
        size_t size;
        char payload[24];
        bool has;
    } cases[] = {
        {0xe0, 14, "JFIF\0\1\1\0\0\1\0\1\0\0", false},
        {0xe0, 17, "JFIF\0\1\1\0\0\1\0\1\1\1rgb", true},
        {0xe0, 8, "JFXX\0\x10\0\0", true},
        {0xe1, 10, "Exif\0\0II*\0", true},
        {0xe1, 20, "http://ns.adobe.com/", true},
        {0xe2, 16, "ICC_PROFILE\0\1\1ab", false},
        {0xe2, 4, "MPF\0", true},
        {0xe3, 4, "Meta", true},
        {0xed, 14, "Photoshop 3.0\0", true},
        {0xee, 12, "Adobe\0\x64\0\0\0\0\1", false},
        {0xee, 13, "Adobe\0\x64\0\0\0\0\1x", true},
        {0xef, 1, "x", true},
        {0xfe, 5, "hello", true},
        {0xdb, 5, "quant", false},
        {0xdd, 2, "\0\4", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        jpeg_with(&bytes, cases[i].marker, cases[i].payload, cases[i].size);
        if (bytes_have_metadata(&bytes, PXF_FORMAT_JPEG) != cases[i].has) {
            fail_msg("case %zu, marker %x", i, cases[i].marker);
        }
    }
}

static void metadata_between_scans_and_behind_the_end_is_found(void **state)
{
    AUTO(fox_str) between = {0};
    AUTO(fox_str) behind = {0};

    (void)state;
    jpeg_begin(&between);
    jpeg_frame(&between, 0xc2, 16, 8, 3);
    jpeg_scan(&between, 10);
    jpeg_segment(&between, 0xfe, "hello", 5);
    jpeg_scan(&between, 10);
    jpeg_end(&between);
    assert_true(bytes_have_metadata(&between, PXF_FORMAT_JPEG));
    jpeg_with(&behind, 0xdb, "quant", 5);
    assert_false(bytes_have_metadata(&behind, PXF_FORMAT_JPEG));
    fox_str_put(&behind, "x", 1);
    assert_true(bytes_have_metadata(&behind, PXF_FORMAT_JPEG));
}

static void a_variant_without_its_end_is_corrupt(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_memory memory;
    struct fox_reader reader;
    bool has = false;
    pxf_error err = {0};

    (void)state;
    jpeg_with(&bytes, 0xdb, "quant", 5);
    memory = (struct fox_memory){bytes.data, bytes.size - 2};
    reader = fox_reader_of_memory(&memory);
    assert_fails(fox_sniff_has_metadata(&reader, PXF_FORMAT_JPEG, &has, &err), PXF_CORRUPT);
}

SUITE(jpeg, cmocka_unit_test(a_frame_header_tells_size_and_channels),
      cmocka_unit_test(coding_processes_that_nobody_decodes_are_refused_by_name),
      cmocka_unit_test(twelve_bits_are_refused_by_name),
      cmocka_unit_test(two_components_are_refused_by_name),
      cmocka_unit_test(a_size_of_zero_is_refused),
      cmocka_unit_test(a_header_without_a_frame_or_a_scan_is_corrupt),
      cmocka_unit_test(a_header_that_breaks_off_is_truncated),
      cmocka_unit_test(fill_and_stray_bytes_between_segments_are_passed_over),
      cmocka_unit_test(a_flood_of_segments_is_refused),
      cmocka_unit_test(a_profile_is_noticed_if_it_can_be_one),
      cmocka_unit_test(rgb_is_told_from_ycbcr_as_decoders_do),
      cmocka_unit_test(the_first_picture_of_several_counts),
      cmocka_unit_test(only_a_scan_may_break_off),
      cmocka_unit_test(an_end_outside_of_a_scan_is_truncated),
      cmocka_unit_test(gigapixels_do_not_fit_into_a_kilobyte),
      cmocka_unit_test(a_white_page_fits_into_few_bytes),
      cmocka_unit_test(what_tells_of_the_making_is_metadata),
      cmocka_unit_test(metadata_between_scans_and_behind_the_end_is_found),
      cmocka_unit_test(a_variant_without_its_end_is_corrupt))
