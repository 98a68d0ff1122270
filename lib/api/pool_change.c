/* SPDX-License-Identifier: Apache-2.0 */
#include "api/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "os/path.h"

static bool is_folder(const struct fox_pool_row *row)
{
    return row->type == PXF_POOL_LOCAL || row->type == PXF_POOL_NFS;
}

static pxf_status list_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    fox_pool_list_let_go(ctx);
    return fox_pool_list_in(tx, ctx, err);
}

/* Relative paths would mean another folder to each process. */
static pxf_status make_absolute(struct fox_pool_row *row, pxf_error *err)
{
    char *absolute = NULL;
    pxf_error cause = {0};

    if (!row->path) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_POOL, 0, "pool '%s' needs a path",
                             row->name);
    }
    if (fox_path_resolve(&absolute, row->path, PXF_ORIGIN_POOL, &cause) != PXF_OK) {
        return fox_fail_from(err, (pxf_status)cause.status, PXF_ORIGIN_POOL, cause.code,
                             "pool '%s': its folder: %s", row->name, cause.message);
    }
    free(row->path);
    row->path = absolute;
    return PXF_OK;
}

/* The absolute path of another pool's folder, without links where they can be followed. */
static pxf_status place_of(const pxf_store *store, const struct fox_pool_row *other,
                           struct fox_str *place, pxf_error *err)
{
    char *resolved = NULL;

    TRY(fox_store_pool_path(store, other->path, place, err));
    if (fox_path_resolve(&resolved, fox_str_text(place), PXF_ORIGIN_POOL, NULL) == PXF_OK) {
        fox_str_clear(place);
        fox_str_put_text(place, resolved);
        free(resolved);
    }
    return fox_str_check(place, err);
}

static pxf_status check_apart_from(const pxf_store *store, const struct fox_pool_row *row,
                                   const struct fox_pool_row *other, pxf_error *err)
{
    AUTO(fox_str) place = {0};

    if (!other->path || fox_id_equals(&row->id, &other->id)) {
        return PXF_OK;
    }
    TRY(place_of(store, other, &place, err));
    if (fox_path_is_within(row->path, fox_str_text(&place)) ||
        fox_path_is_within(fox_str_text(&place), row->path)) {
        return fox_fail(err, PXF_INVALID,
                        "pool '%s': '%s' and the folder of pool '%s' lie one in the other",
                        row->name, row->path, other->name);
    }
    return PXF_OK;
}

/* A pool is a folder of its own: what lies in another's, or around the store, would be found twice.
 */
static pxf_status check_apart(pxf_store *store, const struct fox_pool_row *row,
                              const struct fox_pool_list *others, pxf_error *err)
{
    if (fox_path_is_within(store->home_path, row->path)) {
        return fox_fail(err, PXF_INVALID, "pool '%s': '%s' is or holds the store's own folder",
                        row->name, row->path);
    }
    for (size_t i = 0; i < others->count; i++) {
        TRY(check_apart_from(store, row, &others->rows[i], err));
    }
    return PXF_OK;
}

/* What lies in the store's folder moves with it: its path is kept relative to it. */
static pxf_status find_place(pxf_store *store, struct fox_pool_row *row,
                             const struct fox_pool_list *others, pxf_error *err)
{
    char *path;

    TRY(make_absolute(row, err));
    TRY(check_apart(store, row, others, err));
    path = fox_mem_text(fox_store_path_within(store, row->path), err);
    if (!path) {
        return PXF_NO_MEMORY;
    }
    free(row->path);
    row->path = path;
    return PXF_OK;
}

static pxf_status copy_text(char **to, const char *from, pxf_error *err)
{
    *to = fox_mem_text(from, err);
    return from && !*to ? PXF_NO_MEMORY : PXF_OK;
}

static pxf_status copy_row(struct fox_pool_row *to, const struct fox_pool_row *from, pxf_error *err)
{
    *to = *from;
    to->name = to->path = to->node = to->region = to->public_url = NULL;
    TRY(copy_text(&to->name, from->name, err));
    TRY(copy_text(&to->path, from->path, err));
    TRY(copy_text(&to->node, from->node, err));
    TRY(copy_text(&to->region, from->region, err));
    return copy_text(&to->public_url, from->public_url, err);
}

static const struct fox_pool_row *find_id(const struct fox_pool_list *rows, const struct fox_id *id)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (fox_id_equals(&rows->rows[i].id, id)) {
            return &rows->rows[i];
        }
    }
    return NULL;
}

/* An adding that was interrupted before the row, and a pool that was removed, left a marker of this
 * store that no row has: its pool is taken up again. */
static pxf_status choose_id(pxf_store *store, struct fox_pool_row *row,
                            const struct fox_pool_list *others, pxf_error *err)
{
    AUTO(fox_str) path = {0};

    if (is_folder(row)) {
        TRY(fox_store_pool_path(store, row->path, &path, err));
        if (fox_blob_find_local(&row->id, fox_str_text(&path), &store->home) &&
            !find_id(others, &row->id)) {
            return PXF_OK;
        }
    }
    return fox_id_new(&row->id, &store->env, row->created_ms, err);
}

