/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_HELPER_FIND_H
#define FOX_HELPER_FIND_H

#include "base/str.h"

/* The absolute path of the helper program: the one that was set (NULL: none was), else the one
 * beside the library or program that holds this code, else the installed one. UNAVAILABLE naming
 * where it was looked for. */
pxf_status fox_helper_find(struct fox_str *path, const char *set, pxf_error *err);

#endif
