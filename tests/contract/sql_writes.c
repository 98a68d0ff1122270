/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/sql_databases.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 20, ROUNDS = 25 };

static void make_counter(struct fox_sql *db)
{
    run_text(db, "CREATE TABLE counter(id INTEGER PRIMARY KEY, n INTEGER NOT NULL)");
    run_text(db, "INSERT INTO counter(id, n) VALUES (1, 0)");
    run_text(db, "INSERT INTO counter(id, n) VALUES (2, 0)");
}

static pxf_status set_counter(struct fox_sql_tx *tx, int64_t id, int64_t n, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "UPDATE counter SET n = ? WHERE id = ?", err));
    fox_sql_bind_int(stmt, n);
    fox_sql_bind_int(stmt, id);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status get_counter(struct fox_sql_tx *tx, int64_t id, int64_t *ret_n, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT n FROM counter WHERE id = ?", err));
    fox_sql_bind_int(stmt, id);
    TRY(fox_sql_step(stmt, &row, err));
    *ret_n = fox_sql_int(stmt, "n");
    return PXF_OK;
}

/* Read, decide, write: right only if nobody else changes the row in between. */
static pxf_status count_up(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    int64_t *seen = ctx;
    int64_t n = 0;

    TRY(fox_sql_lock_row_int(tx, "counter", "id", 1, err));
    TRY(get_counter(tx, 1, &n, err));
    TRY(set_counter(tx, 1, n + 1, err));
    TRY(get_counter(tx, 1, seen, err));
    return *seen == n + 1 ? PXF_OK : fox_fail(err, PXF_CORRUPT, "own write not seen");
}

static pxf_status counts_then_fails(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    TRY(count_up(tx, ctx, err));
    return fox_fail(err, PXF_LIMIT, "that is enough");
}

struct crew {
    struct fox_sql *db;
    atomic_int done, failed, refused;
};

static void *count_in_thread(void *ctx)
{
    struct crew *crew = ctx;

    for (int i = 0; i < ROUNDS; i++) {
        pxf_error err = {0};
        int64_t seen;
        const bool is_bad = i % 5 == 0;
        const pxf_status status = fox_sql_write(crew->db, i % 2 ? FOX_RELAXED : FOX_DURABLE,
                                                is_bad ? counts_then_fails : count_up, &seen, &err);

        atomic_fetch_add(status == PXF_OK      ? &crew->done
                         : status == PXF_LIMIT ? &crew->refused
                                               : &crew->failed,
                         1);
    }
    return NULL;
}

static void run_crew(struct crew *crew, void *(*run)(void *))
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, run, crew), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}

static void twenty_threads_lose_no_write_and_keep_no_failed_one(void **state)
{
    struct fox_sql *db = fresh(state);
    struct crew crew = {.db = db};

    make_counter(db);
    run_crew(&crew, count_in_thread);
    assert_int_equal(crew.failed, 0);
    assert_int_equal(crew.refused, THREADS * ROUNDS / 5);
    assert_int_equal(crew.done, THREADS * ROUNDS * 4 / 5);
    assert_int_equal(number(db, "SELECT n FROM counter WHERE id = 1"), crew.done);
    fox_sql_close(db);
}

static pxf_status take_both(struct fox_sql_tx *tx, const int64_t order[2], pxf_error *err)
{
    int64_t n;

    for (int i = 0; i < 2; i++) {
        TRY(fox_sql_lock_row_int(tx, "counter", "id", order[i], err));
        TRY(get_counter(tx, order[i], &n, err));
        TRY(set_counter(tx, order[i], n + 1, err));
    }
    return PXF_OK;
}

static pxf_status take_up(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    (void)ctx;
    return take_both(tx, (const int64_t[]){1, 2}, err);
}

static pxf_status take_down(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    (void)ctx;
    return take_both(tx, (const int64_t[]){2, 1}, err);
}

static void *take_in_thread(void *ctx)
{
    struct crew *crew = ctx;

    for (int i = 0; i < ROUNDS; i++) {
        pxf_error err = {0};
        const bool is_up = atomic_fetch_add(&crew->refused, 1) % 2 == 0;

        if (fox_sql_write(crew->db, FOX_RELAXED, is_up ? take_up : take_down, NULL, &err) !=
            PXF_OK) {
            print_error("%s\n", err.message);
            atomic_fetch_add(&crew->failed, 1);
        }
    }
    return NULL;
}

static void rows_taken_in_any_order_end_well(void **state)
{
    struct fox_sql *db = fresh(state);
    struct crew crew = {.db = db};

    make_counter(db);
    run_crew(&crew, take_in_thread);
    assert_int_equal(crew.failed, 0);
    assert_int_equal(number(db, "SELECT n FROM counter WHERE id = 1"), THREADS * ROUNDS);
    assert_int_equal(number(db, "SELECT n FROM counter WHERE id = 2"), THREADS * ROUNDS);
    fox_sql_close(db);
}

