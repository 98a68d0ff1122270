/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/pool.h"

#include <inttypes.h>

#include "meta/field.h"
#include "meta/pool_row.h"

static pxf_status full(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t bytes,
                       pxf_error *err)
{
    AUTO(fox_pool_row) now = {0};
    uint64_t max_bytes;

    TRY(fox_pool_get_in(tx, id, &now, err));
    max_bytes = now.max_bytes > 0 ? now.max_bytes : INT64_MAX;
    return fox_fail_from(err, PXF_FULL, PXF_ORIGIN_POOL, 0,
                         "the pool '%s' has %" PRIu64 " of %" PRIu64 " bytes used and %" PRIu64
                         " held: no room for %" PRIu64,
                         now.name, now.used_bytes, max_bytes, now.held_bytes, bytes);
}

pxf_status fox_pool_hold_in(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t bytes,
                            pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_field_check_size("a hold", bytes, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE pool"
                        "   SET held_bytes = held_bytes + ?"
                        " WHERE id = ?"
                        "   AND COALESCE(max_bytes, 9223372036854775807)"
                        "       - used_bytes - held_bytes >= ?",
                        err));
    fox_sql_bind_int(stmt, (int64_t)bytes);
    fox_field_bind_id(stmt, id);
    fox_sql_bind_int(stmt, (int64_t)bytes);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : full(tx, id, bytes, err);
}

/* Nothing was changed: there is no such pool, or something would have become negative. */
static pxf_status less_than_nothing(struct fox_sql_tx *tx, const struct fox_id *id,
                                    const char *what, int64_t bytes, pxf_error *err)
{
    AUTO(fox_pool_row) now = {0};

    TRY(fox_pool_get_in(tx, id, &now, err));
    return fox_fail(err, PXF_INTERNAL,
                    "%s %" PRId64 " bytes in the pool '%s' would leave less than nothing", what,
                    bytes, now.name);
}

pxf_status fox_pool_unhold_in(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t bytes,
                              pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_field_check_size("a hold", bytes, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE pool"
                        "   SET held_bytes = held_bytes - ?"
                        " WHERE id = ? AND held_bytes >= ?",
                        err));
    fox_sql_bind_int(stmt, (int64_t)bytes);
    fox_field_bind_id(stmt, id);
    fox_sql_bind_int(stmt, (int64_t)bytes);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : less_than_nothing(tx, id, "letting go of", (int64_t)bytes, err);
}

pxf_status fox_pool_use_in(struct fox_sql_tx *tx, const struct fox_id *id, int64_t bytes,
                           int64_t file_count, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE pool"
                        "   SET used_bytes = used_bytes + ?, file_count = file_count + ?"
                        " WHERE id = ?"
                        "   AND used_bytes + ? >= 0 AND file_count + ? >= 0"
                        "   AND ? <= 9223372036854775807 - used_bytes - held_bytes",
                        err));
    fox_sql_bind_int(stmt, bytes);
    fox_sql_bind_int(stmt, file_count);
    fox_field_bind_id(stmt, id);
    fox_sql_bind_int(stmt, bytes);
    fox_sql_bind_int(stmt, file_count);
    fox_sql_bind_int(stmt, bytes);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : less_than_nothing(tx, id, "adding", bytes, err);
}

pxf_status fox_pool_use_held_in(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t held_bytes,
                                uint64_t used_bytes, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_field_check_size("a hold", held_bytes, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE pool"
                        "   SET used_bytes = used_bytes + ?, held_bytes = held_bytes - ?,"
                        "       file_count = file_count + 1"
                        " WHERE id = ? AND held_bytes >= ?",
                        err));
    fox_sql_bind_int(stmt, (int64_t)used_bytes);
    fox_sql_bind_int(stmt, (int64_t)held_bytes);
    fox_field_bind_id(stmt, id);
    fox_sql_bind_int(stmt, (int64_t)held_bytes);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : less_than_nothing(tx, id, "using", (int64_t)held_bytes, err);
}

pxf_status fox_pool_lock_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err)
{
    bool found;

    TRY(fox_field_lock(tx, "pool", id, &found, err));
    return found ? PXF_OK : fox_field_not_found("pool", id, err);
}

pxf_status fox_pool_count_in(struct fox_sql_tx *tx, const struct fox_id *id,
                             struct fox_usage *ret_usage, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(
        &stmt, tx,
        "SELECT CAST((SELECT COALESCE(SUM(bytes), 0) FROM image WHERE pool_id = ?)"
        "          + (SELECT COALESCE(SUM(bytes), 0) FROM variant WHERE pool_id = ?)"
        "            AS SIGNED) AS used_bytes,"
        "       CAST((SELECT COALESCE(SUM(bytes), 0) FROM hold WHERE pool_id = ?)"
        "            AS SIGNED) AS held_bytes,"
        "       (SELECT COUNT(*) FROM image WHERE pool_id = ?)"
        "     + (SELECT COUNT(*) FROM variant WHERE pool_id = ?) AS file_count",
        err));
    for (int i = 0; i < 5; i++) {
        fox_field_bind_id(stmt, id);
    }
    TRY(fox_sql_step(stmt, &found, err));
    *ret_usage = (struct fox_usage){
        .used_bytes = (uint64_t)fox_sql_int(stmt, "used_bytes"),
        .held_bytes = (uint64_t)fox_sql_int(stmt, "held_bytes"),
        .file_count = fox_sql_int(stmt, "file_count"),
    };
    return PXF_OK;
}

pxf_status fox_pool_correct_in(struct fox_sql_tx *tx, const struct fox_id *id,
                               const struct fox_usage *usage, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE pool"
                        "   SET used_bytes = ?, held_bytes = ?, file_count = ?"
                        " WHERE id = ?",
                        err));
    fox_sql_bind_int(stmt, (int64_t)usage->used_bytes);
    fox_sql_bind_int(stmt, (int64_t)usage->held_bytes);
    fox_sql_bind_int(stmt, usage->file_count);
    fox_field_bind_id(stmt, id);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : fox_field_not_found("pool", id, err);
}

pxf_status fox_pool_image_count_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                   int64_t *ret_count, pxf_error *err)
{
    struct fox_pool_references references;

    TRY(fox_pool_references_in(tx, id, &references, err));
    *ret_count = references.image_count;
    return PXF_OK;
}
