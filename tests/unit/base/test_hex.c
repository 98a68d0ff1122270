/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>

#include "base/hex.h"

static void bytes_are_written_in_lower_case(void **state)
{
    static const unsigned char bytes[] = {0x00, 0x01, 0x9a, 0xbc, 0xff};
    char text[2 * sizeof bytes + 1];

    (void)state;
    fox_hex_format(text, bytes, sizeof bytes);
    assert_string_equal(text, "00019abcff");
    fox_hex_format(text, bytes, 0);
    assert_string_equal(text, "");
}

static void each_byte_is_read_as_it_was_written(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 256; i++) {
        const unsigned char byte = (unsigned char)i;
        unsigned char again = (unsigned char)~byte;
        char text[3];

        fox_hex_format(text, &byte, 1);
        assert_true(fox_hex_parse(&again, 1, text));
        assert_int_equal(again, byte);
    }
}

static void digits_of_either_case_are_read(void **state)
{
    unsigned char bytes[3];

    (void)state;
    assert_true(fox_hex_parse(bytes, 3, "aBCdEF"));
    assert_memory_equal(bytes, "\xab\xcd\xef", 3);
    assert_true(fox_hex_parse(bytes, 0, ""));
}

static void anything_but_the_exact_digits_is_refused(void **state)
{
    static const char *const texts[] = {"",     "a",          "abc",  "abcde", "abcdef", "ab g",
                                        "0x12", "ab\xc3\xbc", "/0:@", "`gGa",  " abc",   "abc\n"};
    unsigned char bytes[2];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_false(fox_hex_parse(bytes, 2, texts[i]));
    }
}

SUITE(hex, cmocka_unit_test(bytes_are_written_in_lower_case),
      cmocka_unit_test(each_byte_is_read_as_it_was_written),
      cmocka_unit_test(digits_of_either_case_are_read),
      cmocka_unit_test(anything_but_the_exact_digits_is_refused))
