/* SPDX-License-Identifier: Apache-2.0 */
#include "base/meter.h"

#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

/* Upper bounds of the histograms' buckets, in seconds. */
static const double bounds[] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                0.5,   1,      2.5,   5,    10,    30,   60,  300};

enum { BOUND_COUNT = sizeof bounds / sizeof bounds[0], LABEL_BYTES = 64, SERIES_LIMIT = 4096 };

/* The values of a series' labels, cut at a character's boundary where they are too long. */
struct labels {
    char values[2][LABEL_BYTES];
};

struct series {
    struct series *next;
    struct labels labels;
    double value; /* the sum of a histogram */
    uint64_t counts[BOUND_COUNT + 1];
};

struct fox_meters {
    const struct fox_meter_row *rows;
    struct {
        pthread_mutex_t lock;
        struct series *first[FOX_METER_COUNT];
        size_t series_count;
    } shared;
};

static void copy_label(char to[LABEL_BYTES], const char *from)
{
    const size_t size = from ? strnlen(from, LABEL_BYTES - 1) : 0;

    if (size > 0) {
        memcpy(to, from, size);
    }
    to[size] = '\0';
    fox_utf8_tidy(to, LABEL_BYTES);
}

static bool is_labelled(const struct series *series, const struct labels *labels)
{
    return strcmp(series->labels.values[0], labels->values[0]) == 0 &&
           strcmp(series->labels.values[1], labels->values[1]) == 0;
}

/* NULL when there are too many series or no memory: a meter never fails its caller. */
static struct series *find_locked(struct fox_meters *meters, enum fox_meter meter, const char *one,
                                  const char *two)
{
    struct series **at = &meters->shared.first[meter];
    struct labels labels;

    copy_label(labels.values[0], one);
    copy_label(labels.values[1], two);
    while (*at && !is_labelled(*at, &labels)) {
        at = &(*at)->next;
    }
    if (!*at && meters->shared.series_count < SERIES_LIMIT) {
        *at = fox_mem_new(1, sizeof **at, NULL);
        if (*at) {
            (*at)->labels = labels;
            meters->shared.series_count++;
        }
    }
    return *at;
}

struct fox_meters *fox_meters_new(const struct fox_meter_row *rows, pxf_error *err)
{
    struct fox_meters *meters = fox_mem_new(1, sizeof *meters, err);

    if (meters) {
        meters->rows = rows;
        (void)pthread_mutex_init(&meters->shared.lock, NULL);
    }
    return meters;
}

static void drop_locked(struct fox_meters *meters, enum fox_meter meter)
{
    struct series *series = meters->shared.first[meter];

    while (series) {
        struct series *next = series->next;

        free(series);
        meters->shared.series_count--;
        series = next;
    }
    meters->shared.first[meter] = NULL;
}

void fox_meters_free(struct fox_meters *meters)
{
    if (!meters) {
        return;
    }
    for (int i = 0; i < FOX_METER_COUNT; i++) {
        drop_locked(meters, (enum fox_meter)i);
    }
    (void)pthread_mutex_destroy(&meters->shared.lock);
    free(meters);
}

void fox_meter_add(struct fox_meters *meters, enum fox_meter meter, const char *one,
                   const char *two, double amount)
{
    struct series *series;

    if (!meters) {
        return;
    }
    (void)pthread_mutex_lock(&meters->shared.lock);
    series = find_locked(meters, meter, one, two);
    if (series) {
        series->value += amount;
    }
    (void)pthread_mutex_unlock(&meters->shared.lock);
}

void fox_meter_set(struct fox_meters *meters, enum fox_meter meter, const char *one,
                   const char *two, double value)
{
    struct series *series;

    if (!meters) {
        return;
    }
    (void)pthread_mutex_lock(&meters->shared.lock);
    series = find_locked(meters, meter, one, two);
    if (series) {
        series->value = value;
    }
    (void)pthread_mutex_unlock(&meters->shared.lock);
}

void fox_meter_observe(struct fox_meters *meters, enum fox_meter meter, const char *one,
                       const char *two, double seconds)
{
    struct series *series;
    size_t bucket = 0;

    if (!meters) {
        return;
    }
    while (bucket < BOUND_COUNT && seconds > bounds[bucket]) {
        bucket++;
    }
    (void)pthread_mutex_lock(&meters->shared.lock);
    series = find_locked(meters, meter, one, two);
    if (series) {
        series->value += seconds;
        series->counts[bucket]++;
    }
    (void)pthread_mutex_unlock(&meters->shared.lock);
}

