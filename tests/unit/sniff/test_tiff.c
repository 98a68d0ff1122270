/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/tiff.h"

#include <string.h>

#include "picture.h"
#include "support/suite.h"

/* A page of 16 × 8 gray pixels without its strips. */
static void add_page(struct directory *page)
{
    directory_add_short(page, 256, 16);
    directory_add_short(page, 257, 8);
    directory_add_short(page, 258, 8);
    directory_add_short(page, 259, 1);
    directory_add_short(page, 262, 1);
    directory_add_short(page, 277, 1);
}

/* One strip of 128 bytes stands behind the head; the caller adds what it likes to the page. */
static void put_file(struct fox_str *to, struct directory *page)
{
    const bool is_little = page->is_little;

    tiff_begin(to, is_little);
    put_zeros(to, 128);
    directory_add_long(page, 273, 8);
    directory_add_long(page, 279, 128);
    tiff_end(to, 0, is_little, directory_put(page, to, 0, 0));
}

static void both_byte_orders_are_read(void **state)
{
    pxf_error err = {0};

    (void)state;
    for (int is_little = 0; is_little < 2; is_little++) {
        AUTO(fox_str) bytes = {0};
        struct directory page = {.is_little = is_little};
        struct fox_sniff sniff;

        add_page(&page);
        directory_add_short(&page, 274, 6);
        put_file(&bytes, &page);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.format, PXF_FORMAT_TIFF);
        assert_int_equal(sniff.width_px, 16);
        assert_int_equal(sniff.height_px, 8);
        assert_int_equal(sniff.bit_depth, 8);
        assert_int_equal(sniff.channel_count, 1);
        assert_int_equal(sniff.orientation, 6);
        assert_int_equal(fox_sniff_shown_width_px(&sniff), 8);
        assert_ok(check_end_of_bytes(&bytes, &err));
    }
}

static void samples_tell_channels_and_alpha(void **state)
{
    static const struct {
        unsigned photometric, samples, bits;
        unsigned channels, depth;
        bool has_alpha, is_cmyk;
    } cases[] = {
        {0, 1, 1, 1, 1, false, false},  {1, 1, 16, 1, 16, false, false},
        {1, 2, 8, 2, 8, true, false},   {2, 3, 8, 3, 8, false, false},
        {2, 4, 16, 4, 16, true, false}, {3, 1, 4, 3, 8, false, false},
        {5, 4, 8, 4, 8, false, true},   {5, 5, 8, 4, 8, true, true},
        {8, 3, 8, 3, 8, false, false},  {2, 3, 32, 3, 32, false, false},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct directory page = {.is_little = true};
        struct fox_sniff sniff;

        directory_add_long(&page, 256, 70000);
        directory_add_long(&page, 257, 8);
        directory_add_short(&page, 258, cases[i].bits);
        directory_add_short(&page, 262, cases[i].photometric);
        directory_add_short(&page, 277, cases[i].samples);
        put_file(&bytes, &page);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.width_px, 70000);
        assert_int_equal(sniff.channel_count, cases[i].channels);
        assert_int_equal(sniff.bit_depth, cases[i].depth);
        assert_int_equal(sniff.has_alpha, cases[i].has_alpha);
        assert_int_equal(sniff.is_cmyk, cases[i].is_cmyk);
    }
}

static void what_is_left_out_has_its_default(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct directory page = {.is_little = true};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    directory_add_short(&page, 256, 16);
    directory_add_short(&page, 257, 8);
    put_file(&bytes, &page);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.bit_depth, 1);
    assert_int_equal(sniff.channel_count, 1);
    assert_int_equal(sniff.orientation, 1);
}

