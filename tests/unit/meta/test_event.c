/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/catalog.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "meta/event.h"

static void add_event(struct catalog *c, int64_t at_ms)
{
    pxf_error err = {0};

    assert_ok(
        WRITE(fox_event_add_in(tx(c), FOX_EVENT_VERIFY_FINISHED, at_ms, NULL, NULL, NULL, &err)));
}

static void an_event_is_read_as_it_was_added(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(3);
    AUTO(fox_event_list) list = {0};

    assert_ok(WRITE(fox_event_add_in(tx(c), FOX_EVENT_IMAGE_FAILED, 1764034086123, &id, "local",
                                     "it's \"broken\" 🧀", &err)));
    assert_ok(WRITE(fox_event_add_in(tx(c), FOX_EVENT_JOB_DEAD, 5, NULL, NULL, NULL, &err)));
    assert_ok(READ(fox_event_list_in(tx(c), 0, 10, &list, &err)));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.rows[0].number, 1);
    assert_int_equal(list.rows[0].kind, FOX_EVENT_IMAGE_FAILED);
    assert_int_equal(list.rows[0].at_ms, 1764034086123);
    assert_true(list.rows[0].has_image);
    assert_true(fox_id_equals(&list.rows[0].image_id, &id));
    assert_string_equal(list.rows[0].pool, "local");
    assert_string_equal(list.rows[0].message, "it's \"broken\" 🧀");
    assert_int_equal(list.rows[1].number, 2);
    assert_false(list.rows[1].has_image);
    assert_null(list.rows[1].pool);
    assert_null(list.rows[1].message);
}

static void a_cursor_goes_on_behind_its_event(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    int64_t after = 0;

    for (int64_t i = 1; i <= 7; i++) {
        add_event(c, i);
    }
    for (int64_t expected = 1; expected <= 7;) {
        AUTO(fox_event_list) list = {0};

        assert_ok(READ(fox_event_list_in(tx(c), after, 3, &list, &err)));
        assert_true(list.count > 0);
        for (size_t i = 0; i < list.count; i++) {
            assert_int_equal(list.rows[i].number, expected++);
        }
        after = list.rows[list.count - 1].number;
    }
    assert_int_equal(after, 7);
}

static void the_newest_number_outlives_its_event(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    int64_t last = -1, count = -1;

    assert_ok(READ(fox_event_last_in(tx(c), &last, &err)));
    assert_int_equal(last, 0);
    add_event(c, 10);
    add_event(c, 20);
    assert_ok(WRITE(fox_event_expire_in(tx(c), 100, 10, &count, &err)));
    assert_int_equal(count, 2);
    assert_ok(READ(fox_event_last_in(tx(c), &last, &err)));
    assert_int_equal(last, 2);
    add_event(c, 30);
    assert_int_equal(catalog_number(catalog_db(c), "SELECT MAX(number) AS n FROM event"), 3);
}

static void old_events_go_the_oldest_first(void **state)
{
    static const struct {
        int64_t before_ms;
        size_t limit;
        int64_t count, first_left;
    } steps[] = {
        {10, 10, 0, 1}, {11, 10, 1, 2}, {1000, 2, 2, 4}, {50, 10, 1, 5}, {1000, 0, 0, 5},
    };
    struct catalog *c = *state;
    pxf_error err = {0};

    for (int64_t i = 1; i <= 8; i++) {
        add_event(c, 10 * i);
    }
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        int64_t count = -1;

        assert_ok(
            WRITE(fox_event_expire_in(tx(c), steps[i].before_ms, steps[i].limit, &count, &err)));
        assert_int_equal(count, steps[i].count);
        assert_int_equal(catalog_number(catalog_db(c), "SELECT MIN(number) AS n FROM event"),
                         steps[i].first_left);
    }
}

static void an_event_from_a_clock_that_ran_ahead_holds_nothing_up(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    int64_t count = -1;

    add_event(c, 10);
    add_event(c, INT64_MAX);
    add_event(c, 20);
    assert_ok(WRITE(fox_event_expire_in(tx(c), 100, 10, &count, &err)));
    assert_int_equal(count, 2);
    assert_int_equal(catalog_number(catalog_db(c), "SELECT SUM(number) AS n FROM event"), 2);
}

