/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_FD_H
#define FOX_OS_FD_H

#include <stdbool.h>

#include "base/fail.h"

/* A descriptor with an owner: `AUTO(fox_fd) file = {0};` holds none and closes none, because the
 * number is kept plus one (a zeroed struct never closes descriptor 0). Errors of calls on it carry
 * its origin; callers put the thing's name in front with fox_fail_within. One at a time, but any
 * number of threads may use its number while nobody closes it. */
struct fox_fd {
    int number_plus_one;
    pxf_origin origin;
};

/* Owns `number` from now on; -1 gives an empty one. */
struct fox_fd fox_fd_of(int number, pxf_origin origin);

/* The number, lent; -1 where there is none. */
int fox_fd_number(const struct fox_fd *fd);

/* True if there is one. */
bool fox_fd_is_open(const struct fox_fd *fd);

/* Moves the descriptor out, leaving an empty one. */
struct fox_fd fox_fd_give(struct fox_fd *fd);

/* A second number for the same open file, close-on-exec, with the same origin. */
pxf_status fox_fd_duplicate(struct fox_fd *ret_fd, const struct fox_fd *fd, pxf_error *err);

/* Closes and says what the system said (on NFS and under quotas this is where a write fails).
 * The descriptor is gone in either case. An empty one is no error. */
pxf_status fox_fd_close(struct fox_fd *fd, pxf_error *err);

/* Closes where nobody is left to hear of an error. */
void fox_fd_let_go(struct fox_fd *fd);

#endif
