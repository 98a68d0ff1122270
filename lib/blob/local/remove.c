/* SPDX-License-Identifier: Apache-2.0 */
#include "blob/local/local.h"

/* What an unlink gives back: nothing where another name keeps the file. */
static uint64_t freed_by(const struct fox_file_stat *stat)
{
    return stat->link_count > 1 ? 0 : stat->stored_bytes;
}

static pxf_status remove_from(const struct fox_fd *folder, const char *name, uint64_t *freed_bytes,
                              pxf_error *err)
{
    struct fox_file_stat stat;

    TRY(fox_local_find_file(&stat, folder, name, err));
    TRY(fox_folder_remove(folder, name, err));
    *freed_bytes = freed_by(&stat);
    return PXF_OK;
}

/* What is not there needs no sync: whoever removed it, or its folder, before us may not have synced
 * it, so the folder is synced in any case where there is one. */
static pxf_status remove_below(const struct fox_fd *root, const char *path, const char *name,
                               uint64_t *ret_freed_bytes, pxf_error *err)
{
    AUTO(fox_fd) folder = {0};
    uint64_t freed_bytes = 0;
    pxf_error cause = {0};

    TRY(fox_folder_open_in(&folder, root, path, err));
    if (remove_from(&folder, name, &freed_bytes, &cause) != PXF_OK &&
        cause.status != PXF_NOT_FOUND) {
        return fox_fail_as(err, &cause);
    }
    TRY(fox_file_sync_all(&folder, err));
    *ret_freed_bytes = freed_bytes;
    return PXF_OK;
}

static pxf_status remove_certainly(struct fox_local *local, const char *path, const char *name,
                                   uint64_t *ret_freed_bytes, pxf_error *err)
{
    AUTO(fox_local_root) *root = NULL;
    pxf_error cause = {0};

    TRY(fox_local_root_check(&root, local, err));
    if (remove_below(&root->folder, path, name, ret_freed_bytes, &cause) == PXF_OK ||
        cause.status == PXF_NOT_FOUND) {
        return PXF_OK;
    }
    if (cause.status == PXF_INVALID) {
        return fox_fail_as(err, &cause);
    }
    return fox_local_fail(local, path, &cause, err);
}

pxf_status fox_local_remove(struct fox_blob *blob, const char *key, uint64_t *ret_freed_bytes,
                            pxf_error *err)
{
    char path[FOX_KEY_LIMIT + 1];
    const char *name = fox_local_split(key, path);

    return remove_certainly(fox_local_of(blob), path, name, ret_freed_bytes, err);
}

pxf_status fox_local_remove_temporary(struct fox_blob *blob, const char *temporary_key,
                                      uint64_t *ret_freed_bytes, pxf_error *err)
{
    struct fox_local *local = fox_local_of(blob);
    uint64_t freed_bytes = 0;

    if (fox_local_is_trial(temporary_key)) {
        TRY(remove_certainly(local, ".", temporary_key, &freed_bytes, err));
    }
    TRY(remove_certainly(local, FOX_BLOB_INCOMING, temporary_key, ret_freed_bytes, err));
    *ret_freed_bytes += freed_bytes;
    return PXF_OK;
}
