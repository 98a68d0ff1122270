/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "base/utf8.h"

/* Texts that are valid from end to end, or cut after `whole` bytes. */
static const struct {
    const char *text;
    size_t size, whole;
} texts[] = {
    {"", 0, 0},
    {"plain", 5, 5},
    {"a\0b", 3, 3},
    {"\x7f", 1, 1},
    {"\xc2\x80", 2, 2},
    {"\xdf\xbf", 2, 2},
    {"\xe0\xa0\x80", 3, 3},
    {"\xed\x9f\xbf", 3, 3},
    {"\xee\x80\x80", 3, 3},
    {"\xef\xbf\xbf", 3, 3},
    {"\xf0\x90\x80\x80", 4, 4},
    {"\xf4\x8f\xbf\xbf", 4, 4},
    {"ok\x80", 3, 2}, /* a byte that only continues */
    {"ok\xbf", 3, 2},
    {"\xc0\x80", 2, 0},         /* overlong zero */
    {"\xc1\xbf", 2, 0},         /* overlong DEL */
    {"\xe0\x9f\xbf", 3, 0},     /* overlong */
    {"\xf0\x8f\xbf\xbf", 4, 0}, /* overlong */
    {"\xed\xa0\x80", 3, 0},     /* a surrogate */
    {"\xed\xbf\xbf", 3, 0},     /* a surrogate */
    {"\xf4\x90\x80\x80", 4, 0}, /* above U+10FFFF */
    {"\xf8\x88\x80\x80\x80", 5, 0},
    {"\xff", 1, 0},
    {"\xfe", 1, 0},
    {"a\xe2\x82", 3, 1}, /* cut off */
    {"a\xf0\x9f\xa6", 4, 1},
    {"\xe2\x28\xa1", 3, 0},
    {"\xe2\x82\x28", 3, 0},
    {"gr\xc3\xbc\xc3", 5, 4},
};

enum { TEXT_COUNT = sizeof texts / sizeof texts[0] };

static void text_is_valid_up_to_its_first_bad_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        assert_int_equal(fox_utf8_whole(texts[i].text, texts[i].size), texts[i].whole);
        assert_int_equal(fox_utf8_is_valid(texts[i].text, texts[i].size),
                         texts[i].whole == texts[i].size);
    }
}

static void a_character_takes_one_to_four_bytes(void **state)
{
    (void)state;
    assert_int_equal(fox_utf8_next("a", 1), 1);
    assert_int_equal(fox_utf8_next("\xc3\xbc", 2), 2);
    assert_int_equal(fox_utf8_next("\xe2\x82\xac", 3), 3);
    assert_int_equal(fox_utf8_next("\xf0\x9f\xa6\x8a", 4), 4);
    assert_int_equal(fox_utf8_next("\xf0\x9f\xa6\x8a", 3), 0);
    assert_int_equal(fox_utf8_next("", 0), 0);
    assert_int_equal(fox_utf8_next("\xbc", 1), 0);
}

