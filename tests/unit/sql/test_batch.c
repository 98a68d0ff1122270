/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/scene.h"

#include <string.h>

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

SUITE(batch, cmocka_unit_test(a_member_that_fails_is_undone_alone),
      cmocka_unit_test(when_the_transaction_is_gone_only_the_culprit_fails),
      cmocka_unit_test(when_the_commit_is_refused_only_the_culprit_fails),
      cmocka_unit_test(a_write_inside_a_write_is_a_defect_and_no_hang))
