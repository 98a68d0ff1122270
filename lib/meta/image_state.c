/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/image.h"

#include "meta/field.h"
#include "meta/image_row.h"

static const struct fox_image_failure no_failure = {0};

static pxf_status check_step(pxf_image_state state, const struct fox_image_failure *failure,
                             const char *node, pxf_error *err)
{
    const struct fox_field fields[] = {
        {"an image's failure", failure ? failure->message : NULL, FOX_FIELD_TEXT_LIMIT,
         FOX_FIELD_TEXT},
        {"an image's process node", node, FOX_FIELD_NAME_LIMIT, FOX_FIELD_BYTES},
    };

    if (state < PXF_IMAGE_PENDING || state > PXF_IMAGE_FAILED) {
        return fox_fail(err, PXF_INVALID, "%d is no state of an image", (int)state);
    }
    if (state == PXF_IMAGE_FAILED && (!failure || failure->status == PXF_OK)) {
        return fox_fail(err, PXF_INVALID, "an image cannot fail without a reason");
    }
    return fox_fields_check(fields, sizeof fields / sizeof fields[0], err);
}

pxf_status fox_image_set_state_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                  pxf_image_state state, const struct fox_image_failure *failure,
                                  const char *node, int64_t now_ms, pxf_error *err)
{
    const struct fox_image_failure *why = state == PXF_IMAGE_FAILED ? failure : &no_failure;
    AUTO(fox_sql_stmt) *stmt = NULL;
    pxf_image_state now;
    int64_t changed;

    if (state == PXF_IMAGE_DELETED) {
        return fox_image_hide_in(tx, id, now_ms, err);
    }
    TRY(check_step(state, failure, node, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE image"
                        "   SET state = ?, state_ms = ?,"
                        "       failure_status = ?, failure_rule = ?, failure_message = ?,"
                        "       process_node = COALESCE(?, process_node), ready_ms = ?"
                        " WHERE id = ? AND state IN (?, ?, ?, ?)",
                        err));
    fox_sql_bind_int(stmt, state);
    fox_sql_bind_int(stmt, now_ms);
    fox_sql_bind_int(stmt, why->status);
    fox_sql_bind_name(stmt, why->rule);
    fox_sql_bind_text(stmt, why->message);
    fox_sql_bind_name(stmt, node);
    fox_sql_bind_int(stmt, state == PXF_IMAGE_READY ? now_ms : 0);
    fox_field_bind_id(stmt, id);
    fox_sql_bind_int(stmt, PXF_IMAGE_PENDING);
    fox_sql_bind_int(stmt, PXF_IMAGE_PROCESSING);
    fox_sql_bind_int(stmt, PXF_IMAGE_FAILED);
    /* What is ready can only be made again. */
    fox_sql_bind_int(stmt, state == PXF_IMAGE_PENDING ? PXF_IMAGE_READY : PXF_IMAGE_FAILED);
    TRY(fox_sql_run(stmt, &changed, err));
    if (changed > 0) {
        return PXF_OK;
    }
    TRY(fox_image_state_in(tx, id, &now, err));
    return fox_image_forbidden(id, now, err);
}

pxf_status fox_image_lock_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err)
{
    bool found;

    TRY(fox_field_lock(tx, "image", id, &found, err));
    return found ? PXF_OK : fox_field_not_found("image", id, err);
}

pxf_status fox_image_hide_in(struct fox_sql_tx *tx, const struct fox_id *id, int64_t now_ms,
                             pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    pxf_image_state state;
    int64_t changed;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE image"
                        "   SET state = ?, state_ms = ?, deleted_ms = ?, dedupe = NULL"
                        " WHERE id = ? AND state <> ?",
                        err));
    fox_sql_bind_int(stmt, PXF_IMAGE_DELETED);
    fox_sql_bind_int(stmt, now_ms);
    fox_sql_bind_int(stmt, now_ms);
    fox_field_bind_id(stmt, id);
    fox_sql_bind_int(stmt, PXF_IMAGE_DELETED);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : fox_image_state_in(tx, id, &state, err);
}

/* DELETED, and nothing held for it any more. */
static pxf_status check_removable(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    char text[FOX_ID_TEXT_BYTES];
    pxf_image_state state;
    bool found;

    TRY(fox_image_state_in(tx, id, &state, err));
    if (state != PXF_IMAGE_DELETED) {
        return fox_image_forbidden(id, state, err);
    }
    TRY(fox_sql_prepare(&stmt, tx,
                        "  SELECT id"
                        "    FROM hold"
                        "   WHERE image_id = ?"
                        "   LIMIT 1",
                        err));
    fox_field_bind_id(stmt, id);
    TRY(fox_sql_step(stmt, &found, err));
    if (found) {
        fox_id_format(text, id);
        return fox_fail(err, PXF_CONFLICT, "the image '%s' still holds room", text);
    }
    return PXF_OK;
}

static pxf_status erase(struct fox_sql_tx *tx, const char *sql, const struct fox_id *id,
                        pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, sql, err));
    fox_field_bind_id(stmt, id);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_image_remove_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err)
{
    TRY(fox_image_lock_in(tx, id, err));
    TRY(check_removable(tx, id, err));
    TRY(erase(tx, "DELETE FROM metadata WHERE image_id = ?", id, err));
    TRY(erase(tx, "DELETE FROM variant WHERE image_id = ?", id, err));
    return erase(tx, "DELETE FROM image WHERE id = ?", id, err);
}
