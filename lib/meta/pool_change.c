/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/pool.h"

#include <inttypes.h>
#include <string.h>

#include "meta/field.h"
#include "meta/pool_row.h"

static bool equals(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

static pxf_status fixed(const char *field, const struct fox_pool_row *now, pxf_error *err)
{
    return fox_fail(err, PXF_INVALID,
                    "the %s of the pool '%s' cannot change while images or holds refer to it",
                    field, now->name);
}

/* What may never change, and what may not while the pool holds something. */
static pxf_status check_place(struct fox_sql_tx *tx, const struct fox_pool_row *now,
                              const struct fox_pool_row *row, pxf_error *err)
{
    struct fox_pool_references references;
    const bool same_path = equals(now->path, row->path);
    const bool same_node = equals(now->node, row->node);
    int64_t file_count;

    if (!equals(now->name, row->name)) {
        return fox_fail(err, PXF_INVALID, "the name of the pool '%s' cannot change", now->name);
    }
    if (same_path && same_node && now->type == row->type) {
        return PXF_OK;
    }
    TRY(fox_pool_references_in(tx, &row->id, &references, err));
    file_count = now->file_count + references.image_count + references.variant_count;
    if (file_count == 0 && references.hold_count == 0) {
        return PXF_OK;
    }
    if (!same_path) {
        return fixed("path", now, err);
    }
    return fixed(same_node ? "type" : "node", now, err);
}

static pxf_status check_change(struct fox_sql_tx *tx, const struct fox_pool_row *now,
                               const struct fox_pool_row *row, pxf_error *err)
{
    const uint64_t taken_bytes = now->used_bytes + now->held_bytes;

    if (row->version != 0 && row->version != now->version) {
        return fox_fail(err, PXF_CONFLICT,
                        "the pool '%s' was changed meanwhile: version %" PRId64 ", not %" PRId64,
                        now->name, now->version, row->version);
    }
    if (row->max_bytes > 0 && row->max_bytes < taken_bytes) {
        return fox_fail(err, PXF_INVALID,
                        "max_bytes of the pool '%s' cannot be %" PRIu64 ": %" PRIu64
                        " bytes are used or held",
                        now->name, row->max_bytes, taken_bytes);
    }
    return check_place(tx, now, row, err);
}

static pxf_status write(struct fox_sql_tx *tx, const struct fox_pool_row *row, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE pool"
                        "   SET type = ?, tier = ?, state = ?, priority = ?, weight = ?,"
                        "       max_bytes = ?, is_default = ?, is_backup_target = ?,"
                        "       path = ?, node = ?, region = ?, public_url = ?,"
                        "       version = version + 1"
                        " WHERE id = ?",
                        err));
    fox_pool_row_bind(stmt, row);
    fox_field_bind_id(stmt, &row->id);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_pool_update_in(struct fox_sql_tx *tx, const struct fox_pool_row *row, pxf_error *err)
{
    AUTO(fox_pool_row) now = {0};

    TRY(fox_pool_row_check(row, err));
    TRY(fox_pool_lock_in(tx, &row->id, err));
    TRY(fox_pool_get_in(tx, &row->id, &now, err));
    TRY(check_change(tx, &now, row, err));
    TRY(fox_pool_check_default_in(tx, row, err));
    return write(tx, row, err);
}

pxf_status fox_pool_place_in(struct fox_sql_tx *tx, const struct fox_id *id, const char *path,
                             pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    AUTO(fox_pool_row) now = {0};

    TRY(fox_pool_lock_in(tx, id, err));
    TRY(fox_pool_get_in(tx, id, &now, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE pool"
                        "   SET path = ?, version = version + 1"
                        " WHERE id = ?",
                        err));
    fox_sql_bind_name(stmt, path);
    fox_field_bind_id(stmt, id);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status erase(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "DELETE FROM pool"
                        " WHERE id = ?",
                        err));
    fox_field_bind_id(stmt, id);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_pool_remove_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err)
{
    struct fox_pool_references references;
    AUTO(fox_pool_row) now = {0};

    /* Whoever adds a file or a hold changes the pool's row in the same operation. With the row
     * locked, what is not counted here has not come that far, and will find the pool gone. */
    TRY(fox_pool_lock_in(tx, id, err));
    TRY(fox_pool_get_in(tx, id, &now, err));
    TRY(fox_pool_references_in(tx, id, &references, err));
    if (references.image_count + references.variant_count + references.hold_count > 0) {
        return fox_fail(err, PXF_CONFLICT,
                        "the pool '%s' still has %" PRId64 " images, %" PRId64
                        " variants and %" PRId64 " holds",
                        now.name, references.image_count, references.variant_count,
                        references.hold_count);
    }
    return erase(tx, id, err);
}
