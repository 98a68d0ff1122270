/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <string.h>
#include <time.h>

#include "base/time.h"

static const struct {
    int64_t ms;
    struct fox_day day;
    const char *text;
} instants[] = {
    {0, {1970, 1, 1}, "1970-01-01T00:00:00.000Z"},
    {-1, {1969, 12, 31}, "1969-12-31T23:59:59.999Z"},
    {86399999, {1970, 1, 1}, "1970-01-01T23:59:59.999Z"},
    {86400000, {1970, 1, 2}, "1970-01-02T00:00:00.000Z"},
    {951782400000, {2000, 2, 29}, "2000-02-29T00:00:00.000Z"},
    {951868800000, {2000, 3, 1}, "2000-03-01T00:00:00.000Z"},
    {1764034086123, {2025, 11, 25}, "2025-11-25T01:28:06.123Z"},
    {4107542399999, {2100, 2, 28}, "2100-02-28T23:59:59.999Z"},
    {4107542400000, {2100, 3, 1}, "2100-03-01T00:00:00.000Z"},
    {253402300799999, {9999, 12, 31}, "9999-12-31T23:59:59.999Z"},
    {-62135596800000, {1, 1, 1}, "0001-01-01T00:00:00.000Z"},
    {-62135596800001, {0, 12, 31}, "0000-12-31T23:59:59.999Z"},
};

enum { INSTANT_COUNT = sizeof instants / sizeof instants[0] };

static void an_instant_lies_in_its_day(void **state)
{
    (void)state;
    for (size_t i = 0; i < INSTANT_COUNT; i++) {
        const struct fox_day day = fox_day_of_ms(instants[i].ms);

        assert_int_equal(day.year, instants[i].day.year);
        assert_int_equal(day.month, instants[i].day.month);
        assert_int_equal(day.day, instants[i].day.day);
    }
}

static void an_instant_is_written_in_utc_to_the_millisecond(void **state)
{
    (void)state;
    for (size_t i = 0; i < INSTANT_COUNT; i++) {
        char text[FOX_TIME_TEXT_BYTES];

        fox_time_format(text, instants[i].ms);
        assert_string_equal(text, instants[i].text);
    }
}

static void a_day_begins_at_its_midnight(void **state)
{
    (void)state;
    for (size_t i = 0; i < INSTANT_COUNT; i++) {
        const int64_t begin = fox_day_to_ms(instants[i].day);

        assert_true(begin <= instants[i].ms && instants[i].ms - begin < FOX_DAY_MS);
    }
}

static void six_hundred_years_of_days_agree_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t days = -110000; days < 110000; days += 7) {
        const time_t seconds = (time_t)(days * 86400 + 43200);
        const struct fox_day day = fox_day_of_ms((int64_t)seconds * 1000);
        struct tm tm;

        assert_non_null(gmtime_r(&seconds, &tm));
        assert_int_equal(day.year, tm.tm_year + 1900);
        assert_int_equal(day.month, tm.tm_mon + 1);
        assert_int_equal(day.day, tm.tm_mday);
        assert_int_equal(fox_day_to_ms(day), days * FOX_DAY_MS);
    }
}

static void the_farthest_instants_have_a_text(void **state)
{
    char text[FOX_TIME_TEXT_BYTES];

    (void)state;
    fox_time_format(text, INT64_MAX);
    assert_string_equal(text, "292278994-08-17T07:12:55.807Z");
    fox_time_format(text, INT64_MIN);
    assert_string_equal(text, "-292275055-05-16T16:47:04.192Z");
}

SUITE(time, cmocka_unit_test(an_instant_lies_in_its_day),
      cmocka_unit_test(an_instant_is_written_in_utc_to_the_millisecond),
      cmocka_unit_test(a_day_begins_at_its_midnight),
      cmocka_unit_test(six_hundred_years_of_days_agree_with_the_c_library),
      cmocka_unit_test(the_farthest_instants_have_a_text))
