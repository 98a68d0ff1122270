/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/meter.h"
#include "base/utf8.h"

enum { THREADS = 4, ROUNDS = 10000, SERIES_LIMIT = 4096 };

/* A table in which only three rows are looked at. */
static const struct fox_meter_row rows[FOX_METER_COUNT] = {
    [FOX_METER_PUT_TOTAL] = {"puts_total", FOX_METER_COUNTER, "Puts.", {"status", "pool"}},
    [FOX_METER_PUT_BYTES] = {"put_bytes_total", FOX_METER_COUNTER, "Bytes.", {NULL, NULL}},
    [FOX_METER_PUT_SECONDS] = {"put_seconds", FOX_METER_HISTOGRAM, "Time.", {"pool", NULL}},
    [FOX_METER_POOL_FREE_BYTES] = {"pool_free_bytes", FOX_METER_GAUGE, "Free.", {"pool", NULL}},
#define OTHER(row_) [row_] = {"other", FOX_METER_GAUGE, "Unused.", {NULL, NULL}}
    OTHER(FOX_METER_PUT_ACTIVE),
    OTHER(FOX_METER_RENDER_SECONDS),
    OTHER(FOX_METER_RENDER_BYTES),
    OTHER(FOX_METER_RENDER_TOTAL),
    OTHER(FOX_METER_HELPER_STARTS),
    OTHER(FOX_METER_HELPER_DEATHS),
    OTHER(FOX_METER_JOBS_PUT),
    OTHER(FOX_METER_JOBS_FINISHED),
    OTHER(FOX_METER_JOB_SECONDS),
    OTHER(FOX_METER_JOB_WAIT_SECONDS),
    OTHER(FOX_METER_QUEUE_JOBS),
    OTHER(FOX_METER_QUEUE_OLDEST_SECONDS),
    OTHER(FOX_METER_POOL_MAX_BYTES),
    OTHER(FOX_METER_POOL_USED_BYTES),
    OTHER(FOX_METER_POOL_HELD_BYTES),
    OTHER(FOX_METER_POOL_HEALTHY),
    OTHER(FOX_METER_POOL_OPERATIONS),
    OTHER(FOX_METER_POOL_SECONDS),
    OTHER(FOX_METER_DELETED_BYTES),
    OTHER(FOX_METER_VERIFY_MISSING),
    OTHER(FOX_METER_EVENTS),
    OTHER(FOX_METER_WORKERS),
};

static int set_up(void **state)
{
    *state = fox_meters_new(rows, NULL);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    fox_meters_free(*state);
    return 0;
}

/* Whether the exposition has that line. */
static bool tells(struct fox_meters *meters, const char *line)
{
    AUTO(fox_str) text = {0};
    AUTO(fox_str) wanted = {0};
    pxf_error err = {0};

    assert_ok(fox_meters_write(meters, &text, &err));
    fox_str_add(&wanted, "\n%s\n", line);
    return strstr(fox_str_text(&text), fox_str_text(&wanted)) != NULL;
}

static void each_row_has_its_help_and_type_also_without_numbers(void **state)
{
    AUTO(fox_str) text = {0};
    pxf_error err = {0};

    assert_ok(fox_meters_write(*state, &text, &err));
    assert_ptr_equal(strstr(fox_str_text(&text), "# HELP puts_total Puts.\n# TYPE puts_total "
                                                 "counter\n# HELP put_bytes_total"),
                     fox_str_text(&text));
    assert_true(tells(*state, "# TYPE put_seconds histogram"));
    assert_true(tells(*state, "# TYPE pool_free_bytes gauge"));
}

static void a_counter_adds_up_for_each_pair_of_labels(void **state)
{
    fox_meter_add(*state, FOX_METER_PUT_TOTAL, "ok", "a", 1);
    fox_meter_add(*state, FOX_METER_PUT_TOTAL, "ok", "b", 1);
    fox_meter_add(*state, FOX_METER_PUT_TOTAL, "ok", "a", 2.5);
    assert_true(tells(*state, "puts_total{status=\"ok\",pool=\"a\"} 3.5"));
    assert_true(tells(*state, "puts_total{status=\"ok\",pool=\"b\"} 1"));
}

static void a_row_without_labels_has_one_number(void **state)
{
    fox_meter_add(*state, FOX_METER_PUT_BYTES, NULL, NULL, 5e9);
    fox_meter_add(*state, FOX_METER_PUT_BYTES, NULL, NULL, 1);
    assert_true(tells(*state, "put_bytes_total 5000000001"));
}

static void a_gauge_is_what_it_was_set_to_until_it_is_reset(void **state)
{
    fox_meter_set(*state, FOX_METER_POOL_FREE_BYTES, "a", NULL, 10);
    fox_meter_set(*state, FOX_METER_POOL_FREE_BYTES, "a", NULL, -3);
    assert_true(tells(*state, "pool_free_bytes{pool=\"a\"} -3"));
    fox_meter_reset(*state, FOX_METER_POOL_FREE_BYTES);
    assert_false(tells(*state, "pool_free_bytes{pool=\"a\"} -3"));
    fox_meter_set(*state, FOX_METER_POOL_FREE_BYTES, "b", NULL, 4);
    assert_true(tells(*state, "pool_free_bytes{pool=\"b\"} 4"));
}

