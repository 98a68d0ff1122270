/* SPDX-License-Identifier: Apache-2.0 */
#include "api/store.h"

#include <stdlib.h>
#include <string.h>

#include "api/config.h"
#include "base/mem.h"
#include "base/meter.h"
#include "flow/sweep.h"
#include "os/clock.h"
#include "os/cores.h"
#include "os/folder.h"
#include "os/poll.h"
#include "os/thread.h"

enum {
    FOLDER_MODE = 0750,
    FILE_MODE = 0640,
    PATIENCE_MS = 2000 /* a disk that wakes up answers within it, mostly; else it is back then */
};

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

static pxf_status wire(pxf_store *store, pxf_error *err)
{
    const struct fox_pools_options options = {
        .env = &store->env,
        .db = store->db,
        .settings = store->settings,
        .node = store->node,
        .patience_ms = PATIENCE_MS,
        .open = fox_store_open_pool,
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
    TRY(fox_store_open_folder(store, path, &is_new, err));
    TRY(fox_store_open_catalog(store, is_new, err));
    TRY(fox_store_find_home(store, err));
    TRY(fox_settings_refresh(store->settings, store->db, err));
    TRY(open_signs(store, err));
    TRY(fox_store_settle_pools(store, err));
    TRY(wire(store, err));
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
    free(GIVE(store->home_path));
}
