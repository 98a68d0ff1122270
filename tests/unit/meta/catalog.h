/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_UNIT_META_CATALOG_H
#define FOX_TESTS_UNIT_META_CATALOG_H

#include "support/suite.h"

#include "base/id.h"
#include "sql/sql.h"

/* Every test of this folder runs on each of the databases in catalog.c's table, on an empty
 * catalog. MariaDB is there where PIXELFOX_TEST_MARIADB_SOCKET names its socket; where it does not,
 * that is said and SQLite runs alone. */
struct catalog;

/* The catalog of the test, and the operation that WRITE and READ have under way. */
struct fox_sql *catalog_db(struct catalog *c);
const struct fox_env *catalog_env(struct catalog *c);
struct fox_sql_tx *catalog_tx(struct catalog *c);

/* An operation around one call, so that a test reads like a list of calls:
 *     assert_ok(WRITE(fox_pool_add_in(tx(c), &row, &err)));
 * The test has `struct catalog *c` and `pxf_error err`. */
#define WRITE(call) (catalog_begin_write(c), catalog_end(c, (call), &err))
#define READ(call) (catalog_begin_read(c), catalog_end(c, (call), &err))
#define tx(c) catalog_tx(c)

void catalog_begin_write(struct catalog *c);
void catalog_begin_read(struct catalog *c);

/* Ends it as the call did, and answers what the whole operation answers. */
pxf_status catalog_end(struct catalog *c, pxf_status status, pxf_error *err);

/* Another database without any table, to close: of the test's kind, or of SQLite to compare with.
 */
struct fox_sql *catalog_open_spare(struct catalog *c);
struct fox_sql *catalog_open_spare_sqlite(struct catalog *c);

/* Runs a statement without rows. */
void catalog_run_text(struct fox_sql *db, const char *sql);

/* The number that a SELECT gives as `n`. */
int64_t catalog_number(struct fox_sql *db, const char *sql);

/* The id number `n`: they sort like the numbers. */
struct fox_id catalog_id(unsigned n);

/* A literal where a struct wants a text that it owns. Never let such a row go. */
char *lent(const char *text);

/* `database` is one of that table's names, or NULL for all. */
int catalog_run_suite(const char *name, const char *database, const struct CMUnitTest *tests,
                      size_t count);

#define CATALOG_SUITE(name_, ...) CATALOG_SUITE_ON(NULL, name_, __VA_ARGS__)

#define CATALOG_SUITE_ON(database_, name_, ...)                                                    \
    static int run_##name_(void)                                                                   \
    {                                                                                              \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                           \
        return catalog_run_suite(#name_, database_, tests, sizeof tests / sizeof tests[0]);        \
    }                                                                                              \
    static struct fox_suite suite_##name_ = {.name = #name_, .run = run_##name_};                  \
    static void __attribute__((constructor)) register_##name_(void)                                \
    {                                                                                              \
        fox_suite_add(&suite_##name_);                                                             \
    }

#endif
