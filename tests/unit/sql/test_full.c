/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/scene.h"

#include <string.h>
#include <unistd.h>

enum { ROW_BYTES = 20000, RESERVE_BYTES = 600000 };

static int64_t now_ms;

static int64_t fake_monotonic(void *ctx)
{
    (void)ctx;
    return now_ms;
}

static pxf_status delete_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    int64_t *changed = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "DELETE FROM big WHERE rowid = (SELECT max(rowid) FROM big)",
                        err));
    return fox_sql_run(stmt, changed, err);
}

/* Three megabytes of disk, filled until it says so. */
static struct fox_sql *fill_disk(struct scene *scene)
{
    struct filler filler = {ROW_BYTES};
    struct fox_sql *db;
    pxf_error err = {0};
    pxf_status status = PXF_OK;

    scene_set(scene, "disk");
    fox_scratch_make_folder(&scene->scratch, "disk");
    fox_scratch_mount(&scene->scratch, "disk", "size=3m");
    scene->env.monotonic_ms = fake_monotonic;
    scene->options.reserve_path = scene->reserve_path;
    scene->options.reserve_bytes = RESERVE_BYTES;
    db = scene_open(scene);
    for (int i = 0; i < 500 && status == PXF_OK; i++) {
        status = fox_sql_write(db, FOX_DURABLE, fill_in, &filler, &err);
    }
    assert_int_equal(status, PXF_FULL);
    assert_true(scene_size(scene, ".reserve") >= RESERVE_BYTES);
    return db;
}

static void a_full_disk_refuses_new_writes_and_keeps_the_rest_sound(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    struct filler filler = {ROW_BYTES};
    int64_t count;
    pxf_error err = {0};

    (void)state;
    if (geteuid() != 0) {
        skip_because("takes root");
    }
    db = fill_disk(&scene);
    count = number(db, "SELECT count(*) AS n FROM big");
    assert_true(count > 20);
    assert_fails(fox_sql_write(db, FOX_DURABLE, fill_in, &filler, &err), PXF_FULL);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM big"), count);
    assert_ok(fox_sql_check(db, &err));
    fox_sql_close(db);
    scene_clear(&scene);
}

static void what_is_essential_goes_through_on_a_full_disk(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    int64_t count, changed = 0;
    pxf_error err = {0};

    (void)state;
    if (geteuid() != 0) {
        skip_because("takes root");
    }
    db = fill_disk(&scene);
    count = number(db, "SELECT count(*) AS n FROM big");
    for (int64_t i = 0; i < count; i++) {
        assert_ok(fox_sql_write(db, FOX_DURABLE | FOX_ESSENTIAL, delete_in, &changed, &err));
        assert_int_equal(changed, 1);
    }
    assert_int_equal(scene_size(&scene, ".reserve"), -1);
    assert_non_null(strstr(scene.log, "reserve"));
    assert_int_equal(number(db, "SELECT count(*) AS n FROM big"), 0);
    assert_ok(fox_sql_check(db, &err));
    fox_sql_close(db);
    scene_clear(&scene);
}

static void new_writes_wait_until_the_reserve_is_back(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    struct filler filler = {100};
    int64_t changed = 0;
    pxf_error err = {0};

    (void)state;
    if (geteuid() != 0) {
        skip_because("takes root");
    }
    db = fill_disk(&scene);
    while (scene_size(&scene, ".reserve") >= 0) {
        assert_ok(fox_sql_write(db, FOX_DURABLE | FOX_ESSENTIAL, delete_in, &changed, &err));
    }
    assert_int_equal(fox_sql_write(db, FOX_RELAXED, fill_in, &filler, &err), PXF_FULL);
    assert_non_null(strstr(err.message, "reserve"));
    fox_fail_clear(&err);
    assert_int_equal(scene_size(&scene, ".reserve"), -1);
    assert_ok(fox_sql_checkpoint(db, &err));
    assert_fails(fox_sql_write(db, FOX_RELAXED, fill_in, &filler, &err), PXF_FULL);
    now_ms += 1000;
    assert_ok(fox_sql_write(db, FOX_RELAXED, fill_in, &filler, &err));
    assert_true(scene_size(&scene, ".reserve") >= RESERVE_BYTES);
    fox_sql_close(db);
    scene_clear(&scene);
}

SUITE(full, cmocka_unit_test(a_full_disk_refuses_new_writes_and_keeps_the_rest_sound),
      cmocka_unit_test(what_is_essential_goes_through_on_a_full_disk),
      cmocka_unit_test(new_writes_wait_until_the_reserve_is_back))
