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
    free(pool->folder);
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

pxf_status fox_pool_read_row(pxf_store *store, const char *name, struct fox_pool_row *ret_row,
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

static pxf_status find_folder(pxf_pool *pool, const pxf_store *store, pxf_error *err)
{
    AUTO(fox_str) path = {0};

    if (!pool->row.path) {
        return PXF_OK;
    }
    TRY(fox_store_pool_path(store, pool->row.path, &path, err));
    pool->folder = fox_str_take(&path, err);
    return pool->folder ? PXF_OK : PXF_NO_MEMORY;
}

/* What this process sees of it, beside its row. */
static pxf_status see(pxf_pool *pool, pxf_store *store, pxf_error *err)
{
    AUTO(fox_pools_view) *view = NULL;
    const struct fox_pool_sight *sight;
    struct lookup lookup = {.row = {.id = pool->row.id}};

    TRY(find_folder(pool, store, err));
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

    if (fox_call_enter(&call, store, err) != PXF_OK ||
        fox_pool_read_row(store, name, &row, err) != PXF_OK) {
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
        views[i] = fox_pools_row_view(&pools[i]->row, &pools[i]->health);
        views[i].is_healthy = pools[i]->is_healthy;
        views[i].node = ""; /* without a store there is no node */
    }
    fox_pick_order(views, pool_count, &request, order, &count);
    if (count == 0) {
        (void)fox_pick_fail(views, pool_count, &request, err);
    }
    free(views);
    return count > 0 ? (int)order[0] : -1;
}
