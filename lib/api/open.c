/* SPDX-License-Identifier: Apache-2.0 */
#include "api/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/config.h"
#include "base/mem.h"
#include "base/meter.h"
#include "blob/open.h"
#include "flow/sweep.h"
#include "meta/event.h"
#include "meta/meta.h"
#include "model/names.h"
#include "os/clock.h"
#include "os/cores.h"
#include "os/folder.h"
#include "os/poll.h"
#include "os/thread.h"

/* How a store lies in its folder. */
static const char *const own_names[] = {
    "catalog.sqlite",
    "catalog.sqlite-wal",
    "catalog.sqlite-shm",
    "catalog.sqlite-journal",
    "catalog.lock",
    "catalog.reserve",
    "catalog.new",
    "wake",
    "live",
    "spool",
    "pool",
    "secret.key",
};

enum {
    OWN_NAME_COUNT = sizeof own_names / sizeof own_names[0],
    APPLICATION_ID = 0x50584631, /* "PXF1" */
    STORE_MODE = 0751,           /* web servers pass through to the pool, and list nothing */
    FOLDER_MODE = 0750,
    FILE_MODE = 0640,
    LIST_PAGE = 64,
    MODE_BASE = 8
};

static const char first_pool[] = "local";

static void write_log(void *ctx, enum fox_level level, const char *message)
{
    const pxf_store *store = ctx;

    if (store->log && (int64_t)level >= store->log_level) {
        store->log(store->log_user, (pxf_level)level, message);
    }
}

static int64_t level_of(struct fox_settings *settings)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};

    for (int i = 0; i < 4; i++) {
        if (fox_settings_is(settings, FOX_SETTING_LOG_LEVEL, names[i])) {
            return i + 1;
        }
    }
    return FOX_LEVEL_WARN;
}

static pxf_status take_text(char **ret_text, struct fox_settings *settings, enum fox_setting_id id,
                            pxf_error *err)
{
    AUTO(fox_str) text = {0};
    char *taken;

    fox_settings_text(settings, id, &text);
    taken = fox_str_take(&text, err);
    if (!taken) {
        return PXF_NO_MEMORY;
    }
    *ret_text = taken;
    return PXF_OK;
}

static pxf_status set_up_env(pxf_store *store, const char *path, const pxf_config *config,
                             pxf_error *err)
{
    fox_os_env(&store->env);
    store->meters = fox_meters_new(fox_meter_rows, err);
    store->path = fox_mem_text(path, err);
    if (!store->meters || !store->path) {
        return PXF_NO_MEMORY;
    }
    store->env.meters = store->meters;
    store->env.log = write_log;
    store->env.log_ctx = store;
    TRY(fox_settings_new(&store->settings, &store->env, err));
    TRY(fox_config_apply(config, store->settings, err));
    if (config) {
        store->log = config->log;
        store->log_user = config->log_user;
    }
    store->log_level = level_of(store->settings);
    TRY(take_text(&store->node, store->settings, FOX_SETTING_STORE_NODE, err));
    return take_text(&store->region, store->settings, FOX_SETTING_STORE_REGION, err);
}

