/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/mysql/db.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { KEPT_BYTES = 1 << 16, BINARY_CHARSET = 63 };

/* One value on its way in or out, with memory of its own for texts and blobs. */
struct slot {
    int64_t number;
    double real;
    char *data;
    size_t capacity;
    unsigned long size;
    my_bool is_null;
};

struct statement {
    struct fox_sql_stmt base;
    struct fox_mysql_conn *conn;
    MYSQL_STMT *handle;
    MYSQL_BIND *places, *columns;
    struct slot *place_slots, *column_slots;
    MYSQL_RES *fields; /* NULL: gives no rows */
    unsigned column_count;
    bool is_executed;
};

static struct statement *statement_of(struct fox_sql_stmt *stmt)
{
    return (struct statement *)stmt;
}

static pxf_status fail(struct statement *stmt, const char *what, pxf_error *err)
{
    return fox_mysql_fail(err, stmt->conn, mysql_stmt_errno(stmt->handle),
                          mysql_stmt_error(stmt->handle), what);
}

static bool is_integer(enum enum_field_types type)
{
    return type == MYSQL_TYPE_TINY || type == MYSQL_TYPE_SHORT || type == MYSQL_TYPE_INT24 ||
           type == MYSQL_TYPE_LONG || type == MYSQL_TYPE_LONGLONG || type == MYSQL_TYPE_YEAR;
}

static bool is_real(enum enum_field_types type)
{
    return type == MYSQL_TYPE_FLOAT || type == MYSQL_TYPE_DOUBLE;
}

static bool is_blob(const MYSQL_FIELD *field)
{
    const bool is_bytes =
        field->type == MYSQL_TYPE_STRING || field->type == MYSQL_TYPE_VAR_STRING ||
        field->type == MYSQL_TYPE_VARCHAR || field->type == MYSQL_TYPE_BLOB ||
        field->type == MYSQL_TYPE_TINY_BLOB || field->type == MYSQL_TYPE_MEDIUM_BLOB ||
        field->type == MYSQL_TYPE_LONG_BLOB;

    return is_bytes && field->charsetnr == BINARY_CHARSET;
}

/* Numbers arrive in the slot; of texts and blobs only the length, they are fetched when asked
 * for. */
static void plan_column(MYSQL_BIND *bind, struct slot *slot, const MYSQL_FIELD *field)
{
    bind->is_null = &slot->is_null;
    bind->length = &slot->size;
    if (is_integer(field->type)) {
        bind->buffer_type = MYSQL_TYPE_LONGLONG;
        bind->buffer = &slot->number;
    } else if (is_real(field->type)) {
        bind->buffer_type = MYSQL_TYPE_DOUBLE;
        bind->buffer = &slot->real;
    } else {
        bind->buffer_type = is_blob(field) ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING;
    }
}

static pxf_status plan_columns(struct statement *stmt, pxf_error *err)
{
    const MYSQL_FIELD *fields;

    stmt->fields = mysql_stmt_result_metadata(stmt->handle);
    if (!stmt->fields) {
        return PXF_OK;
    }
    stmt->column_count = mysql_num_fields(stmt->fields);
    stmt->columns = fox_mem_new(stmt->column_count, sizeof *stmt->columns, err);
    stmt->column_slots = fox_mem_new(stmt->column_count, sizeof *stmt->column_slots, err);
    if (!stmt->columns || !stmt->column_slots) {
        return PXF_NO_MEMORY;
    }
    fields = mysql_fetch_fields(stmt->fields);
    for (unsigned i = 0; i < stmt->column_count; i++) {
        plan_column(&stmt->columns[i], &stmt->column_slots[i], &fields[i]);
    }
    return PXF_OK;
}

static pxf_status prepare(struct statement *stmt, const char *sql, pxf_error *err)
{
    stmt->handle = mysql_stmt_init(stmt->conn->handle);
    if (!stmt->handle) {
        return fox_fail(err, PXF_NO_MEMORY, "no memory for a statement");
    }
    if (mysql_stmt_prepare(stmt->handle, sql, strlen(sql)) != 0) {
        return fail(stmt, "prepare a statement", err);
    }
    stmt->base.place_count = (unsigned)mysql_stmt_param_count(stmt->handle);
    if (stmt->base.place_count > 0) {
        stmt->places = fox_mem_new(stmt->base.place_count, sizeof *stmt->places, err);
        stmt->place_slots = fox_mem_new(stmt->base.place_count, sizeof *stmt->place_slots, err);
        if (!stmt->places || !stmt->place_slots) {
            return PXF_NO_MEMORY;
        }
    }
    return plan_columns(stmt, err);
}

