/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_API_STORE_H
#define FOX_API_STORE_H

#include <pthread.h>
#include <stdatomic.h>

#include <pixelfox/pixelfox.h>

#include "base/cancel.h"
#include "base/meter.h"
#include "blob/open.h"
#include "flow/flow.h"
#include "os/fd.h"
#include "os/life.h"
#include "os/watch.h"
#include "work/work.h"

/* An open store, as the files of this folder share it. */

/* A call under way on a store. Slow ones have a token that the store's stop trips too. */
struct fox_call {
    struct pxf_store *store; /* NULL: not entered */
    struct fox_cancel *cancel;
    struct fox_call *next;
};

/* A worker that runs in this process; stopped with the store. */
struct fox_store_worker {
    struct fox_worker *worker;
    struct fox_store_worker *next;
};

struct pxf_store {
    atomic_size_t owners; /* the store's own handle and its children */
    int64_t mark;         /* of the process that opened it */
    struct fox_env env;
    struct fox_meters *meters;
    pxf_log_fn log;
    void *log_user;
    int64_t log_level;
    char *path, *node, *region;
    char *home_path;           /* absolute, without links */
    struct fox_blob_home home; /* by which pools know their store */
    struct fox_fd folder, live_folder, wake_file, event_fd, epoll_fd;
    struct fox_life *life;
    struct fox_watch *watch; /* NULL: none is to be had, look every 250 ms */
    struct fox_sql *db;
    struct fox_queue *queue;
    struct fox_settings *settings;
    struct fox_pools *pools;
    struct fox_flow flow;
    atomic_uint render_count;
    struct fox_worker *solo;       /* runs one job at a time for whoever waits */
    struct fox_worker *background; /* pxf_store_start's */
    struct fox_watch *background_watch;
    struct {
        pthread_mutex_t lock;
        pthread_cond_t quiet;
        bool is_started, is_stopping, is_torn, is_stopped;
        size_t call_count;
        struct fox_call *slow_calls;
        struct fox_store_worker *workers;
        struct fox_helpers *helpers;
    } shared;
};

/* Enters a call: FORKED in a child of the process that opened the store, CLOSED once it stops. Sets
 * the error to OK first. */
pxf_status fox_call_enter(struct fox_call *call, struct pxf_store *store, pxf_error *err);

/* The same for a call that may last; `call->cancel` is then tripped by `cancel` or by the stop. */
pxf_status fox_call_enter_slow(struct fox_call *call, struct pxf_store *store, pxf_cancel *cancel,
                               pxf_error *err);

/* Whether a slow call's end was the store's doing: then CLOSED is the answer instead of CANCELLED.
 */
pxf_status fox_call_verdict(const struct fox_call *call, pxf_status status, pxf_error *err);

void fox_call_let_go(struct fox_call *call);

/* Another owner of the store, and one less: the last one frees it. */
pxf_store *fox_store_share(pxf_store *store);
void fox_store_let_go(pxf_store *store);

/* Takes a worker in or out of what the stop ends; out only once a stop under way is through. */
pxf_status fox_store_enlist(pxf_store *store, struct fox_worker *worker, pxf_error *err);
void fox_store_delist(pxf_store *store, struct fox_worker *worker);

/* Whether a worker of this process runs. */
bool fox_store_has_worker(pxf_store *store);

/* Adds the library's own handlers. */
pxf_status fox_store_add_handlers(pxf_store *store, struct fox_worker *worker,
                                  bool (*is_wanted)(void *ctx, const char *kind), void *ctx,
                                  pxf_error *err);

/* A worker's options for this store. */
struct fox_worker_options fox_store_worker_options(pxf_store *store, struct fox_watch *watch);

/* Watches the wake file for whoever waits; NULL where the system has none left. */
struct fox_watch *fox_store_watch(pxf_store *store);

/* open.c: makes or opens everything in the folder. */
pxf_status fox_store_assemble(pxf_store *store, const char *path, const pxf_config *config,
                              pxf_error *err);
void fox_store_take_apart(pxf_store *store);

/* store_folder.c: opens the folder, or makes it, and tells whether a store is to be made; then the
 * catalog; then what the markers of pools name. */
pxf_status fox_store_open_folder(pxf_store *store, const char *path, bool *ret_is_new,
                                 pxf_error *err);
pxf_status fox_store_open_catalog(pxf_store *store, bool is_new, pxf_error *err);
pxf_status fox_store_find_home(pxf_store *store, pxf_error *err);

/* store_pools.c: makes a new store's first pool, and has the pools in the store's own folder follow
 * it. */
pxf_status fox_store_settle_pools(pxf_store *store, pxf_error *err);

/* Opens the driver of a pool; `ctx` is the store. */
pxf_status fox_store_open_pool(void *ctx, const struct fox_pool_row *row,
                               struct fox_blob **ret_blob, pxf_error *err);

/* Makes the folder of a local or NFS pool its own. */
pxf_status fox_store_adopt(pxf_store *store, const struct fox_pool_row *row,
                           enum fox_blob_adoption how, pxf_error *err);

/* The absolute path of a row's: one that is relative is below the store's folder. */
pxf_status fox_store_pool_path(const pxf_store *store, const char *path, struct fox_str *absolute,
                               pxf_error *err);

/* How a row has an absolute path without links: relative if it is below the store's folder; lent
 * from `absolute`. */
const char *fox_store_path_within(const pxf_store *store, const char *absolute);

/* The table of meters (metrics.c). */
extern const struct fox_meter_row fox_meter_rows[];

#endif
