/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "blob/local/local.h"

/* How often the folders of a key are made again while somebody removes them. */
enum { RACES = 64 };

struct put {
    struct fox_blob_put base;
    struct fox_local *local;
    struct fox_local_root *root; /* where the temporary lies */
    struct fox_fd incoming, file;
    char name[FOX_KEY_LIMIT + 1]; /* "" once there is no temporary */
};

static struct put *put_of(struct fox_blob_put *put)
{
    return (struct put *)(void *)put;
}

static void put_let_go(struct put **put)
{
    if (*put) {
        fox_local_put_free(&(*put)->base);
    }
}

static pxf_status make_temporary(struct put *put, const char *temporary_key, pxf_error *err)
{
    struct fox_local *local = put->local;

    TRY(fox_local_open_incoming(&put->incoming, &put->root->folder, err));
    TRY(fox_folder_new_file(&put->file, &put->incoming, temporary_key, local->file_mode, err));
    (void)memcpy(put->name, temporary_key, strlen(temporary_key) + 1);
    return PXF_OK;
}

pxf_status fox_local_put_open(struct fox_blob *blob, const char *temporary_key,
                              struct fox_blob_put **ret_put, pxf_error *err)
{
    struct fox_local *local = fox_local_of(blob);
    AUTO(put) *put = fox_mem_new(1, sizeof *put, err);
    pxf_error cause = {0};

    if (!put) {
        return PXF_NO_MEMORY;
    }
    put->local = local;
    TRY(fox_local_root_check(&put->root, local, err));
    if (make_temporary(put, temporary_key, &cause) != PXF_OK) {
        return fox_local_fail(local, FOX_BLOB_INCOMING, &cause, err);
    }
    *ret_put = &GIVE(put)->base;
    return PXF_OK;
}

pxf_status fox_local_put_write(struct fox_blob_put *put, const void *data, size_t size,
                               pxf_error *err)
{
    return fox_file_write_at(&put_of(put)->file, put->size, data, size, err);
}

pxf_status fox_local_put_read(struct fox_blob_put *put, uint64_t offset, void *data, size_t size,
                              size_t *ret_size, pxf_error *err)
{
    return fox_file_read_at(&put_of(put)->file, offset, data, size, ret_size, err);
}

/* All of the bytes, and the mode, are on the disk, and closing would not complain: NFS and quotas
 * tell of lost writes at the close of any descriptor of the file. A failure is final. */
static pxf_status settle(struct put *put, pxf_error *err)
{
    AUTO(fox_fd) copy = {0};
    pxf_status status = fox_file_sync_all(&put->file, err);

    if (status == PXF_OK) {
        status = fox_fd_duplicate(&copy, &put->file, err);
    }
    if (status == PXF_OK) {
        status = fox_fd_close(&copy, err);
    }
    if (status != PXF_OK) {
        put->base.state = FOX_BLOB_PUT_FAILED;
    }
    return status;
}

/* The pool must be what it was when the temporary was made, at this very moment. */
static pxf_status check_root(struct put *put, pxf_error *err)
{
    AUTO(fox_local_root) *root = NULL;

    TRY(fox_local_root_check(&root, put->local, err));
    if (!fox_local_root_equals(root, put->root)) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, ESTALE,
                             "another disk was mounted on '%s' meanwhile", put->local->path);
    }
    return PXF_OK;
}

static bool has_temporary(const struct put *put)
{
    struct fox_file_stat stat;

    return fox_folder_stat(&stat, &put->incoming, put->name, NULL) == PXF_OK;
}

/* The name, and the folders on the way to it; one that somebody removes meanwhile is made again. */
static pxf_status name_it(struct put *put, struct fox_fd *ret_folder, const char *path,
                          const char *name, pxf_error *err)
{
    pxf_error cause = {0};

    for (int i = 0; i < RACES; i++) {
        AUTO(fox_fd) folder = {0};
        size_t made;

        fox_fail_clear(&cause);
        if (fox_folder_reach(&folder, &made, &put->root->folder, path, put->local->folder_mode,
                             &cause) == PXF_OK &&
            fox_folder_rename(&put->incoming, put->name, &folder, name, &cause) == PXF_OK) {
            *ret_folder = fox_fd_give(&folder);
            return PXF_OK;
        }
        if (cause.status != PXF_NOT_FOUND || !has_temporary(put)) {
            break;
        }
    }
    return fox_local_fail(put->local, path, &cause, err);
}

static pxf_status tell(const struct put *put, struct fox_blob_stat *ret_stat, pxf_error *err)
{
    struct fox_file_stat stat;

    TRY(fox_file_stat(&stat, &put->file, err));
    *ret_stat = (struct fox_blob_stat){.size = stat.size, .modified_ms = stat.modified_ms};
    return PXF_OK;
}

/* A name that may not survive a power cut is taken back: nobody was told of it. */
static pxf_status take_back(struct put *put, const struct fox_fd *folder, const char *name,
                            pxf_status status)
{
    (void)fox_folder_remove(folder, name, NULL);
    put->base.state = FOX_BLOB_PUT_FAILED;
    return status;
}

pxf_status fox_local_put_finish(struct fox_blob_put *base, struct fox_blob_stat *ret_stat,
                                pxf_error *err)
{
    struct put *put = put_of(base);
    char path[FOX_KEY_LIMIT + 1];
    const char *name = fox_local_split(base->key, path);
    AUTO(fox_fd) folder = {0};
    struct fox_blob_stat stat;
    pxf_status status;

    TRY(settle(put, err));
    TRY(tell(put, &stat, err));
    TRY(check_root(put, err));
    TRY(name_it(put, &folder, path, name, err));
    put->name[0] = '\0';
    status = fox_local_sync_folder(put->local, put->root, path, &folder, err);
    if (status != PXF_OK) {
        return take_back(put, &folder, name, status);
    }
    *ret_stat = stat;
    return PXF_OK;
}

void fox_local_put_free(struct fox_blob_put *base)
{
    struct put *put = put_of(base);

    if (put->name[0] != '\0') {
        (void)fox_folder_remove(&put->incoming, put->name, NULL);
    }
    fox_fd_let_go(&put->file);
    fox_fd_let_go(&put->incoming);
    fox_local_root_free(put->root);
    free(put);
}
