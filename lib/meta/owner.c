/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/owner.h"

#include "meta/field.h"
#include "meta/owner_row.h"

pxf_status fox_owner_add_in(struct fox_sql_tx *tx, const char *owner, pxf_error *err)
{
    const struct fox_field field = {"an owner", owner, FOX_FIELD_OWNER_LIMIT, FOX_FIELD_NEEDED};
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_fields_check(&field, 1, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO owner (name, used_bytes, held_bytes, image_count)"
                        "     VALUES (?, 0, 0, 0)",
                        err));
    fox_sql_bind_name(stmt, owner);
    return fox_sql_add(stmt, NULL, err);
}

pxf_status fox_owner_get_in(struct fox_sql_tx *tx, const char *owner,
                            struct fox_owner_usage *ret_usage, pxf_error *err)
{
    struct fox_owner_usage usage = {0};
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT used_bytes, held_bytes, image_count, max_bytes"
                        "  FROM owner"
                        " WHERE name = ?",
                        err));
    fox_sql_bind_name(stmt, owner);
    TRY(fox_sql_step(stmt, &found, err));
    if (found) {
        usage.used_bytes = (uint64_t)fox_sql_int(stmt, "used_bytes");
        usage.held_bytes = (uint64_t)fox_sql_int(stmt, "held_bytes");
        usage.image_count = fox_sql_int(stmt, "image_count");
        usage.max_bytes = (uint64_t)fox_sql_int(stmt, "max_bytes");
    }
    *ret_usage = usage;
    return PXF_OK;
}

pxf_status fox_owner_set_max_in(struct fox_sql_tx *tx, const char *owner, uint64_t max_bytes,
                                pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_field_check_size("an owner's maximum", max_bytes, err));
    TRY(fox_owner_lock_in(tx, owner, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE owner"
                        "   SET max_bytes = ?"
                        " WHERE name = ?",
                        err));
    fox_field_bind_unless_zero(stmt, (int64_t)max_bytes);
    fox_sql_bind_name(stmt, owner);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_owner_lock_in(struct fox_sql_tx *tx, const char *owner, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    /* An update to the own value holds the row on every database. */
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE owner"
                        "   SET image_count = image_count"
                        " WHERE name = ?",
                        err));
    fox_sql_bind_name(stmt, owner);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : fox_owner_add_in(tx, owner, err);
}

pxf_status fox_owner_count_in(struct fox_sql_tx *tx, const char *owner,
                              struct fox_owner_usage *ret_usage, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT CAST((SELECT COALESCE(SUM(bytes), 0)"
                        "               FROM image"
                        "              WHERE owner = ?)"
                        "          + (SELECT COALESCE(SUM(variant.bytes), 0)"
                        "               FROM image"
                        "               JOIN variant ON variant.image_id = image.id"
                        "              WHERE image.owner = ?) AS SIGNED) AS used_bytes,"
                        "       CAST((SELECT COALESCE(SUM(bytes), 0)"
                        "               FROM hold"
                        "              WHERE owner = ?) AS SIGNED) AS held_bytes,"
                        "       (SELECT COUNT(*)"
                        "          FROM image"
                        "         WHERE owner = ?) AS image_count",
                        err));
    for (int i = 0; i < 4; i++) {
        fox_sql_bind_name(stmt, owner);
    }
    TRY(fox_sql_step(stmt, &found, err));
    *ret_usage = (struct fox_owner_usage){
        .used_bytes = (uint64_t)fox_sql_int(stmt, "used_bytes"),
        .held_bytes = (uint64_t)fox_sql_int(stmt, "held_bytes"),
        .image_count = fox_sql_int(stmt, "image_count"),
    };
    return PXF_OK;
}

pxf_status fox_owner_correct_in(struct fox_sql_tx *tx, const char *owner,
                                const struct fox_owner_usage *usage, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_owner_lock_in(tx, owner, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE owner"
                        "   SET used_bytes = ?, held_bytes = ?, image_count = ?"
                        " WHERE name = ?",
                        err));
    fox_sql_bind_int(stmt, (int64_t)usage->used_bytes);
    fox_sql_bind_int(stmt, (int64_t)usage->held_bytes);
    fox_sql_bind_int(stmt, usage->image_count);
    fox_sql_bind_name(stmt, owner);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status prepare_next(struct fox_sql_stmt **ret_stmt, struct fox_sql_tx *tx,
                               const char *after, pxf_error *err)
{
    if (!after) {
        return fox_sql_prepare(ret_stmt, tx,
                               "  SELECT name"
                               "    FROM owner"
                               "   ORDER BY name"
                               "   LIMIT 1",
                               err);
    }
    TRY(fox_sql_prepare(ret_stmt, tx,
                        "  SELECT name"
                        "    FROM owner"
                        "   WHERE name > ?"
                        "   ORDER BY name"
                        "   LIMIT 1",
                        err));
    fox_sql_bind_name(*ret_stmt, after);
    return PXF_OK;
}

pxf_status fox_owner_next_in(struct fox_sql_tx *tx, const char *after, char **ret_owner,
                             pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(prepare_next(&stmt, tx, after, err));
    TRY(fox_sql_step(stmt, &found, err));
    if (!found) {
        *ret_owner = NULL;
        return PXF_OK;
    }
    return fox_field_copy(ret_owner, stmt, "name", err);
}