pxf_status fox_mysql_prepare(struct fox_sql_stmt **ret_stmt, struct fox_sql_conn *conn,
                             const char *sql, pxf_error *err)
{
    struct statement *stmt = fox_mem_new(1, sizeof *stmt, err);

    if (!stmt) {
        return PXF_NO_MEMORY;
    }
    stmt->conn = fox_mysql_conn_of(conn);
    if (prepare(stmt, sql, err) != PXF_OK) {
        fox_mysql_stmt_free(&stmt->base);
        return (pxf_status)err->status;
    }
    *ret_stmt = &stmt->base;
    return PXF_OK;
}

static pxf_status copy_in(struct slot *slot, const void *data, size_t size, pxf_error *err)
{
    TRY(fox_mem_grow(&slot->data, &slot->capacity, size + 1, 1, err));
    memcpy(slot->data, data, size);
    slot->data[size] = '\0';
    slot->size = size;
    return PXF_OK;
}

pxf_status fox_mysql_bind(struct fox_sql_stmt *base, unsigned place,
                          const struct fox_sql_value *value, pxf_error *err)
{
    struct statement *stmt = statement_of(base);
    MYSQL_BIND *bind = &stmt->places[place];
    struct slot *slot = &stmt->place_slots[place];

    memset(bind, 0, sizeof *bind);
    bind->length = &slot->size;
    switch (value->type) {
    case FOX_SQL_NULL:
        bind->buffer_type = MYSQL_TYPE_NULL;
        return PXF_OK;
    case FOX_SQL_INT:
        slot->number = value->number;
        bind->buffer_type = MYSQL_TYPE_LONGLONG;
        bind->buffer = &slot->number;
        return PXF_OK;
    case FOX_SQL_DOUBLE:
        slot->real = value->real;
        bind->buffer_type = MYSQL_TYPE_DOUBLE;
        bind->buffer = &slot->real;
        return PXF_OK;
    case FOX_SQL_TEXT:
    case FOX_SQL_BLOB:
        break;
    }
    TRY(copy_in(slot, value->data, value->size, err));
    bind->buffer_type = value->type == FOX_SQL_TEXT ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
    bind->buffer = slot->data;
    bind->buffer_length = slot->size;
    return PXF_OK;
}

/* All rows are taken over at once, so that other statements may run between them. */
static pxf_status execute(struct statement *stmt, pxf_error *err)
{
    if (stmt->places && mysql_stmt_bind_param(stmt->handle, stmt->places) != 0) {
        return fail(stmt, "bind values", err);
    }
    if (mysql_stmt_execute(stmt->handle) != 0) {
        return fail(stmt, "run a statement", err);
    }
    stmt->is_executed = true;
    if (!stmt->fields) {
        const int64_t id = (int64_t)mysql_stmt_insert_id(stmt->handle);

        stmt->conn->last_id = id != 0 ? id : stmt->conn->last_id;
        return PXF_OK;
    }
    if (mysql_stmt_bind_result(stmt->handle, stmt->columns) != 0 ||
        mysql_stmt_store_result(stmt->handle) != 0) {
        return fail(stmt, "take the rows", err);
    }
    return PXF_OK;
}

pxf_status fox_mysql_step(struct fox_sql_stmt *base, bool *ret_row, pxf_error *err)
{
    struct statement *stmt = statement_of(base);
    int answer;

    if (!stmt->is_executed) {
        TRY(execute(stmt, err));
    }
    if (!stmt->fields) {
        *ret_row = false;
        return PXF_OK;
    }
    answer = mysql_stmt_fetch(stmt->handle);
    if (answer == 1) {
        return fail(stmt, "take a row", err);
    }
    *ret_row = answer != MYSQL_NO_DATA;
    return PXF_OK;
}

