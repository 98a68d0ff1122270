/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/program/alloc.h"

#include <malloc.h>
#include <pthread.h>

/* glibc raises the threshold by itself after the first large free: planes of pixels then stay in
 * arenas. Stacks are what libvips asks for at least: the usual 8 MiB count against a picture's
 * limit for each thread. */
enum { MMAP_THRESHOLD_BYTES = 1 << 20, ARENA_LIMIT = 2, STACK_BYTES = 2 << 20 };

static void tune_stacks(void)
{
    pthread_attr_t attributes;

    if (pthread_attr_init(&attributes) != 0) {
        return;
    }
    (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
    (void)pthread_setattr_default_np(&attributes);
    (void)pthread_attr_destroy(&attributes);
}

void alloc_tune(void)
{
    tune_stacks();
    (void)mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES);
    (void)mallopt(M_ARENA_MAX, ARENA_LIMIT);
}

void alloc_trim(void)
{
    (void)malloc_trim(0);
}
