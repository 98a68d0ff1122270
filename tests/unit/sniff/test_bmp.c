/* SPDX-License-Identifier: Apache-2.0 */
#include "picture.h"
#include "support/suite.h"

struct bmp {
    unsigned head_bytes;
    uint32_t width, height, bits, compression, alpha_mask;
};

/* The file's head and the bitmap's; pixels begin right behind. */
static void put_head(struct fox_str *to, struct bmp bmp)
{
    const size_t end = to->size + 14 + bmp.head_bytes;

    fox_str_put(to, "BM", 2);
    put_zeros(to, 8);
    put_le(to, 4, end);
    put_le(to, 4, bmp.head_bytes);
    put_le(to, bmp.head_bytes == 12 ? 2 : 4, bmp.width);
    put_le(to, bmp.head_bytes == 12 ? 2 : 4, bmp.height);
    put_le(to, 2, 1);
    put_le(to, 2, bmp.bits);
    if (bmp.head_bytes > 16) {
        put_le(to, 4, bmp.compression);
        put_zeros(to, 20);
    }
    if (bmp.head_bytes >= 56) {
        put_zeros(to, 12);
        put_le(to, 4, bmp.alpha_mask);
    }
    put_zeros(to, end - to->size);
}

static void every_header_size_tells_the_size(void **state)
{
    static const unsigned sizes[] = {12, 16, 40, 52, 56, 64, 108, 124};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;

        put_head(&bytes, (struct bmp){sizes[i], 300, 200, 24, 0, 0});
        put_zeros(&bytes, (size_t)300 * 200 * 3);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.format, PXF_FORMAT_BMP);
        assert_int_equal(sniff.width_px, 300);
        assert_int_equal(sniff.height_px, 200);
        assert_int_equal(sniff.bit_depth, 8);
        assert_int_equal(sniff.channel_count, 3);
        assert_false(sniff.has_alpha);
        assert_ok(check_end_of_bytes(&bytes, &err));
    }
}

static void a_negative_height_is_its_distance(void **state)
{
    static const struct {
        uint32_t height, shown;
    } cases[] = {{(uint32_t)-240, 240}, {0x80000000, 0x80000000}, {0xffffffff, 1}};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;

        put_head(&bytes, (struct bmp){40, 320, cases[i].height, 24, 0, 0});
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.height_px, cases[i].shown);
    }
}

static void an_alpha_mask_is_alpha(void **state)
{
    static const struct {
        struct bmp bmp;
        bool has_alpha;
    } cases[] = {
        {{108, 16, 8, 32, 3, 0xff000000}, true}, {{108, 16, 8, 32, 3, 0}, false},
        {{124, 16, 8, 16, 3, 0x8000}, true},     {{124, 16, 8, 24, 0, 0xff000000}, false},
        {{40, 16, 8, 32, 0, 0}, false},          {{56, 16, 8, 32, 3, 0xff000000}, true},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;

        put_head(&bytes, cases[i].bmp);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.has_alpha, cases[i].has_alpha);
        assert_int_equal(sniff.channel_count, cases[i].has_alpha ? 4 : 3);
    }
}

