/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_SETTING_H
#define FOX_META_SETTING_H

#include <stdint.h>

#include "base/fail.h"
#include "sql/sql.h"

/* Settings that differ from their default. What names and values may be is model/settings.h's. */
struct fox_setting_row {
    char *name, *value;
    int64_t version; /* the revision that wrote it, from 1; never used again */
};
struct fox_setting_list {
    struct fox_setting_row *rows;
    size_t count;
    int64_t revision; /* grows with every change of any setting */
};

/* Frees its rows and empties it. */
void fox_setting_list_let_go(struct fox_setting_list *list);

/* By name. */
pxf_status fox_setting_list_in(struct fox_sql_tx *tx, struct fox_setting_list *ret_list,
                               pxf_error *err);

/* The revision alone: one cheap statement, to see whether the rest must be read. */
pxf_status fox_setting_revision_in(struct fox_sql_tx *tx, int64_t *ret_revision, pxf_error *err);

/* NULL value: back to the default, no error if it is. `version` is the row's that was seen (0:
 * any): CONFLICT if it was changed or reset since. INVALID for a value that is no UTF-8 or above
 * 65,535 bytes. */
pxf_status fox_setting_put_in(struct fox_sql_tx *tx, const char *name, const char *value,
                              int64_t version, pxf_error *err);

#endif
