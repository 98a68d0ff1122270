/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/scene.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* SQLite and our own code sync through these. */
static atomic_int sync_count;
static atomic_bool sync_fails;

static int sync_by(long number, int file)
{
    atomic_fetch_add(&sync_count, 1);
    if (atomic_load(&sync_fails)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(number, file);
}

int fsync(int file)
{
    return sync_by(SYS_fsync, file);
}

int fdatasync(int file)
{
    return sync_by(SYS_fdatasync, file);
}

static struct fox_sql *open_with_table(struct scene *scene)
{
    struct fox_sql *db;

    scene_set(scene, "");
    db = scene_open(scene);
    run_text(db, "CREATE TABLE t(n INTEGER PRIMARY KEY)");
    run_text(db, "CREATE TABLE blobs(data BLOB)");
    return db;
}

struct step {
    int64_t n;
    int run_count;
};

static pxf_status add_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct step *step = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    step->run_count++;
    TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO t(n) VALUES (?)", err));
    fox_sql_bind_int(stmt, step->n);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status add_then_fail_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    TRY(add_in(tx, ctx, err));
    return fox_fail(err, PXF_LIMIT, "enough");
}

/* SQLite ends the whole transaction when a single row finds no room. */
static pxf_status fill_up_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct step *step = ctx;
    pxf_status status;

    step->run_count++;
    TRY(fox_sqlite_run_text(tx->conn, "PRAGMA max_page_count = 1", err));
    status = fox_sqlite_run_text(tx->conn, "INSERT INTO blobs VALUES (randomblob(99999))", err);
    TRY(fox_sqlite_run_text(tx->conn, "PRAGMA max_page_count = 1000000", err));
    return status;
}

/* Ends the transaction and says that all is well. */
static pxf_status roll_back_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct step *step = ctx;

    step->run_count++;
    return fox_sqlite_run_text(tx->conn, "ROLLBACK", err);
}

struct cast {
    fox_sql_fn fn;
    int64_t n;
    pxf_status wanted;
    int runs;
};

/* Gives the cast to the writer as one batch, the way a leader does. */
static void play(struct fox_sql *db, const struct cast *cast, size_t count)
{
    struct fox_sqlite_op ops[8] = {0};
    struct step steps[8] = {0};

    for (size_t i = 0; i < count; i++) {
        steps[i].n = cast[i].n;
        ops[i] = (struct fox_sqlite_op){.fn = cast[i].fn,
                                        .ctx = &steps[i],
                                        .durability = FOX_DURABLE,
                                        .next = i + 1 < count ? &ops[i + 1] : NULL};
    }
    fox_sqlite_run_batch(fox_sqlite_of(db), ops);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ops[i].failure.status, cast[i].wanted);
        assert_int_equal(steps[i].run_count, cast[i].runs);
    }
}

static void a_batch_costs_one_sync(void **state)
{
    static const struct cast cast[] = {{add_in, 1, PXF_OK, 1}, {add_in, 2, PXF_OK, 1},
                                       {add_in, 3, PXF_OK, 1}, {add_in, 4, PXF_OK, 1},
                                       {add_in, 5, PXF_OK, 1}, {add_in, 6, PXF_OK, 1}};
    struct scene scene;
    struct fox_sql *db = open_with_table(&scene);
    int before;

    (void)state;
    before = sync_count;
    play(db, cast, 6);
    assert_int_equal(sync_count - before, 1);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM t"), 6);
    fox_sql_close(db);
    scene_clear(&scene);
}

static void a_relaxed_write_needs_no_sync_and_a_durable_one_does(void **state)
{
    struct scene scene;
    struct fox_sql *db = open_with_table(&scene);
    struct step step = {.n = 1};
    int before;
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_sql_write(db, FOX_DURABLE, add_in, &step, &err));
    before = sync_count;
    for (step.n = 2; step.n < 10; step.n++) {
        assert_ok(fox_sql_write(db, FOX_RELAXED, add_in, &step, &err));
    }
    assert_int_equal(sync_count - before, 0);
    assert_ok(fox_sql_write(db, FOX_DURABLE, add_in, &step, &err));
    assert_int_equal(sync_count - before, 1);
    step.n++;
    assert_ok(fox_sql_write(db, FOX_DURABLE | FOX_ESSENTIAL, add_in, &step, &err));
    assert_int_equal(sync_count - before, 2);
    step.n++;
    assert_ok(fox_sql_write(db, FOX_RELAXED | FOX_ESSENTIAL, add_in, &step, &err));
    assert_int_equal(sync_count - before, 2);
    fox_sql_close(db);
    scene_clear(&scene);
}

static void a_member_that_fails_is_undone_alone(void **state)
{
    static const struct cast cast[] = {{add_in, 1, PXF_OK, 1},
                                       {add_then_fail_in, 2, PXF_LIMIT, 1},
                                       {add_in, 1, PXF_EXISTS, 1},
                                       {add_in, 2, PXF_OK, 1}};
    struct scene scene;
    struct fox_sql *db = open_with_table(&scene);

    (void)state;
    play(db, cast, 4);
    assert_int_equal(number(db, "SELECT sum(n) AS n FROM t"), 3);
    fox_sql_close(db);
    scene_clear(&scene);
}

