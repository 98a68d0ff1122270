/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/sql_databases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct city {
    const char *name;
    int64_t people;
    const char *note;
    int64_t changed;
    bool is_new;
};

static pxf_status add_city(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct city *city = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO city(name, people, note) VALUES (?, ?, ?)", err));
    fox_sql_bind_name(stmt, city->name);
    fox_sql_bind_int(stmt, city->people);
    fox_sql_bind_text(stmt, city->note);
    return fox_sql_run(stmt, &city->changed, err);
}

static void put_city(struct fox_sql *db, const char *name, int64_t people)
{
    struct city city = {.name = name, .people = people};
    pxf_error err = {0};

    assert_ok(fox_sql_write(db, FOX_RELAXED, add_city, &city, &err));
    assert_int_equal(city.changed, 1);
}

static pxf_status find_city(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct city *city = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT people FROM city WHERE name = ?", err));
    fox_sql_bind_name(stmt, city->name);
    TRY(fox_sql_step(stmt, &row, err));
    if (!row) {
        return fox_fail(err, PXF_NOT_FOUND, "no city '%s'", city->name);
    }
    city->people = fox_sql_int(stmt, "people");
    return PXF_OK;
}

static void names_are_compared_as_bytes(void **state)
{
    static const char *const names[] = {"ada", "ada ", "ada  ", "Ada", "ADA", "adá", "ada\t", ""};
    struct fox_sql *db = fresh(state);
    pxf_error err = {0};

    make_cities(db);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        put_city(db, names[i], (int64_t)i);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct city city = {.name = names[i], .people = -1};

        assert_ok(fox_sql_read(db, FOX_FRESH, find_city, &city, &err));
        assert_int_equal(city.people, i);
    }
    assert_fails(fox_sql_read(db, FOX_FRESH, find_city, &(struct city){.name = "ada   "}, &err),
                 PXF_NOT_FOUND);
    fox_sql_close(db);
}

struct values {
    int64_t number;
    double real;
    const char *text;
    const void *blob;
    size_t size;
    bool is_back;
};

static const char all_bytes[] = "\0\1\2'\"\\%\xff\xfe\x80\0";

static pxf_status put_values(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct values *values = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO kept(number, kind, txt, bin) VALUES (?, ?, ?, ?)",
                        err));
    fox_sql_bind_int(stmt, values->number);
    fox_sql_bind_double(stmt, values->real);
    fox_sql_bind_text(stmt, values->text);
    fox_sql_bind_blob(stmt, values->blob, values->size);
    return fox_sql_run(stmt, NULL, err);
}

static bool is_same_text(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

static pxf_status compare_values(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct values *values = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    const void *blob;
    size_t size;
    bool row;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT number, kind, txt, bin FROM kept WHERE number = ?",
                        err));
    fox_sql_bind_int(stmt, values->number);
    TRY(fox_sql_step(stmt, &row, err));
    if (!row) {
        return fox_fail(err, PXF_NOT_FOUND, "it is not there");
    }
    blob = fox_sql_blob(stmt, "bin", &size);
    values->is_back = fox_sql_int(stmt, "number") == values->number &&
                      fox_sql_double(stmt, "kind") >= values->real &&
                      fox_sql_double(stmt, "kind") <= values->real &&
                      is_same_text(fox_sql_text(stmt, "txt"), values->text) && blob &&
                      size == values->size && memcmp(blob, values->blob, size) == 0;
    return PXF_OK;
}

static void a_value_comes_back_as_it_was(void **state)
{
    static const struct values table[] = {
        {0, 0, "", "", 0},
        {INT64_MAX, 1.5, "a", all_bytes, sizeof all_bytes},
        {INT64_MIN, -1e300, "\xf0\x9f\xa6\x8a caf\xc3\xa9 \\ ' \" %", "\0", 1},
        {-1, 0.1, NULL, "0123456789abcdef", 16},
        {1, 1e-300, "two\nlines\ttab ", "x", 1},
    };
    struct fox_sql *db = fresh(state);
    pxf_error err = {0};

    run_either(db, "CREATE TABLE kept(number INTEGER, kind REAL, txt TEXT, bin BLOB)",
               "CREATE TABLE kept(number BIGINT, kind DOUBLE, txt TEXT CHARACTER SET utf8mb4, "
               "bin LONGBLOB)");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct values values = table[i];

        assert_ok(fox_sql_write(db, FOX_RELAXED, put_values, &values, &err));
        assert_ok(fox_sql_read(db, FOX_FRESH, compare_values, &values, &err));
        assert_true(values.is_back);
    }
    fox_sql_close(db);
}

