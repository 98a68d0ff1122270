/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/payload.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "support/suite.h"

enum { DEPTH_LIMIT = 128 };

static bool is_json(const char *text)
{
    return fox_payload_is_json(text, strlen(text));
}

static void json_is_told_from_what_is_none(void **state)
{
    static const char *const good[] = {
        "{}",
        "[]",
        "0",
        "-0",
        "1e5",
        "1E+5",
        "-1.25e-3",
        "true",
        "false",
        "null",
        "\"\"",
        " { \"a\" : [ 1 , { \"b\" : null } ] }\r\n\t",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u00e9\\uD83d\\uDE00\"",
        "\"größe\"",
        "99999999999999999999999",
        "1e999",
        "{\"a\":1,\"a\":2}",
        "\"\x7f\"",
    };
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "}",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "tru",
        "True",
        "nulll",
        "NaN",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\x41\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "\"\x01\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\xff\"",
        "\"\xc3\"",
        "\"\xed\xa0\x80\"",
        "{} {}",
        "1 2",
        "[] x",
        "\v[]",
        "/**/1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!is_json(good[i])) {
            fail_msg("'%s' is JSON", good[i]);
        }
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (is_json(bad[i])) {
            fail_msg("'%s' is not JSON", bad[i]);
        }
    }
}

static void a_zero_ends_no_text(void **state)
{
    (void)state;
    assert_false(fox_payload_is_json("[1\0]", 4));
    assert_false(fox_payload_is_json("1\0", 2));
    assert_false(fox_payload_is_json("\"\0\"", 3));
    assert_false(fox_payload_is_json("\"\\\0\"", 4));
    assert_true(fox_payload_is_json("[1]x", 3));
}

static bool is_json_nested(size_t depth)
{
    char text[2 * DEPTH_LIMIT + 2];

    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return fox_payload_is_json(text, 2 * depth);
}

static void nesting_has_a_limit(void **state)
{
    char *text = malloc(1 << 20);

    (void)state;
    assert_true(is_json_nested(DEPTH_LIMIT));
    assert_false(is_json_nested(DEPTH_LIMIT + 1));
    assert_non_null(text);
    memset(text, '[', 1 << 20);
    assert_false(fox_payload_is_json(text, 1 << 20));
    free(text);
}

/* jansson stops at numbers that it has no room for: there it has no say. */
static bool another_agrees(const char *text, size_t size, bool is_good)
{
    json_error_t error;
    json_t *json = json_loadb(text, size, JSON_DECODE_ANY, &error);
    const bool is_read = json != NULL;

    json_decref(json);
    return is_read == is_good ||
           (!is_read && json_error_code(&error) == json_error_numeric_overflow);
}

/* Up to three letters of a good text are changed, and sometimes its end is cut off. */
static size_t mutate(char *text, size_t size, unsigned *seed)
{
    static const char letters[] = "{}[]:,\"\\ue0159-.+tfn \n\xc3\xa9\xff";

    for (int i = rand_r(seed) % 3; i >= 0; i--) {
        text[(size_t)rand_r(seed) % size] = letters[(size_t)rand_r(seed) % (sizeof letters - 1)];
    }
    return rand_r(seed) % 4 == 0 ? size - (size_t)rand_r(seed) % size : size;
}

static void another_reader_agrees_on_mutations(void **state)
{
    static const char whole[] = "{\"a\":[1,-2.5e3,true,null,\"\\u00e9\\n\xc3\xa9\"],\"b\":{}} ";
    unsigned seed = 1;
    int good_count = 0;

    (void)state;
    for (int round = 0; round < 100000; round++) {
        char text[sizeof whole];
        size_t size;
        bool is_good;

        memcpy(text, whole, sizeof whole);
        size = mutate(text, sizeof whole - 1, &seed);
        is_good = fox_payload_is_json(text, size);
        if (!another_agrees(text, size, is_good)) {
            fail_msg("disagreement on '%.*s'", (int)size, text);
        }
        good_count += is_good;
    }
    assert_in_range(good_count, 1000, 99000);
}

SUITE(payload, cmocka_unit_test(json_is_told_from_what_is_none),
      cmocka_unit_test(a_zero_ends_no_text), cmocka_unit_test(nesting_has_a_limit),
      cmocka_unit_test(another_reader_agrees_on_mutations))
