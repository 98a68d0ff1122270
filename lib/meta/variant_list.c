/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/variant.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "meta/field.h"

enum { IMAGE_LIMIT = 1000 };

void fox_variant_row_let_go(struct fox_variant_row *row)
{
    free(row->key);
    *row = (struct fox_variant_row){0};
}

void fox_variant_list_let_go(struct fox_variant_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        fox_variant_row_let_go(&list->rows[i]);
    }
    free(list->rows);
    *list = (struct fox_variant_list){0};
}

static pxf_status read_row(struct fox_variant_row *row, struct fox_sql_stmt *stmt, pxf_error *err)
{
    (void)fox_field_copy_id(&row->image_id, stmt, "image_id");
    fox_field_copy_into(row->kind, sizeof row->kind, stmt, "kind");
    row->position = (int32_t)fox_sql_int(stmt, "position");
    (void)fox_field_copy_id(&row->pool_id, stmt, "pool_id");
    row->bytes = (uint64_t)fox_sql_int(stmt, "bytes");
    row->format = (pxf_format)fox_sql_int(stmt, "format");
    row->width_px = (uint32_t)fox_sql_int(stmt, "width_px");
    row->height_px = (uint32_t)fox_sql_int(stmt, "height_px");
    row->quality = (int32_t)fox_sql_int(stmt, "quality");
    fox_sql_copy(stmt, "sha256", row->sha256, sizeof row->sha256);
    row->render_ms = fox_sql_int(stmt, "render_ms");
    row->created_ms = fox_sql_int(stmt, "created_ms");
    row->skip = (enum fox_skip)fox_sql_int(stmt, "skip");
    return fox_field_copy(&row->key, stmt, "object_key", err);
}

/* Steps a bound statement to its end. */
static pxf_status read_list(struct fox_sql_stmt *stmt, struct fox_variant_list *ret_list,
                            pxf_error *err)
{
    AUTO(fox_variant_list) list = {0};
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
    list = (struct fox_variant_list){0};
    return PXF_OK;
}

pxf_status fox_variant_list_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                               struct fox_variant_list *ret_list, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "  SELECT *"
                        "    FROM variant"
                        "   WHERE image_id = ?"
                        "   ORDER BY position, kind",
                        err));
    fox_field_bind_id(stmt, image_id);
    return read_list(stmt, ret_list, err);
}

/* A power of two, so that a handful of statements serves every size of page. */
static size_t places_for(size_t count)
{
    size_t places = 1;

    while (places < count) {
        places *= 2;
    }
    return places;
}

static void put_sql(struct fox_str *sql, size_t places)
{
    fox_str_put_text(sql, "  SELECT *"
                          "    FROM variant"
                          "   WHERE image_id IN (?");
    for (size_t i = 1; i < places; i++) {
        fox_str_put_text(sql, ", ?");
    }
    fox_str_put_text(sql, ")"
                          "   ORDER BY image_id, position, kind");
}

pxf_status fox_variant_list_of_in(struct fox_sql_tx *tx, const struct fox_id *image_ids,
                                  size_t count, struct fox_variant_list *ret_list, pxf_error *err)
{
    const size_t places = places_for(count);
    AUTO(fox_sql_stmt) *stmt = NULL;
    AUTO(fox_str) sql = {0};

    if (count > IMAGE_LIMIT) {
        return fox_fail(err, PXF_INVALID, "a page has at most %d images, not %zu", IMAGE_LIMIT,
                        count);
    }
    if (count == 0) {
        *ret_list = (struct fox_variant_list){0};
        return PXF_OK;
    }
    put_sql(&sql, places);
    TRY(fox_str_check(&sql, err));
    TRY(fox_sql_prepare(&stmt, tx, fox_str_text(&sql), err));
    for (size_t i = 0; i < places; i++) {
        fox_field_bind_id(stmt, &image_ids[i < count ? i : count - 1]);
    }
    return read_list(stmt, ret_list, err);
}