static void a_megabyte_comes_back_whole(void **state)
{
    enum { BYTES = 1 << 20 };
    struct fox_sql *db = fresh(state);
    char *text = calloc(1, BYTES + 1);
    struct values values = {.number = 1, .text = text, .blob = text, .size = BYTES};
    pxf_error err = {0};

    assert_non_null(text);
    for (size_t i = 0; i < BYTES; i++) {
        text[i] = (char)('a' + i % 23);
    }
    run_either(db, "CREATE TABLE kept(number INTEGER, kind REAL, txt TEXT, bin BLOB)",
               "CREATE TABLE kept(number BIGINT, kind DOUBLE, txt LONGTEXT CHARACTER SET utf8mb4, "
               "bin LONGBLOB)");
    assert_ok(fox_sql_write(db, FOX_DURABLE, put_values, &values, &err));
    assert_ok(fox_sql_read(db, FOX_FRESH, compare_values, &values, &err));
    assert_true(values.is_back);
    free(text);
    fox_sql_close(db);
}

static pxf_status nulls_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    int *null_count = ctx;
    AUTO(fox_sql_stmt) *add = NULL;
    AUTO(fox_sql_stmt) *list = NULL;
    size_t size = 7;
    bool row;

    TRY(fox_sql_prepare(&add, tx, "INSERT INTO city(name, people, note) VALUES (?, ?, ?)", err));
    fox_sql_bind_name(add, "nowhere");
    fox_sql_bind_null(add);
    fox_sql_bind_text(add, NULL);
    TRY(fox_sql_run(add, NULL, err));
    TRY(fox_sql_prepare(&list, tx, "SELECT people, note FROM city WHERE note IS NULL", err));
    TRY(fox_sql_step(list, &row, err));
    *null_count = (fox_sql_is_null(list, "people") && fox_sql_int(list, "people") == 0) +
                  (fox_sql_is_null(list, "note") && !fox_sql_text(list, "note")) +
                  (!fox_sql_blob(list, "note", &size) && size == 0);
    return PXF_OK;
}

static void null_is_null_and_reads_as_zero(void **state)
{
    struct fox_sql *db = fresh(state);
    int null_count = 0;
    pxf_error err = {0};

    make_cities(db);
    assert_ok(fox_sql_write(db, FOX_RELAXED, nulls_in, &null_count, &err));
    assert_int_equal(null_count, 3);
    fox_sql_close(db);
}

static void a_taken_key_is_said_and_changes_nothing(void **state)
{
    struct fox_sql *db = fresh(state);
    pxf_error err = {0};

    make_cities(db);
    put_city(db, "ulm", 1);
    assert_fails(
        fox_sql_write(db, FOX_RELAXED, add_city, &(struct city){.name = "ulm", .people = 2}, &err),
        PXF_EXISTS);
    assert_int_equal(number(db, "SELECT people AS n FROM city"), 1);
    fox_sql_close(db);
}

static pxf_status add_if_new(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct city *city = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO city(name, people) VALUES (?, ?)", err));
    fox_sql_bind_name(stmt, city->name);
    fox_sql_bind_int(stmt, city->people);
    TRY(fox_sql_add(stmt, &city->is_new, err));
    fox_sql_bind_name(stmt, "beside it");
    fox_sql_bind_int(stmt, 0);
    return fox_sql_add(stmt, NULL, err);
}

