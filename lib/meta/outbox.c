/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/outbox.h"

#include <stdlib.h>

#include "base/mem.h"
#include "meta/field.h"

void fox_outbox_row_let_go(struct fox_outbox_row *row)
{
    free(row->kind);
    free(row->payload);
    free(row->unique_key);
    free(row->node);
    free(row->trace_id);
    *row = (struct fox_outbox_row){0};
}

void fox_outbox_list_let_go(struct fox_outbox_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        fox_outbox_row_let_go(&list->rows[i]);
    }
    free(list->rows);
    *list = (struct fox_outbox_list){0};
}

static pxf_status check(const struct fox_outbox_row *row, pxf_error *err)
{
    const struct fox_field fields[] = {
        {"a job's kind", row->kind, FOX_FIELD_NAME_LIMIT, FOX_FIELD_NEEDED},
        {"a job's payload", row->payload, FOX_FIELD_LONG_LIMIT, FOX_FIELD_TEXT},
        {"a job's unique key", row->unique_key, FOX_FIELD_UNIQUE_LIMIT, FOX_FIELD_BYTES},
        {"a job's node", row->node, FOX_FIELD_NAME_LIMIT, FOX_FIELD_BYTES},
        {"a job's trace id", row->trace_id, FOX_FIELD_NAME_LIMIT, FOX_FIELD_BYTES},
    };

    return fox_fields_check(fields, sizeof fields / sizeof fields[0], err);
}

pxf_status fox_outbox_add_in(struct fox_sql_tx *tx, const struct fox_outbox_row *row,
                             pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(check(row, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO outbox"
                        "            (id, kind, payload, unique_key, node, trace_id,"
                        "             image_id, priority, due_ms, created_ms)"
                        "     VALUES (?, ?, ?, ?, ?, ?,"
                        "             ?, ?, ?, ?)",
                        err));
    fox_field_bind_id(stmt, &row->id);
    fox_sql_bind_name(stmt, row->kind);
    fox_sql_bind_text(stmt, row->payload);
    fox_sql_bind_name(stmt, row->unique_key);
    fox_sql_bind_name(stmt, row->node);
    fox_sql_bind_name(stmt, row->trace_id);
    fox_field_bind_id(stmt, row->has_image ? &row->image_id : NULL);
    fox_sql_bind_int(stmt, row->priority);
    fox_sql_bind_int(stmt, row->due_ms);
    fox_sql_bind_int(stmt, row->created_ms);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status read_row(struct fox_outbox_row *row, struct fox_sql_stmt *stmt, pxf_error *err)
{
    (void)fox_field_copy_id(&row->id, stmt, "id");
    row->has_image = fox_field_copy_id(&row->image_id, stmt, "image_id");
    row->priority = (int32_t)fox_sql_int(stmt, "priority");
    row->due_ms = fox_sql_int(stmt, "due_ms");
    row->created_ms = fox_sql_int(stmt, "created_ms");
    TRY(fox_field_copy(&row->kind, stmt, "kind", err));
    TRY(fox_field_copy(&row->payload, stmt, "payload", err));
    TRY(fox_field_copy(&row->unique_key, stmt, "unique_key", err));
    TRY(fox_field_copy(&row->node, stmt, "node", err));
    return fox_field_copy(&row->trace_id, stmt, "trace_id", err);
}

pxf_status fox_outbox_list_in(struct fox_sql_tx *tx, int64_t before_ms, size_t limit,
                              struct fox_outbox_list *ret_list, pxf_error *err)
{
    AUTO(fox_outbox_list) list = {0};
    AUTO(fox_sql_stmt) *stmt = NULL;
    size_t capacity = 0;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "  SELECT *"
                        "    FROM outbox"
                        "   WHERE created_ms < ?"
                        "   ORDER BY created_ms, id"
                        "   LIMIT ?",
                        err));
    fox_sql_bind_int(stmt, before_ms);
    fox_sql_bind_int(stmt, (int64_t)limit);
    TRY(fox_sql_step(stmt, &found, err));
    while (found) {
        TRY(fox_mem_grow(&list.rows, &capacity, list.count + 1, sizeof *list.rows, err));
        list.count++;
        TRY(read_row(&list.rows[list.count - 1], stmt, err));
        TRY(fox_sql_step(stmt, &found, err));
    }
    *ret_list = list;
    list = (struct fox_outbox_list){0};
    return PXF_OK;
}

pxf_status fox_outbox_remove_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "DELETE FROM outbox"
                        " WHERE id = ?",
                        err));
    fox_field_bind_id(stmt, id);
    return fox_sql_run(stmt, NULL, err);
}
