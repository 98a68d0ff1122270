/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "blob/local/local.h"
#include "os/disk.h"
#include "os/rights.h"

struct fox_local_root *fox_local_root_take(struct fox_local *local)
{
    struct fox_local_root *root;

    (void)pthread_mutex_lock(&local->shared.lock);
    root = local->shared.root;
    if (root) {
        (void)atomic_fetch_add(&root->owners, 1);
    }
    (void)pthread_mutex_unlock(&local->shared.lock);
    return root;
}

void fox_local_root_free(struct fox_local_root *root)
{
    if (!root || atomic_fetch_sub(&root->owners, 1) > 1) {
        return;
    }
    fox_fd_let_go(&root->folder);
    free(root);
}

bool fox_local_root_equals(const struct fox_local_root *one, const struct fox_local_root *other)
{
    return one->device == other->device && one->inode == other->inode && one->fsid == other->fsid;
}

/* Why the folder itself cannot be opened. */
static pxf_status explain(const struct fox_local *local, const pxf_error *cause, pxf_error *err)
{
    AUTO(fox_str) words = {0};

    if (cause->status == PXF_NOT_FOUND) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, cause->code,
                             "the folder '%s' is not there: is its disk mounted? If it was moved, "
                             "`pixelfox pool set %s path=DIR` says where to",
                             local->path, local->name);
    }
    if (cause->status == PXF_DENIED && fox_rights_explain(&words, local->path, FOX_RIGHTS_READ)) {
        return fox_fail_from(err, PXF_DENIED, PXF_ORIGIN_POOL, cause->code, "%s",
                             fox_str_text(&words));
    }
    return fox_fail_as(err, cause);
}

static pxf_status identify(struct fox_local_root *root, pxf_error *err)
{
    struct fox_file_stat stat;
    struct fox_disk disk;

    TRY(fox_file_stat(&stat, &root->folder, err));
    TRY(fox_disk_stat(&disk, &root->folder, err));
    root->device = stat.device;
    root->inode = stat.inode;
    root->fsid = disk.fsid;
    return PXF_OK;
}

static pxf_status open_root(struct fox_local_root **ret_root, const struct fox_local *local,
                            pxf_error *err)
{
    AUTO(fox_local_root) *root = fox_mem_new(1, sizeof *root, err);
    pxf_error cause = {0};

    if (!root) {
        return PXF_NO_MEMORY;
    }
    atomic_init(&root->owners, 1);
    if (fox_folder_open(&root->folder, local->path, PXF_ORIGIN_POOL, &cause) != PXF_OK) {
        return explain(local, &cause, err);
    }
    TRY(identify(root, err));
    TRY(fox_local_marker_check(&root->folder, local, err));
    *ret_root = GIVE(root);
    return PXF_OK;
}

/* The newest root serves all; whoever works in an older one keeps it. */
static void exchange(struct fox_local *local, struct fox_local_root *root)
{
    struct fox_local_root *old;

    (void)atomic_fetch_add(&root->owners, 1);
    (void)pthread_mutex_lock(&local->shared.lock);
    old = local->shared.root;
    local->shared.root = root;
    (void)pthread_mutex_unlock(&local->shared.lock);
    fox_local_root_free(old);
}

pxf_status fox_local_root_check(struct fox_local_root **ret_root, struct fox_local *local,
                                pxf_error *err)
{
    struct fox_local_root *root = NULL;
    pxf_error cause = {0};

    if (open_root(&root, local, &cause) != PXF_OK) {
        return fox_local_fail(local, NULL, &cause, err);
    }
    exchange(local, root);
    *ret_root = root;
    return PXF_OK;
}

static bool is_the_pools(const pxf_error *cause)
{
    return cause->status == PXF_DENIED || cause->status == PXF_NOT_FOUND ||
           cause->status == PXF_INVALID;
}

pxf_status fox_local_fail(struct fox_local *local, const char *path, const pxf_error *cause,
                          pxf_error *err)
{
    AUTO(fox_str) place = {0};
    AUTO(fox_str) words = {0};

    if (!is_the_pools(cause)) {
        return fox_fail_as(err, cause);
    }
    fox_str_add(&place, "%s%s%s", local->path, path ? "/" : "", path ? path : "");
    if (cause->status == PXF_DENIED &&
        fox_rights_explain(&words, fox_str_text(&place), FOX_RIGHTS_WRITE)) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, cause->code, "%s",
                             fox_str_text(&words));
    }
    return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, cause->code, "%s", cause->message);
}