static void headers_that_contradict_themselves_are_corrupt(void **state)
{
    static const struct {
        uint32_t width, height, bits, photometric, samples;
    } cases[] = {{0, 8, 8, 1, 1},  {16, 0, 8, 1, 1}, {16, 8, 0, 1, 1}, {16, 8, 65, 1, 1},
                 {16, 8, 8, 2, 1}, {16, 8, 8, 5, 3}, {16, 8, 8, 1, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct directory page = {0};

        directory_add_long(&page, 256, cases[i].width);
        directory_add_long(&page, 257, cases[i].height);
        directory_add_short(&page, 258, cases[i].bits);
        directory_add_short(&page, 262, cases[i].photometric);
        directory_add_short(&page, 277, cases[i].samples);
        put_file(&bytes, &page);
        assert_refused(&bytes, PXF_CORRUPT, "a TIFF");
    }
}

static void kinds_that_nobody_decodes_are_refused_by_name(void **state)
{
    static const struct {
        const char *words;
        unsigned photometric, samples, compression, tag, value;
    } cases[] = {
        {"old-style JPEG", 6, 3, 6, 0, 0},     {"subsampled YCbCr", 6, 3, 1, 0, 0},
        {"subsampled YCbCr", 6, 3, 5, 530, 2}, {"raw file", 32803, 1, 1, 0, 0},
        {"raw file", 34892, 3, 1, 0, 0},       {"raw file", 2, 3, 1, 50706, 1},
        {"raw file", 2, 3, 1, 330, 100},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct directory page = {.is_little = true};

        directory_add_long(&page, 254, 1);
        directory_add_short(&page, 256, 16);
        directory_add_short(&page, 257, 8);
        directory_add_short(&page, 258, 8);
        directory_add_short(&page, 259, cases[i].compression);
        directory_add_short(&page, 262, cases[i].photometric);
        directory_add_short(&page, 277, cases[i].samples);
        if (cases[i].tag) {
            directory_add_short(&page, cases[i].tag, cases[i].value);
        }
        put_file(&bytes, &page);
        assert_refused(&bytes, PXF_UNSUPPORTED, cases[i].words);
    }
}

static void ycbcr_that_is_whole_or_jpeg_is_accepted(void **state)
{
    static const struct {
        unsigned compression, subsampling;
    } cases[] = {{7, 2}, {1, 1}};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct directory page = {.is_little = true};
        const uint32_t both[] = {cases[i].subsampling, cases[i].subsampling};
        struct fox_sniff sniff;

        directory_add_short(&page, 256, 16);
        directory_add_short(&page, 257, 8);
        directory_add_short(&page, 258, 8);
        directory_add_short(&page, 259, cases[i].compression);
        directory_add_short(&page, 262, 6);
        directory_add_short(&page, 277, 3);
        directory_add_numbers(&page, 530, 2, both);
        put_file(&bytes, &page);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.channel_count, 3);
    }
}

static void a_profile_of_one_byte_is_none(void **state)
{
    char profile[128] = {0};
    static const size_t sizes[] = {1, 127, 128};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct directory page = {.is_little = true};
        struct fox_sniff sniff;

        add_page(&page);
        directory_add_bytes(&page, 34675, FOX_TIFF_UNDEFINED, profile, sizes[i]);
        put_file(&bytes, &page);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.has_profile, sizes[i] == 128);
    }
}

static void a_directory_past_the_end_is_truncated(void **state)
{
    AUTO(fox_str) bytes = {0};

    (void)state;
    tiff_begin(&bytes, true);
    put_zeros(&bytes, 64);
    tiff_end(&bytes, 0, true, 5000);
    assert_refused(&bytes, PXF_CORRUPT, "truncated");
}

static void a_directory_inside_the_head_is_corrupt(void **state)
{
    AUTO(fox_str) bytes = {0};

    (void)state;
    tiff_begin(&bytes, true);
    put_zeros(&bytes, 64);
    tiff_end(&bytes, 0, true, 4);
    assert_refused(&bytes, PXF_CORRUPT, "header");
}

