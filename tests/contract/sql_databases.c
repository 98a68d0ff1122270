/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/sql_databases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/clock.h"

static int use(void **state, enum fox_sql_kind kind)
{
    struct database *database = calloc(1, sizeof *database);

    if (!database) {
        return -1;
    }
    database->kind = kind;
    fox_os_env(&database->env);
    *state = database;
    return 0;
}

int use_sqlite(void **state)
{
    return use(state, FOX_SQLITE);
}

int use_mysql(void **state)
{
    return use(state, FOX_MYSQL);
}

static void remove_folder(struct database *database)
{
    char command[128];

    if (database->folder[0]) {
        (void)snprintf(command, sizeof command, "rm -rf '%s'", database->folder);
        (void)!system(command);
        database->folder[0] = '\0';
    }
}

int let_go_of_database(void **state)
{
    remove_folder(*state);
    free(*state);
    return 0;
}

static struct fox_sql *open_sqlite(struct database *database)
{
    char path[128], lock_path[128], reserve_path[128];
    const struct fox_sqlite_options options = {
        .path = path,
        .lock_path = lock_path,
        .create = true,
        .application_id = 0x666f78,
        .reserve_path = reserve_path,
        .reserve_bytes = 1 << 16,
    };
    struct fox_sql *db = NULL;
    pxf_error err = {0};

    (void)snprintf(path, sizeof path, "%s/db.sqlite", database->folder);
    (void)snprintf(lock_path, sizeof lock_path, "%s/db.lock", database->folder);
    (void)snprintf(reserve_path, sizeof reserve_path, "%s/db.reserve", database->folder);
    assert_ok(fox_sql_open_sqlite(&db, &database->env, &options, &err));
    return db;
}

static struct fox_sql *open_mysql(struct database *database, const char *name)
{
    const struct fox_mysql_options options = {
        .socket = getenv("PIXELFOX_TEST_MARIADB_SOCKET"),
        .user = "root",
        .password = "",
        .database = name,
    };
    struct fox_sql *db = NULL;
    pxf_error err = {0};

    assert_ok(fox_sql_open_mysql(&db, &database->env, &options, &err));
    return db;
}

static struct fox_sql *fresh_sqlite(struct database *database)
{
    remove_folder(database);
    (void)snprintf(database->folder, sizeof database->folder, "/tmp/fox-sql-XXXXXX");
    assert_non_null(mkdtemp(database->folder));
    return open_sqlite(database);
}

static struct fox_sql *fresh_mysql(struct database *database)
{
    struct fox_sql *db;

    if (!getenv("PIXELFOX_TEST_MARIADB_SOCKET")) {
        skip_because("PIXELFOX_TEST_MARIADB_SOCKET names no server");
    }
    db = open_mysql(database, "mysql");
    run_text(db, "DROP DATABASE IF EXISTS fox_contract");
    run_text(db, "CREATE DATABASE fox_contract CHARACTER SET utf8mb4");
    fox_sql_close(db);
    return open_mysql(database, "fox_contract");
}

struct fox_sql *fresh(void **state)
{
    struct database *database = *state;

    return database->kind == FOX_SQLITE ? fresh_sqlite(database) : fresh_mysql(database);
}

struct fox_sql *again(void **state)
{
    struct database *database = *state;

    return database->kind == FOX_SQLITE ? open_sqlite(database)
                                        : open_mysql(database, "fox_contract");
}

pxf_status text_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, ctx, err));
    return fox_sql_run(stmt, NULL, err);
}

void run_text(struct fox_sql *db, const char *sql)
{
    pxf_error err = {0};
    char *copy = strdup(sql);

    assert_ok(fox_sql_write(db, FOX_RELAXED, text_in, copy, &err));
    free(copy);
}

void run_either(struct fox_sql *db, const char *on_sqlite, const char *on_mysql)
{
    run_text(db, fox_sql_kind_of(db) == FOX_SQLITE ? on_sqlite : on_mysql);
}

void make_cities(struct fox_sql *db)
{
    run_either(db,
               "CREATE TABLE city(name BLOB PRIMARY KEY, people INTEGER, note TEXT) WITHOUT ROWID",
               "CREATE TABLE city(name VARBINARY(64) PRIMARY KEY, people BIGINT, "
               "note LONGTEXT CHARACTER SET utf8mb4)");
}

struct question {
    const char *sql;
    int64_t answer;
};

static pxf_status number_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct question *question = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row;

    TRY(fox_sql_prepare(&stmt, tx, question->sql, err));
    TRY(fox_sql_step(stmt, &row, err));
    question->answer = row ? fox_sql_int(stmt, "n") : -1;
    return PXF_OK;
}

int64_t number(struct fox_sql *db, const char *sql)
{
    struct question question = {.sql = sql};
    pxf_error err = {0};

    assert_ok(fox_sql_read(db, FOX_FRESH, number_in, &question, &err));
    return question.answer;
}
