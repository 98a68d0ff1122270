/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <stdio.h>

/* Both conversions: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013. An era is
 * 400 years of 146,097 days; years begin in March. 719,468 days lie before 1970-01-01. */
enum { ERA_DAYS = 146097, EPOCH_DAYS = 719468 };

static int64_t floor_div(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

struct fox_day fox_day_of_ms(int64_t ms)
{
    const int64_t days = floor_div(ms, FOX_DAY_MS) + EPOCH_DAYS;
    const int64_t era = floor_div(days, ERA_DAYS);
    const int in_era = (int)(days - era * ERA_DAYS);
    const int year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    const int in_year = in_era - (365 * year + year / 4 - year / 100);
    const int month = (5 * in_year + 2) / 153;
    struct fox_day day = {
        .year = (int)(era * 400) + year,
        .month = month < 10 ? month + 3 : month - 9,
        .day = in_year - (153 * month + 2) / 5 + 1,
    };

    day.year += day.month <= 2;
    return day;
}

int64_t fox_day_to_ms(struct fox_day day)
{
    const int64_t year = day.year - (day.month <= 2);
    const int64_t era = floor_div(year, 400);
    const int64_t in_era = year - era * 400;
    const int64_t month = day.month > 2 ? day.month - 3 : day.month + 9;
    const int64_t in_year = (153 * month + 2) / 5 + day.day - 1;
    const int64_t days = in_era * 365 + in_era / 4 - in_era / 100 + in_year;

    return (era * ERA_DAYS + days - EPOCH_DAYS) * FOX_DAY_MS;
}

void fox_time_format(char text[FOX_TIME_TEXT_BYTES], int64_t ms)
{
    const struct fox_day day = fox_day_of_ms(ms);
    const int64_t rest = ms % FOX_DAY_MS + (ms % FOX_DAY_MS < 0 ? FOX_DAY_MS : 0);

    (void)snprintf(text, FOX_TIME_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", day.year,
                   day.month, day.day, (int)(rest / FOX_HOUR_MS), (int)(rest / FOX_MINUTE_MS % 60),
                   (int)(rest / FOX_SECOND_MS % 60), (int)(rest % FOX_SECOND_MS));
}