static void adding_what_is_there_is_no_error(void **state)
{
    struct fox_sql *db = fresh(state);
    struct city city = {.name = "ulm", .people = 1};
    pxf_error err = {0};

    make_cities(db);
    assert_ok(fox_sql_write(db, FOX_RELAXED, add_if_new, &city, &err));
    assert_true(city.is_new);
    city.people = 2;
    assert_ok(fox_sql_write(db, FOX_RELAXED, add_if_new, &city, &err));
    assert_false(city.is_new);
    assert_int_equal(number(db, "SELECT sum(people) AS n FROM city"), 1);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM city"), 2);
    fox_sql_close(db);
}

static pxf_status update_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct city *city = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "UPDATE city SET people = ? WHERE name = ?", err));
    fox_sql_bind_int(stmt, city->people);
    fox_sql_bind_name(stmt, city->name);
    return fox_sql_run(stmt, &city->changed, err);
}

static void an_update_to_the_same_value_counts_its_row(void **state)
{
    struct fox_sql *db = fresh(state);
    struct city ulm = {.name = "ulm", .people = 1}, none = {.name = "ur", .people = 1};
    pxf_error err = {0};

    make_cities(db);
    put_city(db, "ulm", 1);
    assert_ok(fox_sql_write(db, FOX_RELAXED, update_in, &ulm, &err));
    assert_int_equal(ulm.changed, 1);
    assert_ok(fox_sql_write(db, FOX_RELAXED, update_in, &none, &err));
    assert_int_equal(none.changed, 0);
    fox_sql_close(db);
}

static void a_row_that_others_need_is_not_removed(void **state)
{
    struct fox_sql *db = fresh(state);
    char remove[] = "DELETE FROM land WHERE id = 1";
    pxf_error err = {0};

    run_text(db, "CREATE TABLE land(id INTEGER PRIMARY KEY)");
    run_text(db, "CREATE TABLE town(land INTEGER, FOREIGN KEY (land) REFERENCES land(id))");
    run_text(db, "INSERT INTO land(id) VALUES (1)");
    run_text(db, "INSERT INTO town(land) VALUES (1)");
    assert_fails(fox_sql_write(db, FOX_RELAXED, text_in, remove, &err), PXF_CONFLICT);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM land"), 1);
    fox_sql_close(db);
}

struct page {
    char after[8];
    char found[32];
    int count;
};

static pxf_status page_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct page *page = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row = true;

    page->count = 0;
    TRY(fox_sql_prepare(&stmt, tx, "SELECT name FROM city WHERE name > ? ORDER BY name LIMIT ?",
                        err));
    fox_sql_bind_name(stmt, page->after);
    fox_sql_bind_int(stmt, 2);
    for (;;) {
        TRY(fox_sql_step(stmt, &row, err));
        if (!row) {
            return PXF_OK;
        }
        (void)snprintf(page->after, sizeof page->after, "%s", fox_sql_text(stmt, "name"));
        (void)snprintf(page->found + strlen(page->found), sizeof page->found - strlen(page->found),
                       "%s", page->after);
        page->count++;
    }
}

static void pages_by_key_give_each_row_once(void **state)
{
    static const char *const names[] = {"e", "B", "a", "d", "c ", "c", "b"};
    struct fox_sql *db = fresh(state);
    struct page page = {.after = ""};
    pxf_error err = {0};

    make_cities(db);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        put_city(db, names[i], 1);
    }
    do {
        assert_ok(fox_sql_read(db, FOX_MAY_LAG, page_in, &page, &err));
    } while (page.count > 0);
    assert_string_equal(page.found, "Babcc de");
    fox_sql_close(db);
}

static pxf_status count_from(struct fox_sql_tx *tx, const char *first, int *pairs, pxf_error *err)
{
    AUTO(fox_sql_stmt) *inner = NULL;
    bool row = true;

    TRY(fox_sql_prepare(&inner, tx, "SELECT name FROM city ORDER BY name", err));
    while (row) {
        TRY(fox_sql_step(inner, &row, err));
        *pairs += row && strcmp(first, fox_sql_text(inner, "name")) <= 0;
    }
    return PXF_OK;
}

