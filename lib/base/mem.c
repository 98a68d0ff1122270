/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *fox_mem_new(size_t count, size_t size, pxf_error *err)
{
    const size_t most = size > 0 ? SIZE_MAX / size : SIZE_MAX;
    void *memory = count <= most ? calloc(count > 0 ? count : 1, size) : NULL;

    if (!memory) {
        (void)fox_fail(err, PXF_NO_MEMORY, "no memory for %zu × %zu bytes", count, size);
    }
    return memory;
}

char *fox_mem_text(const char *text, pxf_error *err)
{
    char *copy;

    if (!text) {
        return NULL;
    }
    copy = fox_mem_new(strlen(text) + 1, 1, err);
    if (copy) {
        memcpy(copy, text, strlen(text));
    }
    return copy;
}

pxf_status fox_mem_grow(void *array, size_t *capacity, size_t count, size_t size, pxf_error *err)
{
    void *old, *grown;
    size_t wanted = *capacity > 0 ? *capacity : 8;

    if (count <= *capacity) {
        return PXF_OK;
    }
    while (wanted < count && wanted <= SIZE_MAX / 2) {
        wanted *= 2;
    }
    memcpy(&old, array, sizeof old);
    grown = wanted >= count && wanted <= SIZE_MAX / size ? realloc(old, wanted * size) : NULL;
    if (!grown) {
        return fox_fail(err, PXF_NO_MEMORY, "no memory for %zu × %zu bytes", wanted, size);
    }
    memset((char *)grown + *capacity * size, 0, (wanted - *capacity) * size);
    memcpy(array, &grown, sizeof grown);
    *capacity = wanted;
    return PXF_OK;
}

void fox_mem_wipe(void *memory, size_t size)
{
    explicit_bzero(memory, size);
}
