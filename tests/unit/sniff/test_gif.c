/* SPDX-License-Identifier: Apache-2.0 */
#include "picture.h"
#include "support/suite.h"

static void whole(struct fox_str *bytes, unsigned frame_count)
{
    gif_begin(bytes, 16, 8);
    for (unsigned i = 0; i < frame_count; i++) {
        gif_frame(bytes, 16, 8);
    }
    gif_end(bytes);
}

static void frames_are_counted(void **state)
{
    static const unsigned counts[] = {1, 2, 60, 10000};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;

        whole(&bytes, counts[i]);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.format, PXF_FORMAT_GIF);
        assert_int_equal(sniff.frame_count, counts[i]);
        assert_int_equal(sniff.width_px, 16);
        assert_int_equal(sniff.height_px, 8);
        assert_int_equal(sniff.bit_depth, 8);
        assert_int_equal(sniff.channel_count, 3);
        assert_false(sniff.has_alpha);
        assert_ok(check_end_of_bytes(&bytes, &err));
    }
}

static void counting_stops_where_nobody_wants_more(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    whole(&bytes, FOX_SNIFF_FRAME_LIMIT + 50);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.frame_count, FOX_SNIFF_FRAME_LIMIT + 1);
    assert_ok(check_end_of_bytes(&bytes, &err));
}

static void a_loop_of_one_frame_is_a_still_picture(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    gif_begin(&bytes, 240, 160);
    gif_extension(&bytes, 0xff, "NETSCAPE2.0", 11);
    gif_frame(&bytes, 240, 160);
    gif_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.frame_count, 1);
    assert_int_equal(sniff.width_px, 240);
}

static void the_first_frame_stretches_the_screen(void **state)
{
    static const struct {
        unsigned screen, first, second, width;
    } cases[] = {{10, 50, 20, 50}, {10, 10, 50, 10}, {0, 30, 30, 30}, {100, 20, 20, 100}};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;

        gif_begin(&bytes, cases[i].screen, cases[i].screen);
        gif_frame(&bytes, cases[i].first, cases[i].first);
        gif_frame(&bytes, cases[i].second, cases[i].second);
        gif_end(&bytes);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.width_px, cases[i].width);
        assert_int_equal(sniff.height_px, cases[i].width);
    }
}

static void a_place_far_right_does_not_wrap_around(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    gif_begin(&bytes, 10, 10);
    put_le(&bytes, 1, 0x2c);
    put_le(&bytes, 8, UINT64_C(0xffffffffffffffff));
    fox_str_put(&bytes, "\0\x02\x02\x4c\x01\x00", 6);
    gif_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.width_px, 131070);
}

static void a_transparent_colour_is_alpha(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    gif_begin(&bytes, 16, 8);
    gif_extension(&bytes, 0xf9, "\x00\x0a\x00\x00", 4);
    gif_frame(&bytes, 16, 8);
    gif_extension(&bytes, 0xf9, "\x01\x0a\x00\x00", 4);
    gif_frame(&bytes, 16, 8);
    gif_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_true(sniff.has_alpha);
    assert_int_equal(sniff.channel_count, 4);
}

static void a_profile_is_noticed(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    gif_begin(&bytes, 16, 8);
    gif_extension(&bytes, 0xff, "ICCRGBG1012", 11);
    gif_frame(&bytes, 16, 8);
    gif_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_true(sniff.has_profile);
    assert_false(bytes_have_metadata(&bytes, PXF_FORMAT_GIF));
}

static void local_palettes_are_passed_over(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    gif_begin(&bytes, 16, 8);
    for (unsigned bits = 0; bits < 8; bits++) {
        put_le(&bytes, 1, 0x2c);
        put_le(&bytes, 8, UINT64_C(0x0008001000000000));
        put_le(&bytes, 1, 0x80 | bits);
        for (unsigned i = 0; i < 3U << (bits + 1); i++) {
            put_le(&bytes, 1, 0x3b);
        }
        fox_str_put(&bytes, "\x02\x02\x4c\x01\x00", 5);
    }
    gif_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.frame_count, 8);
    assert_ok(check_end_of_bytes(&bytes, &err));
}

