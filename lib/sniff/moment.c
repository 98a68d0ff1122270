/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "base/time.h"
#include "sniff/tags.h"

/* No camera is older. */
enum { FIRST_YEAR = 1800 };

static int digits(const char *text, int count)
{
    int number = 0;

    for (int i = 0; i < count; i++) {
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

/* Digits stand where they belong; what stands between them, writers disagree on. */
static bool has_shape(const char *text)
{
    static const char shape[] = "0000-00-00 00:00:00";

    for (size_t i = 0; i < sizeof shape - 1; i++) {
        const bool is_digit = isdigit((unsigned char)text[i]) != 0;

        if (text[i] == '\0' || is_digit != (shape[i] == '0')) {
            return false;
        }
    }
    return true;
}

static bool is_day(struct fox_day day)
{
    const struct fox_day same = fox_day_of_ms(fox_day_to_ms(day));

    return day.year >= FIRST_YEAR && day.month >= 1 && day.month <= 12 && day.day >= 1 &&
           same.month == day.month && same.day == day.day;
}

bool fox_exif_moment(const char *text, char moment[FOX_MOMENT_BYTES])
{
    struct fox_day day;
    int hour, minute, second;

    if (!has_shape(text)) {
        return false;
    }
    day = (struct fox_day){digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)};
    hour = digits(text + 11, 2);
    minute = digits(text + 14, 2);
    second = digits(text + 17, 2);
    if (!is_day(day) || hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    memcpy(moment, "0000-00-00 00:00:00", FOX_MOMENT_BYTES);
    for (size_t i = 0; i < FOX_MOMENT_BYTES; i++) {
        moment[i] = moment[i] == '0' ? text[i] : moment[i];
    }
    return true;
}
