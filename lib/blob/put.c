/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "blob/driver.h"

pxf_status fox_blob_put_open(struct fox_blob *blob, const char *key, const char *temporary_key,
                             struct fox_blob_put **ret_put, pxf_error *err)
{
    const int64_t began_ms = fox_env_monotonic_ms(blob->env);
    struct fox_blob_put *put = NULL;

    TRY(fox_blob_check_key(key, err));
    TRY(fox_blob_check_temporary(temporary_key, err));
    TRY(blob->driver->put_open(blob, temporary_key, &put, err));
    put->blob = blob;
    put->began_ms = began_ms;
    (void)memcpy(put->key, key, strlen(key) + 1);
    *ret_put = put;
    return PXF_OK;
}

static pxf_status check_open(const struct fox_blob_put *put, const char *what, pxf_error *err)
{
    switch (put->state) {
    case FOX_BLOB_PUT_OPEN:
        return PXF_OK;
    case FOX_BLOB_PUT_FAILED:
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_POOL, 0,
                             "'%s' failed before and cannot be %s", put->key, what);
    case FOX_BLOB_PUT_DONE:
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_POOL, 0,
                             "'%s' is finished and cannot be %s", put->key, what);
    }
    return PXF_INTERNAL;
}

pxf_status fox_blob_put_write(struct fox_blob_put *put, const void *data, size_t size,
                              pxf_error *err)
{
    pxf_status status;

    TRY(check_open(put, "written", err));
    if (size == 0) {
        return PXF_OK;
    }
    status = put->blob->driver->put_write(put, data, size, err);
    if (status != PXF_OK) {
        put->state = FOX_BLOB_PUT_FAILED;
        return status;
    }
    put->size += size;
    return PXF_OK;
}

uint64_t fox_blob_put_size(const struct fox_blob_put *put)
{
    return put->size;
}

static pxf_status read_back(void *ctx, uint64_t offset, void *data, size_t size, size_t *ret_size,
                            pxf_error *err)
{
    struct fox_blob_put *put = ctx;

    return put->blob->driver->put_read(put, offset, data, size, ret_size, err);
}

struct fox_reader fox_blob_put_reader(struct fox_blob_put *put)
{
    return (struct fox_reader){.ctx = put, .size = put->size, .read = read_back};
}

pxf_status fox_blob_put_finish(struct fox_blob_put *put, struct fox_blob_stat *ret_stat,
                               pxf_error *err)
{
    struct fox_blob_stat stat = {0};

    TRY(check_open(put, "finished", err));
    TRY(put->blob->driver->put_finish(put, &stat, err));
    put->state = FOX_BLOB_PUT_DONE;
    fox_blob_count(put->blob, "put", put->began_ms);
    if (ret_stat) {
        *ret_stat = stat;
    }
    return PXF_OK;
}

void fox_blob_put_free(struct fox_blob_put *put)
{
    if (put) {
        put->blob->driver->put_free(put);
    }
}
