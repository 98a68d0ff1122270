/* SPDX-License-Identifier: Apache-2.0 */
#include "blob/blob.h"

#include "blob/driver.h"

const char *fox_blob_type(const struct fox_blob *blob)
{
    return blob->type;
}

struct fox_blob_abilities fox_blob_abilities(const struct fox_blob *blob)
{
    return blob->abilities;
}

void fox_blob_close(struct fox_blob *blob)
{
    if (blob) {
        blob->driver->close(blob);
    }
}

pxf_status fox_blob_path(const struct fox_blob *blob, const char *key, struct fox_str *path,
                         pxf_error *err)
{
    TRY(fox_blob_check_key(key, err));
    if (!blob->abilities.has_path) {
        return fox_fail_from(err, PXF_UNSUPPORTED, PXF_ORIGIN_POOL, 0,
                             "a pool of the type %s has no paths", blob->type);
    }
    return blob->driver->path(blob, key, path, err);
}

pxf_status fox_blob_look(struct fox_blob *blob, struct fox_blob_health *ret_health, pxf_error *err)
{
    return blob->driver->look(blob, ret_health, err);
}

pxf_status fox_blob_test(struct fox_blob *blob, fox_blob_check_fn fn, void *ctx, pxf_error *err)
{
    return blob->driver->test(blob, fn, ctx, err);
}

pxf_status fox_blob_get(struct fox_blob *blob, const char *key, struct fox_blob_source **ret_source,
                        pxf_error *err)
{
    const int64_t began_ms = fox_env_monotonic_ms(blob->env);

    TRY(fox_blob_check_key(key, err));
    TRY(blob->driver->get(blob, key, ret_source, err));
    fox_blob_count(blob, "get", began_ms);
    return PXF_OK;
}

const struct fox_reader *fox_blob_source_reader(const struct fox_blob_source *source)
{
    return &source->reader;
}

int fox_blob_source_fd(const struct fox_blob_source *source)
{
    return source->fd;
}

void fox_blob_source_free(struct fox_blob_source *source)
{
    if (source) {
        source->blob->driver->source_free(source);
    }
}

pxf_status fox_blob_stat(struct fox_blob *blob, const char *key, struct fox_blob_stat *ret_stat,
                         pxf_error *err)
{
    TRY(fox_blob_check_key(key, err));
    return blob->driver->stat(blob, key, ret_stat, err);
}

pxf_status fox_blob_remove(struct fox_blob *blob, const char *key, uint64_t *ret_freed_bytes,
                           pxf_error *err)
{
    const int64_t began_ms = fox_env_monotonic_ms(blob->env);
    uint64_t freed_bytes = 0;

    TRY(fox_blob_check_key(key, err));
    TRY(blob->driver->remove(blob, key, &freed_bytes, err));
    fox_blob_count(blob, "remove", began_ms);
    if (ret_freed_bytes) {
        *ret_freed_bytes = freed_bytes;
    }
    return PXF_OK;
}

pxf_status fox_blob_remove_temporary(struct fox_blob *blob, const char *temporary_key,
                                     uint64_t *ret_freed_bytes, pxf_error *err)
{
    uint64_t freed_bytes = 0;

    TRY(fox_blob_check_temporary(temporary_key, err));
    TRY(blob->driver->remove_temporary(blob, temporary_key, &freed_bytes, err));
    if (ret_freed_bytes) {
        *ret_freed_bytes = freed_bytes;
    }
    return PXF_OK;
}

pxf_status fox_blob_set_aside(struct fox_blob *blob, const char *key, pxf_error *err)
{
    TRY(fox_blob_check_key(key, err));
    return blob->driver->set_aside(blob, key, err);
}

typedef pxf_status (*list_fn)(struct fox_blob *blob, const char *cursor, size_t limit,
                              struct fox_blob_list *list, pxf_error *err);

/* What was listed before a failure is no list. */
static pxf_status list_whole(struct fox_blob *blob, list_fn fn, const char *cursor, size_t limit,
                             struct fox_blob_list *ret_list, pxf_error *err)
{
    AUTO(fox_blob_list) list = {0};

    if (limit > 0) {
        TRY(fn(blob, cursor, limit, &list, err));
    }
    fox_blob_list_free(ret_list);
    *ret_list = list;
    list = (struct fox_blob_list){0};
    return PXF_OK;
}

pxf_status fox_blob_list(struct fox_blob *blob, const char *cursor, size_t limit,
                         struct fox_blob_list *ret_list, pxf_error *err)
{
    return list_whole(blob, blob->driver->list, cursor, limit, ret_list, err);
}

pxf_status fox_blob_list_temporaries(struct fox_blob *blob, const char *cursor, size_t limit,
                                     struct fox_blob_list *ret_list, pxf_error *err)
{
    return list_whole(blob, blob->driver->list_temporaries, cursor, limit, ret_list, err);
}
