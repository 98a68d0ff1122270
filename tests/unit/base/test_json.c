/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "base/json.h"

static void what_is_read_is_written_compact_in_its_order(void **state)
{
    static const char *const rows[][2] = {
        {"{}", "{}"},
        {" { \"b\" : 1 , \"a\" : [ true , null , \"x\" ] } ", "{\"b\":1,\"a\":[true,null,\"x\"]}"},
        {"\"text\"", "\"text\""},
        {"-12", "-12"},
        {"null", "null"},
        {"9223372036854775807", "9223372036854775807"},
        {"\"\\u00fc\\n\"", "\"\xc3\xbc\\n\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(json_t) *json = NULL;
        AUTO(fox_str) text = {0};
        pxf_error err = {0};

        assert_ok(fox_json_parse(&json, rows[i][0], strlen(rows[i][0]), &err));
        assert_ok(fox_json_write(&text, json, &err));
        assert_string_equal(fox_str_text(&text), rows[i][1]);
    }
}

static void what_is_not_json_is_corrupt(void **state)
{
    static const char *const texts[] = {
        "",
        "{",
        "{\"a\":1,}",
        "{\"a\":1,\"a\":2}",
        "[1 2]",
        "{} x",
        "nul",
        "\"\xff\"",
        "'a'",
        "{a:1}",
        "01",
        "\"a",
        "9223372036854775808",
        "\"\\ud800\"",
        "1e999",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        json_t *json = NULL;
        pxf_error err = {0};

        if (fox_json_parse(&json, texts[i], strlen(texts[i]), &err) != PXF_CORRUPT) {
            fail_msg("'%s' was read", texts[i]);
        }
        assert_null(json);
        assert_non_null(strstr(err.message, "bad JSON at byte "));
    }
}

static void only_the_given_bytes_are_read(void **state)
{
    AUTO(json_t) *json = NULL;
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_json_parse(&json, "[1]garbage", 3, &err));
    assert_int_equal(json_array_size(json), 1);
    assert_fails(fox_json_parse(&json, "[1]\0", 4, &err), PXF_CORRUPT);
}

static void nesting_without_end_is_corrupt_and_no_crash(void **state)
{
    enum { DEPTH = 100000 };
    static char text[DEPTH + 1];
    json_t *json = NULL;
    pxf_error err = {0};

    (void)state;
    memset(text, '[', DEPTH);
    assert_fails(fox_json_parse(&json, text, DEPTH, &err), PXF_CORRUPT);
}

static void a_text_that_outgrows_its_limit_says_so(void **state)
{
    AUTO(json_t) *json = json_pack("{s:s}", "key", "a long value");
    AUTO(fox_str) text = {.limit = 10};
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_json_write(&text, json, &err), PXF_LIMIT);
}

static void a_quoted_text_is_read_back_as_it_was(void **state)
{
    static const char *const texts[] = {
        "",
        "plain",
        "a \"quoted\" \\ word",
        "line\nbreak\ttab\x01\x1f",
        "\x7f",
        "gr\xc3\xbc\xc3\x9f \xf0\x9f\xa6\x8a",
        "</script>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        AUTO(fox_str) quoted = {0};
        AUTO(json_t) *json = NULL;
        pxf_error err = {0};

        fox_json_quote(&quoted, texts[i]);
        assert_ok(fox_json_parse(&json, fox_str_text(&quoted), quoted.size, &err));
        assert_string_equal(json_string_value(json), texts[i]);
    }
}

SUITE(json, cmocka_unit_test(what_is_read_is_written_compact_in_its_order),
      cmocka_unit_test(what_is_not_json_is_corrupt),
      cmocka_unit_test(only_the_given_bytes_are_read),
      cmocka_unit_test(nesting_without_end_is_corrupt_and_no_crash),
      cmocka_unit_test(a_text_that_outgrows_its_limit_says_so),
      cmocka_unit_test(a_quoted_text_is_read_back_as_it_was))