static pxf_status two_cursors(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    int *pairs = ctx;
    AUTO(fox_sql_stmt) *outer = NULL;
    bool row = true;

    *pairs = 0;
    TRY(fox_sql_prepare(&outer, tx, "SELECT name FROM city ORDER BY name", err));
    while (row) {
        TRY(fox_sql_step(outer, &row, err));
        if (row) {
            TRY(count_from(tx, fox_sql_text(outer, "name"), pairs, err));
        }
    }
    return PXF_OK;
}

static void the_same_statement_can_be_open_twice(void **state)
{
    struct fox_sql *db = fresh(state);
    int pairs = 0;
    pxf_error err = {0};

    make_cities(db);
    put_city(db, "a", 1);
    put_city(db, "b", 1);
    put_city(db, "c", 1);
    assert_ok(fox_sql_read(db, FOX_FRESH, two_cursors, &pairs, &err));
    assert_int_equal(pairs, 6);
    fox_sql_close(db);
}

static pxf_status numbered(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    int64_t *id = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO line(txt) VALUES ('x')", err));
    TRY(fox_sql_run(stmt, NULL, err));
    TRY(fox_sql_run(stmt, NULL, err));
    *id = fox_sql_last_id(tx);
    return PXF_OK;
}

static void the_last_number_given_is_told(void **state)
{
    struct fox_sql *db = fresh(state);
    int64_t id = 0;
    pxf_error err = {0};

    run_either(db, "CREATE TABLE line(id INTEGER PRIMARY KEY AUTOINCREMENT, txt TEXT)",
               "CREATE TABLE line(id BIGINT PRIMARY KEY AUTO_INCREMENT, txt TEXT)");
    assert_ok(fox_sql_write(db, FOX_RELAXED, numbered, &id, &err));
    assert_int_equal(id, 2);
    fox_sql_close(db);
}

/* Each of these is a defect of the operation, which fails although it returns OK. */
static pxf_status reads_unknown_column(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT people FROM city", err));
    TRY(fox_sql_step(stmt, &row, err));
    *(int64_t *)ctx = fox_sql_int(stmt, "poeple");
    return PXF_OK;
}

static pxf_status binds_too_few(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    (void)ctx;
    TRY(fox_sql_prepare(&stmt, tx, "SELECT 1 FROM city WHERE name = ? AND people = ?", err));
    fox_sql_bind_name(stmt, "ulm");
    (void)fox_sql_run(stmt, NULL, NULL);
    return PXF_OK;
}

static pxf_status binds_too_many(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    (void)ctx;
    TRY(fox_sql_prepare(&stmt, tx, "SELECT 1 FROM city WHERE name = ?", err));
    fox_sql_bind_name(stmt, "ulm");
    fox_sql_bind_name(stmt, "ulm");
    return PXF_OK;
}

static pxf_status misspells(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    (void)ctx;
    (void)err;
    (void)fox_sql_prepare(&stmt, tx, "SELEKT 1", NULL);
    return PXF_OK;
}

static pxf_status keeps_a_statement(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct fox_sql_stmt *stmt;

    (void)ctx;
    return fox_sql_prepare(&stmt, tx, "SELECT 1 FROM city", err);
}

static pxf_status reads_a_number_as_text(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row;

    (void)ctx;
    TRY(fox_sql_prepare(&stmt, tx, "SELECT people FROM city", err));
    TRY(fox_sql_step(stmt, &row, err));
    (void)fox_sql_text(stmt, "people");
    return PXF_OK;
}

static pxf_status fails_without_a_word(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    (void)tx;
    (void)ctx;
    (void)err;
    return PXF_INTERNAL;
}

static void a_defect_of_an_operation_fails_it(void **state)
{
    static const fox_sql_fn defects[] = {
        reads_unknown_column, binds_too_few,          binds_too_many,      misspells,
        keeps_a_statement,    reads_a_number_as_text, fails_without_a_word};
    struct fox_sql *db = fresh(state);
    int64_t found = 7;
    pxf_error err = {0};

    make_cities(db);
    put_city(db, "ulm", 1);
    for (size_t i = 0; i < sizeof defects / sizeof defects[0]; i++) {
        assert_fails(fox_sql_read(db, FOX_FRESH, defects[i], &found, &err), PXF_INTERNAL);
        assert_fails(fox_sql_write(db, FOX_RELAXED, defects[i], &found, &err), PXF_INTERNAL);
    }
    assert_int_equal(number(db, "SELECT people AS n FROM city"), 1);
    fox_sql_close(db);
}

