/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_LIFE_H
#define FOX_OS_LIFE_H

#include "base/env.h"
#include "os/fd.h"

/* A sign of life of this process: a file whose POSIX lock the system drops when the process dies,
 * however it dies, also while a forked child of it lives on. It works across pid namespaces. */
struct fox_life;

/* Puts the sign `name` into `folder`. It stands there only once it is locked, so whoever finds it
 * unlocked finds a dead process. EXISTS. */
pxf_status fox_life_open(struct fox_life **ret_life, const struct fox_fd *folder, const char *name,
                         pxf_error *err);

/* Removes the file and lets go. In a forked child it frees memory and nothing else. NULL is fine.
 */
void fox_life_close(struct fox_life *life);

static inline void fox_life_let_go(struct fox_life **life)
{
    fox_life_close(*life);
}

/* Whether the process of that sign lives; an absent sign is a dead process. A sign of this process
 * is known by the registry and not opened (closing it would drop the lock). */
pxf_status fox_life_test(bool *ret_alive, const struct fox_fd *folder, const char *name,
                         pxf_error *err);

/* Removes the signs in the folder whose processes are dead, and what a process left that died while
 * it made one (older than an hour). What has no UUID for a name is left alone. */
pxf_status fox_life_bury(const struct fox_fd *folder, const struct fox_env *env, pxf_error *err);

#endif
