/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/program/alloc.h"

#include <malloc.h>

/* glibc raises this by itself after the first large free: planes of pixels then stay in arenas. */
enum { MMAP_THRESHOLD_BYTES = 1 << 20, ARENA_LIMIT = 2 };

void alloc_tune(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES);
    (void)mallopt(M_ARENA_MAX, ARENA_LIMIT);
}

void alloc_trim(void)
{
    (void)malloc_trim(0);
}