static pxf_status copies_id(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT name FROM city", err));
    TRY(fox_sql_step(stmt, &row, err));
    fox_sql_copy(stmt, "name", ctx, 16);
    return PXF_OK;
}

static void an_id_has_its_sixteen_bytes(void **state)
{
    struct fox_sql *db = fresh(state);
    char id[16];
    pxf_error err = {0};

    make_cities(db);
    put_city(db, "0123456789abcdef", 1);
    assert_ok(fox_sql_read(db, FOX_FRESH, copies_id, id, &err));
    assert_memory_equal(id, "0123456789abcdef", 16);
    run_text(db, "UPDATE city SET name = 'short'");
    assert_fails(fox_sql_read(db, FOX_FRESH, copies_id, id, &err), PXF_CORRUPT);
    fox_sql_close(db);
}

static pxf_status many_texts(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    (void)ctx;
    for (int i = 0; i < 400; i++) {
        AUTO(fox_sql_stmt) *stmt = NULL;
        char sql[64];
        bool row;

        (void)snprintf(sql, sizeof sql, "SELECT %d AS n", i);
        TRY(fox_sql_prepare(&stmt, tx, sql, err));
        TRY(fox_sql_step(stmt, &row, err));
        if (fox_sql_int(stmt, "n") != i) {
            return fox_fail(err, PXF_CORRUPT, "%d is another number", i);
        }
    }
    return PXF_OK;
}

static void more_texts_than_are_kept_still_work(void **state)
{
    struct fox_sql *db = fresh(state);
    pxf_error err = {0};

    assert_ok(fox_sql_read(db, FOX_FRESH, many_texts, NULL, &err));
    assert_ok(fox_sql_read(db, FOX_FRESH, many_texts, NULL, &err));
    fox_sql_close(db);
}

static pxf_status writes_in_a_read(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return add_city(tx, ctx, err);
}

static void a_read_writes_nothing(void **state)
{
    struct fox_sql *db = fresh(state);
    struct city city = {.name = "ulm"};
    pxf_error err = {0};

    make_cities(db);
    assert_fails(fox_sql_read(db, FOX_FRESH, writes_in_a_read, &city, &err), PXF_DENIED);
    assert_int_equal(number(db, "SELECT count(*) AS n FROM city"), 0);
    fox_sql_close(db);
}

#define TESTS                                                                                      \
    cmocka_unit_test(names_are_compared_as_bytes), cmocka_unit_test(a_value_comes_back_as_it_was), \
        cmocka_unit_test(a_megabyte_comes_back_whole),                                             \
        cmocka_unit_test(null_is_null_and_reads_as_zero),                                          \
        cmocka_unit_test(a_taken_key_is_said_and_changes_nothing),                                 \
        cmocka_unit_test(adding_what_is_there_is_no_error),                                        \
        cmocka_unit_test(an_update_to_the_same_value_counts_its_row),                              \
        cmocka_unit_test(a_row_that_others_need_is_not_removed),                                   \
        cmocka_unit_test(pages_by_key_give_each_row_once),                                         \
        cmocka_unit_test(the_same_statement_can_be_open_twice),                                    \
        cmocka_unit_test(the_last_number_given_is_told),                                           \
        cmocka_unit_test(a_defect_of_an_operation_fails_it),                                       \
        cmocka_unit_test(an_id_has_its_sixteen_bytes),                                             \
        cmocka_unit_test(more_texts_than_are_kept_still_work),                                     \
        cmocka_unit_test(a_read_writes_nothing)

SUITE_WITH(statements_sqlite, use_sqlite, let_go_of_database, TESTS)
SUITE_WITH(statements_mysql, use_mysql, let_go_of_database, TESTS)