static void when_the_transaction_is_gone_only_the_culprit_fails(void **state)
{
    static const struct cast full[] = {{add_in, 1, PXF_OK, 2},
                                       {add_then_fail_in, 7, PXF_LIMIT, 2},
                                       {fill_up_in, 0, PXF_FULL, 2},
                                       {add_in, 2, PXF_OK, 1}};
    static const struct cast gone[] = {
        {add_in, 3, PXF_OK, 2}, {roll_back_in, 0, PXF_INTERNAL, 2}, {add_in, 4, PXF_OK, 1}};
    struct scene scene;
    struct fox_sql *db = open_with_table(&scene);

    (void)state;
    play(db, full, 4);
    assert_int_equal(number(db, "SELECT sum(n) AS n FROM t"), 3);
    play(db, gone, 3);
    assert_int_equal(number(db, "SELECT sum(n) AS n FROM t"), 10);
    fox_sql_close(db);
    scene_clear(&scene);
}

static pxf_status defer_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct step *step = ctx;

    step->run_count++;
    return fox_sqlite_run_text(tx->conn, "INSERT INTO child VALUES (5)", err);
}

static void when_the_commit_is_refused_only_the_culprit_fails(void **state)
{
    static const struct cast cast[] = {
        {add_in, 1, PXF_OK, 2}, {defer_in, 0, PXF_CONFLICT, 2}, {add_in, 2, PXF_OK, 2}};
    struct scene scene;
    struct fox_sql *db = open_with_table(&scene);

    (void)state;
    run_text(db, "CREATE TABLE child(t INTEGER REFERENCES t(n) DEFERRABLE INITIALLY DEFERRED)");
    play(db, cast, 3);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM t"), 2);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM child"), 0);
    fox_sql_close(db);
    scene_clear(&scene);
}

static void after_a_failed_sync_nothing_is_acknowledged(void **state)
{
    static const struct cast before[] = {{add_in, 1, PXF_IO, 1}, {add_in, 2, PXF_IO, 1}};
    static const struct cast after[] = {{add_in, 3, PXF_IO, 0}, {add_in, 4, PXF_IO, 0}};
    struct scene scene;
    struct fox_sql *db = open_with_table(&scene);
    struct step step = {.n = 5};
    pxf_error err = {0};

    (void)state;
    sync_fails = true;
    play(db, before, 2);
    sync_fails = false;
    play(db, after, 2);
    assert_fails(fox_sql_write(db, FOX_RELAXED, add_in, &step, &err), PXF_IO);
    assert_fails(fox_sql_checkpoint(db, &err), PXF_IO);
    assert_int_equal(step.run_count, 0);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM t"), 0);
    assert_non_null(strstr(scene.log, "sync"));
    fox_sql_close(db);
    db = scene_open(&scene);
    assert_ok(fox_sql_write(db, FOX_DURABLE, add_in, &step, &err));
    fox_sql_close(db);
    scene_clear(&scene);
}

static void a_failed_sync_of_a_checkpoint_ends_it_too(void **state)
{
    struct scene scene;
    struct fox_sql *db = open_with_table(&scene);
    struct step step = {.n = 1};
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_sql_write(db, FOX_RELAXED, add_in, &step, &err));
    sync_fails = true;
    assert_fails(fox_sql_checkpoint(db, &err), PXF_IO);
    sync_fails = false;
    assert_fails(fox_sql_write(db, FOX_DURABLE, add_in, &step, &err), PXF_IO);
    fox_sql_close(db);
    scene_clear(&scene);
}

struct asks_itself {
    struct fox_sql *db;
    pxf_status status;
};

static pxf_status write_in_write(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct asks_itself *asks = ctx;

    (void)tx;
    (void)err;
    asks->status = fox_sql_write(asks->db, FOX_RELAXED, add_in, NULL, NULL);
    return PXF_OK;
}

static void a_write_inside_a_write_is_a_defect_and_no_hang(void **state)
{
    struct scene scene;
    struct fox_sql *db = open_with_table(&scene);
    struct asks_itself asks = {.db = db};
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_sql_write(db, FOX_RELAXED, write_in_write, &asks, &err));
    assert_int_equal(asks.status, PXF_INTERNAL);
    fox_sql_close(db);
    scene_clear(&scene);
}

SUITE(batch, cmocka_unit_test(a_batch_costs_one_sync),
      cmocka_unit_test(a_relaxed_write_needs_no_sync_and_a_durable_one_does),
      cmocka_unit_test(a_member_that_fails_is_undone_alone),
      cmocka_unit_test(when_the_transaction_is_gone_only_the_culprit_fails),
      cmocka_unit_test(when_the_commit_is_refused_only_the_culprit_fails),
      cmocka_unit_test(after_a_failed_sync_nothing_is_acknowledged),
      cmocka_unit_test(a_failed_sync_of_a_checkpoint_ends_it_too),
      cmocka_unit_test(a_write_inside_a_write_is_a_defect_and_no_hang))
