/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_RENDER_H
#define FOX_FLOW_RENDER_H

#include "flow/flow.h"
#include "work/run.h"

/* The handler of image_processing: makes an image's variants and commits them with the job's end.
 * `flow` is a struct fox_flow. Idempotent: an image that is ready or deleted is done. */
pxf_status fox_render_run(void *flow, struct fox_run *run, pxf_error *err);

/* Shows that an image's job is dead, where it died with its worker and left the image waiting. */
pxf_status fox_render_give_up(struct fox_flow *flow, const struct fox_id *id,
                              const pxf_error *cause, pxf_error *err);

#endif