static bool is_own_name(const char *name)
{
    for (size_t i = 0; i < OWN_NAME_COUNT; i++) {
        if (strcmp(own_names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* A folder becomes a store only if nothing but what an interrupted making left is in it. */
static pxf_status check_empty(const struct fox_fd *folder, const char *path, pxf_error *err)
{
    AUTO(fox_folder_page) page = {0};

    TRY(fox_folder_list(&page, folder, "", LIST_PAGE, err));
    for (size_t i = 0; i < page.count; i++) {
        if (!is_own_name(page.entries[i].name)) {
            return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_STORE, 0,
                                 "'%s' is no store and holds other things ('%s'): no store is "
                                 "made there",
                                 path, page.entries[i].name);
        }
    }
    return PXF_OK;
}

/* A store that lost its catalog is none to make: its pictures would belong to nobody. */
static pxf_status check_no_pictures(const struct fox_fd *folder, const char *path, pxf_error *err)
{
    struct fox_file_stat stat;

    if (fox_folder_stat(&stat, folder, "pool/original", NULL) != PXF_OK) {
        return PXF_OK;
    }
    return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_STORE, 0,
                         "'%s' holds a store's pictures but no catalog: put the newest snapshot of "
                         "'catalog.sqlite' in its place",
                         path);
}

static bool has_catalog(const struct fox_fd *folder)
{
    struct fox_file_stat stat;

    return fox_folder_stat(&stat, folder, "catalog.sqlite", NULL) == PXF_OK && stat.size > 0;
}

static pxf_status no_store(const char *path, const char *why, pxf_error *err)
{
    return fox_fail_from(err, PXF_NOT_FOUND, PXF_ORIGIN_STORE, 0,
                         "no store in '%s'%s: `pixelfox init` makes one", path, why);
}

/* Makes the folder itself; its parent must be there, so that a disk that is not mounted never
 * becomes a new store. */
static pxf_status make_folder(pxf_store *store, const char *path, pxf_error *err)
{
    AUTO(fox_fd) parent = {0};
    AUTO(fox_str) copy = {0};
    const char *name;
    char *slash;

    fox_str_put_text(&copy, path);
    TRY(fox_str_check(&copy, err));
    while (copy.size > 1 && copy.data[copy.size - 1] == '/') {
        copy.data[--copy.size] = '\0';
    }
    slash = strrchr(copy.data, '/');
    name = slash ? slash + 1 : copy.data;
    if (slash) {
        *slash = '\0';
    }
    TRY(fox_folder_open(&parent,
                        !slash               ? "."
                        : slash == copy.data ? "/"
                                             : copy.data,
                        PXF_ORIGIN_STORE, err));
    TRY(fox_folder_make(&parent, name, STORE_MODE, err));
    return fox_folder_open_in(&store->folder, &parent, name, err);
}

/* Opens the folder, or makes it; tells whether a store is to be made. */
static pxf_status open_folder(pxf_store *store, const char *path, bool *ret_is_new, pxf_error *err)
{
    const bool may_make = fox_settings_is(store->settings, FOX_SETTING_STORE_CREATE, "if_empty");
    pxf_error cause = {0};
    const pxf_status status = fox_folder_open(&store->folder, path, PXF_ORIGIN_STORE, &cause);

    *ret_is_new = true;
    if (!*path) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_STORE, 0, "a store needs a path, not ''");
    }
    if (status == PXF_NOT_FOUND && !may_make) {
        return no_store(path, ", which is not there", err);
    }
    if (status == PXF_NOT_FOUND) {
        return make_folder(store, path, err);
    }
    if (status != PXF_OK) {
        return fox_fail_as(err, &cause);
    }
    if (has_catalog(&store->folder)) {
        *ret_is_new = false;
        return PXF_OK;
    }
    TRY(check_empty(&store->folder, path, err));
    TRY(check_no_pictures(&store->folder, path, err));
    return may_make ? PXF_OK : no_store(path, "", err);
}

/* The database file with its mode, whatever the umask is: what SQLite keeps beside it gets the
 * same. It is closed before it has its name, because closing it later would drop SQLite's locks. */
static pxf_status make_catalog(const struct fox_fd *folder, pxf_error *err)
{
    AUTO(fox_fd) file = {0};
    pxf_error cause = {0};
    pxf_status status = fox_folder_new_file(&file, folder, "catalog.new", FILE_MODE, &cause);

    fox_fd_let_go(&file);
    if (status != PXF_OK && status != PXF_EXISTS) {
        return fox_fail_as(err, &cause);
    }
    fox_fail_clear(&cause);
    status = fox_folder_rename(folder, "catalog.new", folder, "catalog.sqlite", &cause);
    if (status == PXF_EXISTS) {
        (void)fox_folder_remove(folder, "catalog.new", NULL);
    }
    /* EXISTS and NOT_FOUND: another process makes the same store. */
    return status == PXF_OK || status == PXF_EXISTS || status == PXF_NOT_FOUND
               ? PXF_OK
               : fox_fail_as(err, &cause);
}

