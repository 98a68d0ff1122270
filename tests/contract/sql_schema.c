/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/sql_databases.h"

#include <stdio.h>
#include <string.h>

/* Each kind's step is one statement that can be run again. */
static const struct fox_sql_migration whole[] = {
    {.number = 1, .min_reader = 1, .sql = "CREATE TABLE IF NOT EXISTS one(n INTEGER)"},
    {.number = 2, .min_reader = 1, .sql = "CREATE TABLE IF NOT EXISTS two(n INTEGER)"},
    {.number = 3, .min_reader = 3, .sql = "CREATE TABLE IF NOT EXISTS three(n INTEGER)"},
};

static const struct fox_sql_migration broken[] = {
    {.number = 1, .min_reader = 1, .sql = "CREATE TABLE IF NOT EXISTS one(n INTEGER)"},
    {.number = 2, .min_reader = 1, .sql = "CREATE TABLE IF NOT EXISTS two(n INTEGER"},
    {.number = 3, .min_reader = 3, .sql = "CREATE TABLE IF NOT EXISTS three(n INTEGER)"},
};

static void a_schema_is_made_once(void **state)
{
    struct fox_sql *db = fresh(state), *other;
    int version = 0;
    pxf_error err = {0};

    assert_ok(fox_sql_migrate(db, "towns", whole, 3, &version, &err));
    assert_int_equal(version, 3);
    run_text(db, "INSERT INTO three(n) VALUES (33)");
    other = again(state);
    version = 0;
    assert_ok(fox_sql_migrate(other, "towns", whole, 3, &version, &err));
    assert_int_equal(version, 3);
    assert_int_equal(number(db, "SELECT n FROM three"), 33);
    fox_sql_close(other);
    fox_sql_close(db);
}

static void a_failed_step_is_done_by_the_next_run(void **state)
{
    struct fox_sql *db = fresh(state);
    int version = 0;
    pxf_error err = {0};

    assert_fails(fox_sql_migrate(db, "towns", broken, 3, &version, &err), PXF_INTERNAL);
    assert_int_equal(number(db, "SELECT version AS n FROM `schema`"), 1);
    assert_ok(fox_sql_migrate(db, "towns", whole, 3, &version, &err));
    assert_int_equal(version, 3);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM three"), 0);
    fox_sql_close(db);
}

static void each_step_that_failed_once_is_no_hindrance(void **state)
{
    for (size_t bad = 0; bad < 3; bad++) {
        struct fox_sql *db = fresh(state);
        struct fox_sql_migration steps[3];
        int version = 0;
        pxf_error err = {0};

        memcpy(steps, whole, sizeof steps);
        steps[bad].sql = "CREATE nonsense";
        assert_fails(fox_sql_migrate(db, "towns", steps, 3, NULL, &err), PXF_INTERNAL);
        assert_ok(fox_sql_migrate(db, "towns", whole, 3, &version, &err));
        assert_int_equal(version, 3);
        fox_sql_close(db);
    }
}

static void modules_have_their_own_versions(void **state)
{
    struct fox_sql *db = fresh(state);
    int towns = 0, rivers = 0;
    pxf_error err = {0};

    assert_ok(fox_sql_migrate(db, "towns", whole, 3, &towns, &err));
    assert_ok(fox_sql_migrate(db, "rivers", whole, 1, &rivers, &err));
    assert_int_equal(towns, 3);
    assert_int_equal(rivers, 1);
    fox_sql_close(db);
}

static void a_newer_database_is_refused_untouched(void **state)
{
    struct fox_sql *db = fresh(state);
    int version = 0;
    pxf_error err = {0};

    assert_ok(fox_sql_migrate(db, "towns", whole, 3, NULL, &err));
    assert_int_equal(fox_sql_migrate(db, "towns", whole, 2, &version, &err), PXF_UNSUPPORTED);
    assert_non_null(strstr(err.message, "version 3"));
    assert_int_equal(version, 0);
    assert_int_equal(number(db, "SELECT version AS n FROM `schema`"), 3);
    fox_sql_close(db);
}

static void a_newer_database_that_older_programs_can_read_is_used(void **state)
{
    struct fox_sql *db = fresh(state);
    int version = 0;
    pxf_error err = {0};

    assert_ok(fox_sql_migrate(db, "towns", whole, 2, NULL, &err));
    assert_ok(fox_sql_migrate(db, "towns", whole, 1, &version, &err));
    assert_int_equal(version, 2);
    fox_sql_close(db);
}

static void a_gap_between_steps_is_a_defect(void **state)
{
    static const struct fox_sql_migration gap[] = {
        {.number = 1, .min_reader = 1, .sql = "CREATE TABLE one(n INTEGER)"},
        {.number = 3, .min_reader = 1, .sql = "CREATE TABLE three(n INTEGER)"},
    };
    struct fox_sql *db = fresh(state);
    pxf_error err = {0};

    assert_fails(fox_sql_migrate(db, "towns", gap, 2, NULL, &err), PXF_INTERNAL);
    fox_sql_close(db);
}

#define TESTS                                                                                      \
    cmocka_unit_test(a_schema_is_made_once),                                                       \
        cmocka_unit_test(a_failed_step_is_done_by_the_next_run),                                   \
        cmocka_unit_test(each_step_that_failed_once_is_no_hindrance),                              \
        cmocka_unit_test(modules_have_their_own_versions),                                         \
        cmocka_unit_test(a_newer_database_is_refused_untouched),                                   \
        cmocka_unit_test(a_newer_database_that_older_programs_can_read_is_used),                   \
        cmocka_unit_test(a_gap_between_steps_is_a_defect)

SUITE_WITH(schema_sqlite, use_sqlite, let_go_of_database, TESTS)
SUITE_WITH(schema_mysql, use_mysql, let_go_of_database, TESTS)
