/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_REAP_H
#define FOX_FLOW_REAP_H

#include "flow/flow.h"
#include "work/run.h"

/* Deleting: hidden at once, then files, then rows, each when it is proven gone. */

/* Hides an image and hands its removal on, in one commit. OK if it is hidden already; NOT_FOUND. */
pxf_status fox_reap_image(struct fox_flow *flow, const struct fox_id *id, pxf_error *err);

/* Hands on the removal of all images of an owner, then hides them all. */
pxf_status fox_reap_owner(struct fox_flow *flow, const char *owner, pxf_error *err);

/* The handlers of image_delete and owner_delete; `flow` is a struct fox_flow. Idempotent. */
pxf_status fox_reap_image_run(void *flow, struct fox_run *run, pxf_error *err);
pxf_status fox_reap_owner_run(void *flow, struct fox_run *run, pxf_error *err);

#endif
