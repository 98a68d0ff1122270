/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_SCRUB_H
#define FOX_FLOW_SCRUB_H

#include "flow/flow.h"

/* Comparing catalog and storage, both ways, step by step. One at a time. */
struct fox_scrub;

struct fox_scrub_options {
    bool is_deep; /* reads every file and compares its hash */
    bool repairs; /* what can be mended without losing anything */
};

enum { FOX_FINDING_KEY_BYTES = FOX_KEY_LIMIT + 1, FOX_FINDING_POOL_BYTES = 64 };

struct fox_finding {
    /* missing, orphan, corrupt, usage, stale_hold, temporary, foreign, unavailable; static */
    const char *kind;
    char pool[FOX_FINDING_POOL_BYTES];
    char key[FOX_FINDING_KEY_BYTES];
    bool has_image;
    struct fox_id image_id;
    char message[PXF_MESSAGE_BYTES];
    bool is_repaired;
};

struct fox_scrub_totals {
    int64_t images, files, bytes;
    int64_t missing, orphans, corrupt, usage_wrong, foreign, unavailable, stale_holds;
    int64_t repaired, set_aside, removed_bytes; /* what was done, certainly */
};

pxf_status fox_scrub_new(struct fox_scrub **ret_scrub, struct fox_flow *flow,
                         const struct fox_scrub_options *options, pxf_error *err);
void fox_scrub_free(struct fox_scrub *scrub);

static inline void fox_scrub_let_go(struct fox_scrub **scrub)
{
    fox_scrub_free(*scrub);
}

/* The next finding, lent until the next call; NULL at the end. A pool that cannot be reached is one
 * finding ("unavailable"), not one for each of its files, and the others are looked through; one
 * that is set offline, or is another node's, is passed over. */
pxf_status fox_scrub_next(struct fox_scrub *scrub, struct fox_cancel *cancel,
                          const struct fox_finding **ret_finding, pxf_error *err);

const struct fox_scrub_totals *fox_scrub_totals(const struct fox_scrub *scrub);

#endif
