/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/recurring.h"

#include "meta/field.h"

static pxf_status add(struct fox_sql_tx *tx, const char *name, int64_t slot_ms, bool *ret_is_new,
                      pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO recurring (name, slot_ms)"
                        "     VALUES (?, ?)",
                        err));
    fox_sql_bind_name(stmt, name);
    fox_sql_bind_int(stmt, slot_ms);
    return fox_sql_add(stmt, ret_is_new, err);
}

static pxf_status move_on(struct fox_sql_tx *tx, const char *name, int64_t slot_ms, bool *ret_moved,
                          pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE recurring"
                        "   SET slot_ms = ?"
                        " WHERE name = ? AND slot_ms < ?",
                        err));
    fox_sql_bind_int(stmt, slot_ms);
    fox_sql_bind_name(stmt, name);
    fox_sql_bind_int(stmt, slot_ms);
    TRY(fox_sql_run(stmt, &changed, err));
    *ret_moved = changed > 0;
    return PXF_OK;
}

pxf_status fox_recurring_take_in(struct fox_sql_tx *tx, const char *name, int64_t slot_ms,
                                 bool *ret_taken, pxf_error *err)
{
    const struct fox_field field = {"the name of recurring work", name, FOX_FIELD_OWNER_LIMIT,
                                    FOX_FIELD_NEEDED};
    bool taken;

    TRY(fox_fields_check(&field, 1, err));
    TRY(move_on(tx, name, slot_ms, &taken, err));
    if (!taken) {
        TRY(add(tx, name, slot_ms, &taken, err));
    }
    *ret_taken = taken;
    return PXF_OK;
}