static void a_file_without_a_frame_is_corrupt(void **state)
{
    AUTO(fox_str) empty = {0};
    AUTO(fox_str) flat = {0};

    (void)state;
    whole(&empty, 0);
    assert_refused(&empty, PXF_CORRUPT, "no frame");
    gif_begin(&flat, 0, 0);
    gif_frame(&flat, 0, 0);
    gif_end(&flat);
    assert_refused(&flat, PXF_CORRUPT, "0 x 0 pixels");
}

static void a_file_that_breaks_off_is_told_by_its_end(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_str part;
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    gif_begin(&bytes, 16, 8);
    gif_extension(&bytes, 0xfe, "comment", 7);
    gif_frame(&bytes, 16, 8);
    gif_frame(&bytes, 16, 8);
    gif_end(&bytes);
    assert_only_whole(&bytes);
    part = (struct fox_str){.data = bytes.data, .size = bytes.size - 12};
    assert_ok(sniff_bytes(&part, &sniff, &err));
    assert_int_equal(sniff.frame_count, 1);
}

static void zeros_between_blocks_are_tolerated_and_nonsense_is_not(void **state)
{
    AUTO(fox_str) zeros = {0};
    AUTO(fox_str) nonsense = {0};
    pxf_error err = {0};

    (void)state;
    gif_begin(&zeros, 16, 8);
    gif_frame(&zeros, 16, 8);
    put_zeros(&zeros, 3);
    gif_end(&zeros);
    assert_ok(check_end_of_bytes(&zeros, &err));
    gif_begin(&nonsense, 16, 8);
    gif_frame(&nonsense, 16, 8);
    fox_str_put(&nonsense, "?", 1);
    gif_end(&nonsense);
    assert_fails(check_end_of_bytes(&nonsense, &err), PXF_CORRUPT);
}

static void comments_texts_and_other_applications_are_metadata(void **state)
{
    static const struct {
        unsigned label;
        const char *data;
        size_t size;
        bool has;
    } cases[] = {
        {0xf9, "\0\0\0\0", 4, false},     {0xff, "NETSCAPE2.0", 11, false},
        {0xff, "ANIMEXTS1.0", 11, false}, {0xff, "XMP DataXMP", 11, true},
        {0xff, "short", 5, true},         {0xfe, "hello", 5, true},
        {0x01, "plain text..", 12, true}, {0x42, "unknown", 7, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        gif_begin(&bytes, 16, 8);
        gif_extension(&bytes, cases[i].label, cases[i].data, cases[i].size);
        gif_frame(&bytes, 16, 8);
        gif_end(&bytes);
        if (bytes_have_metadata(&bytes, PXF_FORMAT_GIF) != cases[i].has) {
            fail_msg("case %zu", i);
        }
        fox_str_put(&bytes, "x", 1);
        assert_true(bytes_have_metadata(&bytes, PXF_FORMAT_GIF));
    }
}

SUITE(gif, cmocka_unit_test(frames_are_counted),
      cmocka_unit_test(counting_stops_where_nobody_wants_more),
      cmocka_unit_test(a_loop_of_one_frame_is_a_still_picture),
      cmocka_unit_test(the_first_frame_stretches_the_screen),
      cmocka_unit_test(a_place_far_right_does_not_wrap_around),
      cmocka_unit_test(a_transparent_colour_is_alpha), cmocka_unit_test(a_profile_is_noticed),
      cmocka_unit_test(local_palettes_are_passed_over),
      cmocka_unit_test(a_file_without_a_frame_is_corrupt),
      cmocka_unit_test(a_file_that_breaks_off_is_told_by_its_end),
      cmocka_unit_test(zeros_between_blocks_are_tolerated_and_nonsense_is_not),
      cmocka_unit_test(comments_texts_and_other_applications_are_metadata))
