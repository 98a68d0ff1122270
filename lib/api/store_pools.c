/* SPDX-License-Identifier: Apache-2.0 */
#include "api/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "meta/event.h"
#include "os/folder.h"
#include "os/path.h"

enum { MODE_BASE = 8, RACES = 4 };

static uint32_t mode_of(pxf_store *store, enum fox_setting_id id)
{
    AUTO(fox_str) text = {0};

    fox_settings_text(store->settings, id, &text);
    return (uint32_t)strtoul(fox_str_text(&text), NULL, MODE_BASE);
}

pxf_status fox_store_pool_path(const pxf_store *store, const char *path, struct fox_str *absolute,
                               pxf_error *err)
{
    if (*path != '/') {
        fox_str_add(absolute, "%s/", store->home_path);
    }
    fox_str_put_text(absolute, path);
    return fox_str_check(absolute, err);
}

const char *fox_store_path_within(const pxf_store *store, const char *absolute)
{
    const size_t size = strlen(store->home_path);

    return fox_path_is_within(absolute, store->home_path) && absolute[size] == '/' && size > 1
               ? absolute + size + 1
               : absolute;
}

static pxf_status local_options(pxf_store *store, const struct fox_pool_row *row,
                                struct fox_str *path, struct fox_blob_local_options *ret_options,
                                pxf_error *err)
{
    TRY(fox_store_pool_path(store, row->path ? row->path : "", path, err));
    *ret_options = (struct fox_blob_local_options){
        .name = row->name,
        .path = fox_str_text(path),
        .is_nfs = row->type == PXF_POOL_NFS,
        .pool_id = row->id,
        .home = &store->home,
        .file_mode = mode_of(store, FOX_SETTING_POOL_FILE_MODE),
        .folder_mode = mode_of(store, FOX_SETTING_POOL_FOLDER_MODE),
    };
    return PXF_OK;
}

pxf_status fox_store_adopt(pxf_store *store, const struct fox_pool_row *row,
                           enum fox_blob_adoption how, pxf_error *err)
{
    AUTO(fox_str) path = {0};
    struct fox_blob_local_options options;

    TRY(local_options(store, row, &path, &options, err));
    return fox_blob_adopt_local(&store->env, &options, how, err);
}

static pxf_status open_folder(pxf_store *store, const struct fox_pool_row *row,
                              struct fox_blob **ret_blob, pxf_error *err)
{
    AUTO(fox_str) path = {0};
    struct fox_blob_local_options options;

    TRY(local_options(store, row, &path, &options, err));
    return fox_blob_open_local(ret_blob, &store->env, &options, err);
}

pxf_status fox_store_open_pool(void *ctx, const struct fox_pool_row *row,
                               struct fox_blob **ret_blob, pxf_error *err)
{
    pxf_store *store = ctx;

    switch (row->type) {
    case PXF_POOL_LOCAL:
    case PXF_POOL_NFS:
        return open_folder(store, row, ret_blob, err);
    case PXF_POOL_MEMORY:
        return fox_blob_open_memory(ret_blob, &store->env, row->max_bytes, err);
    case PXF_POOL_S3:
        break;
    }
    return fox_fail(err, PXF_UNSUPPORTED, "pools of this type are not there yet");
}

struct making {
    struct fox_pool_list pools;
    int64_t event_number;
};

static void making_let_go(struct making *making)
{
    fox_pool_list_let_go(&making->pools);
}

static pxf_status look_for_pools_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct making *making = ctx;

    fox_pool_list_let_go(&making->pools);
    TRY(fox_event_last_in(tx, &making->event_number, err));
    return fox_pool_list_in(tx, &making->pools, err);
}

static pxf_status add_pool_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return fox_pool_add_in(tx, ctx, err);
}

/* A new store's own pool, a folder in its folder. A making that was interrupted between the marker
 * and the row finds its own marker and goes on with that pool. */
