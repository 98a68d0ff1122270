/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/counter.h"

pxf_status fox_counter_add_in(struct fox_sql_tx *tx, const char *name, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO counter (name, value)"
                        "     VALUES (?, 0)",
                        err));
    fox_sql_bind_name(stmt, name);
    return fox_sql_add(stmt, NULL, err);
}

static pxf_status grow(struct fox_sql_tx *tx, const char *name, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE counter"
                        "   SET value = value + 1"
                        " WHERE name = ?",
                        err));
    fox_sql_bind_name(stmt, name);
    TRY(fox_sql_run(stmt, &changed, err));
    if (changed != 1) {
        return fox_fail(err, PXF_INTERNAL, "the catalog has no counter '%s'", name);
    }
    return PXF_OK;
}

pxf_status fox_counter_next_in(struct fox_sql_tx *tx, const char *name, int64_t *ret_value,
                               pxf_error *err)
{
    TRY(grow(tx, name, err));
    return fox_counter_get_in(tx, name, ret_value, err);
}

pxf_status fox_counter_get_in(struct fox_sql_tx *tx, const char *name, int64_t *ret_value,
                              pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT value"
                        "  FROM counter"
                        " WHERE name = ?",
                        err));
    fox_sql_bind_name(stmt, name);
    TRY(fox_sql_step(stmt, &found, err));
    if (!found) {
        return fox_fail(err, PXF_INTERNAL, "the catalog has no counter '%s'", name);
    }
    *ret_value = fox_sql_int(stmt, "value");
    return PXF_OK;
}
