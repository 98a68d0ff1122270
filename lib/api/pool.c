/* SPDX-License-Identifier: Apache-2.0 */
#include "api/pool.h"

#include <stdlib.h>
#include <string.h>

#include "api/plain.h"
#include "base/mem.h"
#include "model/names.h"
#include "model/nearest.h"

enum { PRIORITY_DEFAULT = 100 };

static pxf_pool *make(pxf_error *err)
{
    pxf_pool *pool = fox_mem_new(1, sizeof *pool, err);

    if (!pool) {
        return NULL;
    }
    pool->texts = fox_mem_new(FOX_POOL_FIELD_LIMIT, sizeof *pool->texts, err);
    if (!pool->texts) {
        free(pool);
        return NULL;
    }
    pool->is_healthy = true;
    return pool;
}

pxf_pool *pxf_pool_new(const char *name, pxf_error *err)
{
    pxf_pool *pool;

    fox_fail_clear(err);
    if (fox_text_check(name, "a pool's name", err) != PXF_OK ||
        fox_name_check_pool(name, err) != PXF_OK) {
        return NULL;
    }
    pool = make(err);
    if (!pool) {
        return NULL;
    }
    pool->row = (struct fox_pool_row){
        .type = PXF_POOL_LOCAL,
        .tier = PXF_TIER_HOT,
        .state = PXF_POOL_ACTIVE,
        .priority = PRIORITY_DEFAULT,
        .weight = 1,
    };
    pool->row.name = fox_mem_text(name, err);
    if (!pool->row.name) {
        pxf_pool_free(pool);
        return NULL;
    }
    return pool;
}

void pxf_pool_free(pxf_pool *pool)
{
    if (!pool) {
        return;
    }
    for (size_t i = 0; i < FOX_POOL_FIELD_LIMIT; i++) {
        fox_str_free(&pool->texts[i]);
    }
    free(pool->texts);
    free(pool->reason);
    fox_pool_row_let_go(&pool->row);
    free(pool);
}

struct lookup {
    const char *name;
    struct fox_pool_list list;
    struct fox_pool_row row;
    int64_t image_count;
};

static pxf_status list_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct lookup *lookup = ctx;

    fox_pool_list_let_go(&lookup->list);
    return fox_pool_list_in(tx, &lookup->list, err);
}

/* The row of that name, taken out of the list; NOT_FOUND with the nearest. */
static pxf_status read_row(pxf_store *store, const char *name, struct fox_pool_row *ret_row,
                           pxf_error *err)
{
    struct lookup lookup = {.name = name};
    struct fox_nearest nearest;
    pxf_status status;
    bool found = false;

    TRY(fox_text_check(name, "a pool's name", err));
    nearest = fox_nearest_to(name);
    status = fox_sql_read(store->db, FOX_FRESH, list_in, &lookup, err);
    for (size_t i = 0; i < lookup.list.count && !found; i++) {
        fox_nearest_offer(&nearest, lookup.list.rows[i].name);
        found = strcmp(lookup.list.rows[i].name, name) == 0;
        if (found) {
            *ret_row = lookup.list.rows[i];
            lookup.list.rows[i] = (struct fox_pool_row){0};
        }
    }
    if (status == PXF_OK && !found) {
        status = nearest.best ? fox_fail(err, PXF_NOT_FOUND, "no pool '%s': did you mean '%s'?",
                                         name, nearest.best)
                              : fox_fail(err, PXF_NOT_FOUND, "no pool '%s'", name);
    }
    fox_pool_list_let_go(&lookup.list);
    return status;
}

static pxf_status count_images_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct lookup *lookup = ctx;

    return fox_pool_image_count_in(tx, &lookup->row.id, &lookup->image_count, err);
}

/* What this process sees of it, beside its row. */
static pxf_status see(pxf_pool *pool, pxf_store *store, pxf_error *err)
{
    AUTO(fox_pools_view) *view = NULL;
    const struct fox_pool_sight *sight;
    struct lookup lookup = {.row = {.id = pool->row.id}};

    TRY(fox_sql_read(store->db, FOX_MAY_LAG, count_images_in, &lookup, err));
    pool->image_count = lookup.image_count;
    TRY(fox_pools_get(store->pools, &view, err));
    sight = fox_pools_find(view, &pool->row.id);
    if (!sight) {
        return PXF_OK;
    }
    pool->health = sight->health;
    pool->is_healthy = sight->trouble.status == PXF_OK;
    pool->free_bytes = (int64_t)sight->health.disk_free_bytes;
    if (!pool->is_healthy) {
        pool->reason = fox_mem_text(sight->trouble.message, err);
        return pool->reason ? PXF_OK : PXF_NO_MEMORY;
    }
    return PXF_OK;
}