static void *read_own_write_in_thread(void *ctx)
{
    struct crew *crew = ctx;
    const int key = 100 + atomic_fetch_add(&crew->refused, 1);

    for (int i = 1; i <= ROUNDS / 5; i++) {
        char put[96], get[96];

        (void)snprintf(put, sizeof put, "REPLACE INTO counter(id, n) VALUES (%d, %d)", key, i);
        (void)snprintf(get, sizeof get, "SELECT n FROM counter WHERE id = %d", key);
        run_text(crew->db, put);
        if (number(crew->db, get) != i) {
            atomic_fetch_add(&crew->failed, 1);
        }
    }
    return NULL;
}

static void a_fresh_read_sees_what_was_acknowledged(void **state)
{
    struct fox_sql *db = fresh(state);
    struct crew crew = {.db = db};

    make_counter(db);
    run_crew(&crew, read_own_write_in_thread);
    assert_int_equal(crew.failed, 0);
    fox_sql_close(db);
}

/* Moves one from the second counter to the first, so that their sum stays. */
static pxf_status move_one(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    (void)ctx;
    TRY(fox_sql_prepare(&stmt, tx, "UPDATE counter SET n = n + ? WHERE id = ?", err));
    for (int id = 1; id <= 2; id++) {
        fox_sql_bind_int(stmt, id == 1 ? 1 : -1);
        fox_sql_bind_int(stmt, id);
        TRY(fox_sql_run(stmt, NULL, err));
    }
    return PXF_OK;
}

static pxf_status sum_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    int64_t *sum = ctx, one = 0, two = 0;

    TRY(get_counter(tx, 1, &one, err));
    TRY(get_counter(tx, 2, &two, err));
    *sum = one + two;
    return PXF_OK;
}

static void *move_or_sum_in_thread(void *ctx)
{
    struct crew *crew = ctx;
    const bool is_mover = atomic_fetch_add(&crew->refused, 1) % 4 == 0;

    for (int i = 0; i < ROUNDS; i++) {
        pxf_error err = {0};
        int64_t sum = 0;
        const pxf_status status = is_mover
                                      ? fox_sql_write(crew->db, FOX_RELAXED, move_one, NULL, &err)
                                      : fox_sql_read(crew->db, FOX_MAY_LAG, sum_in, &sum, &err);

        atomic_fetch_add(&crew->failed, status != PXF_OK || sum != 0);
    }
    return NULL;
}

static void many_readers_see_whole_transactions_only(void **state)
{
    struct fox_sql *db = fresh(state);
    struct crew crew = {.db = db};

    make_counter(db);
    run_crew(&crew, move_or_sum_in_thread);
    assert_int_equal(crew.failed, 0);
    assert_int_equal(number(db, "SELECT n FROM counter WHERE id = 1"), THREADS / 4 * ROUNDS);
    fox_sql_close(db);
}

struct watcher {
    struct fox_sql *db;
    sem_t has_looked, may_look;
    int64_t before, after;
    pxf_error err;
};

static pxf_status look_twice(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct watcher *watcher = ctx;

    TRY(get_counter(tx, 1, &watcher->before, err));
    (void)sem_post(&watcher->has_looked);
    (void)sem_wait(&watcher->may_look);
    return get_counter(tx, 1, &watcher->after, err);
}

static void *watch_in_thread(void *ctx)
{
    struct watcher *watcher = ctx;

    (void)fox_sql_read(watcher->db, FOX_FRESH, look_twice, watcher, &watcher->err);
    return NULL;
}

