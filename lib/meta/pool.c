/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/pool.h"

#include "base/mem.h"
#include "meta/field.h"
#include "meta/pool_row.h"

/* A unique key was taken: says by which. */
static pxf_status taken(struct fox_sql_tx *tx, const struct fox_pool_row *row, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    char text[FOX_ID_TEXT_BYTES];
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT name"
                        "  FROM pool"
                        " WHERE name = ?",
                        err));
    fox_sql_bind_name(stmt, row->name);
    TRY(fox_sql_step(stmt, &found, err));
    if (found) {
        return fox_fail(err, PXF_EXISTS, "a pool named '%s' is there already", row->name);
    }
    TRY(fox_pool_check_default_in(tx, row, err));
    fox_id_format(text, &row->id);
    return fox_fail(err, PXF_EXISTS, "a pool with the id '%s' is there already", text);
}

pxf_status fox_pool_add_in(struct fox_sql_tx *tx, const struct fox_pool_row *row, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool is_new;

    TRY(fox_pool_row_check(row, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO pool"
                        "            (type, tier, state, priority, weight, max_bytes, is_default,"
                        "             is_backup_target, path, node, region, public_url,"
                        "             id, name, created_ms,"
                        "             used_bytes, held_bytes, file_count, version)"
                        "     VALUES (?, ?, ?, ?, ?, ?, ?,"
                        "             ?, ?, ?, ?, ?,"
                        "             ?, ?, ?,"
                        "             0, 0, 0, 1)",
                        err));
    fox_pool_row_bind(stmt, row);
    fox_field_bind_id(stmt, &row->id);
    fox_sql_bind_name(stmt, row->name);
    fox_sql_bind_int(stmt, row->created_ms);
    TRY(fox_sql_add(stmt, &is_new, err));
    return is_new ? PXF_OK : taken(tx, row, err);
}

/* The first row of a statement that selected all columns. */
static pxf_status read_one(struct fox_sql_stmt *stmt, struct fox_pool_row *ret_row, bool *ret_found,
                           pxf_error *err)
{
    AUTO(fox_pool_row) row = {0};
    bool found;

    TRY(fox_sql_step(stmt, &found, err));
    if (found) {
        TRY(fox_pool_row_read(&row, stmt, err));
        *ret_row = row;
        row = (struct fox_pool_row){0};
    }
    *ret_found = found;
    return PXF_OK;
}

pxf_status fox_pool_get_in(struct fox_sql_tx *tx, const struct fox_id *id,
                           struct fox_pool_row *ret_row, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT *"
                        "  FROM pool"
                        " WHERE id = ?",
                        err));
    fox_field_bind_id(stmt, id);
    TRY(read_one(stmt, ret_row, &found, err));
    return found ? PXF_OK : fox_field_not_found("pool", id, err);
}

pxf_status fox_pool_find_in(struct fox_sql_tx *tx, const char *name, struct fox_pool_row *ret_row,
                            pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT *"
                        "  FROM pool"
                        " WHERE name = ?",
                        err));
    fox_sql_bind_name(stmt, name);
    TRY(read_one(stmt, ret_row, &found, err));
    return found ? PXF_OK : fox_fail(err, PXF_NOT_FOUND, "no pool named '%s'", name);
}

pxf_status fox_pool_list_in(struct fox_sql_tx *tx, struct fox_pool_list *ret_list, pxf_error *err)
{
    AUTO(fox_pool_list) list = {0};
    AUTO(fox_sql_stmt) *stmt = NULL;
    size_t capacity = 0;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "  SELECT *"
                        "    FROM pool"
                        "   ORDER BY name",
                        err));
    TRY(fox_sql_step(stmt, &found, err));
    while (found) {
        TRY(fox_mem_grow(&list.rows, &capacity, list.count + 1, sizeof *list.rows, err));
        list.count++;
        TRY(fox_pool_row_read(&list.rows[list.count - 1], stmt, err));
        TRY(fox_sql_step(stmt, &found, err));
    }
    *ret_list = list;
    list = (struct fox_pool_list){0};
    return PXF_OK;
}
