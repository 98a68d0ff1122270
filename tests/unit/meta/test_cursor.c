/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

#include "meta/cursor.h"

static const int64_t times[] = {0, 1, -1, 1764034086123, INT64_MAX, INT64_MIN};

static void a_cursor_is_read_as_it_was_written(void **state)
{
    pxf_error err = {0};
    struct fox_cursor cursor = {.id = {{1, 2, 3, 0xff}}};
    struct fox_cursor again;
    char text[FOX_CURSOR_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        cursor.at_ms = times[i];
        fox_cursor_format(text, &cursor);
        assert_ok(fox_cursor_parse(&again, text, &err));
        assert_int_equal(again.at_ms, cursor.at_ms);
        assert_true(fox_id_equals(&again.id, &cursor.id));
    }
}

static void no_cursor_with_one_letter_changed_is_one(void **state)
{
    static const char letters[] = "0123456789abcdefABCDEF-+ \n\xff";
    pxf_error err = {0};
    struct fox_cursor cursor = {.at_ms = 1764034086123, .id = {{1, 2, 3, 0xff}}};
    char text[FOX_CURSOR_BYTES], changed[FOX_CURSOR_BYTES];

    (void)state;
    fox_cursor_format(text, &cursor);
    for (size_t i = 0; i < strlen(text); i++) {
        for (size_t j = 0; j < sizeof letters - 1; j++) {
            memcpy(changed, text, sizeof changed);
            changed[i] = letters[j];
            if (strcmp(changed, text) != 0) {
                assert_fails(fox_cursor_parse(&cursor, changed, &err), PXF_INVALID);
            }
        }
    }
}

static void no_cursor_that_was_cut_is_one(void **state)
{
    pxf_error err = {0};
    struct fox_cursor cursor = {.at_ms = INT64_MIN, .id = {{1, 2, 3, 0xff}}};
    char text[FOX_CURSOR_BYTES];

    (void)state;
    fox_cursor_format(text, &cursor);
    for (size_t size = strlen(text); size-- > 0;) {
        text[size] = '\0';
        assert_fails(fox_cursor_parse(&cursor, text, &err), PXF_INVALID);
    }
}

static void what_is_no_cursor_is_invalid_and_changes_nothing(void **state)
{
    static const char *const texts[] = {
        "",
        "-",
        "--",
        "0",
        "1764034086123",
        "x-0198000000007000800000000000000a-00000000",
        "99999999999999999999999999-01980000000070008000000000000001-00000000",
        "' OR 1 = 1",
    };
    pxf_error err = {0};
    struct fox_cursor cursor = {.at_ms = 7};
    char text[512];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_fails(fox_cursor_parse(&cursor, texts[i], &err), PXF_INVALID);
    }
    memset(text, '1', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_fails(fox_cursor_parse(&cursor, text, &err), PXF_INVALID);
    assert_int_equal(cursor.at_ms, 7);
}

SUITE(cursor, cmocka_unit_test(a_cursor_is_read_as_it_was_written),
      cmocka_unit_test(no_cursor_with_one_letter_changed_is_one),
      cmocka_unit_test(no_cursor_that_was_cut_is_one),
      cmocka_unit_test(what_is_no_cursor_is_invalid_and_changes_nothing))
