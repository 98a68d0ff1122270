/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/catalog.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meta/meta.h"
#include "os/clock.h"
#include "support/scratch.h"

enum step { IDLE = 0, WANTED, OPEN, ENDED, STOPPED };

/* An operation runs on a thread of its own, which lends its transaction to the test's thread and
 * waits until the test ends it. */
struct catalog {
    const char *name;
    struct fox_sql *(*open)(struct catalog *c, const char *name);
    struct fox_env env;
    struct fox_scratch scratch;
    unsigned spare_count;
    struct fox_sql *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum step step;
    bool is_read;
    unsigned run_count;
    struct fox_sql_tx *tx;
    pxf_status status;
    pxf_error cause, answer;
};

static int64_t now_ms(void *ctx)
{
    (void)ctx;
    return INT64_C(1764034086123);
}

/* Each opens an empty database of that name. */
static struct fox_sql *open_sqlite(struct catalog *c, const char *name)
{
    char file_name[48], lock_name[48];
    struct fox_sqlite_options options = {.create = true, .application_id = 77};
    struct fox_sql *db = NULL;
    pxf_error err = {0};

    (void)snprintf(file_name, sizeof file_name, "%s.sqlite", name);
    (void)snprintf(lock_name, sizeof lock_name, "%s.lock", name);
    options.path = fox_scratch_path(&c->scratch, file_name);
    options.lock_path = fox_scratch_path(&c->scratch, lock_name);
    if (fox_sql_open_sqlite(&db, &c->env, &options, &err) != PXF_OK) {
        (void)fprintf(stderr, "no SQLite database: %s\n", err.message);
    }
    return db;
}

static struct fox_sql *connect_mariadb(struct catalog *c, const char *database)
{
    const struct fox_mysql_options options = {
        .socket = getenv("PIXELFOX_TEST_MARIADB_SOCKET"),
        .user = "root",
        .password = "",
        .database = database,
    };
    struct fox_sql *db = NULL;
    pxf_error err = {0};

    if (fox_sql_open_mysql(&db, &c->env, &options, &err) != PXF_OK) {
        (void)fprintf(stderr, "no MariaDB at '%s': %s\n", options.socket, err.message);
    }
    return db;
}

static struct fox_sql *open_mariadb(struct catalog *c, const char *name)
{
    struct fox_sql *db = connect_mariadb(c, "mysql");
    char database[32], sql[96];

    if (!db) {
        return NULL;
    }
    (void)snprintf(database, sizeof database, "fox_meta_%.20s", name);
    (void)snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s", database);
    catalog_run_text(db, sql);
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE %s CHARACTER SET utf8mb4", database);
    catalog_run_text(db, sql);
    fox_sql_close(db);
    return connect_mariadb(c, database);
}

static bool is_always_there(void)
{
    return true;
}

static bool is_mariadb_asked_for(void)
{
    static bool was_said;

    if (getenv("PIXELFOX_TEST_MARIADB_SOCKET")) {
        return true;
    }
    if (!was_said) {
        (void)puts("MariaDB was not asked for (PIXELFOX_TEST_MARIADB_SOCKET): SQLite alone");
        was_said = true;
    }
    return false;
}

static const struct {
    const char *name;
    bool (*is_there)(void);
    struct fox_sql *(*open)(struct catalog *c, const char *name);
} databases[] = {
    {"sqlite", is_always_there, open_sqlite},
    {"mariadb", is_mariadb_asked_for, open_mariadb},
};

enum { DATABASE_COUNT = sizeof databases / sizeof databases[0] };

/* Opened once, emptied before each test. */
static struct catalog *catalogs[DATABASE_COUNT];

struct fox_sql *catalog_db(struct catalog *c)
{
    return c->db;
}

const struct fox_env *catalog_env(struct catalog *c)
{
    return &c->env;
}

struct fox_sql_tx *catalog_tx(struct catalog *c)
{
    return c->tx;
}

