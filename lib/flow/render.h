/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_RENDER_H
#define FOX_FLOW_RENDER_H

#include "flow/flow.h"
#include "work/run.h"

/* The handler of image_processing: makes an image's variants and commits them with the job's end.
 * `flow` is a struct fox_flow. Idempotent: an image that is ready or deleted is done. */
pxf_status fox_render_run(void *flow, struct fox_run *run, pxf_error *err);

#endif
