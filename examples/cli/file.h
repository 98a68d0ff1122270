/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_CLI_FILE_H
#define PIXELFOX_CLI_FILE_H

#include <limits.h>

#include "cli.h"

/* A file that is written whole or not at all: under a temporary name beside it, then renamed. What
 * is there and no regular file (a pipe, a device) is written into. One at a time. */
struct target {
    int fd;
    char path[PATH_MAX];
    char temporary[PATH_MAX]; /* "": written in place, or over */
};

pxf_status target_open(struct target *target, const char *path, pxf_error *err);

/* Gives the file its name. */
pxf_status target_finish(struct target *target, pxf_error *err);

/* Closes it, and removes what was not finished. Also after a failed target_open(). */
void target_let_go(struct target *target);

pxf_status write_all(int fd, const void *data, size_t size, pxf_error *err);

/* Reads what is there, at most `size` bytes: 0 at the end; -1 on failure, CANCELLED after a signal.
 * A pipe or terminal that gives nothing holds it no longer than that. */
ssize_t read_some(int fd, void *data, size_t size, pxf_error *err);

#endif