/* The directory stands before the pixels here, so that the end is theirs. */
static void a_file_that_breaks_off_is_truncated(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct directory page = {.is_little = true};
    const uint32_t offsets[] = {134, 142}, sizes[] = {8, 8};

    (void)state;
    tiff_begin(&bytes, true);
    add_page(&page);
    directory_add_numbers(&page, 273, 2, offsets);
    directory_add_numbers(&page, 279, 2, sizes);
    tiff_end(&bytes, 0, true, directory_put(&page, &bytes, 0, 0));
    assert_true(bytes.size <= offsets[0]);
    put_zeros(&bytes, 150 - bytes.size);
    assert_only_whole(&bytes);
}

static void each_page_must_lie_in_the_file(void **state)
{
    static const struct {
        uint32_t second_offset, next_of_second;
        bool is_whole;
    } cases[] = {{8, 0, true}, {5000, 0, false}, {8, 6000, false}};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct directory page = {.is_little = false};
        uint32_t second;

        tiff_begin(&bytes, false);
        put_zeros(&bytes, 128);
        add_page(&page);
        directory_add_long(&page, 324, cases[i].second_offset);
        directory_add_long(&page, 325, 128);
        second = directory_put(&page, &bytes, 0, cases[i].next_of_second);
        add_page(&page);
        directory_add_long(&page, 273, 8);
        directory_add_long(&page, 279, 128);
        tiff_end(&bytes, 0, false, directory_put(&page, &bytes, 0, second));
        assert_int_equal(check_end_of_bytes(&bytes, &err) == PXF_OK, cases[i].is_whole);
        fox_fail_clear(&err);
    }
}

static void pages_that_go_in_circles_end(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct directory page = {.is_little = true};
    const uint32_t own = 8 + 128;
    pxf_error err = {0};

    (void)state;
    tiff_begin(&bytes, true);
    put_zeros(&bytes, 128);
    add_page(&page);
    directory_add_long(&page, 273, 8);
    directory_add_long(&page, 279, 128);
    tiff_end(&bytes, 0, true, directory_put(&page, &bytes, 0, own));
    assert_ok(check_end_of_bytes(&bytes, &err));
}

static void a_page_without_strips_is_truncated(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct directory page = {.is_little = true};
    pxf_error err = {0};

    (void)state;
    tiff_begin(&bytes, true);
    add_page(&page);
    tiff_end(&bytes, 0, true, directory_put(&page, &bytes, 0, 0));
    assert_fails(check_end_of_bytes(&bytes, &err), PXF_CORRUPT);
}

static bool open_bytes(const struct fox_str *bytes, struct fox_memory *memory,
                       struct fox_reader *reader, struct fox_tiff *tiff, uint64_t *ret_directory)
{
    const struct fox_extent whole = {0, bytes->size};

    *memory = (struct fox_memory){bytes->data, bytes->size};
    *reader = fox_reader_of_memory(memory);
    return fox_tiff_open(tiff, reader, whole, ret_directory);
}

static void numbers_of_each_type_are_read(void **state)
{
    static const char byte = '\x2a';
    AUTO(fox_str) bytes = {0};
    struct directory page = {.is_little = true};
    const uint32_t many[] = {1, 2, 4000000000};
    struct fox_memory memory;
    struct fox_reader reader;
    struct fox_tiff tiff;
    struct fox_tiff_entry entry;
    uint64_t directory = 0;
    uint32_t number = 0;

    (void)state;
    tiff_begin(&bytes, true);
    directory_add_bytes(&page, 1, FOX_TIFF_BYTE, &byte, 1);
    directory_add_short(&page, 2, 65535);
    directory_add_long(&page, 3, 4000000000);
    directory_add_numbers(&page, 4, 3, many);
    directory_add_text(&page, 5, "a text");
    tiff_end(&bytes, 0, true, directory_put(&page, &bytes, 0, 0));
    assert_true(open_bytes(&bytes, &memory, &reader, &tiff, &directory));
    assert_int_equal(fox_tiff_number(&tiff, directory, 1, 7), 42);
    assert_int_equal(fox_tiff_number(&tiff, directory, 2, 7), 65535);
    assert_int_equal(fox_tiff_number(&tiff, directory, 3, 7), 4000000000);
    assert_int_equal(fox_tiff_number(&tiff, directory, 5, 7), 7);
    assert_int_equal(fox_tiff_number(&tiff, directory, 6, 7), 7);
    assert_int_equal(fox_tiff_number(&tiff, 0, 2, 7), 7);
    assert_true(fox_tiff_find(&tiff, directory, 4, &entry));
    assert_true(fox_tiff_get_number(&tiff, &entry, 2, &number));
    assert_int_equal(number, 4000000000);
    assert_false(fox_tiff_get_number(&tiff, &entry, 3, &number));
}

