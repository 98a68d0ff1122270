/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "picture.h"
#include "support/suite.h"

static void the_header_tells_size_depth_and_channels(void **state)
{
    static const struct {
        unsigned depth, colour_type;
        uint32_t width, height;
        unsigned shown_depth, channels;
        bool has_alpha;
    } cases[] = {
        {1, 0, 1, 1, 1, 1, false},         {16, 0, 640, 480, 16, 1, false},
        {8, 2, 3, 100000, 8, 3, false},    {16, 2, 16, 8, 16, 3, false},
        {1, 3, 16, 8, 8, 3, false},        {8, 3, 16, 8, 8, 3, false},
        {8, 4, 16, 8, 8, 2, true},         {16, 6, 787402, 787402, 16, 4, true},
        {8, 6, 0x7fffffff, 1, 8, 4, true},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;

        png_begin(&bytes, cases[i].width, cases[i].height, cases[i].depth, cases[i].colour_type);
        png_chunk(&bytes, "IDAT", "0123456789", 10);
        png_end(&bytes);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.format, PXF_FORMAT_PNG);
        assert_int_equal(sniff.width_px, cases[i].width);
        assert_int_equal(sniff.height_px, cases[i].height);
        assert_int_equal(sniff.bit_depth, cases[i].shown_depth);
        assert_int_equal(sniff.channel_count, cases[i].channels);
        assert_int_equal(sniff.has_alpha, cases[i].has_alpha);
        assert_int_equal(sniff.frame_count, 1);
    }
}

static void headers_that_contradict_themselves_are_corrupt(void **state)
{
    static const struct {
        uint32_t width, height;
        unsigned depth, colour_type;
    } cases[] = {{0, 8, 8, 2},  {16, 0, 8, 2}, {0x80000000, 8, 8, 2}, {16, 0xffffffff, 8, 2},
                 {16, 8, 4, 2}, {16, 8, 3, 0}, {16, 8, 0, 0},         {16, 8, 16, 3},
                 {16, 8, 8, 1}, {16, 8, 8, 7}, {16, 8, 2, 6},         {16, 8, 32, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        png_begin(&bytes, cases[i].width, cases[i].height, cases[i].depth, cases[i].colour_type);
        png_chunk(&bytes, "IDAT", "0123456789", 10);
        png_end(&bytes);
        assert_refused(&bytes, PXF_CORRUPT, "a PNG");
    }
}

static void unknown_methods_are_corrupt(void **state)
{
    (void)state;
    for (size_t at = 26; at <= 28; at++) {
        AUTO(fox_str) bytes = {0};

        png_begin(&bytes, 16, 8, 8, 2);
        bytes.data[at] = 2;
        png_end(&bytes);
        assert_refused(&bytes, PXF_CORRUPT, "unknown compression, filter or interlace");
    }
}

static void a_file_must_begin_with_its_header(void **state)
{
    AUTO(fox_str) bytes = {0};
    AUTO(fox_str) apple = {0};

    (void)state;
    fox_str_put(&bytes, "\x89PNG\r\n\x1a\n", 8);
    png_chunk(&bytes, "IDAT", "0123456789abc", 13);
    assert_refused(&bytes, PXF_CORRUPT, "does not begin with its IHDR");
    fox_str_put(&apple, "\x89PNG\r\n\x1a\n", 8);
    png_chunk(&apple, "CgBI", "1234", 4);
    assert_refused(&apple, PXF_UNSUPPORTED, "CgBI");
}

static void chunks_before_the_picture_are_noticed(void **state)
{
    AUTO(fox_str) clear = {0};
    AUTO(fox_str) profile = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    png_with(&clear, "tRNS", "\0\0\0\0\0\0", 6);
    assert_ok(sniff_bytes(&clear, &sniff, &err));
    assert_true(sniff.has_alpha);
    assert_int_equal(sniff.channel_count, 4);
    png_with(&profile, "iCCP", "name\0\0x", 7);
    assert_ok(sniff_bytes(&profile, &sniff, &err));
    assert_true(sniff.has_profile);
    assert_false(sniff.has_alpha);
}

static void frames_of_an_animation_are_counted(void **state)
{
    static const struct {
        bool has_actl;
        unsigned fctl_count, frame_count;
    } cases[] = {{true, 3, 3}, {true, 1, 1}, {true, 0, 1}, {false, 5, 1}};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;

        png_begin(&bytes, 16, 8, 8, 2);
        if (cases[i].has_actl) {
            png_chunk(&bytes, "acTL", "\x7f\xff\xff\xff\0\0\0\0", 8);
        }
        png_chunk(&bytes, "IDAT", "0123456789", 10);
        for (unsigned k = 0; k < cases[i].fctl_count; k++) {
            png_chunk(&bytes, "fcTL", "frame", 5);
            png_chunk(&bytes, "fdAT", "data", 4);
        }
        png_end(&bytes);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.frame_count, cases[i].frame_count);
    }
}

