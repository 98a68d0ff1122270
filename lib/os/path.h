/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_PATH_H
#define FOX_OS_PATH_H

#include <stdbool.h>

#include "base/fail.h"

/* The absolute path, without links, of what is there; the caller frees it. NOT_FOUND; DENIED with
 * user, group and the level that refuses; INVALID: links in a circle. */
pxf_status fox_path_resolve(char **ret_path, const char *path, pxf_origin origin, pxf_error *err);

/* Whether `path` is `folder` or lies below it; both are absolute and without links. */
bool fox_path_is_within(const char *path, const char *folder);

#endif
