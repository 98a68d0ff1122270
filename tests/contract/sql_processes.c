/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/sql_databases.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 4, ROUNDS = 30, HANG_S = 20 };

static void make_counter(struct fox_sql *db)
{
    run_text(db, "CREATE TABLE counter(id INTEGER PRIMARY KEY, n INTEGER NOT NULL)");
    run_text(db, "INSERT INTO counter(id, n) VALUES (1, 0)");
}

static pxf_status count_up(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    (void)ctx;
    TRY(fox_sql_prepare(&stmt, tx, "UPDATE counter SET n = n + 1 WHERE id = 1", err));
    return fox_sql_run(stmt, NULL, err);
}

/* A child never returns into cmocka; one that hangs is killed by its alarm and counts as failed. */
static pid_t start(int (*child)(void **state, int pipe_end), void **state, int pipe_end)
{
    const pid_t pid = fork();

    if (pid == 0) {
        (void)alarm(HANG_S);
        _exit(child(state, pipe_end));
    }
    assert_true(pid > 0);
    return pid;
}

static void assert_exits_well(pid_t pid)
{
    int status = -1;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int write_in_child(void **state, int pipe_end)
{
    struct fox_sql *db = again(state);
    int failed = 0;

    (void)pipe_end;
    for (int i = 0; i < ROUNDS; i++) {
        pxf_error err = {0};

        failed += fox_sql_write(db, FOX_DURABLE, count_up, NULL, &err) != PXF_OK;
    }
    fox_sql_close(db);
    return failed;
}

static void processes_write_at_once_and_lose_nothing(void **state)
{
    struct fox_sql *db = fresh(state);
    pid_t pids[PROCESSES];

    make_counter(db);
    fox_sql_close(db);
    for (int i = 0; i < PROCESSES; i++) {
        pids[i] = start(write_in_child, state, -1);
    }
    for (int i = 0; i < PROCESSES; i++) {
        assert_exits_well(pids[i]);
    }
    db = again(state);
    assert_int_equal(number(db, "SELECT n FROM counter"), PROCESSES * ROUNDS);
    fox_sql_close(db);
}

static pxf_status tell_and_wait(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const int *pipe_end = ctx;

    TRY(count_up(tx, NULL, err));
    (void)!write(*pipe_end, "x", 1);
    (void)pause();
    return PXF_OK;
}

static int hold_in_child(void **state, int pipe_end)
{
    struct fox_sql *db = again(state);
    pxf_error err = {0};

    return fox_sql_write(db, FOX_RELAXED, tell_and_wait, &pipe_end, &err) == PXF_OK;
}

static void a_killed_writer_holds_nobody_up(void **state)
{
    struct fox_sql *db = fresh(state);
    int ends[2], status;
    char told;
    pid_t pid;
    pxf_error err = {0};

    make_counter(db);
    fox_sql_close(db);
    assert_int_equal(pipe(ends), 0);
    pid = start(hold_in_child, state, ends[1]);
    assert_int_equal(read(ends[0], &told, 1), 1);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    db = again(state);
    assert_ok(fox_sql_write(db, FOX_DURABLE, count_up, NULL, &err));
    assert_int_equal(number(db, "SELECT n FROM counter"), 1);
    fox_sql_close(db);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

struct hammer {
    struct fox_sql *db;
    atomic_bool is_over;
    atomic_int failed, count;
};

static void *hammer_in_thread(void *ctx)
{
    struct hammer *hammer = ctx;

    while (!atomic_load(&hammer->is_over)) {
        pxf_error err = {0};

        if (fox_sql_write(hammer->db, FOX_RELAXED, count_up, NULL, &err) != PXF_OK) {
            atomic_fetch_add(&hammer->failed, 1);
        }
        atomic_fetch_add(&hammer->count, 1);
    }
    return NULL;
}

static struct fox_sql *inherited;

static int use_inherited(void **state, int pipe_end)
{
    int wrong = 0;

    (void)state;
    (void)pipe_end;
    wrong += fox_sql_write(inherited, FOX_DURABLE, count_up, NULL, NULL) != PXF_FORKED;
    wrong += fox_sql_read(inherited, FOX_FRESH, count_up, NULL, NULL) != PXF_FORKED;
    wrong += fox_sql_check(inherited, NULL) != PXF_FORKED;
    fox_sql_stop(inherited);
    fox_sql_close(inherited);
    return wrong;
}

static void a_forked_child_is_told_so_at_once_and_disturbs_nobody(void **state)
{
    struct fox_sql *db = fresh(state);
    struct hammer hammer = {.db = db};
    pthread_t threads[4];

    make_counter(db);
    inherited = db;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, hammer_in_thread, &hammer), 0);
    }
    for (int i = 0; i < 30; i++) {
        assert_exits_well(start(use_inherited, state, -1));
    }
    atomic_store(&hammer.is_over, true);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(hammer.failed, 0);
    assert_int_equal(number(db, "SELECT n FROM counter"), hammer.count);
    fox_sql_close(db);
}

