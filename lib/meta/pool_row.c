/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/pool_row.h"

#include <stdlib.h>

#include "meta/field.h"

void fox_pool_row_let_go(struct fox_pool_row *row)
{
    free(row->name);
    free(row->path);
    free(row->node);
    free(row->region);
    free(row->public_url);
    *row = (struct fox_pool_row){0};
}

void fox_pool_list_let_go(struct fox_pool_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        fox_pool_row_let_go(&list->rows[i]);
    }
    free(list->rows);
    *list = (struct fox_pool_list){0};
}

static void read_numbers(struct fox_pool_row *row, struct fox_sql_stmt *stmt)
{
    row->type = (pxf_pool_type)fox_sql_int(stmt, "type");
    row->tier = (pxf_tier)fox_sql_int(stmt, "tier");
    row->state = (pxf_pool_state)fox_sql_int(stmt, "state");
    row->priority = (int32_t)fox_sql_int(stmt, "priority");
    row->weight = (int32_t)fox_sql_int(stmt, "weight");
    row->max_bytes = (uint64_t)fox_sql_int(stmt, "max_bytes");
    row->used_bytes = (uint64_t)fox_sql_int(stmt, "used_bytes");
    row->held_bytes = (uint64_t)fox_sql_int(stmt, "held_bytes");
    row->file_count = fox_sql_int(stmt, "file_count");
    row->is_default = !fox_sql_is_null(stmt, "is_default");
    row->is_backup_target = fox_sql_int(stmt, "is_backup_target") != 0;
    row->created_ms = fox_sql_int(stmt, "created_ms");
    row->version = fox_sql_int(stmt, "version");
}

pxf_status fox_pool_row_read(struct fox_pool_row *row, struct fox_sql_stmt *stmt, pxf_error *err)
{
    (void)fox_field_copy_id(&row->id, stmt, "id");
    read_numbers(row, stmt);
    TRY(fox_field_copy(&row->name, stmt, "name", err));
    TRY(fox_field_copy(&row->path, stmt, "path", err));
    TRY(fox_field_copy(&row->node, stmt, "node", err));
    TRY(fox_field_copy(&row->region, stmt, "region", err));
    return fox_field_copy(&row->public_url, stmt, "public_url", err);
}

void fox_pool_row_bind(struct fox_sql_stmt *stmt, const struct fox_pool_row *row)
{
    fox_sql_bind_int(stmt, row->type);
    fox_sql_bind_int(stmt, row->tier);
    fox_sql_bind_int(stmt, row->state);
    fox_sql_bind_int(stmt, row->priority);
    fox_sql_bind_int(stmt, row->weight);
    fox_field_bind_unless_zero(stmt, (int64_t)row->max_bytes);
    fox_field_bind_unless_zero(stmt, row->is_default);
    fox_sql_bind_int(stmt, row->is_backup_target);
    fox_sql_bind_name(stmt, row->path);
    fox_sql_bind_name(stmt, row->node);
    fox_sql_bind_text(stmt, row->region);
    fox_sql_bind_text(stmt, row->public_url);
}

pxf_status fox_pool_row_check(const struct fox_pool_row *row, pxf_error *err)
{
    const struct fox_field fields[] = {
        {"a pool's name", row->name, FOX_FIELD_NAME_LIMIT, FOX_FIELD_NEEDED},
        {"a pool's path", row->path, FOX_FIELD_PATH_LIMIT, FOX_FIELD_BYTES},
        {"a pool's node", row->node, FOX_FIELD_NAME_LIMIT, FOX_FIELD_BYTES},
        {"a pool's region", row->region, FOX_FIELD_TEXT_LIMIT, FOX_FIELD_TEXT},
        {"a pool's public_url", row->public_url, FOX_FIELD_TEXT_LIMIT, FOX_FIELD_TEXT},
    };

    TRY(fox_fields_check(fields, sizeof fields / sizeof fields[0], err));
    return fox_field_check_size("a pool's maximum", row->max_bytes, err);
}

pxf_status fox_pool_references_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                  struct fox_pool_references *ret_references, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT (SELECT COUNT(*) FROM image WHERE pool_id = ?) AS image_count,"
                        "       (SELECT COUNT(*) FROM variant WHERE pool_id = ?) AS variant_count,"
                        "       (SELECT COUNT(*) FROM hold WHERE pool_id = ?) AS hold_count",
                        err));
    fox_field_bind_id(stmt, id);
    fox_field_bind_id(stmt, id);
    fox_field_bind_id(stmt, id);
    TRY(fox_sql_step(stmt, &found, err));
    *ret_references = (struct fox_pool_references){
        .image_count = fox_sql_int(stmt, "image_count"),
        .variant_count = fox_sql_int(stmt, "variant_count"),
        .hold_count = fox_sql_int(stmt, "hold_count"),
    };
    return PXF_OK;
}

pxf_status fox_pool_check_default_in(struct fox_sql_tx *tx, const struct fox_pool_row *row,
                                     pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    if (!row->is_default) {
        return PXF_OK;
    }
    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT name"
                        "  FROM pool"
                        " WHERE is_default = 1 AND id <> ?",
                        err));
    fox_field_bind_id(stmt, &row->id);
    TRY(fox_sql_step(stmt, &found, err));
    if (found) {
        return fox_fail(err, PXF_EXISTS, "the pool '%s' is the default already",
                        fox_sql_text(stmt, "name"));
    }
    return PXF_OK;
}
