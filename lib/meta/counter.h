/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_COUNTER_H
#define FOX_META_COUNTER_H

#include "sql/sql.h"

/* Numbers that only grow, one row each. Who takes a number holds its row until the operation ends,
 * so numbers become visible in their order: a reader behind n never misses a smaller one. */

#define FOX_COUNTER_EVENT "event"
#define FOX_COUNTER_SETTING "setting"

/* Makes the row, at 0, unless it is there. */
pxf_status fox_counter_add_in(struct fox_sql_tx *tx, const char *name, pxf_error *err);

/* Adds 1 and gives the new number. */
pxf_status fox_counter_next_in(struct fox_sql_tx *tx, const char *name, int64_t *ret_value,
                               pxf_error *err);

/* The last number that was given; 0 if none was. */
pxf_status fox_counter_get_in(struct fox_sql_tx *tx, const char *name, int64_t *ret_value,
                              pxf_error *err);

#endif
