/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "meta/event.h"
#include "meta/meta.h"

/* What the build made of the schema's files. */
extern const struct fox_sql_migration fox_meta_schema_sqlite[];
extern const size_t fox_meta_schema_sqlite_count;
extern const struct fox_sql_migration fox_meta_schema_mysql[];
extern const size_t fox_meta_schema_mysql_count;

static void add_event(struct catalog *c)
{
    pxf_error err = {0};

    assert_ok(WRITE(fox_event_add_in(tx(c), FOX_EVENT_JOB_DEAD, 1, NULL, NULL, NULL, &err)));
}

static void a_new_catalog_says_which_store_it_is(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_store_row row = {0};

    assert_ok(READ(fox_store_get_in(tx(c), &row, &err)));
    assert_int_equal(row.created_ms, 1764034086123);
    assert_int_equal(fox_id_time_ms(&row.id), 1764034086123);
}

static void migrating_again_changes_nothing(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_store_row before = {0}, after = {0};

    assert_ok(READ(fox_store_get_in(tx(c), &before, &err)));
    catalog_run_text(catalog_db(c), "UPDATE counter SET value = 5");
    assert_ok(fox_meta_migrate(catalog_db(c), catalog_env(c), &err));
    assert_ok(READ(fox_store_get_in(tx(c), &after, &err)));
    assert_true(fox_id_equals(&before.id, &after.id));
    assert_int_equal(catalog_number(catalog_db(c), "SELECT SUM(value) AS n FROM counter"), 10);
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM store"), 1);
}

static void a_founding_that_was_cut_off_is_made_up_for(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_store_row row = {0};

    catalog_run_text(catalog_db(c), "DELETE FROM store");
    catalog_run_text(catalog_db(c), "DELETE FROM counter");
    assert_fails(READ(fox_store_get_in(tx(c), &row, &err)), PXF_INTERNAL);
    assert_ok(fox_meta_migrate(catalog_db(c), catalog_env(c), &err));
    assert_ok(READ(fox_store_get_in(tx(c), &row, &err)));
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM counter"), 2);
}

static void a_newer_catalog_is_refused_and_left_as_it_is(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_sql *spare = catalog_open_spare(c);

    assert_ok(fox_meta_migrate(spare, catalog_env(c), &err));
    catalog_run_text(spare, "UPDATE `schema` SET version = 99, min_reader = 98");
    catalog_run_text(spare, "DELETE FROM store");
    assert_int_equal(fox_meta_migrate(spare, catalog_env(c), &err), PXF_UNSUPPORTED);
    assert_non_null(strstr(err.message, "99"));
    assert_int_equal(catalog_number(spare, "SELECT COUNT(*) AS n FROM store"), 0);
    assert_int_equal(catalog_number(spare, "SELECT version AS n FROM `schema`"), 99);
    fox_sql_close(spare);
}

static void a_newer_catalog_that_allows_this_program_is_taken(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_sql *spare = catalog_open_spare(c);

    assert_ok(fox_meta_migrate(spare, catalog_env(c), &err));
    catalog_run_text(spare, "UPDATE `schema` SET version = 99, min_reader = 1");
    assert_ok(fox_meta_migrate(spare, catalog_env(c), &err));
    assert_int_equal(catalog_number(spare, "SELECT version AS n FROM `schema`"), 99);
    fox_sql_close(spare);
}

/* What both databases must agree on: each column's place, name, whether it may be NULL, and
 * whether it holds numbers, fractions, bytes or text. */
static const char *const tables[] = {"counter",   "event",   "hold",  "image",
                                     "metadata",  "outbox",  "owner", "pool",
                                     "recurring", "setting", "store", "variant"};

static const char *class_of(const char *type)
{
    static const struct {
        const char *word, *class;
    } classes[] = {
        {"text", "text"},   {"binary", "bytes"}, {"blob", "bytes"},
        {"double", "real"}, {"real", "real"},    {"int", "number"},
    };
    char lower[32] = "";

    for (size_t i = 0; type && type[i] && i < sizeof lower - 1; i++) {
        lower[i] = (char)(type[i] | 0x20);
    }
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (strstr(lower, classes[i].word)) {
            return classes[i].class;
        }
    }
    return "unknown";
}

struct description {
    struct fox_str text;
    const char *sql; /* gives name, type and is_null of a table's columns */
    const char *table;
};

