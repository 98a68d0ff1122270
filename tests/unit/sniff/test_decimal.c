/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/decimal.h"

#include "sniff/tags.h"
#include "support/suite.h"

static void decimals_show_as_many_digits_as_needed(void **state)
{
    static const struct {
        int64_t scaled;
        int least;
        const char *text;
    } cases[] = {
        {0, 0, "0"},
        {0, 1, "0.0"},
        {280000000, 0, "2.8"},
        {3500000000, 0, "35"},
        {3500000000, 1, "35.0"},
        {1, 0, "0.00000001"},
        {-1, 0, "-0.00000001"},
        {-5251627500, 0, "-52.516275"},
        {123456789, 8, "1.23456789"},
        {100000000, 8, "1.00000000"},
        {INT64_C(429496729500000000), 1, "4294967295.0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[FOX_DECIMAL_BYTES];

        fox_decimal_format(text, cases[i].scaled, cases[i].least);
        assert_string_equal(text, cases[i].text);
    }
}

static void fractions_are_rounded_half_away_from_zero(void **state)
{
    static const struct {
        struct fox_fraction fraction;
        int digits;
        int64_t scaled;
    } cases[] = {
        {{28, 10}, 8, 280000000}, {{1, 3}, 8, 33333333},
        {{2, 3}, 8, 66666667},    {{1, 3}, 2, 33000000},
        {{-2, 3}, 2, -67000000},  {{1, 200}, 2, 1000000},
        {{-1, 200}, 2, -1000000}, {{4294967295, 1}, 8, INT64_C(429496729500000000)},
        {{0, 4294967295}, 8, 0},  {{7, 2}, 0, 400000000},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(fox_decimal_of_fraction(cases[i].fraction, cases[i].digits),
                         cases[i].scaled);
    }
}

static void degrees_are_rounded_on_both_sides(void **state)
{
    (void)state;
    assert_int_equal(fox_decimal_of_degrees(52.516275), 5251627500);
    assert_int_equal(fox_decimal_of_degrees(-13.37769), -1337769000);
    assert_int_equal(fox_decimal_of_degrees(0), 0);
    assert_int_equal(fox_decimal_of_degrees(180), 18000000000);
}

static void a_fraction_is_written_in_lowest_terms(void **state)
{
    static const struct {
        struct fox_fraction fraction;
        const char *text;
    } cases[] = {
        {{1, 60}, "1/60"},
        {{10, 600}, "1/60"},
        {{60, 1}, "60"},
        {{120, 2}, "60"},
        {{4294967295, 4294967295}, "1"},
        {{13, 10}, "13/10"},
        {{1, 8000}, "1/8000"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[FOX_FRACTION_BYTES];

        fox_fraction_format(text, cases[i].fraction);
        assert_string_equal(text, cases[i].text);
    }
}

SUITE(decimal, cmocka_unit_test(decimals_show_as_many_digits_as_needed),
      cmocka_unit_test(fractions_are_rounded_half_away_from_zero),
      cmocka_unit_test(degrees_are_rounded_on_both_sides),
      cmocka_unit_test(a_fraction_is_written_in_lowest_terms))
