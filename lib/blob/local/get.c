/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "blob/local/local.h"

struct source {
    struct fox_blob_source base;
    struct fox_fd file;
};

typedef pxf_status (*look_fn)(const struct fox_local_root *root, const char *key, void *out,
                              pxf_error *err);

/* An NFS client remembers for up to a minute that a name was not there; opening the folder makes it
 * ask the server. */
static void forget_absence(const struct fox_local_root *root, const char *key)
{
    char path[FOX_KEY_LIMIT + 1];
    AUTO(fox_fd) folder = {0};

    (void)fox_local_split(key, path);
    for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)fox_folder_open_in(&folder, &root->folder, path, NULL);
        fox_fd_let_go(&folder);
        *slash = '/';
    }
    (void)fox_folder_open_in(&folder, &root->folder, path, NULL);
}

/* Looks in the root that was checked last, if any was. A failure may be the pool's, not the key's
 * (the disk is gone, or was mounted anew; an NFS handle is stale): then the pool is checked, and
 * looked at once more, before a key is said to be absent. */
static pxf_status look_up(struct fox_local *local, look_fn fn, const char *key, void *out,
                          pxf_error *err)
{
    AUTO(fox_local_root) *root = fox_local_root_take(local);
    AUTO(fox_local_root) *anew = NULL;
    pxf_error cause = {0};

    if (root && fn(root, key, out, &cause) == PXF_OK) {
        return PXF_OK;
    }
    TRY(fox_local_root_check(&anew, local, err));
    if (local->is_nfs) {
        forget_absence(anew, key);
    }
    return fn(anew, key, out, err);
}

static pxf_status open_file(const struct fox_local_root *root, const char *key, void *out,
                            pxf_error *err)
{
    return fox_folder_open_file(out, &root->folder, key, err);
}

pxf_status fox_local_get(struct fox_blob *blob, const char *key,
                         struct fox_blob_source **ret_source, pxf_error *err)
{
    AUTO(fox_fd) file = {0};
    struct fox_reader reader;
    struct source *source;

    TRY(look_up(fox_local_of(blob), open_file, key, &file, err));
    TRY(fox_file_reader(&reader, &file, err));
    source = fox_mem_new(1, sizeof *source, err);
    if (!source) {
        return PXF_NO_MEMORY;
    }
    source->file = fox_fd_give(&file);
    reader.ctx = &source->file;
    source->base = (struct fox_blob_source){
        .blob = blob, .reader = reader, .fd = fox_fd_number(&source->file)};
    *ret_source = &source->base;
    return PXF_OK;
}

void fox_local_source_free(struct fox_blob_source *base)
{
    struct source *source = (struct source *)(void *)base;

    fox_fd_let_go(&source->file);
    free(source);
}

static pxf_status stat_file(const struct fox_local_root *root, const char *key, void *out,
                            pxf_error *err)
{
    struct fox_file_stat stat;
    struct fox_blob_stat *found = out;

    TRY(fox_local_find_file(&stat, &root->folder, key, err));
    *found = (struct fox_blob_stat){.size = stat.size, .modified_ms = stat.modified_ms};
    return PXF_OK;
}

pxf_status fox_local_stat(struct fox_blob *blob, const char *key, struct fox_blob_stat *ret_stat,
                          pxf_error *err)
{
    return look_up(fox_local_of(blob), stat_file, key, ret_stat, err);
}