static void headers_that_contradict_themselves_are_corrupt(void **state)
{
    static const struct bmp cases[] = {
        {40, 0, 8, 24, 0, 0}, {40, 16, 0, 24, 0, 0}, {40, 0xfffffff0, 8, 24, 0, 0},
        {40, 16, 8, 3, 0, 0}, {40, 16, 8, 64, 0, 0}, {40, 16, 8, 24, 1, 0},
        {40, 16, 8, 8, 2, 0}, {40, 16, 8, 24, 3, 0}, {40, 16, 0xfffffff8, 8, 1, 0},
        {12, 0, 8, 24, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        put_head(&bytes, cases[i]);
        put_zeros(&bytes, 1000);
        assert_refused(&bytes, PXF_CORRUPT, "a BMP");
    }
}

static void other_pictures_inside_are_refused_by_name(void **state)
{
    static const struct {
        struct bmp bmp;
        const char *words;
    } cases[] = {
        {{40, 16, 8, 0, 4, 0}, "compression 4"},           {{40, 16, 8, 0, 5, 0}, "compression 5"},
        {{40, 16, 8, 24, 99, 0}, "compression 99"},        {{64, 16, 8, 1, 3, 0}, "compression"},
        {{100, 16, 8, 24, 0, 0}, "a header of 100 bytes"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        put_head(&bytes, cases[i].bmp);
        put_zeros(&bytes, 100);
        assert_refused(&bytes, PXF_UNSUPPORTED, cases[i].words);
    }
}

static void rows_that_are_cut_off_are_truncated(void **state)
{
    AUTO(fox_str) bytes = {0};

    (void)state;
    put_head(&bytes, (struct bmp){40, 16, 8, 24, 0, 0});
    put_zeros(&bytes, (size_t)16 * 8 * 3);
    assert_only_whole(&bytes);
}

static void the_last_row_may_lack_its_padding(void **state)
{
    static const struct {
        unsigned bits;
        size_t size;
        bool is_whole;
    } cases[] = {{24, 16, true}, {24, 15, true}, {24, 14, false}, {1, 8, true},   {1, 5, true},
                 {1, 4, false},  {16, 16, true}, {16, 14, true},  {16, 13, false}};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        const uint32_t width = cases[i].bits == 24 ? 1 : 3;

        put_head(&bytes, (struct bmp){40, width, cases[i].bits == 24 ? 4 : 2, cases[i].bits, 0, 0});
        put_zeros(&bytes, cases[i].size);
        if ((check_end_of_bytes(&bytes, &err) == PXF_OK) != cases[i].is_whole) {
            fail_msg("%u bits, %zu bytes: %s", cases[i].bits, cases[i].size, err.message);
        }
        fox_fail_clear(&err);
    }
}

static void a_claim_of_the_largest_size_does_not_overflow(void **state)
{
    AUTO(fox_str) bytes = {0};
    pxf_error err = {0};

    (void)state;
    put_head(&bytes, (struct bmp){40, 0x7fffffff, 0x80000000, 32, 0, 0});
    put_zeros(&bytes, 100);
    assert_fails(check_end_of_bytes(&bytes, &err), PXF_CORRUPT);
}

static void pixels_inside_the_header_are_corrupt(void **state)
{
    AUTO(fox_str) bytes = {0};
    pxf_error err = {0};

    (void)state;
    put_head(&bytes, (struct bmp){40, 16, 8, 24, 0, 0});
    put_zeros(&bytes, 1000);
    bytes.data[10] = 30;
    assert_fails(check_end_of_bytes(&bytes, &err), PXF_CORRUPT);
}

static void runs_must_come_to_their_end(void **state)
{
    static const struct {
        const char *runs;
        size_t size;
        unsigned bits, compression;
        bool is_whole;
    } cases[] = {
        {"\4\1\0\0\0\1", 6, 8, 1, true},  {"\4\1\0\0", 4, 8, 1, false},
        {"\0\3abc\0\0\1", 8, 8, 1, true}, {"\0\3abc\0", 6, 8, 1, false},
        {"\0\2\0\0\0\1", 6, 8, 1, true},  {"\0\2\0\1", 4, 8, 1, false},
        {"\0\5abc\0\0\1", 8, 4, 2, true}, {"\0\4ab\0\1", 6, 4, 2, true},
        {"\0\xff", 2, 8, 1, false},       {"", 0, 8, 1, false},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        put_head(&bytes, (struct bmp){40, 4, 2, cases[i].bits, cases[i].compression, 0});
        fox_str_put(&bytes, cases[i].runs, cases[i].size);
        if ((check_end_of_bytes(&bytes, &err) == PXF_OK) != cases[i].is_whole) {
            fail_msg("case %zu: %s", i, err.message);
        }
        fox_fail_clear(&err);
    }
}

SUITE(bmp, cmocka_unit_test(every_header_size_tells_the_size),
      cmocka_unit_test(a_negative_height_is_its_distance), cmocka_unit_test(an_alpha_mask_is_alpha),
      cmocka_unit_test(headers_that_contradict_themselves_are_corrupt),
      cmocka_unit_test(other_pictures_inside_are_refused_by_name),
      cmocka_unit_test(rows_that_are_cut_off_are_truncated),
      cmocka_unit_test(the_last_row_may_lack_its_padding),
      cmocka_unit_test(a_claim_of_the_largest_size_does_not_overflow),
      cmocka_unit_test(pixels_inside_the_header_are_corrupt),
      cmocka_unit_test(runs_must_come_to_their_end))
