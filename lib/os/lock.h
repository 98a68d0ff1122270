/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_LOCK_H
#define FOX_OS_LOCK_H

#include <stdint.h>

#include "base/cancel.h"
#include "os/fd.h"

/* Exclusive locks on single bytes of a file, held by the open file (open file description locks):
 * two stores in one process exclude each other, closing another descriptor of the file drops
 * nothing, and the system lets go when the last copy of the descriptor closes. A forked child holds
 * such a copy; to tell whether a process lives use os/life.h. The file is open for writing. */

/* BUSY where somebody else holds it. */
pxf_status fox_lock_try(const struct fox_fd *file, uint64_t byte, pxf_error *err);

/* Looks again in growing steps (0.1 to 5 ms) until it has it; TIMEOUT after `wait_ms` (less than 0:
 * without end), CANCELLED when `cancel` (NULL is fine) is tripped. */
pxf_status fox_lock_wait(const struct fox_fd *file, uint64_t byte, int64_t wait_ms,
                         const struct fox_cancel *cancel, pxf_error *err);

/* Lets go; of what is not held, too. */
void fox_lock_release(const struct fox_fd *file, uint64_t byte);

#endif