int64_t fox_mysql_changed(struct fox_sql_stmt *base)
{
    struct statement *stmt = statement_of(base);

    return stmt->fields ? 0 : (int64_t)mysql_stmt_affected_rows(stmt->handle);
}

unsigned fox_mysql_column_count(struct fox_sql_stmt *base)
{
    return statement_of(base)->column_count;
}

const char *fox_mysql_column_name(struct fox_sql_stmt *base, unsigned column)
{
    return mysql_fetch_fields(statement_of(base)->fields)[column].name;
}

static pxf_status fetch_bytes(struct statement *stmt, unsigned column, pxf_error *err)
{
    struct slot *slot = &stmt->column_slots[column];
    MYSQL_BIND bind = {.buffer_type = stmt->columns[column].buffer_type};
    unsigned long size;
    my_bool is_null, is_cut;

    TRY(fox_mem_grow(&slot->data, &slot->capacity, slot->size + 1, 1, err));
    slot->data[slot->size] = '\0';
    if (slot->size == 0) {
        return PXF_OK;
    }
    bind.buffer = slot->data;
    bind.buffer_length = slot->size;
    bind.length = &size;
    bind.is_null = &is_null;
    bind.error = &is_cut;
    if (mysql_stmt_fetch_column(stmt->handle, &bind, column, 0) != 0) {
        return fail(stmt, "take a column", err);
    }
    return PXF_OK;
}

pxf_status fox_mysql_column(struct fox_sql_stmt *base, unsigned column, bool as_text,
                            struct fox_sql_value *ret_value, pxf_error *err)
{
    struct statement *stmt = statement_of(base);
    const struct slot *slot = &stmt->column_slots[column];
    const enum enum_field_types type = stmt->columns[column].buffer_type;

    (void)as_text; /* all bytes end with a zero here */
    *ret_value = (struct fox_sql_value){.type = FOX_SQL_NULL};
    if (slot->is_null) {
        return PXF_OK;
    }
    if (type == MYSQL_TYPE_LONGLONG) {
        *ret_value = (struct fox_sql_value){.type = FOX_SQL_INT, .number = slot->number};
        return PXF_OK;
    }
    if (type == MYSQL_TYPE_DOUBLE) {
        *ret_value = (struct fox_sql_value){.type = FOX_SQL_DOUBLE, .real = slot->real};
        return PXF_OK;
    }
    TRY(fetch_bytes(stmt, column, err));
    ret_value->type = type == MYSQL_TYPE_BLOB ? FOX_SQL_BLOB : FOX_SQL_TEXT;
    ret_value->data = slot->data;
    ret_value->size = slot->size;
    return PXF_OK;
}

/* Large values are rare, and a statement is kept for long. */
static void trim(struct slot *slots, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (slots[i].capacity > KEPT_BYTES) {
            free(slots[i].data);
            slots[i].data = NULL;
            slots[i].capacity = 0;
        }
    }
}

void fox_mysql_reset(struct fox_sql_stmt *base)
{
    struct statement *stmt = statement_of(base);

    if (stmt->is_executed && stmt->fields) {
        (void)mysql_stmt_free_result(stmt->handle);
    }
    stmt->is_executed = false;
    trim(stmt->place_slots, stmt->base.place_count);
    trim(stmt->column_slots, stmt->column_count);
}

static void free_slots(struct slot *slots, unsigned count)
{
    for (unsigned i = 0; slots && i < count; i++) {
        free(slots[i].data);
    }
    free(slots);
}

void fox_mysql_stmt_free(struct fox_sql_stmt *base)
{
    struct statement *stmt = statement_of(base);

    if (stmt->fields) {
        mysql_free_result(stmt->fields);
    }
    if (stmt->handle) {
        (void)mysql_stmt_close(stmt->handle);
    }
    free_slots(stmt->place_slots, stmt->base.place_count);
    free_slots(stmt->column_slots, stmt->column_count);
    free(stmt->places);
    free(stmt->columns);
    free(stmt);
}

int64_t fox_mysql_last_id(struct fox_sql_conn *conn)
{
    return fox_mysql_conn_of(conn)->last_id;
}
