/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_BYTES_H
#define FOX_BASE_BYTES_H

#include <stddef.h>

#include "base/fail.h"

/* Immutable bytes that several owners share. Any thread. */
struct fox_bytes;

/* A copy of `size` bytes; NULL with the error set on failure. */
struct fox_bytes *fox_bytes_new(const void *data, size_t size, pxf_error *err);

/* Takes memory made by malloc(), also on failure. */
struct fox_bytes *fox_bytes_take(void *data, size_t size, pxf_error *err);

/* Takes a mapping that munmap() ends, also on failure. */
struct fox_bytes *fox_bytes_take_mapping(void *data, size_t size, pxf_error *err);

/* Another owner of the same bytes. */
struct fox_bytes *fox_bytes_share(struct fox_bytes *bytes);

const void *fox_bytes_data(const struct fox_bytes *bytes);
size_t fox_bytes_size(const struct fox_bytes *bytes);

/* NULL is fine. */
void fox_bytes_free(struct fox_bytes *bytes);

static inline void fox_bytes_let_go(struct fox_bytes **bytes)
{
    fox_bytes_free(*bytes);
}

#endif
