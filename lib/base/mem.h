/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_MEM_H
#define FOX_BASE_MEM_H

#include <stddef.h>

#include "base/fail.h"

/* Zeroed memory for `count` things of `size` bytes, or NULL with the error set to NO_MEMORY.
 * Freed with free(). */
void *fox_mem_new(size_t count, size_t size, pxf_error *err);

/* A copy of a text, or NULL with the error set. NULL gives NULL and no error. */
char *fox_mem_text(const char *text, pxf_error *err);

/* Grows an array of things of `size` bytes to hold at least `count`; the capacity at
 * `capacity` doubles. The array may move; on failure it stays as it was. */
pxf_status fox_mem_grow(void *array, size_t *capacity, size_t count, size_t size, pxf_error *err);

/* Overwrites memory so that the compiler cannot leave it out. */
void fox_mem_wipe(void *memory, size_t size);

#endif
