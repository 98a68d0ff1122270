/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/event.h"

#include <stdlib.h>

#include "base/mem.h"
#include "meta/counter.h"
#include "meta/field.h"

void fox_event_row_let_go(struct fox_event_row *row)
{
    free(row->pool);
    free(row->message);
    *row = (struct fox_event_row){0};
}

void fox_event_list_let_go(struct fox_event_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        fox_event_row_let_go(&list->rows[i]);
    }
    free(list->rows);
    *list = (struct fox_event_list){0};
}

pxf_status fox_event_add_in(struct fox_sql_tx *tx, enum fox_event kind, int64_t at_ms,
                            const struct fox_id *image_id, const char *pool, const char *message,
                            pxf_error *err)
{
    const struct fox_field fields[] = {
        {"an event's pool", pool, FOX_FIELD_NAME_LIMIT, FOX_FIELD_BYTES},
        {"an event's message", message, FOX_FIELD_TEXT_LIMIT, FOX_FIELD_TEXT},
    };
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t number;

    TRY(fox_fields_check(fields, sizeof fields / sizeof fields[0], err));
    TRY(fox_counter_next_in(tx, FOX_COUNTER_EVENT, &number, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO event (number, kind, at_ms, image_id, pool, message)"
                        "     VALUES (?, ?, ?, ?, ?, ?)",
                        err));
    fox_sql_bind_int(stmt, number);
    fox_sql_bind_int(stmt, kind);
    fox_sql_bind_int(stmt, at_ms);
    fox_field_bind_id(stmt, image_id);
    fox_sql_bind_name(stmt, pool);
    fox_sql_bind_text(stmt, message);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status read_row(struct fox_event_row *row, struct fox_sql_stmt *stmt, pxf_error *err)
{
    row->number = fox_sql_int(stmt, "number");
    row->kind = (enum fox_event)fox_sql_int(stmt, "kind");
    row->at_ms = fox_sql_int(stmt, "at_ms");
    row->has_image = fox_field_copy_id(&row->image_id, stmt, "image_id");
    TRY(fox_field_copy(&row->pool, stmt, "pool", err));
    return fox_field_copy(&row->message, stmt, "message", err);
}

pxf_status fox_event_list_in(struct fox_sql_tx *tx, int64_t after, size_t limit,
                             struct fox_event_list *ret_list, pxf_error *err)
{
    AUTO(fox_event_list) list = {0};
    AUTO(fox_sql_stmt) *stmt = NULL;
    size_t capacity = 0;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "  SELECT number, kind, at_ms, image_id, pool, message"
                        "    FROM event"
                        "   WHERE number > ?"
                        "   ORDER BY number"
                        "   LIMIT ?",
                        err));
    fox_sql_bind_int(stmt, after);
    fox_sql_bind_int(stmt, (int64_t)limit);
    TRY(fox_sql_step(stmt, &found, err));
    while (found) {
        TRY(fox_mem_grow(&list.rows, &capacity, list.count + 1, sizeof *list.rows, err));
        list.count++;
        TRY(read_row(&list.rows[list.count - 1], stmt, err));
        TRY(fox_sql_step(stmt, &found, err));
    }
    *ret_list = list;
    list = (struct fox_event_list){0};
    return PXF_OK;
}

pxf_status fox_event_last_in(struct fox_sql_tx *tx, int64_t *ret_number, pxf_error *err)
{
    return fox_counter_get_in(tx, FOX_COUNTER_EVENT, ret_number, err);
}

/* The highest number to go, among the `limit` lowest there are; 0 if none may go. */
static pxf_status find_last_expired(struct fox_sql_tx *tx, int64_t before_ms, size_t limit,
                                    int64_t *ret_number, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT MAX(number) AS last"
                        "  FROM (  SELECT number, at_ms"
                        "            FROM event"
                        "           ORDER BY number"
                        "           LIMIT ?) AS oldest"
                        " WHERE at_ms < ?",
                        err));
    fox_sql_bind_int(stmt, (int64_t)limit);
    fox_sql_bind_int(stmt, before_ms);
    TRY(fox_sql_step(stmt, &found, err));
    *ret_number = fox_sql_int(stmt, "last");
    return PXF_OK;
}

pxf_status fox_event_expire_in(struct fox_sql_tx *tx, int64_t before_ms, size_t limit,
                               int64_t *ret_count, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t last;

    TRY(find_last_expired(tx, before_ms, limit, &last, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "DELETE FROM event"
                        " WHERE number <= ? AND at_ms < ?",
                        err));
    fox_sql_bind_int(stmt, last);
    fox_sql_bind_int(stmt, before_ms);
    return fox_sql_run(stmt, ret_count, err);
}
