/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"

enum kind { COPIED, MAPPED };

struct fox_bytes {
    atomic_size_t owners;
    void *data;
    size_t size;
    enum kind kind;
};

static void let_go_of(void *data, size_t size, enum kind kind)
{
    switch (kind) {
    case COPIED:
        free(data);
        return;
    case MAPPED:
        if (data) {
            (void)munmap(data, size);
        }
        return;
    }
}

static struct fox_bytes *hold(void *data, size_t size, enum kind kind, pxf_error *err)
{
    struct fox_bytes *bytes = fox_mem_new(1, sizeof *bytes, err);

    if (!bytes) {
        let_go_of(data, size, kind);
        return NULL;
    }
    atomic_init(&bytes->owners, 1);
    bytes->data = data;
    bytes->size = size;
    bytes->kind = kind;
    return bytes;
}

struct fox_bytes *fox_bytes_new(const void *data, size_t size, pxf_error *err)
{
    void *copy = fox_mem_new(size, 1, err);

    if (!copy) {
        return NULL;
    }
    if (size > 0) {
        memcpy(copy, data, size);
    }
    return hold(copy, size, COPIED, err);
}

struct fox_bytes *fox_bytes_take(void *data, size_t size, pxf_error *err)
{
    return hold(data, size, COPIED, err);
}

struct fox_bytes *fox_bytes_take_mapping(void *data, size_t size, pxf_error *err)
{
    return hold(data, size, MAPPED, err);
}

struct fox_bytes *fox_bytes_share(struct fox_bytes *bytes)
{
    (void)atomic_fetch_add(&bytes->owners, 1);
    return bytes;
}

const void *fox_bytes_data(const struct fox_bytes *bytes)
{
    return bytes->data;
}

size_t fox_bytes_size(const struct fox_bytes *bytes)
{
    return bytes->size;
}

void fox_bytes_free(struct fox_bytes *bytes)
{
    if (!bytes || atomic_fetch_sub(&bytes->owners, 1) > 1) {
        return;
    }
    let_go_of(bytes->data, bytes->size, bytes->kind);
    free(bytes);
}
