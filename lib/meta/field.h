/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_FIELD_H
#define FOX_META_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"
#include "model/names.h"
#include "sql/sql.h"

/* What goes into a row and comes out of it. SQLite takes a text of any length and any bytes,
 * MariaDB does not: both get the same check before. */
enum fox_field_kind {
    FOX_FIELD_BYTES = 1, /* compared as bytes: BLOB, VARBINARY */
    FOX_FIELD_NEEDED,    /* the same, and never NULL */
    FOX_FIELD_TEXT       /* free text, valid UTF-8: TEXT, utf8mb4 */
};

enum {
    FOX_FIELD_NAME_LIMIT = 63,
    FOX_FIELD_UNIQUE_LIMIT = 128,
    FOX_FIELD_OWNER_LIMIT = FOX_OWNER_NAME_BYTES,
    FOX_FIELD_KEY_LIMIT = 1024,
    FOX_FIELD_PATH_LIMIT = 4096,
    FOX_FIELD_TEXT_LIMIT = 65535,
    FOX_FIELD_LONG_LIMIT = (16 << 20) - 1
};

struct fox_field {
    const char *name; /* with its article, for the message: "a pool's path" */
    const char *value;
    size_t limit_bytes;
    enum fox_field_kind kind;
};

/* INVALID names the first field that is absent, too long or no UTF-8. */
pxf_status fox_fields_check(const struct fox_field *fields, size_t count, pxf_error *err);

/* INVALID for a size that no column holds. */
pxf_status fox_field_check_size(const char *name, uint64_t bytes, pxf_error *err);

/* Binds NULL for 0. */
void fox_field_bind_unless_zero(struct fox_sql_stmt *stmt, int64_t value);

/* A column's text, to free; NULL for NULL. */
pxf_status fox_field_copy(char **ret_text, struct fox_sql_stmt *stmt, const char *column,
                          pxf_error *err);

/* The same into `size` bytes, cut; "" for NULL. */
void fox_field_copy_into(char *text, size_t size, struct fox_sql_stmt *stmt, const char *column);

/* A column's id, or none where it is NULL: then false, and the id is zero. */
bool fox_field_copy_id(struct fox_id *ret_id, struct fox_sql_stmt *stmt, const char *column);

void fox_field_bind_id(struct fox_sql_stmt *stmt, const struct fox_id *id); /* NULL binds NULL */

/* The failure that there is no such row: NOT_FOUND, "no image '0198…'". */
pxf_status fox_field_not_found(const char *noun, const struct fox_id *id, pxf_error *err);

/* fox_sql_lock_row of an id; that there is no such row is no error. */
pxf_status fox_field_lock(struct fox_sql_tx *tx, const char *table, const struct fox_id *id,
                          bool *ret_found, pxf_error *err);

#endif
