/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include <stdlib.h>

#include "base/mem.h"

struct statement {
    struct fox_sql_stmt base;
    sqlite3_stmt *handle;
};

static sqlite3_stmt *handle_of(struct fox_sql_stmt *stmt)
{
    return ((struct statement *)stmt)->handle;
}

static bool is_blank(const char *text)
{
    while (*text == ' ' || *text == '\n' || *text == ';') {
        text++;
    }
    return *text == '\0';
}

/* Another connection may have changed the schema since this one read it, and SQLite looks again by
 * itself only for some of the errors that come of it. A read of its own table makes it look. */
static int prepare_handle(sqlite3 *database, const char *sql, sqlite3_stmt **ret_handle,
                          const char **ret_tail)
{
    const unsigned flags = SQLITE_PREPARE_PERSISTENT;
    int code = sqlite3_prepare_v3(database, sql, -1, flags, ret_handle, ret_tail);

    if (code == SQLITE_ERROR) {
        (void)sqlite3_exec(database, "SELECT 1 FROM sqlite_master LIMIT 1", NULL, NULL, NULL);
        code = sqlite3_prepare_v3(database, sql, -1, flags, ret_handle, ret_tail);
    }
    return code;
}

pxf_status fox_sqlite_prepare(struct fox_sql_stmt **ret_stmt, struct fox_sql_conn *conn,
                              const char *sql, pxf_error *err)
{
    sqlite3 *database = ((struct fox_sqlite_conn *)conn)->handle;
    const char *tail = "";
    sqlite3_stmt *handle = NULL;
    const int code = prepare_handle(database, sql, &handle, &tail);
    struct statement *stmt;

    if (code != SQLITE_OK) {
        return fox_sqlite_fail(err, database, code, "prepare a statement");
    }
    if (!handle || !is_blank(tail)) {
        (void)sqlite3_finalize(handle);
        return fox_fail_from(err, PXF_INTERNAL, FOX_SQL_ORIGIN, 0, "not one statement: '%s'", sql);
    }
    stmt = fox_mem_new(1, sizeof *stmt, err);
    if (!stmt) {
        (void)sqlite3_finalize(handle);
        return PXF_NO_MEMORY;
    }
    stmt->handle = handle;
    stmt->base.place_count = (unsigned)sqlite3_bind_parameter_count(handle);
    *ret_stmt = &stmt->base;
    return PXF_OK;
}

static int bind_value(sqlite3_stmt *handle, int place, const struct fox_sql_value *value)
{
    switch (value->type) {
    case FOX_SQL_NULL:
        return sqlite3_bind_null(handle, place);
    case FOX_SQL_INT:
        return sqlite3_bind_int64(handle, place, value->number);
    case FOX_SQL_DOUBLE:
        return sqlite3_bind_double(handle, place, value->real);
    case FOX_SQL_TEXT:
        return sqlite3_bind_text64(handle, place, value->data, value->size, SQLITE_TRANSIENT,
                                   SQLITE_UTF8);
    case FOX_SQL_BLOB:
        return sqlite3_bind_blob64(handle, place, value->data, value->size, SQLITE_TRANSIENT);
    }
    return SQLITE_MISUSE;
}

pxf_status fox_sqlite_bind(struct fox_sql_stmt *stmt, unsigned place,
                           const struct fox_sql_value *value, pxf_error *err)
{
    const int code = bind_value(handle_of(stmt), (int)place + 1, value);

    if (code != SQLITE_OK) {
        return fox_sqlite_fail(err, sqlite3_db_handle(handle_of(stmt)), code, "bind a value");
    }
    return PXF_OK;
}

pxf_status fox_sqlite_step(struct fox_sql_stmt *stmt, bool *ret_row, pxf_error *err)
{
    const int code = sqlite3_step(handle_of(stmt));

    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return fox_sqlite_fail(err, sqlite3_db_handle(handle_of(stmt)), code, "run a statement");
    }
    *ret_row = code == SQLITE_ROW;
    return PXF_OK;
}

int64_t fox_sqlite_changed(struct fox_sql_stmt *stmt)
{
    if (sqlite3_stmt_readonly(handle_of(stmt))) {
        return 0;
    }
    return sqlite3_changes64(sqlite3_db_handle(handle_of(stmt)));
}

unsigned fox_sqlite_column_count(struct fox_sql_stmt *stmt)
{
    return (unsigned)sqlite3_column_count(handle_of(stmt));
}

const char *fox_sqlite_column_name(struct fox_sql_stmt *stmt, unsigned column)
{
    return sqlite3_column_name(handle_of(stmt), (int)column);
}

/* The text function ends the bytes of a blob with a zero too, at the price of a copy. */
static pxf_status take_bytes(sqlite3_stmt *handle, int column, bool as_text,
                             struct fox_sql_value *value, pxf_error *err)
{
    const void *data = as_text ? (const void *)sqlite3_column_text(handle, column)
                               : sqlite3_column_blob(handle, column);

    value->size = (size_t)sqlite3_column_bytes(handle, column);
    value->data = data ? data : "";
    if (!data && (value->size > 0 || sqlite3_errcode(sqlite3_db_handle(handle)) == SQLITE_NOMEM)) {
        return fox_fail_from(err, PXF_NO_MEMORY, FOX_SQL_ORIGIN, 0, "no memory for a column");
    }
    return PXF_OK;
}

pxf_status fox_sqlite_column(struct fox_sql_stmt *stmt, unsigned column, bool as_text,
                             struct fox_sql_value *ret_value, pxf_error *err)
{
    sqlite3_stmt *handle = handle_of(stmt);
    const int at = (int)column;

    *ret_value = (struct fox_sql_value){.type = FOX_SQL_NULL};
    switch (sqlite3_column_type(handle, at)) {
    case SQLITE_INTEGER:
        ret_value->type = FOX_SQL_INT;
        ret_value->number = sqlite3_column_int64(handle, at);
        return PXF_OK;
    case SQLITE_FLOAT:
        ret_value->type = FOX_SQL_DOUBLE;
        ret_value->real = sqlite3_column_double(handle, at);
        return PXF_OK;
    case SQLITE_TEXT:
        ret_value->type = FOX_SQL_TEXT;
        return take_bytes(handle, at, as_text, ret_value, err);
    case SQLITE_BLOB:
        ret_value->type = FOX_SQL_BLOB;
        return take_bytes(handle, at, as_text, ret_value, err);
    default:
        return PXF_OK;
    }
}

void fox_sqlite_reset(struct fox_sql_stmt *stmt)
{
    (void)sqlite3_reset(handle_of(stmt));
    (void)sqlite3_clear_bindings(handle_of(stmt));
}

void fox_sqlite_stmt_free(struct fox_sql_stmt *stmt)
{
    (void)sqlite3_finalize(handle_of(stmt));
    free(stmt);
}

int64_t fox_sqlite_last_id(struct fox_sql_conn *conn)
{
    return sqlite3_last_insert_rowid(((struct fox_sqlite_conn *)conn)->handle);
}
