/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_READER_H
#define FOX_BASE_READER_H

#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"

/* Bytes that can be read at any place and more than once: a file, a blob, memory. */
struct fox_reader {
    void *ctx;
    uint64_t size;
    /* Reads up to `size` bytes at `offset`; fewer only at the end. */
    pxf_status (*read)(void *ctx, uint64_t offset, void *data, size_t size, size_t *ret_size,
                       pxf_error *err);
};

/* Reads as much as there is at `offset`, 0 bytes past the end. */
pxf_status fox_reader_read(const struct fox_reader *reader, uint64_t offset, void *data,
                           size_t size, size_t *ret_size, pxf_error *err);

/* A view of memory that outlives the reader. */
struct fox_memory {
    const void *data;
    size_t size;
};
struct fox_reader fox_reader_of_memory(struct fox_memory *memory);

#endif
