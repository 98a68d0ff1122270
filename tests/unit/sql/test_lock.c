/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/scene.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "os/lock.h"

struct hammer {
    struct fox_sql *db;
    atomic_bool is_over;
    atomic_int count, failed;
};

static pxf_status count_up(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    (void)ctx;
    TRY(fox_sql_prepare(&stmt, tx, "UPDATE t SET n = n + 1", err));
    return fox_sql_run(stmt, NULL, err);
}

static void *hammer_in_thread(void *ctx)
{
    struct hammer *hammer = ctx;

    while (!atomic_load(&hammer->is_over)) {
        if (fox_sql_write(hammer->db, FOX_RELAXED, count_up, NULL, NULL) != PXF_OK) {
            atomic_fetch_add(&hammer->failed, 1);
        }
        atomic_fetch_add(&hammer->count, 1);
    }
    return NULL;
}

static void who_writes_without_pause_leaves_others_their_turn(void **state)
{
    enum { WRITES = 50 };
    struct scene scene;
    struct hammer hammer = {0};
    struct fox_sql *other;
    pthread_t thread;

    (void)state;
    scene_set(&scene, "");
    scene.options.lock_deadline_ms = 2000;
    hammer.db = scene_open(&scene);
    run_text(hammer.db, "CREATE TABLE t(n INTEGER)");
    run_text(hammer.db, "INSERT INTO t VALUES (0)");
    other = scene_open(&scene);
    assert_int_equal(pthread_create(&thread, NULL, hammer_in_thread, &hammer), 0);
    for (int i = 0; i < WRITES; i++) {
        pxf_error err = {0};

        assert_ok(fox_sql_write(other, FOX_RELAXED, count_up, NULL, &err));
    }
    atomic_store(&hammer.is_over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(hammer.failed, 0);
    assert_int_equal(number(other, "SELECT n FROM t"), hammer.count + WRITES);
    fox_sql_close(other);
    fox_sql_close(hammer.db);
    scene_clear(&scene);
}

static void a_turn_that_somebody_keeps_ends_with_the_deadline(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    AUTO(fox_fd) other = {0};
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    run_text(db, "CREATE TABLE t(n INTEGER)");
    other = fox_fd_of(open(scene.lock_path, O_RDWR | O_CLOEXEC), PXF_ORIGIN_CATALOG);
    for (uint64_t byte = 0; byte < 2; byte++) {
        assert_ok(fox_lock_try(&other, byte, &err));
        assert_int_equal(fox_sql_write(db, FOX_RELAXED, count_up, NULL, &err), PXF_BUSY);
        assert_non_null(strstr(err.message, "another process"));
        fox_fail_clear(&err);
        assert_int_equal(number(db, "SELECT count(*) AS n FROM t"), 0);
        fox_lock_release(&other, byte);
        assert_ok(fox_sql_write(db, FOX_RELAXED, count_up, NULL, &err));
    }
    fox_sql_close(db);
    scene_clear(&scene);
}

static void a_foreign_program_that_writes_is_waited_for(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    sqlite3 *foreign = NULL;
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    run_text(db, "CREATE TABLE t(n INTEGER)");
    assert_int_equal(sqlite3_open(scene.path, &foreign), SQLITE_OK);
    assert_int_equal(sqlite3_exec(foreign, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_fails(fox_sql_write(db, FOX_RELAXED, count_up, NULL, &err), PXF_BUSY);
    assert_int_equal(sqlite3_exec(foreign, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(foreign), SQLITE_OK);
    assert_ok(fox_sql_write(db, FOX_RELAXED, count_up, NULL, &err));
    fox_sql_close(db);
    scene_clear(&scene);
}

SUITE(lock, cmocka_unit_test(who_writes_without_pause_leaves_others_their_turn),
      cmocka_unit_test(a_turn_that_somebody_keeps_ends_with_the_deadline),
      cmocka_unit_test(a_foreign_program_that_writes_is_waited_for))
