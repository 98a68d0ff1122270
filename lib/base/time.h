/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_TIME_H
#define FOX_BASE_TIME_H

#include <stdint.h>

/* Times are milliseconds since 1970-01-01T00:00:00Z; no function here knows a time zone. */

enum { FOX_SECOND_MS = 1000, FOX_MINUTE_MS = 60000, FOX_HOUR_MS = 3600000 };
#define FOX_DAY_MS INT64_C(86400000)

/* A day of the proleptic Gregorian calendar, in UTC. */
struct fox_day {
    int year, month, day;
};

struct fox_day fox_day_of_ms(int64_t ms);

/* Midnight of that day. */
int64_t fox_day_to_ms(struct fox_day day);

/* Some time after a moment; the end of time where that lies beyond it. */
static inline int64_t fox_time_after(int64_t ms, int64_t wait_ms)
{
    return wait_ms > 0 && ms > INT64_MAX - wait_ms ? INT64_MAX : ms + wait_ms;
}

/* "2026-11-25T01:28:06.123Z" */
enum { FOX_TIME_TEXT_BYTES = 32 };
void fox_time_format(char text[FOX_TIME_TEXT_BYTES], int64_t ms);

#endif
