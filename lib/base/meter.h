/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_METER_H
#define FOX_BASE_METER_H

#include <stddef.h>

#include "base/str.h"

/* Numbers that people watch. What there is stands in one table that the caller brings
 * (names, help, labels); the numbers here are its indexes. Any thread. */
struct fox_meters;

enum fox_meter_kind { FOX_METER_COUNTER = 1, FOX_METER_GAUGE = 2, FOX_METER_HISTOGRAM = 3 };

enum fox_meter {
    FOX_METER_PUT_TOTAL,
    FOX_METER_PUT_BYTES,
    FOX_METER_PUT_SECONDS,
    FOX_METER_PUT_ACTIVE,
    FOX_METER_RENDER_SECONDS,
    FOX_METER_RENDER_BYTES,
    FOX_METER_RENDER_TOTAL,
    FOX_METER_HELPER_STARTS,
    FOX_METER_HELPER_DEATHS,
    FOX_METER_JOBS_PUT,
    FOX_METER_JOBS_FINISHED,
    FOX_METER_JOB_SECONDS,
    FOX_METER_JOB_WAIT_SECONDS,
    FOX_METER_QUEUE_JOBS,
    FOX_METER_QUEUE_OLDEST_SECONDS,
    FOX_METER_POOL_MAX_BYTES,
    FOX_METER_POOL_USED_BYTES,
    FOX_METER_POOL_HELD_BYTES,
    FOX_METER_POOL_FREE_BYTES,
    FOX_METER_POOL_HEALTHY,
    FOX_METER_POOL_OPERATIONS,
    FOX_METER_POOL_SECONDS,
    FOX_METER_DELETED_BYTES,
    FOX_METER_VERIFY_MISSING,
    FOX_METER_EVENTS,
    FOX_METER_WORKERS,
    FOX_METER_COUNT
};

struct fox_meter_row {
    const char *name;
    enum fox_meter_kind kind;
    const char *help;
    const char *labels[2]; /* NULL where unused */
};

/* `rows` has FOX_METER_COUNT rows and outlives the meters. */
struct fox_meters *fox_meters_new(const struct fox_meter_row *rows, pxf_error *err);
void fox_meters_free(struct fox_meters *meters);

/* Counters and gauges. `one` and `two` are the values of the row's labels, NULL where it has none;
 * they are kept to 63 bytes of clean UTF-8. NULL meters do nothing, and neither does a series
 * beyond the 4096th: a meter never fails its caller. */
void fox_meter_add(struct fox_meters *meters, enum fox_meter meter, const char *one,
                   const char *two, double amount);
void fox_meter_set(struct fox_meters *meters, enum fox_meter meter, const char *one,
                   const char *two, double value);

/* Histograms, in seconds. */
void fox_meter_observe(struct fox_meters *meters, enum fox_meter meter, const char *one,
                       const char *two, double seconds);

/* Forgets all series of a gauge, before they are set anew. */
void fox_meter_reset(struct fox_meters *meters, enum fox_meter meter);

/* Prometheus text exposition format 0.0.4. */
pxf_status fox_meters_write(struct fox_meters *meters, struct fox_str *str, pxf_error *err);

#endif
