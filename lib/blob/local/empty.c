/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "blob/local/local.h"

enum { PAGE = 64 };

/* Where file systems keep what their repair found (ext4), and their snapshots: NetApp and other NFS
 * servers, snapper, ZFS, Synology. */
static const char *const systems[] = {
    "lost+found", ".snapshot", ".snapshots", ".zfs", "#snapshot",
};

bool fox_local_is_systems(const char *name)
{
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        if (strcmp(systems[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* A making that was killed leaves them: its trial, a marker that had no name yet, and in the pool's
 * folder one that had none. */
static bool is_of_a_making(const char *name)
{
    struct fox_id id;

    return fox_local_is_trial(name) || fox_id_parse(&id, name);
}

static bool is_let_be(const struct fox_folder_entry *entry, bool is_inside)
{
    if (is_inside) {
        return entry->kind == FOX_FILE_REGULAR && is_of_a_making(entry->name);
    }
    return strcmp(entry->name, FOX_BLOB_MARKER) == 0 ||
           (entry->kind == FOX_FILE_REGULAR && fox_local_is_trial(entry->name)) ||
           (entry->kind == FOX_FILE_FOLDER &&
            (strcmp(entry->name, FOX_BLOB_INCOMING) == 0 || fox_folder_is_aside(entry->name) ||
             fox_local_is_systems(entry->name)));
}

static pxf_status check(const struct fox_local *local, const struct fox_fd *folder,
                        const char *inside, pxf_error *err)
{
    AUTO(fox_folder_page) page = {0};

    TRY(fox_folder_list(&page, folder, "", PAGE, err));
    for (size_t i = 0; i < page.count; i++) {
        if (!is_let_be(&page.entries[i], *inside)) {
            return fox_fail_from(err, PXF_CONFLICT, PXF_ORIGIN_POOL, 0,
                                 "'%s' is not empty ('%s%s' lies there): a new pool needs an empty "
                                 "folder, for example '%s/pixelfox'",
                                 local->path, inside, page.entries[i].name, local->path);
        }
    }
    return PXF_OK;
}

pxf_status fox_local_check_empty(const struct fox_fd *folder, const struct fox_local *local,
                                 pxf_error *err)
{
    AUTO(fox_fd) incoming = {0};
    pxf_error cause = {0};

    TRY(check(local, folder, "", err));
    if (fox_folder_open_in(&incoming, folder, FOX_BLOB_INCOMING, &cause) != PXF_OK) {
        return cause.status == PXF_NOT_FOUND ? PXF_OK : fox_fail_as(err, &cause);
    }
    return check(local, &incoming, FOX_BLOB_INCOMING "/", err);
}
