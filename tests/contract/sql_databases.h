/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_CONTRACT_SQL_DATABASES_H
#define FOX_TESTS_CONTRACT_SQL_DATABASES_H

#include "support/suite.h"

#include "sql/sql.h"

/* The databases that the contract is held against. A new driver adds one row in sql_databases.c
 * and one line at the end of each suite. */
struct database {
    enum fox_sql_kind kind;
    struct fox_env env;
    char folder[64];
};

/* Group set-up and tear-down. */
int use_sqlite(void **state);
int use_mysql(void **state);
int let_go_of_database(void **state);

/* An empty database; skips the test where the server was not asked for. */
struct fox_sql *fresh(void **state);

/* Another handle on the same one. */
struct fox_sql *again(void **state);

/* An operation that runs the one statement `ctx`. */
pxf_status text_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err);

/* Runs one statement with text that differs between the two. */
void run_either(struct fox_sql *db, const char *on_sqlite, const char *on_mysql);
void run_text(struct fox_sql *db, const char *sql);

/* city(name unique, people, note) */
void make_cities(struct fox_sql *db);

/* The number that a SELECT gives as `n`. */
int64_t number(struct fox_sql *db, const char *sql);

#endif
