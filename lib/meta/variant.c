/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/variant.h"

#include "meta/field.h"
#include "meta/image_row.h"

static pxf_status check(const struct fox_variant_row *row, pxf_error *err)
{
    const struct fox_field fields[] = {
        {"a variant's kind", row->kind, FOX_KIND_BYTES - 1, FOX_FIELD_NEEDED},
        {"a variant's key", row->key, FOX_FIELD_KEY_LIMIT, FOX_FIELD_BYTES},
    };

    TRY(fox_fields_check(fields, sizeof fields / sizeof fields[0], err));
    TRY(fox_field_check_size("a variant", row->bytes, err));
    if (row->key && row->skip != FOX_SKIP_NONE) {
        return fox_fail(err, PXF_INVALID, "the skipped variant '%s' has a key", row->kind);
    }
    if (!row->key && (row->skip == FOX_SKIP_NONE || row->bytes > 0)) {
        return fox_fail(err, PXF_INVALID, "the variant '%s' has no key", row->kind);
    }
    return PXF_OK;
}

static void bind(struct fox_sql_stmt *stmt, const struct fox_variant_row *row)
{
    fox_sql_bind_int(stmt, row->position);
    fox_field_bind_id(stmt, row->key ? &row->pool_id : NULL);
    fox_sql_bind_name(stmt, row->key);
    fox_sql_bind_int(stmt, (int64_t)row->bytes);
    fox_sql_bind_int(stmt, row->format);
    fox_sql_bind_int(stmt, row->width_px);
    fox_sql_bind_int(stmt, row->height_px);
    fox_sql_bind_int(stmt, row->quality);
    fox_sql_bind_blob(stmt, row->sha256, sizeof row->sha256);
    fox_sql_bind_int(stmt, row->render_ms);
    fox_sql_bind_int(stmt, row->created_ms);
    fox_sql_bind_int(stmt, row->skip);
    fox_field_bind_id(stmt, &row->image_id);
    fox_sql_bind_name(stmt, row->kind);
}

static pxf_status replace(struct fox_sql_tx *tx, const struct fox_variant_row *row,
                          int64_t *ret_changed, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE variant"
                        "   SET position = ?, pool_id = ?, object_key = ?, bytes = ?, format = ?,"
                        "       width_px = ?, height_px = ?, quality = ?, sha256 = ?,"
                        "       render_ms = ?, created_ms = ?, skip = ?"
                        " WHERE image_id = ? AND kind = ?",
                        err));
    bind(stmt, row);
    return fox_sql_run(stmt, ret_changed, err);
}

static pxf_status insert(struct fox_sql_tx *tx, const struct fox_variant_row *row, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO variant"
                        "            (position, pool_id, object_key, bytes, format,"
                        "             width_px, height_px, quality, sha256,"
                        "             render_ms, created_ms, skip, image_id, kind)"
                        "     VALUES (?, ?, ?, ?, ?,"
                        "             ?, ?, ?, ?,"
                        "             ?, ?, ?, ?, ?)",
                        err));
    bind(stmt, row);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_variant_put_in(struct fox_sql_tx *tx, const struct fox_variant_row *row,
                              pxf_error *err)
{
    int64_t changed;

    TRY(check(row, err));
    TRY(fox_image_lock_living_in(tx, &row->image_id, err));
    TRY(replace(tx, row, &changed, err));
    return changed > 0 ? PXF_OK : insert(tx, row, err);
}

pxf_status fox_variant_remove_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                                 const char *kind, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "DELETE FROM variant"
                        " WHERE image_id = ? AND kind = ?",
                        err));
    fox_field_bind_id(stmt, image_id);
    fox_sql_bind_name(stmt, kind);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_key_is_known_in(struct fox_sql_tx *tx, const struct fox_id *pool_id, const char *key,
                               bool *ret_known, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(
        &stmt, tx,
        "SELECT (SELECT COUNT(*) FROM image WHERE pool_id = ? AND object_key = ?)"
        "     + (SELECT COUNT(*) FROM variant WHERE pool_id = ? AND object_key = ?) AS row_count",
        err));
    fox_field_bind_id(stmt, pool_id);
    fox_sql_bind_name(stmt, key);
    fox_field_bind_id(stmt, pool_id);
    fox_sql_bind_name(stmt, key);
    TRY(fox_sql_step(stmt, &found, err));
    *ret_known = fox_sql_int(stmt, "row_count") > 0;
    return PXF_OK;
}