static pxf_status open_catalog(pxf_store *store, bool is_new, pxf_error *err)
{
    AUTO(fox_str) database = {0};
    AUTO(fox_str) lock = {0};
    AUTO(fox_str) reserve = {0};
    struct fox_sqlite_options options = {.create = is_new, .application_id = APPLICATION_ID};

    fox_str_add(&database, "%s/catalog.sqlite", store->path);
    fox_str_add(&lock, "%s/catalog.lock", store->path);
    fox_str_add(&reserve, "%s/catalog.reserve", store->path);
    TRY(fox_str_check(&database, err));
    TRY(fox_str_check(&lock, err));
    TRY(fox_str_check(&reserve, err));
    options.path = fox_str_text(&database);
    options.lock_path = fox_str_text(&lock);
    options.reserve_path = fox_str_text(&reserve);
    if (is_new) {
        TRY(make_catalog(&store->folder, err));
    }
    TRY(fox_sql_open_sqlite(&store->db, &store->env, &options, err));
    return fox_meta_migrate(store->db, &store->env, err);
}

/* This process' sign of life and the file by which processes wake each other. */
static pxf_status open_signs(pxf_store *store, pxf_error *err)
{
    char name[FOX_ID_TEXT_BYTES];
    size_t made;
    pxf_error cause = {0};

    TRY(fox_id_new(&store->flow.process_id, &store->env, fox_env_now_ms(&store->env), err));
    fox_id_format(name, &store->flow.process_id);
    TRY(fox_folder_reach(&store->live_folder, &made, &store->folder, "live", FOLDER_MODE, err));
    TRY(fox_life_open(&store->life, &store->live_folder, name, err));
    TRY(fox_watch_open_file(&store->wake_file, &store->folder, "wake", FILE_MODE, err));
    if (fox_watch_open(&store->watch, &store->folder, "wake", &cause) != PXF_OK) {
        fox_env_log(&store->env, FOX_LEVEL_WARN,
                    "news of other processes are looked for every 250 ms: %s", cause.message);
    }
    TRY(fox_eventfd_open(&store->event_fd, PXF_ORIGIN_STORE, err));
    TRY(fox_epoll_open(&store->epoll_fd, PXF_ORIGIN_STORE, err));
    TRY(fox_epoll_add(&store->epoll_fd, fox_fd_number(&store->event_fd), err));
    return store->watch ? fox_epoll_add(&store->epoll_fd, fox_watch_fd(store->watch), err) : PXF_OK;
}

static bool is_dead(void *ctx, const struct fox_id *process_id)
{
    pxf_store *store = ctx;
    char name[FOX_ID_TEXT_BYTES];
    bool is_alive = true;

    fox_id_format(name, process_id);
    return fox_life_test(&is_alive, &store->live_folder, name, NULL) == PXF_OK && !is_alive;
}

static void bury(void *ctx)
{
    pxf_store *store = ctx;
    pxf_error err = {0};

    if (fox_life_bury(&store->live_folder, &store->env, &err) != PXF_OK) {
        fox_env_log(&store->env, FOX_LEVEL_INFO, "signs of dead processes stay: %s", err.message);
    }
}

/* Wakes this process' workers and waiters, and by the wake file those of others. */
static void wake(void *ctx)
{
    pxf_store *store = ctx;

    if (!store->watch) {
        fox_eventfd_signal(&store->event_fd);
    }
    (void)fox_watch_touch(&store->wake_file, NULL);
    (void)pthread_mutex_lock(&store->shared.lock);
    for (struct fox_store_worker *at = store->shared.workers; at; at = at->next) {
        fox_worker_wake(at->worker);
    }
    (void)pthread_mutex_unlock(&store->shared.lock);
}

static pxf_status helpers(void *ctx, struct fox_helpers **ret_helpers, pxf_error *err)
{
    pxf_store *store = ctx;
    AUTO(fox_str) path = {0};
    struct fox_helpers_options options = {
        .limit = (size_t)fox_settings_number(store->settings, FOX_SETTING_RENDER_MAX_HELPERS),
    };
    pxf_status status = PXF_OK;

    fox_settings_text(store->settings, FOX_SETTING_RENDER_HELPER, &path);
    options.path = path.size > 0 ? fox_str_text(&path) : NULL;
    if (options.limit == 0) {
        options.limit = fox_cores_count();
    }
    (void)pthread_mutex_lock(&store->shared.lock);
    if (!store->shared.helpers) {
        status = fox_helpers_open(&store->shared.helpers, &store->env, &options, err);
    }
    *ret_helpers = store->shared.helpers;
    (void)pthread_mutex_unlock(&store->shared.lock);
    return status;
}