void fox_meter_reset(struct fox_meters *meters, enum fox_meter meter)
{
    if (!meters) {
        return;
    }
    (void)pthread_mutex_lock(&meters->shared.lock);
    drop_locked(meters, meter);
    (void)pthread_mutex_unlock(&meters->shared.lock);
}

/* Six decimals at most and a point whatever the locale says. */
static void write_number(struct fox_str *str, double number)
{
    const bool negative = number < 0;
    const double size = negative ? -number : number;
    uint64_t whole;
    uint32_t millionths;

    if (isnan(number) || size >= 0x1p64) {
        fox_str_put_text(str, isnan(number) ? "NaN" : negative ? "-Inf" : "+Inf");
        return;
    }
    whole = (uint64_t)size;
    millionths = (uint32_t)((size - (double)whole) * 1e6 + 0.5);
    whole += millionths / 1000000;
    millionths %= 1000000;
    fox_str_add(str, "%s%llu", negative ? "-" : "", (unsigned long long)whole);
    if (millionths > 0) {
        char digits[8];
        size_t count = 6;

        for (size_t i = 6; i-- > 0; millionths /= 10) {
            digits[i] = (char)('0' + millionths % 10);
        }
        while (digits[count - 1] == '0') {
            count--;
        }
        fox_str_put_text(str, ".");
        fox_str_put(str, digits, count);
    }
}

static void write_value(struct fox_str *str, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            fox_str_put_text(str, "\\");
        }
        fox_str_put(str, text, 1);
    }
}

/* The name with its labels and, for a bucket, its bound. */
static void write_name(struct fox_str *str, const struct fox_meter_row *row, const char *suffix,
                       const struct series *series, const double *bound)
{
    const char *between = "{";

    fox_str_add(str, "%s%s", row->name, suffix);
    for (int i = 0; i < 2; i++) {
        if (row->labels[i]) {
            fox_str_add(str, "%s%s=\"", between, row->labels[i]);
            write_value(str, series->labels.values[i]);
            fox_str_put_text(str, "\"");
            between = ",";
        }
    }
    if (bound) {
        fox_str_add(str, "%sle=\"", between);
        if (isinf(*bound)) {
            fox_str_put_text(str, "+Inf");
        } else {
            write_number(str, *bound);
        }
        fox_str_put_text(str, "\"");
        between = ",";
    }
    fox_str_put_text(str, *between == ',' ? "} " : " ");
}

static void write_histogram(struct fox_str *str, const struct fox_meter_row *row,
                            const struct series *series)
{
    const double infinite = INFINITY;
    uint64_t below = 0;

    for (size_t i = 0; i <= BOUND_COUNT; i++) {
        below += series->counts[i];
        write_name(str, row, "_bucket", series, i < BOUND_COUNT ? &bounds[i] : &infinite);
        fox_str_add(str, "%llu\n", (unsigned long long)below);
    }
    write_name(str, row, "_sum", series, NULL);
    write_number(str, series->value);
    fox_str_put_text(str, "\n");
    write_name(str, row, "_count", series, NULL);
    fox_str_add(str, "%llu\n", (unsigned long long)below);
}

static void write_meter_locked(struct fox_meters *meters, enum fox_meter meter, struct fox_str *str)
{
    static const char *const kinds[] = {
        [FOX_METER_COUNTER] = "counter",
        [FOX_METER_GAUGE] = "gauge",
        [FOX_METER_HISTOGRAM] = "histogram",
    };
    const struct fox_meter_row *row = &meters->rows[meter];

    fox_str_add(str, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name,
                kinds[row->kind]);
    for (struct series *s = meters->shared.first[meter]; s; s = s->next) {
        if (row->kind == FOX_METER_HISTOGRAM) {
            write_histogram(str, row, s);
        } else {
            write_name(str, row, "", s, NULL);
            write_number(str, s->value);
            fox_str_put_text(str, "\n");
        }
    }
}

pxf_status fox_meters_write(struct fox_meters *meters, struct fox_str *str, pxf_error *err)
{
    (void)pthread_mutex_lock(&meters->shared.lock);
    for (int i = 0; i < FOX_METER_COUNT; i++) {
        write_meter_locked(meters, (enum fox_meter)i, str);
    }
    (void)pthread_mutex_unlock(&meters->shared.lock);
    return fox_str_check(str, err);
}
