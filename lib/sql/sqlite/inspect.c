/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include <string.h>

pxf_status fox_sqlite_has_table(struct fox_sql_tx *tx, const char *table, bool *ret_has,
                                pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
                        err));
    fox_sql_bind_text(stmt, table);
    return fox_sql_step(stmt, ret_has, err);
}

static pxf_status check_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    const char *path = ctx;
    const char *finding;
    bool row;

    TRY(fox_sql_prepare(&stmt, tx, "PRAGMA quick_check(1)", err));
    TRY(fox_sql_step(stmt, &row, err));
    finding = row ? fox_sql_text(stmt, "quick_check") : NULL;
    if (finding && strcmp(finding, "ok") != 0) {
        return fox_fail_from(err, PXF_CORRUPT, FOX_SQL_ORIGIN, SQLITE_CORRUPT,
                             "'%s' is damaged (%.80s): put its newest snapshot in its place", path,
                             finding);
    }
    return PXF_OK;
}

pxf_status fox_sqlite_check(struct fox_sql *db, pxf_error *err)
{
    return fox_sqlite_read(db, FOX_FRESH, check_in, fox_sqlite_of(db)->path, err);
}