/* One picture alone gets all cores; several share them. */
static uint32_t threads(void *ctx)
{
    pxf_store *store = ctx;
    const int64_t set = fox_settings_number(store->settings, FOX_SETTING_RENDER_THREADS);
    const struct fox_worker_totals solo = fox_worker_totals(store->solo);
    uint32_t running = (uint32_t)solo.running;

    if (set > 0) {
        return (uint32_t)set;
    }
    (void)pthread_mutex_lock(&store->shared.lock);
    for (struct fox_store_worker *at = store->shared.workers; at; at = at->next) {
        running += (uint32_t)fox_worker_totals(at->worker).running;
    }
    (void)pthread_mutex_unlock(&store->shared.lock);
    return running > 1 && running >= fox_cores_count()
               ? 1
               : fox_cores_count() / (running ? running : 1);
}

static pxf_status open_queue(pxf_store *store, pxf_error *err)
{
    const struct fox_queue_self self = {.process_id = store->flow.process_id,
                                        .node = store->node,
                                        .is_dead = is_dead,
                                        .ctx = store};
    AUTO(fox_str) url = {0};

    fox_settings_text(store->settings, FOX_SETTING_QUEUE_URL, &url);
    if (strcmp(fox_str_text(&url), "memory:") == 0) {
        return fox_queue_open_memory(&store->queue, &store->env, &self, err);
    }
    return fox_queue_open_sqlite(&store->queue, &store->env, store->db, &self, err);
}

static uint32_t mode_of(pxf_store *store, enum fox_setting_id id)
{
    AUTO(fox_str) text = {0};

    fox_settings_text(store->settings, id, &text);
    return (uint32_t)strtoul(fox_str_text(&text), NULL, MODE_BASE);
}

struct fox_blob_local_options fox_store_local_options(pxf_store *store,
                                                      const struct fox_pool_row *row)
{
    return (struct fox_blob_local_options){
        .path = row->path,
        .is_nfs = row->type == PXF_POOL_NFS,
        .pool_id = row->id,
        .file_mode = mode_of(store, FOX_SETTING_POOL_FILE_MODE),
        .folder_mode = mode_of(store, FOX_SETTING_POOL_FOLDER_MODE),
    };
}

static pxf_status open_blob(void *ctx, const struct fox_pool_row *row, struct fox_blob **ret_blob,
                            pxf_error *err)
{
    pxf_store *store = ctx;
    struct fox_blob_local_options options;

    switch (row->type) {
    case PXF_POOL_LOCAL:
    case PXF_POOL_NFS:
        options = fox_store_local_options(store, row);
        return fox_blob_open_local(ret_blob, &store->env, &options, err);
    case PXF_POOL_MEMORY:
        return fox_blob_open_memory(ret_blob, &store->env, row->max_bytes, err);
    case PXF_POOL_S3:
        break;
    }
    return fox_fail(err, PXF_UNSUPPORTED, "pools of this type are not there yet");
}

static pxf_status wire(pxf_store *store, pxf_error *err)
{
    const struct fox_pools_options options = {
        .env = &store->env,
        .db = store->db,
        .settings = store->settings,
        .node = store->node,
        .open = open_blob,
        .ctx = store,
    };
    struct fox_worker_options solo;

    TRY(open_queue(store, err));
    TRY(fox_pools_new(&store->pools, &options, err));
    store->flow = (struct fox_flow){
        .env = &store->env,
        .db = store->db,
        .queue = store->queue,
        .settings = store->settings,
        .pools = store->pools,
        .process_id = store->flow.process_id,
        .node = store->node,
        .region = store->region,
        .helpers = helpers,
        .threads = threads,
        .wake = wake,
        .is_dead = is_dead,
        .bury = bury,
        .ctx = store,
    };
    solo = fox_store_worker_options(store, NULL);
    TRY(fox_worker_new(&store->solo, &solo, err));
    return fox_store_add_handlers(store, store->solo, NULL, NULL, err);
}

struct first {
    struct fox_pool_row row;
    int64_t event_number;
    size_t pool_count;
};

static pxf_status look_for_pools_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct first *first = ctx;
    AUTO(fox_pool_list) list = {0};

    TRY(fox_event_last_in(tx, &first->event_number, err));
    TRY(fox_pool_list_in(tx, &list, err));
    first->pool_count = list.count;
    return PXF_OK;
}

