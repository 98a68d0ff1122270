/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_POOL_ROW_H
#define FOX_META_POOL_ROW_H

#include "meta/pool.h"

/* The statement's current row, which selected all columns. What was read before a failure is in
 * the row, to be let go. */
pxf_status fox_pool_row_read(struct fox_pool_row *row, struct fox_sql_stmt *stmt, pxf_error *err);

/* Binds type, tier, state, priority, weight, max_bytes, is_default, is_backup_target, path, node,
 * region and public_url, in this order. */
void fox_pool_row_bind(struct fox_sql_stmt *stmt, const struct fox_pool_row *row);

/* INVALID for what no column holds. */
pxf_status fox_pool_row_check(const struct fox_pool_row *row, pxf_error *err);

/* What refers to a pool. */
struct fox_pool_references {
    int64_t image_count, variant_count, hold_count;
};
pxf_status fox_pool_references_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                  struct fox_pool_references *ret_references, pxf_error *err);

/* EXISTS, naming the other, if the row is to be the default pool and another one is. */
pxf_status fox_pool_check_default_in(struct fox_sql_tx *tx, const struct fox_pool_row *row,
                                     pxf_error *err);

#endif