static pxf_status describe_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct description *description = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    fox_str_add(&description->text, "%s:\n", description->table);
    TRY(fox_sql_prepare(&stmt, tx, description->sql, err));
    fox_sql_bind_text(stmt, description->table);
    TRY(fox_sql_step(stmt, &found, err));
    while (found) {
        fox_str_add(&description->text, "  %s", fox_sql_text(stmt, "name"));
        fox_str_add(&description->text, " %s", class_of(fox_sql_text(stmt, "type")));
        fox_str_add(&description->text, "%s\n",
                    fox_sql_int(stmt, "is_null") != 0 ? " or null" : "");
        TRY(fox_sql_step(stmt, &found, err));
    }
    return PXF_OK;
}

static char *describe(struct fox_sql *db)
{
    struct description description = {
        .sql = fox_sql_kind_of(db) == FOX_SQLITE
                   ? "SELECT name, type, \"notnull\" = 0 AS is_null FROM pragma_table_info(?)"
                   : "SELECT column_name AS name, data_type AS type,"
                     "       is_nullable = 'YES' AS is_null"
                     "  FROM information_schema.columns"
                     " WHERE table_schema = DATABASE() AND table_name = ?"
                     " ORDER BY ordinal_position",
    };
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        description.table = tables[i];
        assert_ok(fox_sql_read(db, FOX_FRESH, describe_in, &description, &err));
    }
    return fox_str_take(&description.text, &err);
}

static void the_columns_are_those_of_every_other_database(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_sql *spare = catalog_open_spare_sqlite(c);
    char *here, *there;

    assert_ok(fox_meta_migrate(spare, catalog_env(c), &err));
    here = describe(catalog_db(c));
    there = describe(spare);
    assert_string_equal(here, there);
    assert_null(strstr(here, "unknown"));
    assert_non_null(strstr(here, "pool:\n  id bytes\n  name bytes\n  type number\n"));
    assert_non_null(strstr(here, "  max_bytes number or null\n"));
    free(here);
    free(there);
    fox_sql_close(spare);
}

/* What a whole catalog's tables are, in both: a table nobody lists above fails here. */
static void no_table_is_left_out_of_the_comparison(void **state)
{
    struct catalog *c = *state;
    const char *sql = fox_sql_kind_of(catalog_db(c)) == FOX_SQLITE
                          ? "SELECT COUNT(*) AS n FROM sqlite_master"
                            " WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                          : "SELECT COUNT(*) AS n FROM information_schema.tables"
                            " WHERE table_schema = DATABASE()";

    assert_int_equal(catalog_number(catalog_db(c), sql),
                     1 + sizeof tables / sizeof tables[0]); /* and `schema` */
}

static const struct fox_sql_migration *steps_for(struct fox_sql *db)
{
    return fox_sql_kind_of(db) == FOX_SQLITE ? fox_meta_schema_sqlite : fox_meta_schema_mysql;
}

static void every_older_version_becomes_the_newest(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    char *newest = describe(catalog_db(c));

    assert_int_equal(fox_meta_schema_sqlite_count, fox_meta_schema_mysql_count);
    for (size_t count = 0; count <= fox_meta_schema_sqlite_count; count++) {
        struct fox_sql *spare = catalog_open_spare(c);
        int version = -1;
        char *now;

        assert_ok(fox_sql_migrate(spare, "meta", steps_for(spare), count, &version, &err));
        assert_int_equal(version, count);
        assert_ok(fox_meta_migrate(spare, catalog_env(c), &err));
        now = describe(spare);
        assert_string_equal(now, newest);
        free(now);
        fox_sql_close(spare);
    }
    free(newest);
}

/* Where a step is no transaction, it may be done and not yet noted. */
static void a_step_that_was_done_but_not_noted_is_done_again(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};

    add_event(c);
    catalog_run_text(catalog_db(c), "UPDATE `schema` SET version = 0");
    assert_ok(fox_meta_migrate(catalog_db(c), catalog_env(c), &err));
    assert_int_equal(catalog_number(catalog_db(c), "SELECT version AS n FROM `schema`"),
                     fox_meta_schema_mysql_count);
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM event"), 1);
}

CATALOG_SUITE(migrate, cmocka_unit_test(a_new_catalog_says_which_store_it_is),
              cmocka_unit_test(migrating_again_changes_nothing),
              cmocka_unit_test(a_founding_that_was_cut_off_is_made_up_for),
              cmocka_unit_test(a_newer_catalog_is_refused_and_left_as_it_is),
              cmocka_unit_test(a_newer_catalog_that_allows_this_program_is_taken),
              cmocka_unit_test(the_columns_are_those_of_every_other_database),
              cmocka_unit_test(no_table_is_left_out_of_the_comparison),
              cmocka_unit_test(every_older_version_becomes_the_newest))

CATALOG_SUITE_ON("mariadb", migrate_again,
                 cmocka_unit_test(a_step_that_was_done_but_not_noted_is_done_again))
