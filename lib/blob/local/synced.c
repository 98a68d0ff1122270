/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "blob/local/local.h"

static bool is_it(const struct fox_local_synced *synced, const char *path,
                  const struct fox_file_stat *stat)
{
    return strcmp(synced->path, path) == 0 && synced->device == stat->device &&
           synced->inode == stat->inode && synced->born_ns == stat->born_ns;
}

static bool is_known(struct fox_local *local, const char *path, const struct fox_file_stat *stat)
{
    bool found = false;

    (void)pthread_mutex_lock(&local->shared.lock);
    for (size_t i = 0; i < FOX_LOCAL_SYNCED; i++) {
        found = found || is_it(&local->shared.synced[i], path, stat);
    }
    (void)pthread_mutex_unlock(&local->shared.lock);
    return found;
}

static void remember(struct fox_local *local, const char *path, const struct fox_file_stat *stat)
{
    struct fox_local_synced *synced;

    (void)pthread_mutex_lock(&local->shared.lock);
    synced = &local->shared.synced[local->shared.next_synced++ % FOX_LOCAL_SYNCED];
    *synced = (struct fox_local_synced){
        .device = stat->device, .inode = stat->inode, .born_ns = stat->born_ns};
    (void)memcpy(synced->path, path, strlen(path) + 1);
    (void)pthread_mutex_unlock(&local->shared.lock);
}

pxf_status fox_local_sync_folder(struct fox_local *local, const struct fox_local_root *root,
                                 const char *path, const struct fox_fd *folder, pxf_error *err)
{
    struct fox_file_stat stat;

    TRY(fox_file_stat(&stat, folder, err));
    if (is_known(local, path, &stat)) {
        return fox_local_turn_sync(local, &stat, folder, err);
    }
    TRY(fox_folder_sync_path(&root->folder, path, err));
    TRY(fox_file_sync_all(folder, err));
    remember(local, path, &stat);
    return PXF_OK;
}
