/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/image.h"

#include "meta/field.h"
#include "meta/image_row.h"

static void bind_people(struct fox_sql_stmt *stmt, const struct fox_image_row *row)
{
    fox_field_bind_id(stmt, &row->id);
    fox_sql_bind_name(stmt, row->owner);
    fox_sql_bind_text(stmt, row->title);
    fox_sql_bind_text(stmt, row->description);
    fox_sql_bind_int(stmt, row->visibility);
    fox_sql_bind_text(stmt, row->uploader_address);
    fox_sql_bind_name(stmt, row->share_key);
    fox_image_bind_dedupe(stmt, row->owner, row->sha256);
}

static void bind_picture(struct fox_sql_stmt *stmt, const struct fox_image_row *row)
{
    fox_field_bind_id(stmt, &row->pool_id);
    fox_sql_bind_name(stmt, row->key);
    fox_sql_bind_int(stmt, (int64_t)row->bytes);
    fox_sql_bind_int(stmt, row->format);
    fox_sql_bind_int(stmt, row->width_px);
    fox_sql_bind_int(stmt, row->height_px);
    fox_sql_bind_int(stmt, row->frame_count);
    fox_sql_bind_int(stmt, row->has_alpha);
    fox_sql_bind_blob(stmt, row->sha256, sizeof row->sha256);
    fox_sql_bind_int(stmt, row->switches);
}

static void bind_life(struct fox_sql_stmt *stmt, const struct fox_image_row *row)
{
    fox_sql_bind_int(stmt, row->state);
    fox_sql_bind_int(stmt, row->created_ms);
    fox_sql_bind_int(stmt, row->failure.status);
    fox_sql_bind_name(stmt, row->failure.rule);
    fox_sql_bind_text(stmt, row->failure.message);
    fox_sql_bind_int(stmt, row->created_ms);
    fox_sql_bind_int(stmt, row->accessed_ms);
    fox_sql_bind_int(stmt, row->ready_ms);
    fox_sql_bind_int(stmt, row->view_count);
    fox_sql_bind_int(stmt, row->download_count);
    fox_sql_bind_name(stmt, row->upload_node);
    fox_sql_bind_name(stmt, row->process_node);
    fox_sql_bind_name(stmt, row->trace_id);
}

static pxf_status insert(struct fox_sql_tx *tx, const struct fox_image_row *row, bool *ret_is_new,
                         pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO image"
                        "            (id, owner, title, description, visibility, uploader_address,"
                        "             share_key, dedupe,"
                        "             pool_id, object_key, bytes, format, width_px, height_px,"
                        "             frame_count, has_alpha, sha256, switches,"
                        "             state, state_ms, failure_status, failure_rule,"
                        "             failure_message, created_ms, accessed_ms, ready_ms,"
                        "             view_count, download_count, upload_node, process_node,"
                        "             trace_id, deleted_ms, version)"
                        "     VALUES (?, ?, ?, ?, ?, ?,"
                        "             ?, ?,"
                        "             ?, ?, ?, ?, ?, ?,"
                        "             ?, ?, ?, ?,"
                        "             ?, ?, ?, ?,"
                        "             ?, ?, ?, ?,"
                        "             ?, ?, ?, ?,"
                        "             ?, 0, 1)",
                        err));
    bind_people(stmt, row);
    bind_picture(stmt, row);
    bind_life(stmt, row);
    return fox_sql_add(stmt, ret_is_new, err);
}

static pxf_status look_for_twin(struct fox_sql_tx *tx, const char *owner,
                                const uint8_t sha256[FOX_HASH_BYTES], struct fox_id *ret_id,
                                bool *ret_found, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT id"
                        "  FROM image"
                        " WHERE dedupe = ?",
                        err));
    fox_image_bind_dedupe(stmt, owner, sha256);
    TRY(fox_sql_step(stmt, ret_found, err));
    if (*ret_found) {
        (void)fox_field_copy_id(ret_id, stmt, "id");
    }
    return PXF_OK;
}

/* A unique key was taken: says by whom. */
static pxf_status taken(struct fox_sql_tx *tx, const struct fox_image_row *row,
                        struct fox_id *ret_twin, pxf_error *err)
{
    char text[FOX_ID_TEXT_BYTES];
    struct fox_id twin;
    bool found;

    TRY(look_for_twin(tx, row->owner, row->sha256, &twin, &found, err));
    if (!found) {
        fox_id_format(text, &row->id);
        return fox_fail(err, PXF_CONFLICT,
                        "the id, the share key or the place of the image '%s' is another's", text);
    }
    *ret_twin = twin;
    fox_id_format(text, &twin);
    return fox_fail(err, PXF_EXISTS, "the same picture is there already as the image '%s'", text);
}

pxf_status fox_image_add_in(struct fox_sql_tx *tx, const struct fox_image_row *row,
                            struct fox_id *ret_twin, pxf_error *err)
{
    bool is_new;

    TRY(fox_image_row_check(row, err));
    if (row->state == PXF_IMAGE_DELETED) {
        return fox_fail(err, PXF_INVALID, "an image cannot be added as a deleted one");
    }
    TRY(insert(tx, row, &is_new, err));
    return is_new ? PXF_OK : taken(tx, row, ret_twin, err);
}

/* The first row of a statement that selected all columns. */
static pxf_status read_one(struct fox_sql_stmt *stmt, struct fox_image_row *ret_row,
                           bool *ret_found, pxf_error *err)
{
    AUTO(fox_image_row) row = {0};
    bool found;

    TRY(fox_sql_step(stmt, &found, err));
    if (found) {
        TRY(fox_image_row_read(&row, stmt, err));
        *ret_row = row;
        row = (struct fox_image_row){0};
    }
    *ret_found = found;
    return PXF_OK;
}

pxf_status fox_image_get_in(struct fox_sql_tx *tx, const struct fox_id *id,
                            struct fox_image_row *ret_row, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT *"
                        "  FROM image"
                        " WHERE id = ?",
                        err));
    fox_field_bind_id(stmt, id);
    TRY(read_one(stmt, ret_row, &found, err));
    return found ? PXF_OK : fox_field_not_found("image", id, err);
}

pxf_status fox_image_find_shared_in(struct fox_sql_tx *tx, const char *share_key,
                                    struct fox_image_row *ret_row, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT *"
                        "  FROM image"
                        " WHERE share_key = ? AND state <> ?",
                        err));
    fox_sql_bind_name(stmt, share_key);
    fox_sql_bind_int(stmt, PXF_IMAGE_DELETED);
    TRY(read_one(stmt, ret_row, &found, err));
    return found ? PXF_OK : fox_fail(err, PXF_NOT_FOUND, "no image has that share key");
}

pxf_status fox_image_find_twin_in(struct fox_sql_tx *tx, const char *owner,
                                  const uint8_t sha256[FOX_HASH_BYTES], struct fox_id *ret_id,
                                  pxf_error *err)
{
    struct fox_id id;
    bool found;

    TRY(look_for_twin(tx, owner, sha256, &id, &found, err));
    if (!found) {
        return fox_fail(err, PXF_NOT_FOUND, "the owner '%s' has no such picture", owner);
    }
    *ret_id = id;
    return PXF_OK;
}
