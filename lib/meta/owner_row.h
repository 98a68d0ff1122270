/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_OWNER_ROW_H
#define FOX_META_OWNER_ROW_H

#include "sql/sql.h"

/* Makes the owner's row, all zero, unless it is there. INVALID for a name that no row can have. */
pxf_status fox_owner_add_in(struct fox_sql_tx *tx, const char *owner, pxf_error *err);

#endif
