/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_OPEN_H
#define FOX_OS_OPEN_H

#include "os/file.h"

/* What file.c and the folder files share: opening by number, with errno as the answer. */

/* openat() with O_CLOEXEC, tried again when a signal cuts in. -1 with errno. */
int fox_open_number(int folder, const char *path, int flags);

/* Opens below `folder` without following any link or leaving it; -1 with errno, where ELOOP (a
 * link) and EXDEV (a way out) tell of a breach. */
int fox_open_beneath(int folder, const char *path, int flags);

/* Opens the folder that holds the last component of `path` and points `ret_name` to that component;
 * -1 with errno. */
int fox_open_parent(int folder, const char *path, const char **ret_name);

/* True if `name` is one component that can be made: neither empty nor "." nor "..", no "/". */
bool fox_open_is_name(const char *name);

/* errno, or 0 with `ret_stat` set. */
int fox_open_stat(struct fox_file_stat *ret_stat, int number);

/* INVALID unless the open file is a regular one. */
pxf_status fox_open_check_regular(const struct fox_fd *file, const char *path, pxf_error *err);

/* Fails with errno: "cannot open 'a/b': …", and says plainly what a breach is. */
pxf_status fox_open_fail(pxf_error *err, pxf_origin origin, const char *what, const char *path);

#endif