/* Writes a code point by the definition of UTF-8. */
static size_t encode(char *to, uint32_t point)
{
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (char)(0xc0 | point >> 6);
        to[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        to[0] = (char)(0xe0 | point >> 12);
        to[1] = (char)(0x80 | (point >> 6 & 0x3f));
        to[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | point >> 18);
    to[1] = (char)(0x80 | (point >> 12 & 0x3f));
    to[2] = (char)(0x80 | (point >> 6 & 0x3f));
    to[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

static void each_code_point_but_the_surrogates_is_a_character(void **state)
{
    (void)state;
    for (uint32_t point = 0; point < 0x110100; point++) {
        const bool is_real = (point < 0xd800 || point > 0xdfff) && point <= 0x10ffff;
        char text[4];
        const size_t size = encode(text, point);

        if (fox_utf8_next(text, size) != (is_real ? size : 0)) {
            fail_msg("U+%04X", point);
        }
    }
}

static void a_clean_text_has_no_controls(void **state)
{
    static const struct {
        const char *text;
        bool is_clean;
    } rows[] = {
        {"", true},
        {"a b", true},
        {"~", true},
        {"\xc2\xa0", true},     /* a no-break space */
        {"\xe2\x80\x8d", true}, /* a joiner, as in emoji */
        {"\xef\xbb\xbf", true},
        {"a\n", false},
        {"\t", false},
        {"\x1b", false},
        {"\x7f", false},
        {"\xc2\x80", false}, /* C1 */
        {"\xc2\x9f", false},
        {"\xd8\x9c", false},     /* Arabic letter mark */
        {"\xe2\x80\x8e", false}, /* left-to-right mark */
        {"\xe2\x80\x8f", false},
        {"\xe2\x80\xa8", false}, /* line separator */
        {"\xe2\x80\xa9", false},
        {"\xe2\x80\xaa", false},
        {"\xe2\x80\xae", false}, /* right-to-left override */
        {"\xe2\x81\xa6", false},
        {"\xe2\x81\xa9", false},
        {"\xe2\x81\xaa", true},
        {"\xff", false},
        {"ok\xc3", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (fox_utf8_is_clean(rows[i].text, strlen(rows[i].text)) != rows[i].is_clean) {
            fail_msg("row %zu", i);
        }
    }
    assert_false(fox_utf8_is_clean("a\0b", 3));
}

static void a_tidy_line_keeps_its_length_and_its_whole_characters(void **state)
{
    static const struct {
        const char *line, *tidy;
        size_t room;
    } rows[] = {
        {"plain", "plain", 6},           {"a\nb", "a b", 10},
        {"\xc2\x85x", "  x", 10},        {"\xe9t\xe9", "?t?", 10},
        {"ab\xc3\xbc", "ab\xc3\xbc", 5}, {"abc\xc3", "abc", 5}, /* full: the rest was cut off */
        {"abc\xc3", "abc?", 6},                                 /* not full: it was never there */
        {"ab\xf0\x9f\xa6", "ab", 6},     {"\xf0\x9f\xa6x", "???x", 5},
        {"abc\xbf", "abc?", 5},          {"", "", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[16];

        (void)strcpy(line, rows[i].line);
        fox_utf8_tidy(line, rows[i].room);
        assert_string_equal(line, rows[i].tidy);
    }
}

static void composing_makes_alike_what_looks_alike(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"plain", "plain"},
        {"A\xcc\x88", "\xc3\x84"},
        {"\xc3\x84", "\xc3\x84"},
        {"e\xcc\x82\xcc\xa3", "\xe1\xbb\x87"}, /* marks in either order */
        {"e\xcc\xa3\xcc\x82", "\xe1\xbb\x87"},
        {"\xe2\x84\xab", "\xc3\x85"},                             /* the Angstrom sign */
        {"\xef\xac\x81", "\xef\xac\x81"},                         /* a ligature stays one */
        {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c"}, /* Hangul */
        {"q\xcc\x88", "q\xcc\x88"},                               /* no such letter */
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(fox_str) composed = {0};
        AUTO(fox_str) again = {0};

        assert_ok(fox_utf8_compose(&composed, rows[i][0], strlen(rows[i][0]), &err));
        assert_string_equal(fox_str_text(&composed), rows[i][1]);
        assert_ok(fox_utf8_compose(&again, rows[i][1], strlen(rows[i][1]), &err));
        assert_string_equal(fox_str_text(&again), rows[i][1]);
    }
}

static void what_is_not_text_is_not_composed(void **state)
{
    AUTO(fox_str) composed = {0};
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_utf8_compose(&composed, "a\xff", 2, &err), PXF_INVALID);
    assert_fails(fox_utf8_compose(&composed, "\xcc", 1, &err), PXF_INVALID);
    assert_int_equal(composed.size, 0);
}

static void composing_adds_behind_and_obeys_the_limit(void **state)
{
    AUTO(fox_str) composed = {.limit = 6};
    pxf_error err = {0};

    (void)state;
    fox_str_put_text(&composed, "a ");
    assert_ok(fox_utf8_compose(&composed, "U\xcc\x88", 3, &err));
    assert_string_equal(fox_str_text(&composed), "a \xc3\x9c");
    assert_fails(fox_utf8_compose(&composed, "xyz", 3, &err), PXF_LIMIT);
}

SUITE(utf8, cmocka_unit_test(text_is_valid_up_to_its_first_bad_byte),
      cmocka_unit_test(a_character_takes_one_to_four_bytes),
      cmocka_unit_test(each_code_point_but_the_surrogates_is_a_character),
      cmocka_unit_test(a_clean_text_has_no_controls),
      cmocka_unit_test(a_tidy_line_keeps_its_length_and_its_whole_characters),
      cmocka_unit_test(composing_makes_alike_what_looks_alike),
      cmocka_unit_test(what_is_not_text_is_not_composed),
      cmocka_unit_test(composing_adds_behind_and_obeys_the_limit))
