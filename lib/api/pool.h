/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_API_POOL_H
#define FOX_API_POOL_H

#include <pixelfox/pool.h>

#include "api/store.h"
#include "base/str.h"
#include "meta/pool.h"

enum { FOX_POOL_FIELD_LIMIT = 24 };

struct pxf_pool {
    struct fox_pool_row row;
    char *folder;  /* its path, absolute; NULL if it came from no store */
    bool is_moved; /* the row's path was set since */
    struct fox_blob_health health;
    bool is_healthy;
    char *reason; /* why not */
    int64_t free_bytes, image_count;
    struct fox_str *texts; /* FOX_POOL_FIELD_LIMIT of them: fields as text, once asked for */
};

/* The row of that name; NOT_FOUND with the nearest. */
pxf_status fox_pool_read_row(pxf_store *store, const char *name, struct fox_pool_row *ret_row,
                             pxf_error *err);

#endif