static void a_read_sees_one_state_and_holds_no_writer_up(void **state)
{
    struct fox_sql *db = fresh(state);
    struct watcher watcher = {.db = db, .before = -1, .after = -1};
    pthread_t thread;
    int64_t seen;
    pxf_error err = {0};

    make_counter(db);
    assert_int_equal(sem_init(&watcher.has_looked, 0, 0), 0);
    assert_int_equal(sem_init(&watcher.may_look, 0, 0), 0);
    assert_int_equal(pthread_create(&thread, NULL, watch_in_thread, &watcher), 0);
    assert_int_equal(sem_wait(&watcher.has_looked), 0);
    assert_ok(fox_sql_write(db, FOX_DURABLE, count_up, &seen, &err));
    assert_int_equal(number(db, "SELECT n FROM counter WHERE id = 1"), 1);
    assert_int_equal(sem_post(&watcher.may_look), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(watcher.err.status, PXF_OK);
    assert_int_equal(watcher.before, 0);
    assert_int_equal(watcher.after, 0);
    fox_sql_close(db);
}

static void two_handles_write_one_database(void **state)
{
    struct fox_sql *db = fresh(state), *other = again(state);
    int64_t seen;
    pxf_error err = {0};

    make_counter(db);
    for (int i = 1; i <= 10; i++) {
        assert_ok(fox_sql_write(i % 2 ? db : other, FOX_RELAXED, count_up, &seen, &err));
        assert_int_equal(seen, i);
        assert_int_equal(number(i % 2 ? other : db, "SELECT n FROM counter WHERE id = 1"), i);
    }
    fox_sql_close(other);
    assert_ok(fox_sql_write(db, FOX_RELAXED, count_up, &seen, &err));
    assert_int_equal(seen, 11);
    fox_sql_close(db);
}

static pxf_status lock_missing(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    (void)ctx;
    return fox_sql_lock_row(tx, "city", "name", "ur", 2, err);
}

static void a_row_that_is_not_there_cannot_be_locked(void **state)
{
    struct fox_sql *db = fresh(state);
    pxf_error err = {0};

    make_cities(db);
    assert_fails(fox_sql_write(db, FOX_RELAXED, lock_missing, NULL, &err), PXF_NOT_FOUND);
    fox_sql_close(db);
}

static pxf_status tolerates_a_taken_key(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    pxf_error ignored = {0};

    (void)ctx;
    TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO counter(id, n) VALUES (?, ?)", err));
    fox_sql_bind_int(stmt, 1);
    fox_sql_bind_int(stmt, 7);
    if (fox_sql_run(stmt, NULL, &ignored) != PXF_EXISTS) {
        return fox_fail(err, PXF_CORRUPT, "the key was free");
    }
    fox_sql_bind_int(stmt, 3);
    fox_sql_bind_int(stmt, 7);
    return fox_sql_run(stmt, NULL, err);
}

static void an_operation_may_go_on_after_a_taken_key(void **state)
{
    struct fox_sql *db = fresh(state);
    pxf_error err = {0};

    make_counter(db);
    assert_ok(fox_sql_write(db, FOX_RELAXED, tolerates_a_taken_key, NULL, &err));
    assert_int_equal(number(db, "SELECT n FROM counter WHERE id = 3"), 7);
    assert_int_equal(number(db, "SELECT n FROM counter WHERE id = 1"), 0);
    fox_sql_close(db);
}

static void after_stop_every_call_says_closed(void **state)
{
    struct fox_sql *db = fresh(state);
    int64_t seen;
    pxf_error err = {0};

    make_counter(db);
    fox_sql_stop(db);
    fox_sql_stop(db);
    assert_fails(fox_sql_write(db, FOX_RELAXED, count_up, &seen, &err), PXF_CLOSED);
    assert_fails(fox_sql_read(db, FOX_FRESH, count_up, &seen, &err), PXF_CLOSED);
    assert_fails(fox_sql_checkpoint(db, &err), PXF_CLOSED);
    assert_fails(fox_sql_check(db, &err), PXF_CLOSED);
    fox_sql_close(db);
    fox_sql_close(NULL);
}

static void *stop_in_thread(void *ctx)
{
    fox_sql_stop(ctx);
    return NULL;
}

static void stop_waits_for_the_calls_under_way(void **state)
{
    struct fox_sql *db = fresh(state);
    struct watcher watcher = {.db = db, .before = -1, .after = -1};
    pthread_t reader, stopper;

    make_counter(db);
    assert_int_equal(sem_init(&watcher.has_looked, 0, 0), 0);
    assert_int_equal(sem_init(&watcher.may_look, 0, 0), 0);
    assert_int_equal(pthread_create(&reader, NULL, watch_in_thread, &watcher), 0);
    assert_int_equal(sem_wait(&watcher.has_looked), 0);
    assert_int_equal(pthread_create(&stopper, NULL, stop_in_thread, db), 0);
    assert_int_equal(sem_post(&watcher.may_look), 0);
    assert_int_equal(pthread_join(reader, NULL), 0);
    assert_int_equal(pthread_join(stopper, NULL), 0);
    assert_int_equal(watcher.err.status, PXF_OK);
    assert_int_equal(watcher.after, 0);
    fox_sql_close(db);
}

static void a_sound_database_passes_its_check(void **state)
{
    struct fox_sql *db = fresh(state);
    pxf_error err = {0};

    make_counter(db);
    assert_ok(fox_sql_checkpoint(db, &err));
    assert_ok(fox_sql_check(db, &err));
    assert_int_equal(number(db, "SELECT count(*) AS n FROM counter"), 2);
    fox_sql_close(db);
}

#define TESTS                                                                                      \
    cmocka_unit_test(twenty_threads_lose_no_write_and_keep_no_failed_one),                         \
        cmocka_unit_test(rows_taken_in_any_order_end_well),                                        \
        cmocka_unit_test(a_fresh_read_sees_what_was_acknowledged),                                 \
        cmocka_unit_test(many_readers_see_whole_transactions_only),                                \
        cmocka_unit_test(a_read_sees_one_state_and_holds_no_writer_up),                            \
        cmocka_unit_test(two_handles_write_one_database),                                          \
        cmocka_unit_test(a_row_that_is_not_there_cannot_be_locked),                                \
        cmocka_unit_test(an_operation_may_go_on_after_a_taken_key),                                \
        cmocka_unit_test(after_stop_every_call_says_closed),                                       \
        cmocka_unit_test(stop_waits_for_the_calls_under_way),                                      \
        cmocka_unit_test(a_sound_database_passes_its_check)

SUITE_WITH(writes_sqlite, use_sqlite, let_go_of_database, TESTS)
SUITE_WITH(writes_mysql, use_mysql, let_go_of_database, TESTS)