static void an_event_that_no_row_holds_is_invalid(void **state)
{
    static char long_text[65537];
    struct catalog *c = *state;
    pxf_error err = {0};
    const enum fox_event kind = FOX_EVENT_POOL_FULL;

    memset(long_text, 'm', sizeof long_text - 1);
    assert_fails(WRITE(fox_event_add_in(tx(c), kind, 1, NULL, &long_text[65536 - 64], NULL, &err)),
                 PXF_INVALID);
    assert_fails(WRITE(fox_event_add_in(tx(c), kind, 1, NULL, NULL, long_text, &err)), PXF_INVALID);
    assert_fails(WRITE(fox_event_add_in(tx(c), kind, 1, NULL, NULL, "\xff", &err)), PXF_INVALID);
}

static void every_event_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int one = FOX_EVENT_IMAGE_UPLOADED; one <= FOX_EVENT_VERIFY_FINISHED; one++) {
        const char *name = fox_event_name((enum fox_event)one);

        assert_string_not_equal(name, "unknown");
        for (int other = FOX_EVENT_IMAGE_UPLOADED; other < one; other++) {
            assert_string_not_equal(name, fox_event_name((enum fox_event)other));
        }
    }
    assert_string_equal(fox_event_name(FOX_EVENT_IMAGE_UPLOADED), "image_uploaded");
    assert_string_equal(fox_event_name((enum fox_event)99), "unknown");
}

/* Writers commit as they can; a reader follows with its cursor. */
enum { WRITERS = 6, EVENTS = 25 };

struct writer {
    struct fox_sql *db;
    atomic_uint *running;
    pxf_error err;
};

static pxf_status add_slowly_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    (void)ctx;
    TRY(fox_event_add_in(tx, FOX_EVENT_IMAGE_UPLOADED, 1, NULL, NULL, NULL, err));
    for (int i = 0; i < 20; i++) {
        (void)sched_yield(); /* a wide gap between the number and its commit */
    }
    return PXF_OK;
}

static void *write_events(void *ctx)
{
    struct writer *writer = ctx;

    for (int i = 0; i < EVENTS && writer->err.status == PXF_OK; i++) {
        (void)fox_sql_write(writer->db, FOX_RELAXED, add_slowly_in, NULL, &writer->err);
    }
    atomic_fetch_sub(writer->running, 1);
    return NULL;
}

/* Reads what there is behind the cursor; the numbers must go on without a gap. */
static void follow(struct catalog *c, int64_t *cursor)
{
    AUTO(fox_event_list) list = {0};
    pxf_error err = {0};

    assert_ok(READ(fox_event_list_in(tx(c), *cursor, 7, &list, &err)));
    for (size_t i = 0; i < list.count; i++) {
        assert_int_equal(list.rows[i].number, *cursor + 1);
        *cursor = list.rows[i].number;
    }
}

static void a_reader_never_skips_an_event_that_commits_later(void **state)
{
    struct catalog *c = *state;
    struct writer writers[WRITERS];
    pthread_t threads[WRITERS];
    atomic_uint running = WRITERS;
    int64_t cursor = 0;

    for (size_t i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){.db = catalog_db(c), .running = &running};
        assert_int_equal(pthread_create(&threads[i], NULL, write_events, &writers[i]), 0);
    }
    while (atomic_load(&running) > 0) {
        follow(c, &cursor);
    }
    for (size_t i = 0; i < WRITERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_string_equal(writers[i].err.message, "");
    }
    for (int i = 0; i < WRITERS * EVENTS; i++) {
        follow(c, &cursor);
    }
    assert_int_equal(cursor, WRITERS * EVENTS);
}

CATALOG_SUITE(event, cmocka_unit_test(an_event_is_read_as_it_was_added),
              cmocka_unit_test(a_cursor_goes_on_behind_its_event),
              cmocka_unit_test(the_newest_number_outlives_its_event),
              cmocka_unit_test(old_events_go_the_oldest_first),
              cmocka_unit_test(an_event_from_a_clock_that_ran_ahead_holds_nothing_up),
              cmocka_unit_test(an_event_that_no_row_holds_is_invalid),
              cmocka_unit_test(every_event_has_a_name_of_its_own),
              cmocka_unit_test(a_reader_never_skips_an_event_that_commits_later))
