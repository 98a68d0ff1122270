/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/image.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "meta/cursor.h"
#include "meta/field.h"
#include "meta/image_row.h"

enum { PAGE_LIMIT = 1000, SEARCH_LIMIT_BYTES = 1000 };

/* A query whose cursor was read. */
struct filter {
    const struct fox_image_query *query;
    const char *text; /* NULL: all */
    bool has_cursor;
    struct fox_cursor cursor;
};

static pxf_status make_filter(struct filter *filter, const struct fox_image_query *query,
                              pxf_error *err)
{
    const struct fox_field field = {"the text to look for", query->text, SEARCH_LIMIT_BYTES,
                                    FOX_FIELD_TEXT};

    if (query->limit < 1 || query->limit > PAGE_LIMIT) {
        return fox_fail(err, PXF_INVALID, "a page has 1 to %d images, not %zu", PAGE_LIMIT,
                        query->limit);
    }
    TRY(fox_fields_check(&field, 1, err));
    *filter = (struct filter){.query = query, .has_cursor = query->cursor != NULL};
    filter->text = query->text && query->text[0] ? query->text : NULL;
    return filter->has_cursor ? fox_cursor_parse(&filter->cursor, query->cursor, err) : PXF_OK;
}

/* Joined from literals, so that the database sees only what is asked and takes the index for it.
 * The plus signs keep SQLite from choosing the index of states where the owner's is better. */
static void put_sql(struct fox_str *sql, const struct filter *filter)
{
    const struct fox_image_query *query = filter->query;

    fox_str_put_text(sql, "  SELECT *"
                          "    FROM image");
    fox_str_put_text(sql, query->state == 0 ? "   WHERE +state <> ?"
                          : query->owner    ? "   WHERE +state = ?"
                                            : "   WHERE state = ?");
    if (query->owner) {
        fox_str_put_text(sql, "     AND owner = ?");
    }
    if (query->from_ms != 0) {
        fox_str_put_text(sql, "     AND created_ms >= ?");
    }
    if (query->to_ms != 0) {
        fox_str_put_text(sql, "     AND created_ms < ?");
    }
    if (filter->has_cursor) {
        fox_str_put_text(sql, "     AND created_ms <= ? AND (created_ms < ? OR id < ?)");
    }
    if (filter->text) {
        fox_str_put_text(sql, "     AND (INSTR(LOWER(title), LOWER(?)) > 0"
                              "          OR INSTR(LOWER(description), LOWER(?)) > 0)");
    }
    fox_str_put_text(sql, "   ORDER BY created_ms DESC, id DESC"
                          "   LIMIT ?");
}

/* In the order of put_sql. */
static void bind(struct fox_sql_stmt *stmt, const struct filter *filter)
{
    const struct fox_image_query *query = filter->query;

    fox_sql_bind_int(stmt, query->state == 0 ? PXF_IMAGE_DELETED : query->state);
    if (query->owner) {
        fox_sql_bind_name(stmt, query->owner);
    }
    if (query->from_ms != 0) {
        fox_sql_bind_int(stmt, query->from_ms);
    }
    if (query->to_ms != 0) {
        fox_sql_bind_int(stmt, query->to_ms);
    }
    if (filter->has_cursor) {
        fox_sql_bind_int(stmt, filter->cursor.at_ms);
        fox_sql_bind_int(stmt, filter->cursor.at_ms);
        fox_field_bind_id(stmt, &filter->cursor.id);
    }
    if (filter->text) {
        fox_sql_bind_text(stmt, filter->text);
        fox_sql_bind_text(stmt, filter->text);
    }
    fox_sql_bind_int(stmt, (int64_t)query->limit);
}

pxf_status fox_image_list_in(struct fox_sql_tx *tx, const struct fox_image_query *query,
                             struct fox_image_list *ret_list, pxf_error *err)
{
    AUTO(fox_image_list) list = {0};
    AUTO(fox_sql_stmt) *stmt = NULL;
    AUTO(fox_str) sql = {0};
    struct filter filter;
    size_t capacity = 0;
    bool found;

    TRY(make_filter(&filter, query, err));
    put_sql(&sql, &filter);
    TRY(fox_str_check(&sql, err));
    TRY(fox_sql_prepare(&stmt, tx, fox_str_text(&sql), err));
    bind(stmt, &filter);
    TRY(fox_sql_step(stmt, &found, err));
    while (found) {
        TRY(fox_mem_grow(&list.rows, &capacity, list.count + 1, sizeof *list.rows, err));
        list.count++;
        TRY(fox_image_row_read(&list.rows[list.count - 1], stmt, err));
        TRY(fox_sql_step(stmt, &found, err));
    }
    *ret_list = list;
    list = (struct fox_image_list){0};
    return PXF_OK;
}

/* Steps a bound statement to its end. */
static pxf_status read_ids(struct fox_sql_stmt *stmt, struct fox_id_list *ret_list, pxf_error *err)
{
    AUTO(fox_id_list) list = {0};
    size_t capacity = 0;
    bool found;

    TRY(fox_sql_step(stmt, &found, err));
    while (found) {
        TRY(fox_mem_grow(&list.ids, &capacity, list.count + 1, sizeof *list.ids, err));
        list.last.at_ms = fox_sql_int(stmt, "created_ms");
        (void)fox_field_copy_id(&list.last.id, stmt, "id");
        list.ids[list.count++] = list.last.id;
        TRY(fox_sql_step(stmt, &found, err));
    }
    *ret_list = list;
    list = (struct fox_id_list){0};
    return PXF_OK;
}

pxf_status fox_image_ids_of_owner_in(struct fox_sql_tx *tx, const char *owner, size_t limit,
                                     struct fox_id_list *ret_list, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "  SELECT id, created_ms"
                        "    FROM image"
                        "   WHERE owner = ? AND +state <> ?"
                        "   ORDER BY created_ms, id"
                        "   LIMIT ?",
                        err));
    fox_sql_bind_name(stmt, owner);
    fox_sql_bind_int(stmt, PXF_IMAGE_DELETED);
    fox_sql_bind_int(stmt, (int64_t)limit);
    return read_ids(stmt, ret_list, err);
}

pxf_status fox_image_ids_in_state_in(struct fox_sql_tx *tx, const struct fox_image_stay *stay,
                                     struct fox_id_list *ret_list, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "  SELECT id, created_ms"
                        "    FROM image"
                        "   WHERE state = ? AND created_ms >= ? AND (created_ms > ? OR id > ?)"
                        "     AND state_ms < ?"
                        "   ORDER BY created_ms, id"
                        "   LIMIT ?",
                        err));
    fox_sql_bind_int(stmt, stay->state);
    fox_sql_bind_int(stmt, stay->after.at_ms);
    fox_sql_bind_int(stmt, stay->after.at_ms);
    fox_field_bind_id(stmt, &stay->after.id);
    fox_sql_bind_int(stmt, stay->before_ms);
    fox_sql_bind_int(stmt, (int64_t)stay->limit);
    return read_ids(stmt, ret_list, err);
}
