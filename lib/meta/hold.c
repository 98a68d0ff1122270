/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/hold.h"

#include <inttypes.h>

#include "meta/field.h"
#include "meta/hold_row.h"
#include "meta/owner.h"
#include "meta/pool.h"

static pxf_status lost(const struct fox_id *id, pxf_error *err)
{
    char text[FOX_ID_TEXT_BYTES];

    fox_id_format(text, id);
    return fox_fail(err, PXF_LOST, "the hold '%s' is gone", text);
}

/* Takes room of both, or, where one of them is FULL, of none. */
static pxf_status take_room(struct fox_sql_tx *tx, const struct fox_hold_row *row, uint64_t bytes,
                            uint64_t owner_max_bytes, pxf_error *err)
{
    pxf_status status;

    TRY(fox_pool_hold_in(tx, &row->pool_id, bytes, err));
    status = fox_owner_hold_in(tx, row->owner, bytes, owner_max_bytes, err);
    if (status == PXF_FULL) {
        TRY(fox_pool_unhold_in(tx, &row->pool_id, bytes, err));
    }
    return status;
}

static pxf_status give_room(struct fox_sql_tx *tx, const struct fox_hold_row *row, uint64_t bytes,
                            pxf_error *err)
{
    TRY(fox_pool_unhold_in(tx, &row->pool_id, bytes, err));
    return fox_owner_unhold_in(tx, row->owner, bytes, err);
}

static pxf_status add(struct fox_sql_tx *tx, const struct fox_hold_row *row, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool is_new;

    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO hold"
                        "            (id, image_id, pool_id, owner, object_key, temporary_key,"
                        "             bytes, holder, expires_ms)"
                        "     VALUES (?, ?, ?, ?, ?, ?,"
                        "             ?, ?, ?)",
                        err));
    fox_field_bind_id(stmt, &row->id);
    fox_field_bind_id(stmt, &row->image_id);
    fox_field_bind_id(stmt, &row->pool_id);
    fox_sql_bind_name(stmt, row->owner);
    fox_sql_bind_name(stmt, row->key);
    fox_sql_bind_name(stmt, row->temporary_key);
    fox_sql_bind_int(stmt, (int64_t)row->bytes);
    fox_field_bind_id(stmt, &row->holder);
    fox_sql_bind_int(stmt, row->expires_ms);
    TRY(fox_sql_add(stmt, &is_new, err));
    if (!is_new) {
        return fox_fail(err, PXF_EXISTS, "another hold has that id");
    }
    return PXF_OK;
}

pxf_status fox_hold_add_in(struct fox_sql_tx *tx, const struct fox_hold_row *row,
                           uint64_t owner_max_bytes, pxf_error *err)
{
    const struct fox_field fields[] = {
        {"a hold's owner", row->owner, FOX_FIELD_OWNER_LIMIT, FOX_FIELD_NEEDED},
        {"a hold's key", row->key, FOX_FIELD_KEY_LIMIT, FOX_FIELD_BYTES},
        {"a hold's temporary key", row->temporary_key, FOX_FIELD_KEY_LIMIT, FOX_FIELD_BYTES},
    };

    TRY(fox_fields_check(fields, sizeof fields / sizeof fields[0], err));
    TRY(take_room(tx, row, row->bytes, owner_max_bytes, err));
    return add(tx, row, err);
}

/* Finds the row and keeps others from it, so that its room is given back once. */
static pxf_status seize(struct fox_sql_tx *tx, const struct fox_id *id,
                        struct fox_hold_row *ret_row, bool *ret_found, pxf_error *err)
{
    bool found;

    TRY(fox_field_lock(tx, "hold", id, &found, err));
    if (found) {
        TRY(fox_hold_get_in(tx, id, ret_row, err));
    }
    *ret_found = found;
    return PXF_OK;
}

/* The row goes, its room does not. */
static pxf_status erase_row(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "DELETE FROM hold"
                        " WHERE id = ?",
                        err));
    fox_field_bind_id(stmt, id);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status make_lasting(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t bytes,
                               pxf_error *err)
{
    static const struct fox_id nobody = {{0}};
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE hold"
                        "   SET object_key = NULL, temporary_key = NULL, bytes = ?, holder = ?,"
                        "       expires_ms = 0"
                        " WHERE id = ?",
                        err));
    fox_sql_bind_int(stmt, (int64_t)bytes);
    fox_field_bind_id(stmt, &nobody);
    fox_field_bind_id(stmt, id);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_hold_use_in(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t bytes,
                           uint64_t later_bytes, pxf_error *err)
{
    AUTO(fox_hold_row) row = {0};
    bool found;

    TRY(seize(tx, id, &row, &found, err));
    if (!found) {
        return lost(id, err);
    }
    if (bytes > row.bytes || later_bytes > row.bytes - bytes) {
        return fox_fail(err, PXF_INVALID,
                        "%" PRIu64 " and %" PRIu64 " bytes are more than the %" PRIu64
                        " that were held",
                        bytes, later_bytes, row.bytes);
    }
    TRY(later_bytes > 0 ? make_lasting(tx, id, later_bytes, err) : erase_row(tx, id, err));
    TRY(fox_pool_use_held_in(tx, &row.pool_id, row.bytes - later_bytes, bytes, err));
    return fox_owner_use_held_in(tx, row.owner, row.bytes - later_bytes, bytes, err);
}

