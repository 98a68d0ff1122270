/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/scene.h"

#include <string.h>

enum { MEGABYTE = 1 << 20 };

static void write_megabytes(struct fox_sql *db, int count)
{
    struct filler filler = {MEGABYTE / 4};
    pxf_error err = {0};

    for (int i = 0; i < 4 * count; i++) {
        assert_ok(fox_sql_write(db, FOX_RELAXED, fill_in, &filler, &err));
    }
}

static void the_log_stays_short(void **state)
{
    struct scene scene;
    struct fox_sql *db;

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    write_megabytes(db, 20);
    assert_in_range(scene_size(&scene, "-wal"), MEGABYTE, 6 * MEGABYTE);
    assert_true(scene_size(&scene, "") > 15 * MEGABYTE);
    fox_sql_close(db);
    scene_clear(&scene);
}

static void a_checkpoint_and_a_close_leave_it_empty(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    write_megabytes(db, 1);
    assert_true(scene_size(&scene, "-wal") > MEGABYTE);
    assert_ok(fox_sql_checkpoint(db, &err));
    assert_int_equal(scene_size(&scene, "-wal"), 0);
    write_megabytes(db, 1);
    fox_sql_close(db);
    assert_int_equal(scene_size(&scene, "-wal"), 0);
    scene_clear(&scene);
}

static pxf_status write_meanwhile(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT count(*) AS n FROM big", err));
    TRY(fox_sql_step(stmt, &row, err));
    write_megabytes(ctx, 70);
    return fox_sql_checkpoint(ctx, err);
}

static void a_reader_that_stays_is_told_of_and_the_log_shrinks_after_it(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    write_megabytes(db, 1);
    assert_ok(fox_sql_read(db, FOX_FRESH, write_meanwhile, db, &err));
    assert_true(scene_size(&scene, "-wal") > 64 * MEGABYTE);
    assert_non_null(strstr(scene.log, "some reader"));
    write_megabytes(db, 6);
    assert_in_range(scene_size(&scene, "-wal"), 0, 8 * MEGABYTE);
    fox_sql_close(db);
    scene_clear(&scene);
}

SUITE(log, cmocka_unit_test(the_log_stays_short),
      cmocka_unit_test(a_checkpoint_and_a_close_leave_it_empty),
      cmocka_unit_test(a_reader_that_stays_is_told_of_and_the_log_shrinks_after_it))