static void values_past_the_end_are_absent(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct directory page = {.is_little = true};
    struct fox_memory memory;
    struct fox_reader reader;
    struct fox_tiff tiff;
    struct fox_tiff_entry entry;
    uint64_t directory = 0;
    char text[8] = "before";

    (void)state;
    tiff_begin(&bytes, true);
    directory_add_text(&page, 5, "a text");
    directory_add_short(&page, 6, 3);
    tiff_end(&bytes, 0, true, directory_put(&page, &bytes, 0, 0));
    bytes.data[8 + 2 + 6] = '\x7f'; /* the text is longer now */
    assert_true(open_bytes(&bytes, &memory, &reader, &tiff, &directory));
    assert_false(fox_tiff_find(&tiff, directory, 5, &entry));
    assert_int_equal(fox_tiff_text(&tiff, directory, 5, text, sizeof text), 0);
    assert_string_equal(text, "");
    assert_int_equal(fox_tiff_number(&tiff, directory, 6, 0), 3);
}

static void what_is_no_structure_is_not_opened(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        bool opens;
    } cases[] = {
        {"II*\0\x08\0\0\0", 8, true},
        {"MM\0*\0\0\0\x08", 8, true},
        {"Exif\0\0MM\0*\0\0\0\x08", 14, true},
        {"II*\0\x07\0\0\0", 8, false},
        {"IM*\0\x08\0\0\0", 8, false},
        {"II+\0\x08\0\0\0", 8, false},
        {"MM*\0\x08\0\0\0", 8, false},
        {"II*\0\x08\0\0", 7, false},
        {"II", 2, false},
        {"", 0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_memory memory;
        struct fox_reader reader;
        struct fox_tiff tiff;
        uint64_t directory = 0;

        fox_str_put(&bytes, cases[i].bytes, cases[i].size);
        if (open_bytes(&bytes, &memory, &reader, &tiff, &directory) != cases[i].opens) {
            fail_msg("case %zu", i);
        }
    }
}

SUITE(tiff, cmocka_unit_test(both_byte_orders_are_read),
      cmocka_unit_test(samples_tell_channels_and_alpha),
      cmocka_unit_test(what_is_left_out_has_its_default),
      cmocka_unit_test(headers_that_contradict_themselves_are_corrupt),
      cmocka_unit_test(kinds_that_nobody_decodes_are_refused_by_name),
      cmocka_unit_test(ycbcr_that_is_whole_or_jpeg_is_accepted),
      cmocka_unit_test(a_profile_of_one_byte_is_none),
      cmocka_unit_test(a_directory_past_the_end_is_truncated),
      cmocka_unit_test(a_directory_inside_the_head_is_corrupt),
      cmocka_unit_test(a_file_that_breaks_off_is_truncated),
      cmocka_unit_test(each_page_must_lie_in_the_file),
      cmocka_unit_test(pages_that_go_in_circles_end),
      cmocka_unit_test(a_page_without_strips_is_truncated),
      cmocka_unit_test(numbers_of_each_type_are_read),
      cmocka_unit_test(values_past_the_end_are_absent),
      cmocka_unit_test(what_is_no_structure_is_not_opened))
