/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_META_H
#define FOX_META_META_H

#include <stdint.h>

#include "base/id.h"
#include "sql/sql.h"

/* The catalog: rows over sql. Every function ends in `_in` and is part of the caller's operation
 * (fox_sql_write) or read (fox_sql_read); it does SQL only. Every row that people change has a
 * version; a change names the version it saw, or 0 for whatever there is: CONFLICT if it moved on.
 * Texts in the structs are NULL where absent, owned by the struct and freed by its let_go.
 * Times are UTC milliseconds. */

/* Brings the schema to this library's version, once, under a lock. A newer
 * catalog is CONFLICT and left untouched, naming both versions. */
pxf_status fox_meta_migrate(struct fox_sql *db, pxf_error *err);

/* What this store is: one row, made at the first migration. */
struct fox_store_row {
    struct fox_id id;
    int64_t created_ms;
};
pxf_status fox_store_get_in(struct fox_sql_tx *tx, struct fox_store_row *ret_row, pxf_error *err);

#endif
