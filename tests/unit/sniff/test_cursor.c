/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/cursor.h"

#include <string.h>

#include "support/suite.h"

enum { SIZE = 3 * FOX_CURSOR_WINDOW_BYTES + 5 };

/* A long file whose bytes tell their place, and a cursor at its beginning. */
struct fixture {
    unsigned char bytes[SIZE];
    struct fox_memory memory;
    struct fox_reader reader;
    struct fox_cursor cursor;
};

static struct fixture fixture;

static int begin(void **state)
{
    for (size_t i = 0; i < SIZE; i++) {
        fixture.bytes[i] = (unsigned char)(i % 251);
    }
    fixture.memory = (struct fox_memory){fixture.bytes, SIZE};
    fixture.reader = fox_reader_of_memory(&fixture.memory);
    fox_cursor_set(&fixture.cursor, &fixture.reader);
    *state = &fixture.cursor;
    return 0;
}

static void numbers_follow_the_byte_order(void **state)
{
    struct fox_cursor *cursor = *state;

    assert_int_equal(fox_cursor_get_u8(cursor), 0);
    assert_int_equal(fox_cursor_get_u16(cursor), 0x0102);
    assert_int_equal(fox_cursor_get_u32(cursor), 0x03040506);
    cursor->is_little = true;
    assert_int_equal(fox_cursor_get_u16(cursor), 0x0807);
    assert_int_equal(fox_cursor_get_u32(cursor), 0x0c0b0a09);
    assert_int_equal(fox_cursor_get_number(cursor, 3), 0x0f0e0d);
    assert_int_equal(fox_cursor_get_number(cursor, 0), 0);
    assert_int_equal(fox_cursor_get_number(cursor, 8), UINT64_C(0x1716151413121110));
    assert_true(fox_cursor_is_good(cursor));
}

static void every_place_reads_the_same_across_windows(void **state)
{
    struct fox_cursor *cursor = *state;

    for (size_t i = 0; i < SIZE; i++) {
        assert_int_equal(fox_cursor_get_u8(cursor), i % 251);
    }
    for (size_t at = SIZE - 2; at > 0; at -= at > 97 ? 97 : at) {
        fox_cursor_seek(cursor, at);
        assert_int_equal(fox_cursor_get_u16(cursor), at % 251 << 8 | (at + 1) % 251);
    }
    assert_true(fox_cursor_is_good(cursor));
}

static void long_reads_pass_over_windows(void **state)
{
    struct fox_cursor *cursor = *state;
    static unsigned char copy[SIZE];

    fox_cursor_seek(cursor, 1);
    assert_true(fox_cursor_get(cursor, copy, SIZE - 1));
    assert_memory_equal(copy, fixture.bytes + 1, SIZE - 1);
    assert_int_equal(fox_cursor_left(cursor), 0);
    assert_true(fox_cursor_is_good(cursor));
    assert_false(fox_cursor_get(cursor, copy, 1));
    assert_false(fox_cursor_is_good(cursor));
}

static void what_lies_past_the_end_is_zero_and_remembered(void **state)
{
    struct fox_cursor *cursor = *state;
    pxf_error err = {0};

    fox_cursor_seek(cursor, SIZE - 1);
    assert_int_equal(fox_cursor_get_u16(cursor), 0);
    assert_false(fox_cursor_is_good(cursor));
    assert_int_equal(fox_cursor_get_u8(cursor), 0);
    fox_cursor_seek(cursor, 0);
    assert_int_equal(fox_cursor_get_u16(cursor), 1);
    assert_ok(fox_cursor_check_reader(cursor, &err));
    assert_int_equal(fox_cursor_check(cursor, "test", &err), PXF_CORRUPT);
    assert_string_equal(err.message, "truncated: the file ends inside its test");
}

static void moving_past_the_end_stands_at_the_end(void **state)
{
    static const uint64_t offsets[] = {SIZE + 1, UINT64_MAX};

    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        struct fox_cursor *cursor = *state;

        (void)begin(state);
        fox_cursor_seek(cursor, SIZE);
        assert_true(fox_cursor_is_good(cursor));
        fox_cursor_seek(cursor, offsets[i]);
        assert_false(fox_cursor_is_good(cursor));
        assert_int_equal(fox_cursor_left(cursor), 0);
        (void)begin(state);
        fox_cursor_skip(cursor, 10);
        fox_cursor_skip(cursor, offsets[i] - 5);
        assert_false(fox_cursor_is_good(cursor));
        assert_int_equal(fox_cursor_left(cursor), 0);
    }
}

static void an_extent_confines(void **state)
{
    static const struct {
        struct fox_extent extent;
        uint64_t left;
    } cases[] = {
        {{0, SIZE}, SIZE},
        {{10, 5}, 5},
        {{SIZE - 3, 100}, 3},
        {{SIZE, 1}, 0},
        {{SIZE + 7, 1}, 0},
        {{10, UINT64_MAX}, SIZE - 10},
        {{UINT64_MAX, UINT64_MAX}, 0},
    };
    struct fox_cursor *cursor = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fox_cursor_set_extent(cursor, &fixture.reader, cases[i].extent);
        assert_int_equal(fox_cursor_left(cursor), cases[i].left);
        fox_cursor_skip(cursor, cases[i].left);
        assert_true(fox_cursor_is_good(cursor));
        assert_int_equal(fox_cursor_get_u8(cursor), 0);
        assert_false(fox_cursor_is_good(cursor));
    }
}

