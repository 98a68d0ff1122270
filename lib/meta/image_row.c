/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/image_row.h"

#include <stdlib.h>
#include <string.h>

#include "meta/field.h"
#include "model/words.h"

void fox_image_row_let_go(struct fox_image_row *row)
{
    free(row->owner);
    free(row->title);
    free(row->description);
    free(row->uploader_address);
    free(row->share_key);
    free(row->key);
    free(row->failure.message);
    free(row->upload_node);
    free(row->process_node);
    free(row->trace_id);
    *row = (struct fox_image_row){0};
}

void fox_image_list_let_go(struct fox_image_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        fox_image_row_let_go(&list->rows[i]);
    }
    free(list->rows);
    *list = (struct fox_image_list){0};
}

void fox_id_list_let_go(struct fox_id_list *list)
{
    free(list->ids);
    *list = (struct fox_id_list){0};
}

static void read_picture(struct fox_image_row *row, struct fox_sql_stmt *stmt)
{
    row->bytes = (uint64_t)fox_sql_int(stmt, "bytes");
    row->format = (pxf_format)fox_sql_int(stmt, "format");
    row->width_px = (uint32_t)fox_sql_int(stmt, "width_px");
    row->height_px = (uint32_t)fox_sql_int(stmt, "height_px");
    row->frame_count = (uint32_t)fox_sql_int(stmt, "frame_count");
    row->has_alpha = fox_sql_int(stmt, "has_alpha") != 0;
    fox_sql_copy(stmt, "sha256", row->sha256, sizeof row->sha256);
    row->switches = (uint32_t)fox_sql_int(stmt, "switches");
}

static void read_life(struct fox_image_row *row, struct fox_sql_stmt *stmt)
{
    row->visibility = (pxf_visibility)fox_sql_int(stmt, "visibility");
    row->state = (pxf_image_state)fox_sql_int(stmt, "state");
    row->state_ms = fox_sql_int(stmt, "state_ms");
    row->failure.status = (pxf_status)fox_sql_int(stmt, "failure_status");
    row->created_ms = fox_sql_int(stmt, "created_ms");
    row->accessed_ms = fox_sql_int(stmt, "accessed_ms");
    row->ready_ms = fox_sql_int(stmt, "ready_ms");
    row->deleted_ms = fox_sql_int(stmt, "deleted_ms");
    row->view_count = fox_sql_int(stmt, "view_count");
    row->download_count = fox_sql_int(stmt, "download_count");
    row->version = fox_sql_int(stmt, "version");
}

pxf_status fox_image_row_read(struct fox_image_row *row, struct fox_sql_stmt *stmt, pxf_error *err)
{
    (void)fox_field_copy_id(&row->id, stmt, "id");
    (void)fox_field_copy_id(&row->pool_id, stmt, "pool_id");
    read_picture(row, stmt);
    read_life(row, stmt);
    fox_field_copy_into(row->failure.rule, sizeof row->failure.rule, stmt, "failure_rule");
    TRY(fox_field_copy(&row->owner, stmt, "owner", err));
    TRY(fox_field_copy(&row->title, stmt, "title", err));
    TRY(fox_field_copy(&row->description, stmt, "description", err));
    TRY(fox_field_copy(&row->uploader_address, stmt, "uploader_address", err));
    TRY(fox_field_copy(&row->share_key, stmt, "share_key", err));
    TRY(fox_field_copy(&row->key, stmt, "object_key", err));
    TRY(fox_field_copy(&row->failure.message, stmt, "failure_message", err));
    TRY(fox_field_copy(&row->upload_node, stmt, "upload_node", err));
    TRY(fox_field_copy(&row->process_node, stmt, "process_node", err));
    return fox_field_copy(&row->trace_id, stmt, "trace_id", err);
}

pxf_status fox_image_row_check(const struct fox_image_row *row, pxf_error *err)
{
    const struct fox_field fields[] = {
        {"an image's owner", row->owner, FOX_FIELD_OWNER_LIMIT, FOX_FIELD_NEEDED},
        {"an image's title", row->title, FOX_FIELD_TEXT_LIMIT, FOX_FIELD_TEXT},
        {"an image's description", row->description, FOX_FIELD_TEXT_LIMIT, FOX_FIELD_TEXT},
        {"an uploader's address", row->uploader_address, FOX_FIELD_TEXT_LIMIT, FOX_FIELD_TEXT},
        {"an image's share key", row->share_key, FOX_FIELD_NAME_LIMIT, FOX_FIELD_NEEDED},
        {"an image's key", row->key, FOX_FIELD_KEY_LIMIT, FOX_FIELD_NEEDED},
        {"an image's failure", row->failure.message, FOX_FIELD_TEXT_LIMIT, FOX_FIELD_TEXT},
        {"an image's upload node", row->upload_node, FOX_FIELD_NAME_LIMIT, FOX_FIELD_BYTES},
        {"an image's process node", row->process_node, FOX_FIELD_NAME_LIMIT, FOX_FIELD_BYTES},
        {"an image's trace id", row->trace_id, FOX_FIELD_NAME_LIMIT, FOX_FIELD_BYTES},
    };

    TRY(fox_fields_check(fields, sizeof fields / sizeof fields[0], err));
    return fox_field_check_size("an image", row->bytes, err);
}

void fox_image_bind_dedupe(struct fox_sql_stmt *stmt, const char *owner,
                           const uint8_t sha256[FOX_HASH_BYTES])
{
    uint8_t dedupe[FOX_FIELD_OWNER_LIMIT + FOX_HASH_BYTES];
    const size_t size = strnlen(owner, FOX_FIELD_OWNER_LIMIT);

    memcpy(dedupe, owner, size);
    memcpy(dedupe + size, sha256, FOX_HASH_BYTES);
    fox_sql_bind_blob(stmt, dedupe, size + FOX_HASH_BYTES);
}

pxf_status fox_image_state_in(struct fox_sql_tx *tx, const struct fox_id *id,
                              pxf_image_state *ret_state, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT state"
                        "  FROM image"
                        " WHERE id = ?",
                        err));
    fox_field_bind_id(stmt, id);
    TRY(fox_sql_step(stmt, &found, err));
    if (!found) {
        return fox_field_not_found("image", id, err);
    }
    *ret_state = (pxf_image_state)fox_sql_int(stmt, "state");
    return PXF_OK;
}

pxf_status fox_image_lock_living_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err)
{
    pxf_image_state state;
    bool found;

    TRY(fox_field_lock(tx, "image", id, &found, err));
    if (!found) {
        return fox_field_not_found("image", id, err);
    }
    TRY(fox_image_state_in(tx, id, &state, err));
    return state != PXF_IMAGE_DELETED ? PXF_OK : fox_image_forbidden(id, state, err);
}

pxf_status fox_image_forbidden(const struct fox_id *id, pxf_image_state state, pxf_error *err)
{
    char text[FOX_ID_TEXT_BYTES];

    fox_id_format(text, id);
    return fox_fail(err, PXF_CONFLICT, "the image '%s' is %s", text, fox_image_state_name(state));
}
