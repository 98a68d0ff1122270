/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_PICK_H
#define FOX_MODEL_PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pixelfox/types.h>

#include "base/fail.h"

/* Which pool takes a new picture. Pure: what is known comes in, an order of pools comes out. The
 * truth about room is a conditional UPDATE later; whoever loses it tries the next in the order. */

/* A pool as this node sees it. Texts are lent, never NULL; "" is none. */
struct fox_pool_view {
    const char *name;
    const char *node;   /* the node that owns a local or memory pool; "" is every node */
    const char *region; /* "" is every region */
    pxf_tier tier;
    pxf_pool_state state;
    pxf_pool_type type;
    int32_t priority;   /* lower is better */
    int32_t weight;     /* for PXF_PICK_WEIGHTED; below 1 only after all others */
    uint64_t max_bytes; /* 0: no limit */
    uint64_t used_bytes;
    uint64_t held_bytes;
    uint64_t disk_bytes;       /* of the file system; 0 where it has no end or tells none */
    uint64_t disk_free_bytes;  /* looked at only where disk_bytes is set */
    uint64_t disk_free_inodes; /* UINT64_MAX where it counts none */
    bool is_healthy;           /* its last probe passed */
    bool is_reachable;         /* from this node */
    bool is_default;
    bool is_backup_target; /* holds copies, never the first one */
};

struct fox_pick_request {
    uint64_t bytes;         /* the original and what its variants are expected to need */
    uint64_t file_count;    /* inodes it needs */
    uint64_t reserve_bytes; /* of each disk, kept free */
    int32_t reserve_pct;    /* of each disk, kept free; the larger of both counts */
    const char *node;       /* where this runs; "" without a name */
    const char *region;     /* "": none is nearer */
    pxf_pick_policy policy; /* among pools of one tier and priority */
    uint64_t seed;          /* for what is random: the same one gives the same order */
    uint64_t sequence;      /* of PXF_PICK_ROUND_ROBIN: one more for each request */
};

enum fox_pick_reason {
    FOX_PICK_FITS = 0,
    FOX_PICK_INACTIVE = 1,    /* read-only, draining or offline */
    FOX_PICK_BACKUP_ONLY = 2, /* a backup target */
    FOX_PICK_ELSEWHERE = 3,   /* another node's disk */
    FOX_PICK_UNREACHABLE = 4,
    FOX_PICK_UNHEALTHY = 5,
    FOX_PICK_FULL = 6, /* its own limit */
    FOX_PICK_DISK_FULL = 7,
    FOX_PICK_NO_INODES = 8
};
const char *fox_pick_reason_name(enum fox_pick_reason reason); /* "disk_full"; "fits" */

/* Why this pool cannot take the picture, or FITS. */
enum fox_pick_reason fox_pick_reason(const struct fox_pool_view *view,
                                     const struct fox_pick_request *request);

/* The share of its room that is free, 0 to 1; what its disk lacks counts as used. */
double fox_pick_free_share(const struct fox_pool_view *view);

enum { FOX_PICK_LIMIT = 16 };

/* Puts the indexes of the best pools that fit, best first, into `ret_order`, which has room for
 * `count` or FOX_PICK_LIMIT of them, whichever is less; none is no failure. Hot pools come before
 * warm ones, those before the rest; then those of the own region; then the lower priority; then
 * the policy decides, and where it finds two alike, the default pool and then the name. The
 * default pool never overrides anything else. Allocates nothing; time grows with `count` alone. */
void fox_pick_order(const struct fox_pool_view *views, size_t count,
                    const struct fox_pick_request *request, size_t *ret_order, size_t *ret_count);

/* The failure of a request that no pool fits, with each pool's reason as far as a message goes:
 * FULL if room is all that some pool lacks, else UNAVAILABLE. */
pxf_status fox_pick_fail(const struct fox_pool_view *views, size_t count,
                         const struct fox_pick_request *request, pxf_error *err);

#endif
