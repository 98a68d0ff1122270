/* SPDX-License-Identifier: Apache-2.0 */
#include "api/store.h"

#include <stdlib.h>
#include <string.h>

#include "api/plain.h"
#include "base/mem.h"
#include "base/time.h"
#include "flow/reap.h"
#include "flow/render.h"
#include "flow/sweep.h"
#include "model/kinds.h"
#include "os/poll.h"
#include "os/process.h"

enum { BLIND_LOOK_MS = 250 };

pxf_store *fox_store_share(pxf_store *store)
{
    (void)atomic_fetch_add(&store->owners, 1);
    return store;
}

void fox_store_let_go(pxf_store *store)
{
    if (!store || atomic_fetch_sub(&store->owners, 1) > 1) {
        return;
    }
    if (fox_process_mark() == store->mark) {
        (void)pthread_cond_destroy(&store->shared.quiet);
        (void)pthread_mutex_destroy(&store->shared.lock);
    }
    fox_meters_free(store->meters);
    free(store->path);
    free(store->node);
    free(store->region);
    free(store);
}

pxf_store *pxf_store_open(const char *path, const pxf_config *config, pxf_error *err)
{
    pxf_store *store;

    fox_fail_clear(err);
    if (fox_text_check(path, "a store's path", err) != PXF_OK) {
        return NULL;
    }
    store = fox_mem_new(1, sizeof *store, err);
    if (!store) {
        return NULL;
    }
    atomic_init(&store->owners, 1);
    store->mark = fox_process_mark();
    (void)pthread_mutex_init(&store->shared.lock, NULL);
    (void)pthread_cond_init(&store->shared.quiet, NULL);
    if (fox_store_assemble(store, path, config, err) != PXF_OK) {
        fox_store_take_apart(store);
        fox_store_let_go(store);
        return NULL;
    }
    return store;
}

pxf_status fox_store_enlist(pxf_store *store, struct fox_worker *worker, pxf_error *err)
{
    struct fox_store_worker *entry = fox_mem_new(1, sizeof *entry, err);

    if (!entry) {
        return PXF_NO_MEMORY;
    }
    entry->worker = worker;
    (void)pthread_mutex_lock(&store->shared.lock);
    entry->next = store->shared.workers;
    store->shared.workers = entry;
    (void)pthread_mutex_unlock(&store->shared.lock);
    return PXF_OK;
}

void fox_store_delist(pxf_store *store, struct fox_worker *worker)
{
    struct fox_store_worker **at = &store->shared.workers;
    struct fox_store_worker *found;

    (void)pthread_mutex_lock(&store->shared.lock);
    while (store->shared.is_stopping && !store->shared.is_torn && !store->shared.is_stopped) {
        (void)pthread_cond_wait(&store->shared.quiet, &store->shared.lock);
    }
    while (*at && (*at)->worker != worker) {
        at = &(*at)->next;
    }
    found = *at;
    if (found) {
        *at = found->next;
    }
    (void)pthread_mutex_unlock(&store->shared.lock);
    free(found);
}

bool fox_store_has_worker(pxf_store *store)
{
    bool has = false;

    (void)pthread_mutex_lock(&store->shared.lock);
    for (struct fox_store_worker *at = store->shared.workers; at; at = at->next) {
        has = has || fox_worker_is_running(at->worker);
    }
    (void)pthread_mutex_unlock(&store->shared.lock);
    return has;
}

pxf_status fox_store_add_handlers(pxf_store *store, struct fox_worker *worker,
                                  bool (*is_wanted)(void *ctx, const char *kind), void *ctx,
                                  pxf_error *err)
{
    const struct fox_handler handlers[] = {
        {.kind = FOX_JOB_PROCESSING, .run = fox_render_run, .self = &store->flow},
        {.kind = FOX_JOB_IMAGE_DELETE, .run = fox_reap_image_run, .self = &store->flow},
        {.kind = FOX_JOB_OWNER_DELETE, .run = fox_reap_owner_run, .self = &store->flow},
        {.kind = FOX_JOB_SWEEP, .run = fox_sweep_run, .self = &store->flow},
    };

    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
        if (!is_wanted || is_wanted(ctx, handlers[i].kind)) {
            TRY(fox_worker_add(worker, &handlers[i], err));
        }
    }
    return PXF_OK;
}

struct fox_watch *fox_store_watch(pxf_store *store)
{
    struct fox_watch *watch = NULL;

    (void)fox_watch_open(&watch, &store->folder, "wake", NULL);
    return watch;
}

