/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sql.h"

#include <stdlib.h>
#include <string.h>

#include "sql/driver.h"

/* What an accessor or a bind cannot say at once: the next step says it, and the operation fails
 * with it also if there is none. */
static void remember(struct fox_sql_stmt *stmt, const pxf_error *failure)
{
    if (stmt->failure.status == PXF_OK) {
        stmt->failure = *failure;
    }
    if (stmt->tx->failure.status == PXF_OK) {
        stmt->tx->failure = *failure;
    }
}

static pxf_status retell(const pxf_error *failure, pxf_error *err)
{
    if (failure->status != PXF_OK && err && err->status == PXF_OK) {
        *err = *failure;
    }
    return (pxf_status)failure->status;
}

pxf_status fox_sql_prepare(struct fox_sql_stmt **ret_stmt, struct fox_sql_tx *tx, const char *sql,
                           pxf_error *err)
{
    pxf_error failure = {0};
    struct fox_sql_stmt *stmt;

    if (fox_sql_cache_find(&stmt, tx->conn, sql, &failure) != PXF_OK) {
        retell(&failure, &tx->failure);
        return retell(&failure, err);
    }
    stmt->tx = tx;
    stmt->bound_count = 0;
    stmt->is_running = false;
    stmt->has_row = false;
    stmt->failure = (pxf_error){0};
    tx->conn->used_count++;
    *ret_stmt = stmt;
    return PXF_OK;
}

void fox_sql_stmt_free(struct fox_sql_stmt *stmt)
{
    if (stmt) {
        fox_sql_cache_give_back(stmt);
    }
}

static void end_run(struct fox_sql_stmt *stmt)
{
    stmt->conn->db->driver->reset(stmt);
    stmt->bound_count = 0;
    stmt->is_running = false;
    stmt->has_row = false;
}

static void bind(struct fox_sql_stmt *stmt, const struct fox_sql_value *value)
{
    pxf_error failure = {0};

    if (stmt->is_running) {
        end_run(stmt);
    }
    if (stmt->bound_count == stmt->place_count) {
        (void)fox_fail_from(&failure, PXF_INTERNAL, FOX_SQL_ORIGIN, 0,
                            "more than %u values for the statement '%s'", stmt->place_count,
                            stmt->sql);
    } else {
        (void)stmt->conn->db->driver->bind(stmt, stmt->bound_count++, value, &failure);
    }
    if (failure.status != PXF_OK) {
        remember(stmt, &failure);
    }
}

void fox_sql_bind_int(struct fox_sql_stmt *stmt, int64_t value)
{
    bind(stmt, &(struct fox_sql_value){.type = FOX_SQL_INT, .number = value});
}

void fox_sql_bind_double(struct fox_sql_stmt *stmt, double value)
{
    bind(stmt, &(struct fox_sql_value){.type = FOX_SQL_DOUBLE, .real = value});
}

void fox_sql_bind_null(struct fox_sql_stmt *stmt)
{
    bind(stmt, &(struct fox_sql_value){.type = FOX_SQL_NULL});
}

static void bind_bytes(struct fox_sql_stmt *stmt, enum fox_sql_type type, const void *data,
                       size_t size)
{
    bind(stmt, &(struct fox_sql_value){.type = type, .data = data ? data : "", .size = size});
}

void fox_sql_bind_text(struct fox_sql_stmt *stmt, const char *text)
{
    if (text) {
        bind_bytes(stmt, FOX_SQL_TEXT, text, strlen(text));
    } else {
        fox_sql_bind_null(stmt);
    }
}

void fox_sql_bind_name(struct fox_sql_stmt *stmt, const char *text)
{
    if (text) {
        bind_bytes(stmt, FOX_SQL_BLOB, text, strlen(text));
    } else {
        fox_sql_bind_null(stmt);
    }
}

void fox_sql_bind_blob(struct fox_sql_stmt *stmt, const void *data, size_t size)
{
    bind_bytes(stmt, FOX_SQL_BLOB, data, size);
}

static pxf_status start(struct fox_sql_stmt *stmt, pxf_error *err)
{
    TRY(retell(&stmt->failure, err));
    if (!stmt->is_running && stmt->bound_count != stmt->place_count) {
        return fox_fail_from(err, PXF_INTERNAL, FOX_SQL_ORIGIN, 0,
                             "%u values instead of %u for the statement '%s'", stmt->bound_count,
                             stmt->place_count, stmt->sql);
    }
    stmt->is_running = true;
    return PXF_OK;
}

static pxf_status advance(struct fox_sql_stmt *stmt, bool *ret_row, pxf_error *err)
{
    TRY(start(stmt, err));
    TRY(stmt->conn->db->driver->step(stmt, ret_row, err));
    stmt->has_row = *ret_row;
    return PXF_OK;
}

/* A failure that the operation cannot answer fails it, whatever it returns. */
static pxf_status failed(struct fox_sql_stmt *stmt, const pxf_error *failure, pxf_error *err)
{
    if (fox_sql_is_grave((pxf_status)failure->status)) {
        retell(failure, &stmt->tx->failure);
    }
    end_run(stmt);
    return retell(failure, err);
}

pxf_status fox_sql_step(struct fox_sql_stmt *stmt, bool *ret_row, pxf_error *err)
{
    pxf_error failure = {0};
    bool row = false;

    if (advance(stmt, &row, &failure) != PXF_OK) {
        return failed(stmt, &failure, err);
    }
    if (!row) {
        end_run(stmt);
    }
    *ret_row = row;
    return PXF_OK;
}

