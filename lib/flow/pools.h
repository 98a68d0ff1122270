/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_POOLS_H
#define FOX_FLOW_POOLS_H

#include <stdatomic.h>

#include "blob/blob.h"
#include "flow/settings.h"
#include "meta/pool.h"
#include "model/pick.h"

/* The pools of a store as this process has them: opened when first needed, looked at again after
 * pool.health_ms. A pool that hangs or is gone stops nobody who does not need it: it is unavailable
 * once it did not answer for a while, and comes back by itself. A pool of the type nfs is looked at
 * on a thread of its own, which ends with the look. Any thread. */
struct fox_pools;

/* Opens the driver of a pool, without touching its disk; whoever wires the store knows them. */
typedef pxf_status (*fox_pool_open_fn)(void *ctx, const struct fox_pool_row *row,
                                       struct fox_blob **ret_blob, pxf_error *err);

struct fox_pools_options {
    const struct fox_env *env; /* lent, as the rest */
    struct fox_sql *db;
    struct fox_settings *settings; /* pool.health_ms: how old a view may be */
    const char *node;
    int64_t patience_ms; /* how long anybody waits for a pool that does not answer */
    fox_pool_open_fn open;
    void *ctx;
};

pxf_status fox_pools_new(struct fox_pools **ret_pools, const struct fox_pools_options *options,
                         pxf_error *err);
void fox_pools_free(struct fox_pools *pools);

static inline void fox_pools_let_go(struct fox_pools **pools)
{
    fox_pools_free(*pools);
}

/* A pool, as it was seen. */
struct fox_pool_sight {
    struct fox_pool_row row;
    struct fox_blob *blob; /* NULL while it cannot be opened; lent until the pools are freed */
    struct fox_blob_health health;
    pxf_error trouble; /* OK: healthy */
};

/* All pools at one moment; shared and immutable. */
struct fox_pools_view {
    atomic_size_t owners;
    struct fox_pool_sight *sights;
    size_t count;
    int64_t seen_ms; /* monotonic */
};

void fox_pools_view_free(struct fox_pools_view *view);

static inline void fox_pools_view_let_go(struct fox_pools_view **view)
{
    fox_pools_view_free(*view);
}

/* The newest view, at most pool.health_ms old, or older while another thread is looking. Waits no
 * longer than the patience for each pool that hangs, and once only. A disk of this host that hangs
 * keeps the one thread that looked. */
pxf_status fox_pools_get(struct fox_pools *pools, struct fox_pools_view **ret_view, pxf_error *err);

/* The next get looks anew: a pool was added, changed or removed. */
void fox_pools_forget(struct fox_pools *pools);

/* The sight of a pool in a view, lent; NULL if it is not there. */
const struct fox_pool_sight *fox_pools_find(const struct fox_pools_view *view,
                                            const struct fox_id *id);

/* Whether it is another node's disk. */
bool fox_pools_is_elsewhere(const struct fox_pools *pools, const struct fox_pool_sight *sight);

/* The open blob of a pool, lent until the pools are freed; its trouble if it has any. */
pxf_status fox_pools_blob(struct fox_pools *pools, const struct fox_id *id,
                          struct fox_blob **ret_blob, pxf_error *err);

/* A row for the rules of model/pick.h, its texts lent: healthy, and reachable from here. */
struct fox_pool_view fox_pools_row_view(const struct fox_pool_row *row,
                                        const struct fox_blob_health *health);

/* The same by sight: what this node makes of it. */
struct fox_pool_view fox_pools_pick_view(const struct fox_pools *pools,
                                         const struct fox_pool_sight *sight);

/* Notes that a pool had no room for so much: an event, once, until it takes as much again. */
void fox_pools_note_full(struct fox_pools *pools, const struct fox_id *id, uint64_t bytes);

/* Notes that a pool stored what took so much: holding room proves nothing of its disk. */
void fox_pools_note_taken(struct fox_pools *pools, const struct fox_id *id, uint64_t bytes);

#endif
