/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_RECURRING_H
#define FOX_META_RECURRING_H

#include <stdbool.h>
#include <stdint.h>

#include "sql/sql.h"

/* Work that comes back: one row for a name with the last slot that was taken. A slot is taken by
 * whoever comes first, once, whatever clocks say; after a jump or a long stop there is one
 * catch-up, not one for each slot that was missed. */

/* Takes the slot (a multiple of the interval) unless it, or a later one, was taken. INVALID for a
 * name above 255 bytes. */
pxf_status fox_recurring_take_in(struct fox_sql_tx *tx, const char *name, int64_t slot_ms,
                                 bool *ret_taken, pxf_error *err);

#endif
