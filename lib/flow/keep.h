/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_KEEP_H
#define FOX_FLOW_KEEP_H

#include "flow/picture.h"
#include "flow/room.h"
#include "meta/variant.h"
#include "work/run.h"

/* Variants on their way into pools: each stands whole under its key before any row names it. The
 * key follows from the image, so what a dead run left behind is found and taken over. One at a
 * time. */
struct fox_keeper {
    struct fox_flow *flow;
    struct fox_run *run;
    const struct fox_image_row *image;
    struct fox_blob *blob; /* where the next one goes */
    struct fox_id pool_id;
    struct fox_id failed[FOX_ROOM_TRY_LIMIT]; /* pools */
    size_t failed_count;
    struct fox_variant_row rows[FOX_RECIPE_LIMIT];
    size_t row_count;
};

/* Begins in the image's own pool, where room is held for its variants. */
pxf_status fox_keeper_begin(struct fox_keeper *keeper, struct fox_flow *flow, struct fox_run *run,
                            const struct fox_image_row *image, pxf_error *err);

/* Stores one (a fox_made_fn, `ctx` is the keeper) and notes its row; a pool that fails is left for
 * the next. LOST as soon as another run has the job. */
pxf_status fox_keeper_put(void *ctx, const struct fox_made *made, pxf_error *err);

/* Removes what was stored, when it will never be named. */
void fox_keeper_discard(struct fox_keeper *keeper);

void fox_keeper_let_go(struct fox_keeper *keeper);

#endif
