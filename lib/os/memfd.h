/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_MEMFD_H
#define FOX_OS_MEMFD_H

#include "base/bytes.h"
#include "os/file.h"

/* Files in memory that are handed between processes. */

/* A new, empty one; `name` is what /proc shows. */
pxf_status fox_memfd_new(struct fox_fd *ret_memfd, const char *name, pxf_origin origin,
                         pxf_error *err);

/* Nobody can change its bytes or its size from now on. BUSY while a writable mapping exists. */
pxf_status fox_memfd_seal(const struct fox_fd *memfd, pxf_error *err);

/* CORRUPT unless it is a memory file that nobody can change (all four seals) with at most
 * `max_bytes`. */
pxf_status fox_memfd_check(const struct fox_fd *memfd, uint64_t max_bytes, uint64_t *ret_size,
                           pxf_error *err);

/* Its bytes without a copy, after that check; the descriptor may be closed afterwards. NULL with
 * the error set on failure, also where it is empty (CORRUPT). */
struct fox_bytes *fox_memfd_map(const struct fox_fd *memfd, uint64_t max_bytes, pxf_error *err);

#endif