static void move_to(struct catalog *c, enum step step)
{
    (void)pthread_mutex_lock(&c->lock);
    c->step = step;
    (void)pthread_cond_broadcast(&c->changed);
    (void)pthread_mutex_unlock(&c->lock);
}

/* Waits for one of two steps and tells which it was. */
static enum step wait_for(struct catalog *c, enum step one, enum step other)
{
    enum step step;

    (void)pthread_mutex_lock(&c->lock);
    while (c->step != one && c->step != other) {
        (void)pthread_cond_wait(&c->changed, &c->lock);
    }
    step = c->step;
    (void)pthread_mutex_unlock(&c->lock);
    return step;
}

static pxf_status lend_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct catalog *c = ctx;

    if (c->run_count++ > 0) {
        return fox_fail(err, PXF_INTERNAL, "the operation was run twice");
    }
    c->tx = tx;
    move_to(c, OPEN);
    (void)wait_for(c, ENDED, ENDED);
    *err = c->cause;
    return c->status;
}

static void *operate(void *ctx)
{
    struct catalog *c = ctx;

    while (wait_for(c, WANTED, STOPPED) == WANTED) {
        c->answer = (pxf_error){0};
        c->run_count = 0;
        c->tx = NULL;
        if (c->is_read) {
            c->status = fox_sql_read(c->db, FOX_FRESH, lend_in, c, &c->answer);
        } else {
            c->status = fox_sql_write(c->db, FOX_RELAXED, lend_in, c, &c->answer);
        }
        move_to(c, IDLE);
    }
    return NULL;
}

static void begin(struct catalog *c, bool is_read)
{
    c->is_read = is_read;
    move_to(c, WANTED);
    if (wait_for(c, OPEN, IDLE) == IDLE) {
        fail_msg("no operation on %s: %s", c->name, c->answer.message);
    }
}

void catalog_begin_write(struct catalog *c)
{
    begin(c, false);
}

void catalog_begin_read(struct catalog *c)
{
    begin(c, true);
}

pxf_status catalog_end(struct catalog *c, pxf_status status, pxf_error *err)
{
    c->status = status;
    c->cause = *err;
    move_to(c, ENDED);
    (void)wait_for(c, IDLE, IDLE);
    *err = c->answer;
    return c->status;
}

static struct fox_sql *open_spare(struct catalog *c,
                                  struct fox_sql *(*open)(struct catalog *c, const char *name))
{
    char name[16];
    struct fox_sql *db;

    (void)snprintf(name, sizeof name, "spare_%u", c->spare_count++ % 100);
    db = open(c, name);
    assert_non_null(db);
    return db;
}

struct fox_sql *catalog_open_spare(struct catalog *c)
{
    return open_spare(c, c->open);
}

struct fox_sql *catalog_open_spare_sqlite(struct catalog *c)
{
    return open_spare(c, open_sqlite);
}

static pxf_status text_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const char *const *sql = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, *sql, err));
    return fox_sql_run(stmt, NULL, err);
}

void catalog_run_text(struct fox_sql *db, const char *sql)
{
    pxf_error err = {0};

    assert_ok(fox_sql_write(db, FOX_RELAXED, text_in, &sql, &err));
}

struct question {
    const char *sql;
    int64_t answer;
};

static pxf_status number_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct question *question = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx, question->sql, err));
    TRY(fox_sql_step(stmt, &found, err));
    question->answer = found ? fox_sql_int(stmt, "n") : -1;
    return PXF_OK;
}

int64_t catalog_number(struct fox_sql *db, const char *sql)
{
    struct question question = {.sql = sql};
    pxf_error err = {0};

    assert_ok(fox_sql_read(db, FOX_FRESH, number_in, &question, &err));
    return question.answer;
}

struct fox_id catalog_id(unsigned n)
{
    struct fox_id id = {{0x01, 0x98, 0, 0, 0, 0, 0x70, 0, 0x80}};

