/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/sql_databases.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What only a server can do: refuse, be lost, run out of connections. */

static struct fox_mysql_options options_of_tests(void)
{
    return (struct fox_mysql_options){.socket = getenv("PIXELFOX_TEST_MARIADB_SOCKET"),
                                      .user = "root",
                                      .password = "",
                                      .database = "fox_contract",
                                      .pool_deadline_ms = 20};
}

static pxf_status try_open(void **state, const struct fox_mysql_options *options, pxf_error *err)
{
    const struct database *database = *state;
    struct fox_sql *db = NULL;
    const pxf_status status = fox_sql_open_mysql(&db, &database->env, options, err);

    fox_sql_close(db);
    return status;
}

static void a_server_that_refuses_says_why(void **state)
{
    struct fox_sql *db = fresh(state);
    struct fox_mysql_options options = options_of_tests();
    pxf_error err = {0};

    assert_ok(try_open(state, &options, &err));
    options.database = "no_such_database";
    assert_fails(try_open(state, &options, &err), PXF_NOT_FOUND);
    options = options_of_tests();
    options.user = "nobody";
    options.password = "hush-hush";
    assert_int_equal(try_open(state, &options, &err), PXF_DENIED);
    assert_null(strstr(err.message, "hush"));
    fox_fail_clear(&err);
    options = options_of_tests();
    options.socket = "/tmp/no-such-socket";
    assert_fails(try_open(state, &options, &err), PXF_UNAVAILABLE);
    options.socket = NULL;
    options.host = "127.0.0.1";
    options.port = 1;
    assert_fails(try_open(state, &options, &err), PXF_UNAVAILABLE);
    fox_sql_close(db);
}

static pxf_status kill_others_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *list = NULL;
    AUTO(fox_sql_stmt) *kill_one = NULL;
    bool row = true;

    (void)ctx;
    TRY(fox_sql_prepare(&list, tx,
                        "SELECT id FROM information_schema.processlist "
                        "WHERE id <> CONNECTION_ID() AND db = 'fox_contract'",
                        err));
    TRY(fox_sql_prepare(&kill_one, tx, "KILL ?", err));
    for (;;) {
        TRY(fox_sql_step(list, &row, err));
        if (!row) {
            return PXF_OK;
        }
        fox_sql_bind_int(kill_one, fox_sql_int(list, "id"));
        TRY(fox_sql_run(kill_one, NULL, err));
    }
}

static void kill_others(struct fox_sql *db)
{
    pxf_error err = {0};

    assert_ok(fox_sql_write(db, FOX_RELAXED, kill_others_in, NULL, &err));
}

static void a_connection_lost_while_idle_is_replaced(void **state)
{
    struct fox_sql *db = fresh(state), *other = again(state);

    make_cities(db);
    run_text(db, "INSERT INTO city(name, people) VALUES ('ulm', 1)");
    kill_others(other);
    run_text(db, "UPDATE city SET people = people + 1");
    kill_others(other);
    assert_int_equal(number(db, "SELECT people AS n FROM city"), 2);
    fox_sql_close(other);
    fox_sql_close(db);
}

struct interrupted {
    struct fox_sql *other;
    int run_count;
};

static pxf_status is_killed_once(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct interrupted *interrupted = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "UPDATE city SET people = people + 1", err));
    TRY(fox_sql_run(stmt, NULL, err));
    interrupted->run_count++;
    if (interrupted->run_count == 1) {
        kill_others(interrupted->other);
    }
    return fox_sql_run(stmt, NULL, err);
}

static void an_operation_whose_connection_was_lost_runs_again_from_the_beginning(void **state)
{
    struct fox_sql *db = fresh(state);
    struct interrupted interrupted = {.other = again(state)};
    pxf_error err = {0};

    make_cities(db);
    run_text(db, "INSERT INTO city(name, people) VALUES ('ulm', 0)");
    assert_ok(fox_sql_write(db, FOX_DURABLE, is_killed_once, &interrupted, &err));
    assert_int_equal(interrupted.run_count, 2);
    assert_int_equal(number(db, "SELECT people AS n FROM city"), 2);
    fox_sql_close(interrupted.other);
    fox_sql_close(db);
}

struct holder {
    struct fox_sql *db;
    sem_t holds, may_go;
    pxf_status status;
};

static pxf_status hold_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct holder *holder = ctx;

    (void)tx;
    (void)err;
    (void)sem_post(&holder->holds);
    (void)sem_wait(&holder->may_go);
    return PXF_OK;
}