/* Decoders take an acTL behind the picture for none. */
static void an_animation_is_announced_before_the_picture(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    png_begin(&bytes, 16, 8, 8, 2);
    png_chunk(&bytes, "IDAT", "0123456789", 10);
    png_chunk(&bytes, "acTL", "\0\0\0\2\0\0\0\0", 8);
    png_chunk(&bytes, "fcTL", "frame", 5);
    png_chunk(&bytes, "fcTL", "frame", 5);
    png_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.frame_count, 1);
}

static void the_orientation_may_stand_behind_the_picture(void **state)
{
    static const char exif[] = "MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0";
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    png_begin(&bytes, 16, 8, 8, 2);
    png_chunk(&bytes, "IDAT", "0123456789", 10);
    png_chunk(&bytes, "eXIf", exif, sizeof exif - 1);
    png_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.orientation, 6);
    assert_int_equal(fox_sniff_shown_width_px(&sniff), 8);
    assert_int_equal(fox_sniff_shown_height_px(&sniff), 16);
}

static void a_file_that_breaks_off_is_told_by_its_end(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_str part;
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    png_with(&bytes, "tEXt", "Title\0x", 7);
    assert_only_whole(&bytes);
    part = (struct fox_str){.data = bytes.data, .size = bytes.size - 16};
    assert_ok(sniff_bytes(&part, &sniff, &err));
    assert_int_equal(check_end_of_bytes(&part, &err), PXF_CORRUPT);
    assert_int_equal(strncmp(err.message, "truncated", 9), 0);
}

static void the_end_must_have_its_check_sum(void **state)
{
    AUTO(fox_str) bytes = {0};
    pxf_error err = {0};

    (void)state;
    png_with(&bytes, "tEXt", "Title\0x", 7);
    bytes.data[bytes.size - 1] ^= 1;
    assert_fails(check_end_of_bytes(&bytes, &err), PXF_CORRUPT);
}

static void a_file_without_data_or_with_too_little_is_truncated(void **state)
{
    static const struct {
        uint32_t width, height;
        size_t data_size;
        bool fits;
    } cases[] = {
        {16, 8, 0, false},
        {16, 8, 1, true},
        {225000, 225000, 4000, false},
        {787402, 787402, 4000, false},
        {0x7fffffff, 0x7fffffff, 4000, false},
        {1000, 1000, 3000, true},
        {1000, 1000, 2800, false},
    };
    char data[4000] = {0};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        png_begin(&bytes, cases[i].width, cases[i].height, 8, 2);
        if (cases[i].data_size > 0) {
            png_chunk(&bytes, "IDAT", data, cases[i].data_size);
        }
        png_end(&bytes);
        if ((check_end_of_bytes(&bytes, &err) == PXF_OK) != cases[i].fits) {
            fail_msg("case %zu: %s", i, err.message);
        }
        fox_fail_clear(&err);
    }
}

static void what_a_decoder_needs_is_no_metadata(void **state)
{
    static const struct {
        const char *type;
        bool has;
    } cases[] = {
        {"PLTE", false}, {"tRNS", false}, {"cHRM", false}, {"gAMA", false}, {"iCCP", false},
        {"sBIT", false}, {"sRGB", false}, {"cICP", false}, {"pHYs", false}, {"bKGD", false},
        {"acTL", false}, {"fcTL", false}, {"fdAT", false}, {"tEXt", true},  {"zTXt", true},
        {"iTXt", true},  {"eXIf", true},  {"tIME", true},  {"prVt", true},  {"dSIG", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        png_with(&bytes, cases[i].type, "payload", 7);
        if (bytes_have_metadata(&bytes, PXF_FORMAT_PNG) != cases[i].has) {
            fail_msg("chunk %s", cases[i].type);
        }
    }
}

static void bytes_behind_the_end_are_metadata(void **state)
{
    AUTO(fox_str) bytes = {0};

    (void)state;
    png_with(&bytes, "gAMA", "1234", 4);
    assert_false(bytes_have_metadata(&bytes, PXF_FORMAT_PNG));
    fox_str_put(&bytes, "x", 1);
    assert_true(bytes_have_metadata(&bytes, PXF_FORMAT_PNG));
}

SUITE(png, cmocka_unit_test(the_header_tells_size_depth_and_channels),
      cmocka_unit_test(headers_that_contradict_themselves_are_corrupt),
      cmocka_unit_test(unknown_methods_are_corrupt),
      cmocka_unit_test(a_file_must_begin_with_its_header),
      cmocka_unit_test(chunks_before_the_picture_are_noticed),
      cmocka_unit_test(frames_of_an_animation_are_counted),
      cmocka_unit_test(an_animation_is_announced_before_the_picture),
      cmocka_unit_test(the_orientation_may_stand_behind_the_picture),
      cmocka_unit_test(a_file_that_breaks_off_is_told_by_its_end),
      cmocka_unit_test(the_end_must_have_its_check_sum),
      cmocka_unit_test(a_file_without_data_or_with_too_little_is_truncated),
      cmocka_unit_test(what_a_decoder_needs_is_no_metadata),
      cmocka_unit_test(bytes_behind_the_end_are_metadata))