static int open_anew(void **state, int pipe_end)
{
    struct fox_sql *db;
    pxf_error err = {0};
    int failed;

    (void)pipe_end;
    fox_sql_close(inherited);
    db = again(state);
    failed = fox_sql_write(db, FOX_DURABLE, count_up, NULL, &err) != PXF_OK;
    failed += number(db, "SELECT n FROM counter") < 1;
    fox_sql_close(db);
    return failed;
}

static void a_forked_child_may_open_it_anew(void **state)
{
    struct fox_sql *db = fresh(state);
    pid_t pids[PROCESSES];
    pxf_error err = {0};

    make_counter(db);
    inherited = db;
    for (int i = 0; i < PROCESSES; i++) {
        pids[i] = start(open_anew, state, -1);
        assert_ok(fox_sql_write(db, FOX_DURABLE, count_up, NULL, &err));
    }
    for (int i = 0; i < PROCESSES; i++) {
        assert_exits_well(pids[i]);
    }
    assert_int_equal(number(db, "SELECT n FROM counter"), 2 * PROCESSES);
    fox_sql_close(db);
}

static const struct fox_sql_migration steps[] = {
    {.number = 1, .min_reader = 1, .sql = "CREATE TABLE IF NOT EXISTS one(n INTEGER)"},
    {.number = 2, .min_reader = 1, .sql = "CREATE TABLE IF NOT EXISTS two(n INTEGER)"},
    {.number = 3, .min_reader = 1, .sql = "INSERT INTO one(n) VALUES (1)"},
};

static int migrate_in_child(void **state, int pipe_end)
{
    struct fox_sql *db = again(state);
    int version = 0;
    pxf_error err = {0};
    const pxf_status status = fox_sql_migrate(db, "towns", steps, 3, &version, &err);

    (void)pipe_end;
    fox_sql_close(db);
    if (status != PXF_OK || version != 3) {
        print_error("version %d: %s\n", version, err.message);
        return 1;
    }
    return 0;
}

static void processes_that_start_together_make_the_schema_once(void **state)
{
    struct fox_sql *db = fresh(state);
    pid_t pids[PROCESSES];

    fox_sql_close(db);
    for (int i = 0; i < PROCESSES; i++) {
        pids[i] = start(migrate_in_child, state, -1);
    }
    for (int i = 0; i < PROCESSES; i++) {
        assert_exits_well(pids[i]);
    }
    db = again(state);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM one"), 1);
    fox_sql_close(db);
}

#define TESTS                                                                                      \
    cmocka_unit_test(processes_write_at_once_and_lose_nothing),                                    \
        cmocka_unit_test(processes_that_start_together_make_the_schema_once),                      \
        cmocka_unit_test(a_killed_writer_holds_nobody_up),                                         \
        cmocka_unit_test(a_forked_child_is_told_so_at_once_and_disturbs_nobody),                   \
        cmocka_unit_test(a_forked_child_may_open_it_anew)

SUITE_WITH(processes_sqlite, use_sqlite, let_go_of_database, TESTS)
SUITE_WITH(processes_mysql, use_mysql, let_go_of_database, TESTS)