static void drain_watch(void *ctx)
{
    (void)fox_watch_drain(ctx);
}

static void tick(void *ctx)
{
    pxf_store *store = ctx;
    pxf_error err = {0};

    if (fox_flow_refresh(&store->flow, &err) != PXF_OK ||
        fox_sweep_tick(&store->flow, &err) != PXF_OK) {
        fox_env_log(&store->env, FOX_LEVEL_WARN, "the sweep waits: %s", err.message);
    }
}

/* The store's own worker follows its setting, on its own lease thread. */
static void tick_background(void *ctx)
{
    pxf_store *store = ctx;
    pxf_error err = {0};
    int64_t count;

    tick(store);
    count = fox_settings_number(store->settings, FOX_SETTING_WORKER_THREADS);
    if (fox_worker_set_threads(store->background, (size_t)count, &err) != PXF_OK) {
        fox_env_log(&store->env, FOX_LEVEL_WARN, "the worker keeps its size: %s", err.message);
    }
}

struct fox_worker_options fox_store_worker_options(pxf_store *store, struct fox_watch *watch)
{
    return (struct fox_worker_options){
        .env = &store->env,
        .queue = store->queue,
        .lease_ms = fox_settings_number(store->settings, FOX_SETTING_WORKER_LEASE_MS),
        .thread_count = (size_t)fox_settings_number(store->settings, FOX_SETTING_WORKER_THREADS),
        .news_fd = watch ? fox_watch_fd(watch) : -1,
        .drain = drain_watch,
        .drain_ctx = watch,
        .tick = tick,
        .tick_ctx = store,
    };
}

static pxf_status start(pxf_store *store, pxf_error *err)
{
    struct fox_worker_options options;

    store->background_watch = fox_store_watch(store);
    options = fox_store_worker_options(store, store->background_watch);
    options.tick = tick_background;
    TRY(fox_worker_new(&store->background, &options, err));
    TRY(fox_store_add_handlers(store, store->background, NULL, NULL, err));
    TRY(fox_store_enlist(store, store->background, err));
    return fox_worker_start(store->background, err);
}

static bool set_started(pxf_store *store, bool is_started)
{
    bool was_started;

    (void)pthread_mutex_lock(&store->shared.lock);
    was_started = store->shared.is_started;
    store->shared.is_started = is_started;
    (void)pthread_mutex_unlock(&store->shared.lock);
    return was_started;
}

static void undo_start(pxf_store *store)
{
    if (store->background) {
        fox_store_delist(store, store->background);
        fox_worker_free(GIVE(store->background));
    }
    fox_watch_close(GIVE(store->background_watch));
    (void)set_started(store, false);
}

pxf_status pxf_store_start(pxf_store *store, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    pxf_status status;

    TRY(fox_call_enter(&call, store, err));
    if (set_started(store, true)) {
        return PXF_OK;
    }
    status = start(store, err);
    if (status != PXF_OK) {
        undo_start(store);
    }
    return status;
}

/* Tells everybody inside to leave and waits until they did. */
static bool quiet(pxf_store *store)
{
    bool is_mine;

    (void)pthread_mutex_lock(&store->shared.lock);
    is_mine = !store->shared.is_stopping;
    store->shared.is_stopping = true;
    for (struct fox_call *call = store->shared.slow_calls; call; call = call->next) {
        fox_cancel_trip(call->cancel);
    }
    while (store->shared.call_count > 0 || (!is_mine && !store->shared.is_stopped)) {
        (void)pthread_cond_wait(&store->shared.quiet, &store->shared.lock);
    }
    (void)pthread_mutex_unlock(&store->shared.lock);
    return is_mine;
}

static void stop_workers(pxf_store *store)
{
    const int64_t drain_ms = fox_settings_number(store->settings, FOX_SETTING_WORKER_DRAIN_MS);

    for (struct fox_store_worker *at = store->shared.workers; at; at = at->next) {
        fox_worker_stop(at->worker, drain_ms);
    }
}

/* Whether the calling thread runs a job of one of its workers. */
static bool is_inside(pxf_store *store)
{
    bool is = false;

    (void)pthread_mutex_lock(&store->shared.lock);
    for (struct fox_store_worker *at = store->shared.workers; at && !is; at = at->next) {
        is = fox_worker_is_inside(at->worker);
    }
    (void)pthread_mutex_unlock(&store->shared.lock);
    return is;
}

