/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/field.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static pxf_status check(const struct fox_field *field, pxf_error *err)
{
    const size_t size = field->value ? strlen(field->value) : 0;

    if (!field->value && field->kind == FOX_FIELD_NEEDED) {
        return fox_fail(err, PXF_INVALID, "%s is missing", field->name);
    }
    if (size > field->limit_bytes) {
        return fox_fail(err, PXF_INVALID, "%s has %zu bytes; at most %zu are kept", field->name,
                        size, field->limit_bytes);
    }
    if (field->kind == FOX_FIELD_TEXT && size > 0 && !fox_utf8_is_valid(field->value, size)) {
        return fox_fail(err, PXF_INVALID, "%s is not valid UTF-8", field->name);
    }
    return PXF_OK;
}

pxf_status fox_fields_check(const struct fox_field *fields, size_t count, pxf_error *err)
{
    for (size_t i = 0; i < count; i++) {
        TRY(check(&fields[i], err));
    }
    return PXF_OK;
}

pxf_status fox_field_check_size(const char *name, uint64_t bytes, pxf_error *err)
{
    if (bytes > INT64_MAX) {
        return fox_fail(err, PXF_INVALID, "%s is larger than any there can be", name);
    }
    return PXF_OK;
}

void fox_field_bind_unless_zero(struct fox_sql_stmt *stmt, int64_t value)
{
    if (value == 0) {
        fox_sql_bind_null(stmt);
        return;
    }
    fox_sql_bind_int(stmt, value);
}

pxf_status fox_field_copy(char **ret_text, struct fox_sql_stmt *stmt, const char *column,
                          pxf_error *err)
{
    const char *text = fox_sql_text(stmt, column);
    char *copy;

    if (!text) {
        *ret_text = NULL;
        return PXF_OK;
    }
    copy = fox_mem_text(text, err);
    if (!copy) {
        return PXF_NO_MEMORY;
    }
    *ret_text = copy;
    return PXF_OK;
}

void fox_field_copy_into(char *text, size_t size, struct fox_sql_stmt *stmt, const char *column)
{
    const char *from = fox_sql_text(stmt, column);

    (void)snprintf(text, size, "%s", from ? from : "");
}

bool fox_field_copy_id(struct fox_id *ret_id, struct fox_sql_stmt *stmt, const char *column)
{
    if (fox_sql_is_null(stmt, column)) {
        *ret_id = (struct fox_id){0};
        return false;
    }
    fox_sql_copy(stmt, column, ret_id->bytes, sizeof ret_id->bytes);
    return true;
}

void fox_field_bind_id(struct fox_sql_stmt *stmt, const struct fox_id *id)
{
    if (!id) {
        fox_sql_bind_null(stmt);
        return;
    }
    fox_sql_bind_blob(stmt, id->bytes, sizeof id->bytes);
}

pxf_status fox_field_not_found(const char *noun, const struct fox_id *id, pxf_error *err)
{
    char text[FOX_ID_TEXT_BYTES];

    fox_id_format(text, id);
    return fox_fail(err, PXF_NOT_FOUND, "no %s '%s'", noun, text);
}

pxf_status fox_field_lock(struct fox_sql_tx *tx, const char *table, const struct fox_id *id,
                          bool *ret_found, pxf_error *err)
{
    pxf_error cause = {0};
    const pxf_status status =
        fox_sql_lock_row(tx, table, "id", id->bytes, sizeof id->bytes, &cause);

    if (status != PXF_OK && status != PXF_NOT_FOUND) {
        return fox_fail_from(err, status, (pxf_origin)cause.origin, cause.code, "%s",
                             cause.message);
    }
    *ret_found = status == PXF_OK;
    return PXF_OK;
}
