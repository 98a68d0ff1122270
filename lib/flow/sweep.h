/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_SWEEP_H
#define FOX_FLOW_SWEEP_H

#include "flow/flow.h"
#include "work/run.h"

/* Cleaning up after what died. */

/* Gives back the room of holds whose process is dead or whose time is over, with the files that
 * stand under their keys and belong to no image. A pool that cannot be reached keeps its holds. */
pxf_status fox_sweep_holds(struct fox_flow *flow, int64_t *ret_count, pxf_error *err);

/* How many holds that would give back. */
pxf_status fox_sweep_count_holds(struct fox_flow *flow, int64_t *ret_count, pxf_error *err);

/* Puts the sweep's job when its time has come, by whichever process comes first; relays the outbox.
 * Cheap; called on each heartbeat of a worker. */
pxf_status fox_sweep_tick(struct fox_flow *flow, pxf_error *err);

/* The handler of sweep: holds, temporaries that no hold names and that are older than the clean-up
 * age, signs of dead processes, images that lost their job, old events and jobs. `flow` is a struct
 * fox_flow. */
pxf_status fox_sweep_run(void *flow, struct fox_run *run, pxf_error *err);

#endif
