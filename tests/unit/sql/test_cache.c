/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/scene.h"

#include <stdio.h>

enum { MORE_THAN_KEPT = 400 };

struct watch {
    struct fox_sql_stmt *first, *second, *third;
    unsigned kept, kept_max;
};

static pxf_status take_thrice(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct watch *watch = ctx;
    AUTO(fox_sql_stmt) *outer = NULL;

    TRY(fox_sql_prepare(&outer, tx, "SELECT 1 AS n", err));
    watch->first = outer;
    for (int i = 0; i < 2; i++) {
        AUTO(fox_sql_stmt) *inner = NULL;
        char text[] = "SELECT 1 AS n"; /* the same words at another address */

        TRY(fox_sql_prepare(&inner, tx, text, err));
        watch->second = i == 0 ? inner : watch->second;
        watch->third = inner;
    }
    watch->kept = tx->conn->kept_count;
    return PXF_OK;
}

static void a_statement_is_prepared_once_and_never_lent_twice(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    struct watch watch = {0};
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    assert_ok(fox_sql_read(db, FOX_FRESH, take_thrice, &watch, &err));
    assert_ptr_not_equal(watch.first, watch.second);
    assert_ptr_equal(watch.second, watch.third);
    assert_int_equal(watch.kept, 2);
    assert_ok(fox_sql_read(db, FOX_FRESH, take_thrice, &watch, &err));
    assert_int_equal(watch.kept, 2);
    fox_sql_close(db);
    scene_clear(&scene);
}

static pxf_status take_many(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct watch *watch = ctx;
    AUTO(fox_sql_stmt) *held = NULL;
    bool row = false;

    TRY(fox_sql_prepare(&held, tx, "SELECT 'kept' AS txt", err));
    TRY(fox_sql_step(held, &row, err));
    for (int i = 0; i < MORE_THAN_KEPT; i++) {
        AUTO(fox_sql_stmt) *stmt = NULL;
        char sql[32];

        (void)snprintf(sql, sizeof sql, "SELECT %d AS n", i);
        TRY(fox_sql_prepare(&stmt, tx, sql, err));
    }
    watch->kept = tx->conn->kept_count;
    watch->kept_max = tx->conn->kept_max;
    return fox_sql_text(held, "txt") ? PXF_OK : fox_fail(err, PXF_CORRUPT, "it was dropped");
}

static void the_oldest_make_room_and_none_that_is_in_use(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    struct watch watch = {0};
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    assert_ok(fox_sql_read(db, FOX_FRESH, take_many, &watch, &err));
    assert_int_equal(watch.kept, watch.kept_max);
    assert_true(watch.kept_max < MORE_THAN_KEPT);
    fox_sql_close(db);
    scene_clear(&scene);
}

static void a_kept_statement_survives_a_change_of_the_schema(void **state)
{
    struct scene scene;
    struct fox_sql *db, *other;

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    run_text(db, "CREATE TABLE t(n INTEGER)");
    run_text(db, "INSERT INTO t VALUES (1)");
    assert_int_equal(number(db, "SELECT * FROM t"), 1);
    other = scene_open(&scene);
    run_text(other, "ALTER TABLE t ADD COLUMN m INTEGER");
    run_text(db, "INSERT INTO t VALUES (2, 2)");
    assert_int_equal(number(db, "SELECT max(n) AS n FROM t"), 2);
    assert_int_equal(number(db, "SELECT * FROM t"), 1);
    fox_sql_close(other);
    fox_sql_close(db);
    scene_clear(&scene);
}

SUITE(cache, cmocka_unit_test(a_statement_is_prepared_once_and_never_lent_twice),
      cmocka_unit_test(the_oldest_make_room_and_none_that_is_in_use),
      cmocka_unit_test(a_kept_statement_survives_a_change_of_the_schema))