static void a_histogram_counts_into_all_buckets_above(void **state)
{
    static const double seconds[] = {0.0001, 0.001, 0.0011, 0.2, 1000};

    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        fox_meter_observe(*state, FOX_METER_PUT_SECONDS, "a", NULL, seconds[i]);
    }
    assert_true(tells(*state, "put_seconds_bucket{pool=\"a\",le=\"0.001\"} 2"));
    assert_true(tells(*state, "put_seconds_bucket{pool=\"a\",le=\"0.0025\"} 3"));
    assert_true(tells(*state, "put_seconds_bucket{pool=\"a\",le=\"0.1\"} 3"));
    assert_true(tells(*state, "put_seconds_bucket{pool=\"a\",le=\"0.25\"} 4"));
    assert_true(tells(*state, "put_seconds_bucket{pool=\"a\",le=\"300\"} 4"));
    assert_true(tells(*state, "put_seconds_bucket{pool=\"a\",le=\"+Inf\"} 5"));
    assert_true(tells(*state, "put_seconds_sum{pool=\"a\"} 1000.2022"));
    assert_true(tells(*state, "put_seconds_count{pool=\"a\"} 5"));
}

static void numbers_are_written_alike_in_every_locale(void **state)
{
    static const struct {
        double number;
        const char *text;
    } numbers[] = {
        {0, "0"},
        {0.5, "0.5"},
        {-0.25, "-0.25"},
        {1e-7, "0"},
        {0.000001, "0.000001"},
        {1.9999999, "2"},
        {123456.789, "123456.789"},
        {9007199254740993.0, "9007199254740992"},
        {1e19, "10000000000000000000"},
        {1e30, "+Inf"},
        {-1e30, "-Inf"},
        {INFINITY, "+Inf"},
        {NAN, "NaN"},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char line[80];

        fox_meter_set(*state, FOX_METER_POOL_FREE_BYTES, "n", NULL, numbers[i].number);
        (void)snprintf(line, sizeof line, "pool_free_bytes{pool=\"n\"} %s", numbers[i].text);
        if (!tells(*state, line)) {
            fail_msg("no line '%s'", line);
        }
    }
}

static void a_labels_value_cannot_break_its_line(void **state)
{
    fox_meter_set(*state, FOX_METER_POOL_FREE_BYTES, "a\"b\\c\nd\xff", NULL, 1);
    assert_true(tells(*state, "pool_free_bytes{pool=\"a\\\"b\\\\c d?\"} 1"));
}

static void a_long_value_is_cut_at_a_character_and_found_again(void **state)
{
    AUTO(fox_str) text = {0};
    pxf_error err = {0};
    char value[100] = "a";

    while (strlen(value) < 90) {
        (void)strcat(value, "\xe2\x82\xac");
    }
    fox_meter_add(*state, FOX_METER_PUT_TOTAL, value, value, 1);
    fox_meter_add(*state, FOX_METER_PUT_TOTAL, value, value, 1);
    assert_ok(fox_meters_write(*state, &text, &err));
    assert_true(fox_utf8_is_valid(fox_str_text(&text), text.size));
    assert_non_null(strstr(fox_str_text(&text), "\xe2\x82\xac\"} 2\n"));
}

static void more_series_than_it_keeps_are_dropped_and_nobody_fails(void **state)
{
    for (int i = 0; i < SERIES_LIMIT + 10; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "p%d", i);
        fox_meter_set(*state, FOX_METER_POOL_FREE_BYTES, name, NULL, i);
    }
    assert_true(tells(*state, "pool_free_bytes{pool=\"p4095\"} 4095"));
    assert_false(tells(*state, "pool_free_bytes{pool=\"p4096\"} 4096"));
    fox_meter_reset(*state, FOX_METER_POOL_FREE_BYTES);
    fox_meter_set(*state, FOX_METER_POOL_FREE_BYTES, "again", NULL, 1);
    assert_true(tells(*state, "pool_free_bytes{pool=\"again\"} 1"));
}

static void no_meters_are_no_crash(void **state)
{
    (void)state;
    fox_meter_add(NULL, FOX_METER_PUT_TOTAL, "a", "b", 1);
    fox_meter_set(NULL, FOX_METER_POOL_FREE_BYTES, "a", NULL, 1);
    fox_meter_observe(NULL, FOX_METER_PUT_SECONDS, "a", NULL, 1);
    fox_meter_reset(NULL, FOX_METER_PUT_TOTAL);
    fox_meters_free(NULL);
}

static void an_exposition_that_outgrows_its_text_says_so(void **state)
{
    AUTO(fox_str) text = {.limit = 100};
    pxf_error err = {0};

    assert_fails(fox_meters_write(*state, &text, &err), PXF_LIMIT);
}

static void *count(void *ctx)
{
    for (int i = 0; i < ROUNDS; i++) {
        fox_meter_add(ctx, FOX_METER_PUT_BYTES, NULL, NULL, 1);
    }
    return NULL;
}

static void threads_lose_no_count(void **state)
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, count, *state), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_true(tells(*state, "put_bytes_total 40000"));
}

#define WITH_METERS(test_) cmocka_unit_test_setup_teardown(test_, set_up, tear_down)

SUITE(meter, WITH_METERS(each_row_has_its_help_and_type_also_without_numbers),
      WITH_METERS(a_counter_adds_up_for_each_pair_of_labels),
      WITH_METERS(a_row_without_labels_has_one_number),
      WITH_METERS(a_gauge_is_what_it_was_set_to_until_it_is_reset),
      WITH_METERS(a_histogram_counts_into_all_buckets_above),
      WITH_METERS(numbers_are_written_alike_in_every_locale),
      WITH_METERS(a_labels_value_cannot_break_its_line),
      WITH_METERS(a_long_value_is_cut_at_a_character_and_found_again),
      WITH_METERS(more_series_than_it_keeps_are_dropped_and_nobody_fails),
      WITH_METERS(no_meters_are_no_crash),
      WITH_METERS(an_exposition_that_outgrows_its_text_says_so), WITH_METERS(threads_lose_no_count))
