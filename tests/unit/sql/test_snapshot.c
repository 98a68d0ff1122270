/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/scene.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static struct fox_sql *open_copy(struct scene *scene, const char *path)
{
    struct fox_sqlite_options options = scene->options;
    struct fox_sql *db = NULL;
    char lock_path[160];
    pxf_error err = {0};

    (void)snprintf(lock_path, sizeof lock_path, "%s.lock", path);
    options.path = path;
    options.lock_path = lock_path;
    options.create = false;
    assert_ok(fox_sql_open_sqlite(&db, &scene->env, &options, &err));
    return db;
}

static void a_snapshot_holds_what_was_there(void **state)
{
    struct scene scene;
    struct fox_sql *db, *copy;
    char path[128];
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    (void)snprintf(path, sizeof path, "%s", fox_scratch_path(&scene.scratch, "copy.sqlite"));
    db = scene_open(&scene);
    run_text(db, "CREATE TABLE t(n INTEGER)");
    run_text(db, "INSERT INTO t VALUES (5)");
    assert_ok(fox_sql_snapshot(db, path, &err));
    run_text(db, "UPDATE t SET n = 6");
    copy = open_copy(&scene, path);
    assert_int_equal(number(copy, "SELECT n FROM t"), 5);
    assert_ok(fox_sql_check(copy, &err));
    fox_sql_close(copy);
    fox_sql_close(db);
    scene_clear(&scene);
}

static void a_snapshot_replaces_nothing(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    char path[128];
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    (void)snprintf(path, sizeof path, "%s", fox_scratch_path(&scene.scratch, "copy.sqlite"));
    fox_scratch_put(&scene.scratch, "copy.sqlite", "precious");
    db = scene_open(&scene);
    assert_fails(fox_sql_snapshot(db, path, &err), PXF_EXISTS);
    assert_fails(fox_sql_snapshot(db, "/none/copy", &err), PXF_NOT_FOUND);
    fox_sql_close(db);
    scene_clear(&scene);
}

struct copier {
    struct fox_sql *db;
    char path[128];
    atomic_int done, refused;
};

static void *copy_in_thread(void *ctx)
{
    struct copier *copier = ctx;
    const pxf_status status = fox_sql_snapshot(copier->db, copier->path, NULL);

    atomic_fetch_add(status == PXF_OK ? &copier->done : &copier->refused, status != PXF_IO);
    return NULL;
}

static void of_many_who_want_one_snapshot_one_makes_it(void **state)
{
    enum { COPIERS = 8 };
    struct scene scene;
    struct copier copier = {0};
    pthread_t threads[COPIERS];
    struct fox_sql *copy;
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    scene.options.lock_deadline_ms = 5000;
    copier.db = scene_open(&scene);
    assert_ok(fox_sql_write(copier.db, FOX_RELAXED, fill_in, &(struct filler){300000}, &err));
    (void)snprintf(copier.path, sizeof copier.path, "%s/copy", scene.scratch.path);
    for (int i = 0; i < COPIERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, copy_in_thread, &copier), 0);
    }
    for (int i = 0; i < COPIERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(copier.done, 1);
    assert_int_equal(copier.refused, COPIERS - 1);
    copy = open_copy(&scene, copier.path);
    assert_int_equal(number(copy, "SELECT length(data) AS n FROM big"), 300000);
    fox_sql_close(copy);
    fox_sql_close(copier.db);
    scene_clear(&scene);
}

struct writer {
    struct fox_sql *db;
    atomic_bool is_over;
    atomic_int failed;
};

/* Both rows change together, so any copy has them equal. */
static pxf_status step_both(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    (void)ctx;
    TRY(fox_sql_prepare(&stmt, tx, "UPDATE pair SET n = n + 1", err));
    return fox_sql_run(stmt, NULL, err);
}

static void *write_on(void *ctx)
{
    struct writer *writer = ctx;

    while (!atomic_load(&writer->is_over)) {
        if (fox_sql_write(writer->db, FOX_RELAXED, step_both, NULL, NULL) != PXF_OK) {
            atomic_fetch_add(&writer->failed, 1);
        }
    }
    return NULL;
}

static void a_snapshot_is_one_state_while_writers_go_on(void **state)
{
    struct scene scene;
    struct writer writer = {0};
    pthread_t thread;
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    writer.db = scene_open(&scene);
    run_text(writer.db, "CREATE TABLE pair(id INTEGER PRIMARY KEY, n INTEGER)");
    run_text(writer.db, "INSERT INTO pair VALUES (1, 0), (2, 0)");
    assert_int_equal(pthread_create(&thread, NULL, write_on, &writer), 0);
    for (int i = 0; i < 10; i++) {
        struct fox_sql *copy;
        char path[128];

        (void)snprintf(path, sizeof path, "%s/copy-%d", scene.scratch.path, i);
        assert_ok(fox_sql_snapshot(writer.db, path, &err));
        copy = open_copy(&scene, path);
        assert_int_equal(number(copy, "SELECT count(DISTINCT n) AS n FROM pair"), 1);
        fox_sql_close(copy);
    }
    atomic_store(&writer.is_over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(writer.failed, 0);
    fox_sql_close(writer.db);
    scene_clear(&scene);
}

static void an_upgrade_leaves_a_snapshot_of_before(void **state)
{
    static const struct fox_sql_migration steps[] = {
        {.number = 1,
         .min_reader = 1,
         .sql = "CREATE TABLE t(n INTEGER); INSERT INTO t VALUES (1)"},
        {.number = 2, .min_reader = 1, .sql = "UPDATE t SET n = 2"},
    };
    struct scene scene;
    struct fox_sql *db, *copy;
    char path[128];
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    assert_ok(fox_sql_migrate(db, "towns", steps, 1, NULL, &err));
    assert_int_equal(scene_size(&scene, ".before-towns-0"), -1);
    assert_ok(fox_sql_migrate(db, "towns", steps, 2, NULL, &err));
    assert_int_equal(number(db, "SELECT n FROM t"), 2);
    (void)snprintf(path, sizeof path, "%s.before-towns-1", scene.path);
    assert_non_null(strstr(scene.log, path));
    copy = open_copy(&scene, path);
    assert_int_equal(number(copy, "SELECT n FROM t"), 1);
    fox_sql_close(copy);
    fox_sql_close(db);
    scene_clear(&scene);
}

static void a_step_is_done_whole_or_not_at_all(void **state)
{
    static const struct fox_sql_migration steps[] = {
        {.number = 1, .min_reader = 1, .sql = "CREATE TABLE one(n); CREATE TABLE two(n); nonsense"},
    };
    struct scene scene;
    struct fox_sql *db;
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    assert_fails(fox_sql_migrate(db, "towns", steps, 1, NULL, &err), PXF_INTERNAL);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM sqlite_master"), 0);
    fox_sql_close(db);
    scene_clear(&scene);
}

SUITE(snapshot, cmocka_unit_test(a_snapshot_holds_what_was_there),
      cmocka_unit_test(a_snapshot_replaces_nothing),
      cmocka_unit_test(of_many_who_want_one_snapshot_one_makes_it),
      cmocka_unit_test(a_snapshot_is_one_state_while_writers_go_on),
      cmocka_unit_test(an_upgrade_leaves_a_snapshot_of_before),
      cmocka_unit_test(a_step_is_done_whole_or_not_at_all))