static pxf_status make_first_pool(pxf_store *store, pxf_error *err)
{
    AUTO(fox_fd) folder = {0};
    AUTO(fox_str) path = {0};
    AUTO(fox_pool_row)
    row = {.type = PXF_POOL_LOCAL,
           .tier = PXF_TIER_HOT,
           .state = PXF_POOL_ACTIVE,
           .priority = 100,
           .weight = 1,
           .is_default = true,
           .name = fox_mem_text("local", err),
           .path = fox_mem_text("pool", err),
           .created_ms = fox_env_now_ms(&store->env)};
    size_t made;

    if (!row.path || !row.name) {
        return PXF_NO_MEMORY;
    }
    TRY(fox_folder_reach(&folder, &made, &store->folder, row.path,
                         mode_of(store, FOX_SETTING_POOL_FOLDER_MODE), err));
    TRY(fox_store_pool_path(store, row.path, &path, err));
    if (!fox_blob_find_local(&row.id, fox_str_text(&path), &store->home)) {
        TRY(fox_id_new(&row.id, &store->env, row.created_ms, err));
    }
    TRY(fox_store_adopt(store, &row, FOX_BLOB_ADD, err));
    return fox_sql_write(store->db, FOX_DURABLE, add_pool_in, &row, err);
}

/* Whether a folder lies in the store's own and on its disk, so that it went wherever the store
 * went: no link leads to it, nothing is mounted there. */
static bool is_part(const pxf_store *store, const char *path)
{
    AUTO(fox_fd) folder = {0};
    struct fox_file_stat pool, own;
    char *resolved = NULL;
    bool is_within;

    if (fox_path_resolve(&resolved, path, PXF_ORIGIN_POOL, NULL) != PXF_OK) {
        return false;
    }
    is_within = fox_path_is_within(resolved, store->home_path);
    free(resolved);
    return is_within && fox_folder_open(&folder, path, PXF_ORIGIN_POOL, NULL) == PXF_OK &&
           fox_file_stat(&pool, &folder, NULL) == PXF_OK &&
           fox_file_stat(&own, &store->folder, NULL) == PXF_OK && pool.device == own.device;
}

static pxf_status place_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct fox_pool_row *row = ctx;

    return fox_pool_place_in(tx, &row->id, row->path, err);
}

/* Older versions wrote the whole path of every pool. */
static pxf_status make_relative(pxf_store *store, struct fox_pool_row *row, pxf_error *err)
{
    const char *within = fox_store_path_within(store, row->path);
    char *path;

    if (within == row->path) {
        return PXF_OK;
    }
    path = fox_mem_text(within, err);
    if (!path) {
        return PXF_NO_MEMORY;
    }
    free(row->path);
    row->path = path;
    return fox_sql_write(store->db, FOX_DURABLE, place_in, row, err);
}

/* A pool that is a part of the store's folder follows it: the marker of a copied or moved one names
 * the store as it lies now. Where that fails the pool is unavailable, and says why. */
static pxf_status follow(pxf_store *store, struct fox_pool_row *row, pxf_error *err)
{
    AUTO(fox_str) path = {0};
    pxf_error cause = {0};

    TRY(make_relative(store, row, err));
    if (*row->path == '/') {
        return PXF_OK;
    }
    TRY(fox_store_pool_path(store, row->path, &path, err));
    if (is_part(store, fox_str_text(&path)) &&
        fox_store_adopt(store, row, FOX_BLOB_FOLLOW, &cause) != PXF_OK) {
        fox_env_log(&store->env, FOX_LEVEL_WARN, "pool '%s': %s", row->name, cause.message);
    }
    return PXF_OK;
}

static pxf_status follow_all(pxf_store *store, struct fox_pool_list *pools, pxf_error *err)
{
    for (size_t i = 0; i < pools->count; i++) {
        if (pools->rows[i].path) {
            TRY(follow(store, &pools->rows[i], err));
        }
    }
    return PXF_OK;
}

/* EXISTS and CONFLICT: another process makes the same store; what it left is looked at anew. */
pxf_status fox_store_settle_pools(pxf_store *store, pxf_error *err)
{
    pxf_error cause = {0};

    for (int i = 0; i < RACES; i++) {
        AUTO(making) making = {.event_number = 0};

        TRY(fox_sql_read(store->db, FOX_FRESH, look_for_pools_in, &making, err));
        if (making.pools.count > 0 || making.event_number > 0) {
            return follow_all(store, &making.pools, err);
        }
        fox_fail_clear(&cause);
        if (make_first_pool(store, &cause) == PXF_OK) {
            return PXF_OK;
        }
        if (cause.status != PXF_EXISTS && cause.status != PXF_CONFLICT) {
            break;
        }
    }
    return fox_fail_as(err, &cause);
}