/* Takes the row over, also on failure. */
static pxf_pool *out(pxf_store *store, struct fox_pool_row *row, pxf_error *err)
{
    pxf_pool *pool = make(err);

    if (!pool) {
        fox_pool_row_let_go(row);
        return NULL;
    }
    pool->row = *row;
    *row = (struct fox_pool_row){0};
    if (see(pool, store, err) != PXF_OK) {
        pxf_pool_free(pool);
        return NULL;
    }
    return pool;
}

pxf_pool *pxf_pool_find(pxf_store *store, const char *name, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_pool_row row = {0};

    if (fox_call_enter(&call, store, err) != PXF_OK || read_row(store, name, &row, err) != PXF_OK) {
        return NULL;
    }
    return out(store, &row, err);
}

pxf_pool *pxf_pool_next(pxf_store *store, const char *after, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct lookup lookup = {0};
    pxf_pool *pool = NULL;

    if (fox_call_enter(&call, store, err) != PXF_OK ||
        fox_sql_read(store->db, FOX_FRESH, list_in, &lookup, err) != PXF_OK) {
        return NULL;
    }
    for (size_t i = 0; i < lookup.list.count && !pool; i++) {
        if (!after || strcmp(lookup.list.rows[i].name, after) > 0) {
            pool = out(store, &lookup.list.rows[i], err);
            lookup.list.rows[i] = (struct fox_pool_row){0};
            break;
        }
    }
    fox_pool_list_let_go(&lookup.list);
    return pool;
}

static pxf_status add_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return fox_pool_add_in(tx, ctx, err);
}

static bool is_folder(const struct fox_pool_row *row)
{
    return row->type == PXF_POOL_LOCAL || row->type == PXF_POOL_NFS;
}

/* Relative paths would mean another folder to each process. */
static pxf_status make_absolute(struct fox_pool_row *row, pxf_error *err)
{
    char *absolute = row->path ? realpath(row->path, NULL) : NULL;

    if (!absolute) {
        return fox_fail_from(err, row->path ? PXF_NOT_FOUND : PXF_INVALID, PXF_ORIGIN_POOL, 0,
                             row->path ? "pool '%s': its folder '%s' is not there"
                                       : "pool '%s' needs a path",
                             row->name, row->path);
    }
    free(row->path);
    row->path = absolute;
    return PXF_OK;
}

/* Whether one path is the other, or lies below it. Both are absolute and without links. */
static bool is_within(const char *path, const char *folder)
{
    const size_t size = strlen(folder);

    return strncmp(path, folder, size) == 0 && (path[size] == '/' || !path[size] || size == 1);
}

/* A pool is a folder of its own: what lies in another's, or around the store, would be found twice.
 */
static pxf_status check_apart(pxf_store *store, const struct fox_pool_row *row, pxf_error *err)
{
    struct lookup lookup = {0};
    char *folder = realpath(store->path, NULL);
    pxf_status status = fox_sql_read(store->db, FOX_FRESH, list_in, &lookup, err);

    if (status == PXF_OK && folder && is_within(folder, row->path)) {
        status = fox_fail(err, PXF_INVALID, "pool '%s': '%s' is or holds the store's own folder",
                          row->name, row->path);
    }
    for (size_t i = 0; i < lookup.list.count && status == PXF_OK; i++) {
        const struct fox_pool_row *other = &lookup.list.rows[i];

        if (other->path &&
            (is_within(row->path, other->path) || is_within(other->path, row->path))) {
            status = fox_fail(err, PXF_INVALID,
                              "pool '%s': '%s' and the folder of pool '%s' lie "
                              "one in the other",
                              row->name, row->path, other->name);
        }
    }
    fox_pool_list_let_go(&lookup.list);
    free(folder);
    return status;
}

