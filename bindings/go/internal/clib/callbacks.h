/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_GO_CALLBACKS_H
#define PIXELFOX_GO_CALLBACKS_H

#include <pixelfox/pixelfox.h>

/* Callbacks of the library that end in Go; `user` is a runtime/cgo.Handle. */

void clib_config_set_log(pxf_config *config, uintptr_t user);
pxf_status clib_worker_add_kind(pxf_worker *worker, const char *kind, uintptr_t user,
                                pxf_error *err);

#endif