void pxf_store_stop(pxf_store *store)
{
    if (fox_process_mark() != store->mark) {
        return;
    }
    if (is_inside(store)) {
        fox_env_log(&store->env, FOX_LEVEL_ERROR,
                    "a job's own function cannot stop its store, which would wait for it: the "
                    "store goes on");
        return;
    }
    if (!quiet(store)) {
        return;
    }
    stop_workers(store);
    (void)pthread_mutex_lock(&store->shared.lock);
    store->shared.is_torn = true; /* every worker stands still */
    (void)pthread_cond_broadcast(&store->shared.quiet);
    (void)pthread_mutex_unlock(&store->shared.lock);
    fox_store_take_apart(store);
    (void)pthread_mutex_lock(&store->shared.lock);
    store->shared.is_stopped = true;
    (void)pthread_cond_broadcast(&store->shared.quiet);
    (void)pthread_mutex_unlock(&store->shared.lock);
}

void pxf_store_close(pxf_store *store)
{
    if (!store) {
        return;
    }
    pxf_store_stop(store);
    fox_store_let_go(store);
}

pxf_status pxf_store_set_text(pxf_store *store, const char *name, const char *value,
                              int64_t version, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    TRY(fox_call_enter(&call, store, err));
    TRY(fox_text_check(name, "a setting's name", err));
    TRY(fox_settings_put(store->settings, store->db, name, value, version, err));
    store->flow.wake(store->flow.ctx);
    return PXF_OK;
}

static pxf_status find_setting(const char *name, enum fox_setting_id *ret_id, pxf_error *err)
{
    const struct fox_setting *setting;

    TRY(fox_text_check(name, "a setting's name", err));
    TRY(fox_setting_find(name, &setting, err));
    *ret_id = (enum fox_setting_id)(setting - fox_setting_at(0));
    return PXF_OK;
}

pxf_bytes *pxf_store_get_text(pxf_store *store, const char *name, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    AUTO(fox_str) text = {0};
    enum fox_setting_id id;

    if (fox_call_enter(&call, store, err) != PXF_OK || find_setting(name, &id, err) != PXF_OK ||
        fox_settings_refresh(store->settings, store->db, err) != PXF_OK) {
        return NULL;
    }
    fox_settings_text(store->settings, id, &text);
    return fox_text_out(&text, err);
}

int64_t pxf_store_setting_version(pxf_store *store, const char *name, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    enum fox_setting_id id;

    if (fox_call_enter(&call, store, err) != PXF_OK || find_setting(name, &id, err) != PXF_OK ||
        fox_settings_refresh(store->settings, store->db, err) != PXF_OK) {
        return -1;
    }
    return fox_settings_version(store->settings, id);
}

int pxf_store_fd(pxf_store *store, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    if (fox_call_enter(&call, store, err) != PXF_OK) {
        return -1;
    }
    return fox_fd_number(&store->epoll_fd);
}

/* Takes the news; true if there were any. */
static bool drain(pxf_store *store)
{
    const bool own = fox_eventfd_drain(&store->event_fd);

    return (store->watch && fox_watch_drain(store->watch) == FOX_WATCH_TOUCHED) || own;
}

pxf_status pxf_store_wait(pxf_store *store, int64_t timeout_ms, pxf_cancel *cancel, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    int64_t until_ms;

    TRY(fox_call_enter_slow(&call, store, cancel, err));
    until_ms = fox_time_after(fox_env_monotonic_ms(&store->env), timeout_ms);
    while (!drain(store)) {
        struct fox_poll polls[] = {{.number = fox_fd_number(&store->epoll_fd)},
                                   {.number = fox_cancel_fd(call.cancel)}};
        int64_t left_ms = timeout_ms < 0 ? -1 : until_ms - fox_env_monotonic_ms(&store->env);
        size_t ready_count;

        if (fox_cancel_is_tripped(call.cancel)) {
            return fox_call_verdict(&call, fox_cancel_check(call.cancel, err), err);
        }
        if (timeout_ms >= 0 && left_ms <= 0) {
            return fox_fail(err, PXF_TIMEOUT, "no news within %lld ms", (long long)timeout_ms);
        }
        if (!store->watch) { /* blind: others may have news at any time */
            left_ms = left_ms < 0 || left_ms > BLIND_LOOK_MS ? BLIND_LOOK_MS : left_ms;
        }
        TRY(fox_poll(polls, 2, left_ms, &ready_count, err));
        if (!store->watch && ready_count == 0) {
            return PXF_OK;
        }
    }
    return PXF_OK;
}
