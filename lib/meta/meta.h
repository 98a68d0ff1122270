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
 * Times are UTC milliseconds.
 *
 * Names, owners, keys and paths are compared as bytes; free text must be UTF-8. What is longer than
 * its column is INVALID, on every database alike.
 *
 * A call that failed may have written a part of what it does: the operation returns the failure,
 * and then all of it is undone. Only where FULL is answered nothing was written, so that another
 * pool can be tried in the same operation.
 *
 * An operation may be run again after a commit that failed: it lets go of the rows and lists that
 * it was given the first time before it asks anew.
 *
 * An operation that touches several rows takes them in this order, so that two of them on a shared
 * database never wait for each other: images, holds, pools, owners, settings, events. */

/* Brings the schema to this library's version, once, under a lock, and gives a new catalog its id.
 * A newer catalog is refused as fox_sql_migrate says (UNSUPPORTED) and left untouched. */
pxf_status fox_meta_migrate(struct fox_sql *db, const struct fox_env *env, pxf_error *err);

/* What this store is: one row, made at the first migration. */
struct fox_store_row {
    struct fox_id id;
    int64_t created_ms;
};

/* INTERNAL before the first migration. */
pxf_status fox_store_get_in(struct fox_sql_tx *tx, struct fox_store_row *ret_row, pxf_error *err);

#endif
