/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_SLOT_H
#define FOX_FLOW_SLOT_H

#include <pthread.h>
#include <stdatomic.h>

#include "blob/blob.h"

/* A pool as this process has it open. A disk or server that hangs takes whoever looks at it with
 * it; the slot sees to it that this is one thread and that nobody waits for that one longer than
 * his patience. Shared by the pools and a thread that looks. */
struct fox_slot {
    atomic_size_t owners;
    struct fox_slot *next; /* this and the next three are the pools', under their lock */
    bool was_seen, was_healthy;
    uint64_t full_bytes; /* the least that found no room; UINT64_MAX: it is not full */
    struct fox_id id;
    char *path;
    struct fox_blob *blob;
    struct {
        pthread_mutex_t lock;
        pthread_cond_t looked;
        bool is_looking;
        int64_t began_ms; /* of the look under way, or of the last one */
        uint64_t number;
        struct fox_blob_health health; /* what the last one saw */
        pxf_error trouble;
    } shared;
};

/* Owns the blob, also on failure. `path` is where the pool lies, or "". */
pxf_status fox_slot_new(struct fox_slot **ret_slot, const struct fox_id *id, const char *path,
                        struct fox_blob *blob, pxf_error *err);

/* Frees one share of it. A look that hangs keeps another one. NULL is fine. */
void fox_slot_free(struct fox_slot *slot);

enum fox_slot_look {
    FOX_SLOT_HERE = 1, /* on this thread: what answers at once or never, a disk of this host */
    FOX_SLOT_APART = 2 /* on a thread of its own, which ends with the look: a server may be away */
};

/* Looks at the pool. TIMEOUT, within `patience_ms`, if this look (apart), or one that another
 * thread began, does not come back. */
pxf_status fox_slot_look(struct fox_slot *slot, enum fox_slot_look how, int64_t patience_ms,
                         struct fox_blob_health *ret_health, pxf_error *err);

#endif