static pxf_status check_free_name(const struct fox_pool_list *others, const char *name,
                                  pxf_error *err)
{
    for (size_t i = 0; i < others->count; i++) {
        if (strcmp(others->rows[i].name, name) == 0) {
            return fox_fail(err, PXF_EXISTS, "the pool '%s' is there already", name);
        }
    }
    return PXF_OK;
}

static pxf_status add_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return fox_pool_add_in(tx, ctx, err);
}

static pxf_status add(pxf_store *store, struct fox_pool_row *row, pxf_error *err)
{
    AUTO(fox_pool_list) others = {0};

    TRY(fox_sql_read(store->db, FOX_FRESH, list_in, &others, err));
    TRY(check_free_name(&others, row->name, err));
    row->created_ms = fox_env_now_ms(&store->env);
    if (is_folder(row)) {
        TRY(find_place(store, row, &others, err));
    }
    TRY(choose_id(store, row, &others, err));
    if (is_folder(row)) {
        if (!row->node && *store->node && row->type == PXF_POOL_LOCAL) {
            TRY(copy_text(&row->node, store->node, err));
        }
        TRY(fox_store_adopt(store, row, FOX_BLOB_ADD, err));
    }
    return fox_sql_write(store->db, FOX_DURABLE, add_in, row, err);
}

/* Everybody looks at the pools anew, in this process and in others. */
static pxf_status tell(pxf_store *store, pxf_status status)
{
    fox_pools_forget(store->pools);
    if (status == PXF_OK) {
        store->flow.wake(store->flow.ctx);
    }
    return status;
}

pxf_status pxf_pool_add(pxf_store *store, const pxf_pool *pool, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    AUTO(fox_pool_row) row = {0};

    TRY(fox_call_enter(&call, store, err));
    TRY(copy_row(&row, &pool->row, err));
    row.id = (struct fox_id){0};
    return tell(store, add(store, &row, err));
}

/* A change of fields, and of the place where it moved. */
struct change {
    struct fox_pool_row row;
    char *place; /* NULL: as it is */
};

static void change_let_go(struct change *change)
{
    fox_pool_row_let_go(&change->row);
    free(change->place);
}

static pxf_status update_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct change *change = ctx;

    TRY(fox_pool_update_in(tx, &change->row, err));
    return change->place ? fox_pool_place_in(tx, &change->row.id, change->place, err) : PXF_OK;
}

static bool is_used(const struct fox_pool_row *now)
{
    return now->file_count > 0 || now->used_bytes > 0 || now->held_bytes > 0;
}

/* A pool with pictures goes where its folder went, and the marker proves it. One without takes any
 * empty folder; the catalog looks once more whether it has none. */
static pxf_status move(pxf_store *store, struct change *change, const struct fox_pool_row *now,
                       pxf_error *err)
{
    pxf_error cause = {0};

    if (fox_store_adopt(store, &change->row, FOX_BLOB_FOLLOW, &cause) == PXF_OK) {
        change->place = change->row.path;
        change->row.path = NULL;
        return copy_text(&change->row.path, now->path, err);
    }
    if (is_used(now)) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_POOL, cause.code,
                             "pool '%s' holds pictures, so its path follows its folder only: %s",
                             now->name, cause.message);
    }
    return fox_store_adopt(store, &change->row, FOX_BLOB_ADD, err);
}

static pxf_status look_for_move(pxf_store *store, struct change *change, pxf_error *err)
{
    AUTO(fox_pool_list) rows = {0};
    const struct fox_pool_row *now;

    TRY(fox_sql_read(store->db, FOX_FRESH, list_in, &rows, err));
    now = find_id(&rows, &change->row.id);
    if (!now || !is_folder(&change->row)) {
        return PXF_OK; /* the operation says so */
    }
    TRY(find_place(store, &change->row, &rows, err));
    if (now->path && strcmp(now->path, change->row.path) == 0) {
        return PXF_OK;
    }
    return move(store, change, now, err);
}

pxf_status pxf_pool_update(pxf_store *store, const pxf_pool *pool, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    AUTO(change) change = {.place = NULL};

    TRY(fox_call_enter(&call, store, err));
    TRY(copy_row(&change.row, &pool->row, err));
    if (pool->is_moved) {
        TRY(look_for_move(store, &change, err));
    }
    return tell(store, fox_sql_write(store->db, FOX_DURABLE, update_in, &change, err));
}

static pxf_status remove_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct fox_pool_row *row = ctx;

    return fox_pool_remove_in(tx, &row->id, err);
}

pxf_status pxf_pool_remove(pxf_store *store, const char *name, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    AUTO(fox_pool_row) row = {0};

    TRY(fox_call_enter(&call, store, err));
    TRY(fox_pool_read_row(store, name, &row, err));
    return tell(store, fox_sql_write(store->db, FOX_DURABLE, remove_in, &row, err));
}

pxf_status pxf_pool_adopt(pxf_store *store, const char *name, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    AUTO(fox_pool_row) row = {0};

    TRY(fox_call_enter(&call, store, err));
    TRY(fox_pool_read_row(store, name, &row, err));
    if (!is_folder(&row)) {
        return fox_fail(err, PXF_INVALID, "pool '%s' is no folder", name);
    }
    return tell(store, fox_store_adopt(store, &row, FOX_BLOB_ADOPT, err));
}
