/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_HOLD_ROW_H
#define FOX_META_HOLD_ROW_H

#include "meta/hold.h"

/* The first row of a statement that selected all columns. */
pxf_status fox_hold_row_read_one(struct fox_sql_stmt *stmt, struct fox_hold_row *ret_row,
                                 bool *ret_found, pxf_error *err);

#endif