static void *hold_in_thread(void *ctx)
{
    struct holder *holder = ctx;

    holder->status = fox_sql_read(holder->db, FOX_FRESH, hold_in, holder, NULL);
    return NULL;
}

static void when_all_connections_are_in_use_a_caller_waits_and_then_says_so(void **state)
{
    const struct database *database = *state;
    struct fox_mysql_options options = options_of_tests();
    struct holder holder = {.status = PXF_INTERNAL};
    char ask[] = "SELECT 1";
    pthread_t thread;
    pxf_error err = {0};

    fox_sql_close(fresh(state));
    options.open_max = 1;
    assert_ok(fox_sql_open_mysql(&holder.db, &database->env, &options, &err));
    assert_int_equal(sem_init(&holder.holds, 0, 0), 0);
    assert_int_equal(sem_init(&holder.may_go, 0, 0), 0);
    assert_int_equal(pthread_create(&thread, NULL, hold_in_thread, &holder), 0);
    assert_int_equal(sem_wait(&holder.holds), 0);
    assert_fails(fox_sql_read(holder.db, FOX_FRESH, text_in, ask, &err), PXF_BUSY);
    assert_int_equal(sem_post(&holder.may_go), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(holder.status, PXF_OK);
    assert_ok(fox_sql_read(holder.db, FOX_FRESH, text_in, ask, &err));
    fox_sql_close(holder.db);
}

static void what_does_not_fit_is_refused_and_not_cut(void **state)
{
    struct fox_sql *db = fresh(state);
    char too_long[] = "INSERT INTO narrow(txt, n) VALUES ('four', 1)";
    char too_large[] = "INSERT INTO narrow(txt, n) VALUES ('one', 300)";
    char no_date[] = "INSERT INTO narrow(txt, n) VALUES (NULL, 1)";
    pxf_error err = {0};

    run_text(db, "CREATE TABLE narrow(txt VARCHAR(3) NOT NULL, n TINYINT)");
    assert_fails(fox_sql_write(db, FOX_RELAXED, text_in, too_long, &err), PXF_INVALID);
    assert_fails(fox_sql_write(db, FOX_RELAXED, text_in, too_large, &err), PXF_INVALID);
    assert_fails(fox_sql_write(db, FOX_RELAXED, text_in, no_date, &err), PXF_INVALID);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM narrow"), 0);
    fox_sql_close(db);
}

static void a_connection_is_replaced_at_the_end_of_its_life(void **state)
{
    const struct database *database = *state;
    struct fox_mysql_options options = options_of_tests();
    struct fox_sql *db = NULL;
    int64_t first;
    pxf_error err = {0};

    fox_sql_close(fresh(state));
    options.lifetime_ms = INT64_MAX;
    assert_ok(fox_sql_open_mysql(&db, &database->env, &options, &err));
    first = number(db, "SELECT CONNECTION_ID() AS n");
    assert_int_equal(number(db, "SELECT CONNECTION_ID() AS n"), first);
    fox_sql_close(db);
    options.lifetime_ms = 1;
    assert_ok(fox_sql_open_mysql(&db, &database->env, &options, &err));
    first = number(db, "SELECT CONNECTION_ID() AS n");
    while (number(db, "SELECT CONNECTION_ID() AS n") == first) {
    }
    fox_sql_close(db);
}

static void the_hosts_signals_stay_as_they_are(void **state)
{
    struct fox_sql *db = fresh(state), *other = again(state);
    struct sigaction action;
    sigset_t mask, pending;

    make_cities(db);
    kill_others(other);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM city"), 0);
    assert_int_equal(sigaction(SIGPIPE, NULL, &action), 0);
    assert_true(action.sa_handler == SIG_DFL);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &mask), 0);
    assert_int_equal(sigismember(&mask, SIGPIPE), 0);
    assert_int_equal(sigpending(&pending), 0);
    assert_int_equal(sigismember(&pending, SIGPIPE), 0);
    fox_sql_close(other);
    fox_sql_close(db);
}

SUITE_WITH(server_mysql, use_mysql, let_go_of_database,
           cmocka_unit_test(a_server_that_refuses_says_why),
           cmocka_unit_test(a_connection_lost_while_idle_is_replaced),
           cmocka_unit_test(an_operation_whose_connection_was_lost_runs_again_from_the_beginning),
           cmocka_unit_test(when_all_connections_are_in_use_a_caller_waits_and_then_says_so),
           cmocka_unit_test(what_does_not_fit_is_refused_and_not_cut),
           cmocka_unit_test(a_connection_is_replaced_at_the_end_of_its_life),
           cmocka_unit_test(the_hosts_signals_stay_as_they_are))
