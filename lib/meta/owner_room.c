/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/owner.h"

#include <inttypes.h>

#include "meta/field.h"
#include "meta/owner_row.h"

/* Room is one conditional update; whether it changed a row is the answer. */
static pxf_status hold(struct fox_sql_tx *tx, const char *owner, int64_t bytes,
                       int64_t default_max_bytes, int64_t *ret_changed, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE owner"
                        "   SET held_bytes = held_bytes + ?"
                        " WHERE name = ?"
                        "   AND COALESCE(max_bytes, ?) - used_bytes - held_bytes >= ?",
                        err));
    fox_sql_bind_int(stmt, bytes);
    fox_sql_bind_name(stmt, owner);
    fox_sql_bind_int(stmt, default_max_bytes);
    fox_sql_bind_int(stmt, bytes);
    return fox_sql_run(stmt, ret_changed, err);
}

static pxf_status full(struct fox_sql_tx *tx, const char *owner, uint64_t bytes,
                       uint64_t default_max_bytes, pxf_error *err)
{
    struct fox_owner_usage usage;

    TRY(fox_owner_get_in(tx, owner, &usage, err));
    return fox_fail(err, PXF_FULL,
                    "the owner '%s' has %" PRIu64 " of %" PRIu64 " bytes used and %" PRIu64
                    " held: no room for %" PRIu64,
                    owner, usage.used_bytes,
                    usage.max_bytes > 0 ? usage.max_bytes : default_max_bytes, usage.held_bytes,
                    bytes);
}

pxf_status fox_owner_hold_in(struct fox_sql_tx *tx, const char *owner, uint64_t bytes,
                             uint64_t default_max_bytes, pxf_error *err)
{
    const bool is_limited = default_max_bytes > 0 && default_max_bytes < INT64_MAX;
    const int64_t max_bytes = is_limited ? (int64_t)default_max_bytes : INT64_MAX;
    int64_t changed;

    TRY(fox_field_check_size("a hold", bytes, err));
    TRY(hold(tx, owner, (int64_t)bytes, max_bytes, &changed, err));
    if (changed == 0) {
        TRY(fox_owner_add_in(tx, owner, err));
        TRY(hold(tx, owner, (int64_t)bytes, max_bytes, &changed, err));
    }
    return changed > 0 ? PXF_OK : full(tx, owner, bytes, default_max_bytes, err);
}

static pxf_status holds_less(const char *owner, uint64_t bytes, pxf_error *err)
{
    return fox_fail(err, PXF_INTERNAL, "the owner '%s' holds less than %" PRIu64 " bytes", owner,
                    bytes);
}

pxf_status fox_owner_unhold_in(struct fox_sql_tx *tx, const char *owner, uint64_t bytes,
                               pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_field_check_size("a hold", bytes, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE owner"
                        "   SET held_bytes = held_bytes - ?"
                        " WHERE name = ? AND held_bytes >= ?",
                        err));
    fox_sql_bind_int(stmt, (int64_t)bytes);
    fox_sql_bind_name(stmt, owner);
    fox_sql_bind_int(stmt, (int64_t)bytes);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : holds_less(owner, bytes, err);
}

pxf_status fox_owner_use_held_in(struct fox_sql_tx *tx, const char *owner, uint64_t held_bytes,
                                 uint64_t used_bytes, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_field_check_size("a hold", held_bytes, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE owner"
                        "   SET used_bytes = used_bytes + ?, held_bytes = held_bytes - ?,"
                        "       image_count = image_count + 1"
                        " WHERE name = ? AND held_bytes >= ?",
                        err));
    fox_sql_bind_int(stmt, (int64_t)used_bytes);
    fox_sql_bind_int(stmt, (int64_t)held_bytes);
    fox_sql_bind_name(stmt, owner);
    fox_sql_bind_int(stmt, (int64_t)held_bytes);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : holds_less(owner, held_bytes, err);
}

static pxf_status use(struct fox_sql_tx *tx, const char *owner, int64_t bytes, int64_t image_count,
                      int64_t *ret_changed, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE owner"
                        "   SET used_bytes = used_bytes + ?, image_count = image_count + ?"
                        " WHERE name = ?"
                        "   AND used_bytes + ? >= 0 AND image_count + ? >= 0"
                        "   AND ? <= 9223372036854775807 - used_bytes - held_bytes",
                        err));
    fox_sql_bind_int(stmt, bytes);
    fox_sql_bind_int(stmt, image_count);
    fox_sql_bind_name(stmt, owner);
    fox_sql_bind_int(stmt, bytes);
    fox_sql_bind_int(stmt, image_count);
    fox_sql_bind_int(stmt, bytes);
    return fox_sql_run(stmt, ret_changed, err);
}

pxf_status fox_owner_use_in(struct fox_sql_tx *tx, const char *owner, int64_t bytes,
                            int64_t image_count, pxf_error *err)
{
    int64_t changed;

    TRY(use(tx, owner, bytes, image_count, &changed, err));
    if (changed == 0) {
        TRY(fox_owner_add_in(tx, owner, err));
        TRY(use(tx, owner, bytes, image_count, &changed, err));
    }
    if (changed == 0) {
        return fox_fail(err, PXF_INTERNAL,
                        "the owner '%s' cannot have %" PRId64 " bytes and %" PRId64
                        " images more: that would be less than nothing",
                        owner, bytes, image_count);
    }
    return PXF_OK;
}
