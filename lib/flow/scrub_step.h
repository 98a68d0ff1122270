/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_SCRUB_STEP_H
#define FOX_FLOW_SCRUB_STEP_H

#include "flow/scrub.h"
#include "meta/image.h"

/* How many of a pool's files are orphans, counted before any is set aside. */
struct fox_share {
    bool is_counted, may_set_aside;
    int64_t files, orphans;
};

/* What the files of the scrub share. */
struct fox_scrub {
    struct fox_flow *flow;
    struct fox_scrub_options options;
    struct fox_scrub_totals totals;
    struct fox_pools_view *pools;
    int64_t grace_ms; /* what is younger may still be on its way */
    size_t step;
    struct fox_finding *findings; /* of the last step */
    size_t count, capacity, next;
    char image_cursor[FOX_CURSOR_BYTES]; /* where the steps stand */
    size_t pool;
    struct fox_share share; /* of the pool that is looked through */
    char key[FOX_FINDING_KEY_BYTES];
    char *owner;
    bool is_told;
};

/* Adds a finding, lent until the next one; NULL with the error set. `pool` and `key` may be NULL.
 */
struct fox_finding *fox_scrub_add(struct fox_scrub *scrub, const char *kind,
                                  const struct fox_pool_sight *pool, const char *key,
                                  pxf_error *err);
void fox_finding_say(struct fox_finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The pool's blob if it can be looked through, else NULL. */
struct fox_blob *fox_scrub_blob(const struct fox_pool_sight *pool);

/* The steps: each works off a page and says when it is over. */
pxf_status fox_scrub_reach(struct fox_scrub *scrub, bool *ret_over, pxf_error *err);
pxf_status fox_scrub_images(struct fox_scrub *scrub, bool *ret_over, pxf_error *err);
pxf_status fox_scrub_pools(struct fox_scrub *scrub, bool *ret_over, pxf_error *err);
pxf_status fox_scrub_holds(struct fox_scrub *scrub, bool *ret_over, pxf_error *err);
pxf_status fox_scrub_usage(struct fox_scrub *scrub, bool *ret_over, pxf_error *err);
pxf_status fox_scrub_owners(struct fox_scrub *scrub, bool *ret_over, pxf_error *err);

#endif