static void a_byte_is_found_in_any_window(void **state)
{
    struct fox_cursor *cursor = *state;

    memset(fixture.bytes, 0, SIZE);
    fixture.bytes[5] = 0xff;
    fixture.bytes[FOX_CURSOR_WINDOW_BYTES] = 0xff;
    fixture.bytes[SIZE - 1] = 0xff;
    assert_true(fox_cursor_find(cursor, 0xff));
    assert_int_equal(cursor->offset, 5);
    assert_true(fox_cursor_find(cursor, 0xff));
    assert_int_equal(cursor->offset, 5);
    fox_cursor_skip(cursor, 1);
    assert_true(fox_cursor_find(cursor, 0xff));
    assert_int_equal(cursor->offset, FOX_CURSOR_WINDOW_BYTES);
    fox_cursor_skip(cursor, 1);
    assert_true(fox_cursor_find(cursor, 0xff));
    fox_cursor_skip(cursor, 1);
    assert_false(fox_cursor_find(cursor, 0xff));
    assert_false(fox_cursor_is_good(cursor));
}

static void bytes_are_compared_and_passed(void **state)
{
    struct fox_cursor *cursor = *state;

    assert_true(fox_cursor_get_is(cursor, "\0\1\2", 3));
    assert_false(fox_cursor_get_is(cursor, "\3\4x", 3));
    assert_int_equal(cursor->offset, 6);
    fox_cursor_seek(cursor, SIZE - 1);
    assert_false(fox_cursor_get_is(cursor, "ab", 2));
}

static void extents_are_inside_or_not(void **state)
{
    static const struct {
        struct fox_extent extent;
        bool is_inside;
    } cases[] = {
        {{0, 0}, true},    {{0, 100}, true},         {{100, 0}, true},
        {{0, 101}, false}, {{101, 0}, false},        {{60, 40}, true},
        {{60, 41}, false}, {{1, UINT64_MAX}, false}, {{UINT64_MAX, 1}, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(fox_extent_is_inside(cases[i].extent, 100), cases[i].is_inside);
    }
}

static pxf_status failing_read(void *ctx, uint64_t offset, void *data, size_t size,
                               size_t *ret_size, pxf_error *err)
{
    (void)ctx;
    (void)offset;
    (void)data;
    (void)size;
    (void)ret_size;
    return fox_fail(err, PXF_UNAVAILABLE, "the disk is gone");
}

static void a_failed_reader_is_asked_once_and_its_cause_kept(void **state)
{
    const struct fox_reader reader = {.size = 100, .read = failing_read};
    struct fox_cursor *cursor = *state;
    pxf_error err = {0};

    fox_cursor_set(cursor, &reader);
    assert_int_equal(fox_cursor_get_u32(cursor), 0);
    assert_false(fox_cursor_find(cursor, 1));
    assert_int_equal(fox_cursor_check(cursor, "test", &err), PXF_UNAVAILABLE);
    assert_string_equal(err.message, "the disk is gone");
    assert_int_equal(fox_cursor_check(cursor, "test", NULL), PXF_UNAVAILABLE);
}

static pxf_status shrunk_read(void *ctx, uint64_t offset, void *data, size_t size, size_t *ret_size,
                              pxf_error *err)
{
    (void)ctx;
    (void)offset;
    (void)data;
    (void)size;
    (void)err;
    *ret_size = 0;
    return PXF_OK;
}

static void a_file_that_shrank_is_short(void **state)
{
    const struct fox_reader reader = {.size = 100, .read = shrunk_read};
    struct fox_cursor *cursor = *state;

    fox_cursor_set(cursor, &reader);
    assert_int_equal(fox_cursor_get_u8(cursor), 0);
    assert_true(cursor->is_short);
}

SUITE(cursor, cmocka_unit_test_setup(numbers_follow_the_byte_order, begin),
      cmocka_unit_test_setup(every_place_reads_the_same_across_windows, begin),
      cmocka_unit_test_setup(long_reads_pass_over_windows, begin),
      cmocka_unit_test_setup(what_lies_past_the_end_is_zero_and_remembered, begin),
      cmocka_unit_test_setup(moving_past_the_end_stands_at_the_end, begin),
      cmocka_unit_test_setup(an_extent_confines, begin),
      cmocka_unit_test_setup(a_byte_is_found_in_any_window, begin),
      cmocka_unit_test_setup(bytes_are_compared_and_passed, begin),
      cmocka_unit_test(extents_are_inside_or_not),
      cmocka_unit_test_setup(a_failed_reader_is_asked_once_and_its_cause_kept, begin),
      cmocka_unit_test_setup(a_file_that_shrank_is_short, begin))