pxf_status fox_sql_run(struct fox_sql_stmt *stmt, int64_t *ret_changed, pxf_error *err)
{
    pxf_error failure = {0};
    bool row = true;

    while (row) {
        if (advance(stmt, &row, &failure) != PXF_OK) {
            return failed(stmt, &failure, err);
        }
    }
    if (ret_changed) {
        *ret_changed = stmt->conn->db->driver->changed(stmt);
    }
    end_run(stmt);
    return PXF_OK;
}

pxf_status fox_sql_add(struct fox_sql_stmt *stmt, bool *ret_is_new, pxf_error *err)
{
    pxf_error failure = {0};
    const pxf_status status = fox_sql_run(stmt, NULL, &failure);

    if (status != PXF_OK && status != PXF_EXISTS) {
        return retell(&failure, err);
    }
    if (ret_is_new) {
        *ret_is_new = status == PXF_OK;
    }
    return PXF_OK;
}

/* Columns are mostly read in their order, so the search starts behind the last one found. */
static bool find_column(struct fox_sql_stmt *stmt, const char *name, unsigned *ret_column)
{
    const struct fox_sql_driver *driver = stmt->conn->db->driver;
    const unsigned count = driver->column_count(stmt);

    for (unsigned i = 0; i < count; i++) {
        const unsigned at = (stmt->column_hint + i) % count;
        const char *found = driver->column_name(stmt, at);

        if (found && strcmp(found, name) == 0) {
            stmt->column_hint = at + 1;
            *ret_column = at;
            return true;
        }
    }
    return false;
}

static struct fox_sql_value value_of(struct fox_sql_stmt *stmt, const char *column, bool as_text)
{
    struct fox_sql_value value = {.type = FOX_SQL_NULL};
    pxf_error failure = {0};
    unsigned at;

    if (!stmt->has_row) {
        (void)fox_fail_from(&failure, PXF_INTERNAL, FOX_SQL_ORIGIN, 0,
                            "column '%s' was read without a row of '%s'", column, stmt->sql);
    } else if (!find_column(stmt, column, &at)) {
        (void)fox_fail_from(&failure, PXF_INTERNAL, FOX_SQL_ORIGIN, 0,
                            "no column '%s' in the result of '%s'", column, stmt->sql);
    } else {
        (void)stmt->conn->db->driver->column(stmt, at, as_text, &value, &failure);
    }
    if (failure.status != PXF_OK) {
        remember(stmt, &failure);
        value.type = FOX_SQL_NULL;
    }
    return value;
}

static void remember_type(struct fox_sql_stmt *stmt, const char *column, const char *wanted)
{
    pxf_error failure = {0};

    (void)fox_fail_from(&failure, PXF_INTERNAL, FOX_SQL_ORIGIN, 0,
                        "column '%s' of '%s' holds no %s", column, stmt->sql, wanted);
    remember(stmt, &failure);
}

bool fox_sql_is_null(struct fox_sql_stmt *stmt, const char *column)
{
    return value_of(stmt, column, false).type == FOX_SQL_NULL;
}

int64_t fox_sql_int(struct fox_sql_stmt *stmt, const char *column)
{
    const struct fox_sql_value value = value_of(stmt, column, true);
    char *end;
    int64_t number;

    switch (value.type) {
    case FOX_SQL_NULL:
        return 0;
    case FOX_SQL_INT:
        return value.number;
    case FOX_SQL_TEXT: /* the DECIMAL that MySQL makes of a SUM() */
        number = strtoll(value.data, &end, 10);
        if (value.size > 0 && *end == '\0') {
            return number;
        }
        break;
    case FOX_SQL_DOUBLE:
    case FOX_SQL_BLOB:
        break;
    }
    remember_type(stmt, column, "integer");
    return 0;
}

double fox_sql_double(struct fox_sql_stmt *stmt, const char *column)
{
    const struct fox_sql_value value = value_of(stmt, column, false);

    switch (value.type) {
    case FOX_SQL_NULL:
        return 0;
    case FOX_SQL_INT:
        return (double)value.number;
    case FOX_SQL_DOUBLE:
        return value.real;
    case FOX_SQL_TEXT:
    case FOX_SQL_BLOB:
        break;
    }
    remember_type(stmt, column, "number");
    return 0;
}

static bool is_bytes(const struct fox_sql_value *value)
{
    return value->type == FOX_SQL_TEXT || value->type == FOX_SQL_BLOB;
}

const char *fox_sql_text(struct fox_sql_stmt *stmt, const char *column)
{
    const struct fox_sql_value value = value_of(stmt, column, true);

    if (is_bytes(&value)) {
        return value.data;
    }
    if (value.type != FOX_SQL_NULL) {
        remember_type(stmt, column, "text");
    }
    return NULL;
}

const void *fox_sql_blob(struct fox_sql_stmt *stmt, const char *column, size_t *ret_size)
{
    const struct fox_sql_value value = value_of(stmt, column, false);

    *ret_size = is_bytes(&value) ? value.size : 0;
    if (is_bytes(&value)) {
        return value.data;
    }
    if (value.type != FOX_SQL_NULL) {
        remember_type(stmt, column, "bytes");
    }
    return NULL;
}

void fox_sql_copy(struct fox_sql_stmt *stmt, const char *column, void *bytes, size_t size)
{
    const struct fox_sql_value value = value_of(stmt, column, false);
    pxf_error failure = {0};

    if (is_bytes(&value) && value.size == size) {
        memcpy(bytes, value.data, size);
        return;
    }
    memset(bytes, 0, size);
    (void)fox_fail_from(&failure, PXF_CORRUPT, FOX_SQL_ORIGIN, 0,
                        "column '%s' of '%s' does not hold %zu bytes", column, stmt->sql, size);
    remember(stmt, &failure);
}