    for (size_t i = 0; i < 4; i++) {
        id.bytes[12 + i] = (uint8_t)(n >> (24 - 8 * i));
    }
    return id;
}

char *lent(const char *text)
{
    char *same;

    memcpy(&same, &text, sizeof same);
    return same;
}

static pxf_status empty_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    static const char *const texts[] = {
        "DELETE FROM setting",
        "DELETE FROM recurring",
        "DELETE FROM owner",
        "DELETE FROM pool",
        "DELETE FROM hold",
        "DELETE FROM image",
        "DELETE FROM variant",
        "DELETE FROM metadata",
        "DELETE FROM event",
        "DELETE FROM outbox",
        "UPDATE counter SET value = 0",
    };

    (void)ctx;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *sql = texts[i];

        TRY(text_in(tx, &sql, err));
    }
    return PXF_OK;
}

static int set_up(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};

    if (fox_sql_write(c->db, FOX_RELAXED, empty_in, NULL, &err) != PXF_OK) {
        (void)fprintf(stderr, "%s is not emptied: %s\n", c->name, err.message);
        return -1;
    }
    return 0;
}

static struct catalog *open_catalog(size_t index)
{
    struct catalog *c = calloc(1, sizeof *c);
    pxf_error err = {0};

    if (!c) {
        return NULL;
    }
    catalogs[index] = c;
    c->name = databases[index].name;
    c->open = databases[index].open;
    c->scratch = fox_scratch_make();
    fox_os_env(&c->env);
    c->env.now_ms = now_ms;
    (void)pthread_mutex_init(&c->lock, NULL);
    (void)pthread_cond_init(&c->changed, NULL);
    c->db = c->open(c, "catalog");
    if (!c->db) {
        return NULL;
    }
    if (fox_meta_migrate(c->db, &c->env, &err) != PXF_OK) {
        (void)fprintf(stderr, "%s is not migrated: %s\n", c->name, err.message);
        return NULL;
    }
    return pthread_create(&c->thread, NULL, operate, c) == 0 ? c : NULL;
}

static void close_catalog(struct catalog *c)
{
    if (c->thread) {
        move_to(c, STOPPED);
        (void)pthread_join(c->thread, NULL);
    }
    fox_sql_close(c->db);
    fox_scratch_remove(&c->scratch);
    (void)pthread_cond_destroy(&c->changed);
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}

static void __attribute__((destructor)) close_catalogs(void)
{
    for (size_t i = 0; i < DATABASE_COUNT; i++) {
        if (catalogs[i]) {
            close_catalog(catalogs[i]);
        }
    }
}

static int run_on(struct catalog *c, const char *name, const struct CMUnitTest *tests, size_t count)
{
    struct CMUnitTest *own = calloc(count, sizeof *own);
    char title[64];
    int failed;

    if (!own) {
        return 1;
    }
    memcpy(own, tests, count * sizeof *own);
    for (size_t i = 0; i < count; i++) {
        own[i].setup_func = set_up;
        own[i].initial_state = c;
    }
    (void)snprintf(title, sizeof title, "%s on %s", name, c->name);
    (void)puts(title); /* not every cmocka does */
    (void)fflush(stdout);
    failed = _cmocka_run_group_tests(title, own, count, NULL, NULL);
    free(own);
    return failed;
}

int catalog_run_suite(const char *name, const char *database, const struct CMUnitTest *tests,
                      size_t count)
{
    int failed = 0;

    for (size_t i = 0; i < DATABASE_COUNT; i++) {
        const bool is_wanted = !database || strcmp(database, databases[i].name) == 0;

        if (!is_wanted || !databases[i].is_there()) {
            continue;
        }
        if (!catalogs[i] && !open_catalog(i)) {
            return failed + 1;
        }
        failed += run_on(catalogs[i], name, tests, count);
    }
    return failed;
}
