/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_FLOW_H
#define FOX_FLOW_FLOW_H

#include "base/cancel.h"
#include "flow/pools.h"
#include "flow/settings.h"
#include "helper/helper.h"
#include "queue/queue.h"

/* What the flows of one store work with. Made and taken apart by whoever wires the store;
 * everything in it is lent. */
struct fox_flow {
    const struct fox_env *env;
    struct fox_sql *db;
    struct fox_queue *queue;
    struct fox_settings *settings;
    struct fox_pools *pools;
    struct fox_id process_id;
    const char *node, *region; /* "" where none is named */
    /* Helper processes, found when first needed. */
    pxf_status (*helpers)(void *ctx, struct fox_helpers **ret_helpers, pxf_error *err);
    /* How many threads of a helper the next picture gets, by how many are under way. */
    uint32_t (*threads)(void *ctx);
    /* Tells this process and the others that there is news. */
    void (*wake)(void *ctx);
    /* Whether a process of this store certainly died. */
    bool (*is_dead)(void *ctx, const struct fox_id *process_id);
    /* Removes the signs of processes that died. */
    void (*bury)(void *ctx);
    void *ctx;
    _Atomic int64_t last_slot_ms; /* of the sweep, as this process knows it */
};

/* A second's worth of settings. */
pxf_status fox_flow_refresh(struct fox_flow *flow, pxf_error *err);

#endif
