/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/hold.h"

#include <stdlib.h>

#include "base/mem.h"
#include "meta/field.h"
#include "meta/hold_row.h"

void fox_hold_row_let_go(struct fox_hold_row *row)
{
    free(row->owner);
    free(row->key);
    free(row->temporary_key);
    *row = (struct fox_hold_row){0};
}

void fox_hold_list_let_go(struct fox_hold_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        fox_hold_row_let_go(&list->rows[i]);
    }
    free(list->rows);
    *list = (struct fox_hold_list){0};
}

static pxf_status read_row(struct fox_hold_row *row, struct fox_sql_stmt *stmt, pxf_error *err)
{
    (void)fox_field_copy_id(&row->id, stmt, "id");
    (void)fox_field_copy_id(&row->image_id, stmt, "image_id");
    (void)fox_field_copy_id(&row->pool_id, stmt, "pool_id");
    (void)fox_field_copy_id(&row->holder, stmt, "holder");
    row->bytes = (uint64_t)fox_sql_int(stmt, "bytes");
    row->expires_ms = fox_sql_int(stmt, "expires_ms");
    TRY(fox_field_copy(&row->owner, stmt, "owner", err));
    TRY(fox_field_copy(&row->key, stmt, "object_key", err));
    return fox_field_copy(&row->temporary_key, stmt, "temporary_key", err);
}

pxf_status fox_hold_row_read_one(struct fox_sql_stmt *stmt, struct fox_hold_row *ret_row,
                                 bool *ret_found, pxf_error *err)
{
    AUTO(fox_hold_row) row = {0};
    bool found;

    TRY(fox_sql_step(stmt, &found, err));
    if (found) {
        TRY(read_row(&row, stmt, err));
        *ret_row = row;
        row = (struct fox_hold_row){0};
    }
    *ret_found = found;
    return PXF_OK;
}

pxf_status fox_hold_get_in(struct fox_sql_tx *tx, const struct fox_id *id,
                           struct fox_hold_row *ret_row, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT *"
                        "  FROM hold"
                        " WHERE id = ?",
                        err));
    fox_field_bind_id(stmt, id);
    TRY(fox_hold_row_read_one(stmt, ret_row, &found, err));
    return found ? PXF_OK : fox_field_not_found("hold", id, err);
}

static pxf_status read_all(struct fox_sql_stmt *stmt, struct fox_hold_list *ret_list,
                           pxf_error *err)
{
    AUTO(fox_hold_list) list = {0};
    size_t capacity = 0;
    bool found;

    TRY(fox_sql_step(stmt, &found, err));
    while (found) {
        TRY(fox_mem_grow(&list.rows, &capacity, list.count + 1, sizeof *list.rows, err));
        list.count++;
        TRY(read_row(&list.rows[list.count - 1], stmt, err));
        TRY(fox_sql_step(stmt, &found, err));
    }
    *ret_list = list;
    list = (struct fox_hold_list){0};
    return PXF_OK;
}

pxf_status fox_hold_list_ending_in(struct fox_sql_tx *tx, const struct fox_id *after, size_t limit,
                                   struct fox_hold_list *ret_list, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "  SELECT *"
                        "    FROM hold"
                        "   WHERE id > ? AND expires_ms > 0"
                        "   ORDER BY id"
                        "   LIMIT ?",
                        err));
    fox_field_bind_id(stmt, after);
    fox_sql_bind_int(stmt, (int64_t)limit);
    return read_all(stmt, ret_list, err);
}

pxf_status fox_hold_names_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                             const struct fox_id *pool_id, const char *temporary_key,
                             bool *ret_names, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT id"
                        "  FROM hold"
                        " WHERE image_id = ? AND pool_id = ? AND temporary_key = ?",
                        err));
    fox_field_bind_id(stmt, image_id);
    fox_field_bind_id(stmt, pool_id);
    fox_sql_bind_name(stmt, temporary_key);
    return fox_sql_step(stmt, ret_names, err);
}