static pxf_status add_pool_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct first *first = ctx;

    return fox_pool_add_in(tx, &first->row, err);
}

/* A new store's own pool, a folder in its folder. The marker's id is the row's: a making that was
 * interrupted between the two finds a marker of nobody and takes it over. */
static pxf_status make_first_pool(pxf_store *store, struct first *first, pxf_error *err)
{
    AUTO(fox_fd) folder = {0};
    AUTO(fox_str) path = {0};
    char *absolute;
    struct fox_blob_local_options options;
    size_t made;

    TRY(fox_folder_reach(&folder, &made, &store->folder, "pool",
                         mode_of(store, FOX_SETTING_POOL_FOLDER_MODE), err));
    (void)fox_folder_remove(&folder, ".pixelfox-pool", NULL);
    absolute = realpath(store->path, NULL);
    if (!absolute) {
        return fox_fail(err, PXF_IO, "'%s' has no absolute path", store->path);
    }
    fox_str_add(&path, "%s/pool", absolute);
    free(absolute);
    TRY(fox_str_check(&path, err));
    first->row.path = fox_str_take(&path, err);
    first->row.name = fox_mem_text(first_pool, err);
    if (!first->row.path || !first->row.name) {
        return PXF_NO_MEMORY;
    }
    TRY(fox_id_new(&first->row.id, &store->env, first->row.created_ms, err));
    options = fox_store_local_options(store, &first->row);
    TRY(fox_blob_adopt_local(&store->env, &options, err));
    return fox_sql_write(store->db, FOX_DURABLE, add_pool_in, first, err);
}

/* Nothing ever happened here and there is no pool: the making was not finished. */
static pxf_status finish_making(pxf_store *store, pxf_error *err)
{
    struct first first = {.row = {.type = PXF_POOL_LOCAL,
                                  .tier = PXF_TIER_HOT,
                                  .state = PXF_POOL_ACTIVE,
                                  .priority = 100,
                                  .weight = 1,
                                  .is_default = true,
                                  .created_ms = fox_env_now_ms(&store->env)}};
    pxf_status status = fox_sql_read(store->db, FOX_FRESH, look_for_pools_in, &first, err);

    if (status == PXF_OK && first.pool_count == 0 && first.event_number == 0) {
        status = make_first_pool(store, &first, err);
    }
    fox_pool_row_let_go(&first.row);
    return status;
}

/* What processes that died left behind; trouble here stops nobody from working. */
static void tidy_up(pxf_store *store)
{
    int64_t count = 0;
    pxf_error err = {0};

    if (fox_queue_recover(store->queue, &count, &err) != PXF_OK ||
        fox_sweep_holds(&store->flow, &count, &err) != PXF_OK) {
        fox_env_log(&store->env, FOX_LEVEL_WARN, "what died before is swept later: %s",
                    err.message);
    }
    bury(store);
}

pxf_status fox_store_assemble(pxf_store *store, const char *path, const pxf_config *config,
                              pxf_error *err)
{
    bool is_new = false;

    TRY(set_up_env(store, path, config, err));
    TRY(open_folder(store, path, &is_new, err));
    TRY(open_catalog(store, is_new, err));
    TRY(fox_settings_refresh(store->settings, store->db, err));
    TRY(open_signs(store, err));
    TRY(wire(store, err));
    TRY(finish_making(store, err));
    tidy_up(store);
    return PXF_OK;
}

void fox_store_take_apart(pxf_store *store)
{
    if (store->background) {
        fox_store_delist(store, store->background);
        fox_worker_free(GIVE(store->background));
        fox_watch_close(GIVE(store->background_watch));
    }
    fox_worker_free(GIVE(store->solo));
    fox_helpers_close(GIVE(store->shared.helpers));
    fox_queue_close(GIVE(store->queue));
    fox_pools_free(GIVE(store->pools));
    fox_sql_close(GIVE(store->db));
    fox_settings_free(GIVE(store->settings));
    fox_watch_close(GIVE(store->watch));
    fox_life_close(GIVE(store->life));
    fox_fd_let_go(&store->epoll_fd);
    fox_fd_let_go(&store->event_fd);
    fox_fd_let_go(&store->wake_file);
    fox_fd_let_go(&store->live_folder);
    fox_fd_let_go(&store->folder);
}