static pxf_status check_free_name(pxf_store *store, const char *name, pxf_error *err)
{
    struct fox_pool_row row = {0};
    pxf_error cause = {0};
    const pxf_status status = read_row(store, name, &row, &cause);

    fox_pool_row_let_go(&row);
    if (status == PXF_OK) {
        return fox_fail(err, PXF_EXISTS, "the pool '%s' is there already", name);
    }
    return status == PXF_NOT_FOUND ? PXF_OK : fox_fail_as(err, &cause);
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

static pxf_status add(pxf_store *store, struct fox_pool_row *row, pxf_error *err)
{
    struct fox_blob_local_options options;

    TRY(check_free_name(store, row->name, err));
    row->created_ms = fox_env_now_ms(&store->env);
    TRY(fox_id_new(&row->id, &store->env, row->created_ms, err));
    if (is_folder(row)) {
        TRY(make_absolute(row, err));
        TRY(check_apart(store, row, err));
        if (!row->node && *store->node && row->type == PXF_POOL_LOCAL) {
            TRY(copy_text(&row->node, store->node, err));
        }
        options = fox_store_local_options(store, row);
        TRY(fox_blob_adopt_local(&store->env, &options, err));
    }
    TRY(fox_sql_write(store->db, FOX_DURABLE, add_in, row, err));
    fox_pools_forget(store->pools);
    store->flow.wake(store->flow.ctx);
    return PXF_OK;
}

pxf_status pxf_pool_add(pxf_store *store, const pxf_pool *pool, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_pool_row row;
    pxf_status status;

    TRY(fox_call_enter(&call, store, err));
    status = copy_row(&row, &pool->row, err);
    if (status == PXF_OK) {
        status = add(store, &row, err);
    }
    fox_pool_row_let_go(&row);
    return status;
}

static pxf_status update_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct fox_pool_row *const *row = ctx;

    return fox_pool_update_in(tx, *row, err);
}

pxf_status pxf_pool_update(pxf_store *store, const pxf_pool *pool, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    const struct fox_pool_row *row = &pool->row;

    TRY(fox_call_enter(&call, store, err));
    TRY(fox_sql_write(store->db, FOX_DURABLE, update_in, &row, err));
    fox_pools_forget(store->pools);
    store->flow.wake(store->flow.ctx);
    return PXF_OK;
}

static pxf_status remove_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct fox_pool_row *row = ctx;

    return fox_pool_remove_in(tx, &row->id, err);
}

pxf_status pxf_pool_remove(pxf_store *store, const char *name, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_pool_row row = {0};
    pxf_status status;

    TRY(fox_call_enter(&call, store, err));
    TRY(read_row(store, name, &row, err));
    status = fox_sql_write(store->db, FOX_DURABLE, remove_in, &row, err);
    fox_pool_row_let_go(&row);
    fox_pools_forget(store->pools);
    return status;
}

pxf_status pxf_pool_adopt(pxf_store *store, const char *name, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_pool_row row = {0};
    struct fox_blob_local_options options;
    pxf_status status;

    TRY(fox_call_enter(&call, store, err));
    TRY(read_row(store, name, &row, err));
    if (is_folder(&row)) {
        options = fox_store_local_options(store, &row);
        status = fox_blob_adopt_local(&store->env, &options, err);
    } else {
        status = fox_fail(err, PXF_INVALID, "pool '%s' is no folder", name);
    }
    fox_pool_row_let_go(&row);
    fox_pools_forget(store->pools);
    return status;
}

/* A pool without a store has no disk: only what its fields say counts. */
static struct fox_pool_view view_of(const pxf_pool *pool)
{
    const struct fox_pool_row *row = &pool->row;

    return (struct fox_pool_view){
        .name = row->name,
        .node = row->node ? row->node : "",
        .region = row->region ? row->region : "",
        .tier = row->tier,
        .state = row->state,
        .type = row->type,
        .priority = row->priority,
        .weight = row->weight,
        .max_bytes = row->max_bytes,
        .used_bytes = row->used_bytes,
        .held_bytes = row->held_bytes,
        .disk_bytes = pool->health.disk_bytes,
        .disk_free_bytes = pool->health.disk_free_bytes,
        .disk_free_inodes = pool->health.disk_free_inodes,
        .is_healthy = pool->is_healthy,
        .is_reachable = true,
        .is_default = row->is_default,
        .is_backup_target = row->is_backup_target,
    };
}

int pxf_pool_pick(const pxf_pool *const *pools, size_t pool_count, uint64_t bytes,
                  pxf_pick_policy policy, uint64_t seed, pxf_error *err)
{
    const struct fox_pick_request request = {
        .bytes = bytes, .node = "", .region = "", .policy = policy, .seed = seed, .sequence = seed};
    struct fox_pool_view *views;
    size_t order[FOX_PICK_LIMIT];
    size_t count = 0;

    fox_fail_clear(err);
    if (policy < PXF_PICK_TWO_CHOICES || policy > PXF_PICK_LEAST_USED) {
        (void)fox_fail(err, PXF_INVALID, "%d is no way to pick a pool", (int)policy);
        return -1;
    }
    views = fox_mem_new(pool_count, sizeof *views, err);
    if (!views) {
        return -1;
    }
    for (size_t i = 0; i < pool_count; i++) {
        views[i] = view_of(pools[i]);
        views[i].node = "";
    }
    fox_pick_order(views, pool_count, &request, order, &count);
    if (count == 0) {
        (void)fox_pick_fail(views, pool_count, &request, err);
    }
    free(views);
    return count > 0 ? (int)order[0] : -1;
}
