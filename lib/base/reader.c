/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reader.h"

#include <string.h>

static pxf_status memory_read(void *ctx, uint64_t offset, void *data, size_t size, size_t *ret_size,
                              pxf_error *err)
{
    const struct fox_memory *memory = ctx;
    const size_t left = offset < memory->size ? memory->size - (size_t)offset : 0;

    (void)err;
    *ret_size = size < left ? size : left;
    if (*ret_size > 0) {
        memcpy(data, (const char *)memory->data + offset, *ret_size);
    }
    return PXF_OK;
}

pxf_status fox_reader_read(const struct fox_reader *reader, uint64_t offset, void *data,
                           size_t size, size_t *ret_size, pxf_error *err)
{
    if (offset >= reader->size) {
        *ret_size = 0;
        return PXF_OK;
    }
    if (size > reader->size - offset) {
        size = (size_t)(reader->size - offset);
    }
    return reader->read(reader->ctx, offset, data, size, ret_size, err);
}

struct fox_reader fox_reader_of_memory(struct fox_memory *memory)
{
    return (struct fox_reader){.ctx = memory, .size = memory->size, .read = memory_read};
}