static pxf_status write_bytes(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t bytes,
                              pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE hold"
                        "   SET bytes = ?"
                        " WHERE id = ?",
                        err));
    fox_sql_bind_int(stmt, (int64_t)bytes);
    fox_field_bind_id(stmt, id);
    return fox_sql_run(stmt, NULL, err);
}

pxf_status fox_hold_resize_in(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t bytes,
                              uint64_t owner_max_bytes, pxf_error *err)
{
    AUTO(fox_hold_row) row = {0};
    bool found;

    TRY(seize(tx, id, &row, &found, err));
    if (!found) {
        return lost(id, err);
    }
    if (bytes > row.bytes) {
        TRY(take_room(tx, &row, bytes - row.bytes, owner_max_bytes, err));
    }
    if (bytes < row.bytes) {
        TRY(give_room(tx, &row, row.bytes - bytes, err));
    }
    return write_bytes(tx, id, bytes, err);
}

pxf_status fox_hold_extend_in(struct fox_sql_tx *tx, const struct fox_id *id, int64_t expires_ms,
                              pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE hold"
                        "   SET expires_ms = ?"
                        " WHERE id = ?",
                        err));
    fox_sql_bind_int(stmt, expires_ms);
    fox_field_bind_id(stmt, id);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : lost(id, err);
}

/* Of a row that was seized. */
static pxf_status erase(struct fox_sql_tx *tx, const struct fox_hold_row *row, pxf_error *err)
{
    TRY(give_room(tx, row, row->bytes, err));
    return erase_row(tx, &row->id, err);
}

pxf_status fox_hold_remove_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err)
{
    AUTO(fox_hold_row) row = {0};
    bool found;

    TRY(seize(tx, id, &row, &found, err));
    return found ? erase(tx, &row, err) : lost(id, err);
}

/* The same for a hold that must have ended before `now_ms`. */
static pxf_status seize_ended(struct fox_sql_tx *tx, const struct fox_id *id, int64_t now_ms,
                              struct fox_hold_row *ret_row, pxf_error *err)
{
    char text[FOX_ID_TEXT_BYTES];
    bool found;

    TRY(seize(tx, id, ret_row, &found, err));
    if (!found) {
        return lost(id, err);
    }
    if (ret_row->expires_ms == 0 || ret_row->expires_ms >= now_ms) {
        fox_id_format(text, id);
        return fox_fail(err, PXF_CONFLICT, "the hold '%s' was prolonged", text);
    }
    return PXF_OK;
}

pxf_status fox_hold_remove_expired_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                      int64_t now_ms, pxf_error *err)
{
    AUTO(fox_hold_row) row = {0};

    TRY(seize_ended(tx, id, now_ms, &row, err));
    return erase(tx, &row, err);
}

pxf_status fox_hold_take_over_in(struct fox_sql_tx *tx, const struct fox_id *id, int64_t now_ms,
                                 const struct fox_hold_claim *claim, pxf_error *err)
{
    AUTO(fox_hold_row) row = {0};
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(seize_ended(tx, id, now_ms, &row, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE hold"
                        "   SET id = ?, holder = ?, expires_ms = ?"
                        " WHERE id = ?",
                        err));
    fox_field_bind_id(stmt, &claim->id);
    fox_field_bind_id(stmt, &claim->holder);
    fox_sql_bind_int(stmt, claim->expires_ms);
    fox_field_bind_id(stmt, id);
    return fox_sql_run(stmt, NULL, err);
}

/* Any one of the image's holds. */
static pxf_status find_of_image(struct fox_sql_tx *tx, const struct fox_id *image_id,
                                struct fox_id *ret_id, bool *ret_found, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "  SELECT id"
                        "    FROM hold"
                        "   WHERE image_id = ?"
                        "   ORDER BY id"
                        "   LIMIT 1",
                        err));
    fox_field_bind_id(stmt, image_id);
    TRY(fox_sql_step(stmt, ret_found, err));
    if (*ret_found) {
        (void)fox_field_copy_id(ret_id, stmt, "id");
    }
    return PXF_OK;
}

pxf_status fox_hold_remove_of_image_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                                       pxf_error *err)
{
    struct fox_id id;
    bool found, is_seized;

    TRY(find_of_image(tx, image_id, &id, &found, err));
    while (found) {
        AUTO(fox_hold_row) row = {0};

        TRY(seize(tx, &id, &row, &is_seized, err));
        if (is_seized) {
            TRY(erase(tx, &row, err));
        }
        TRY(find_of_image(tx, image_id, &id, &found, err));
    }
    return PXF_OK;
}
