/* SPDX-License-Identifier: Apache-2.0 */
#include "blob/local/local.h"

/* How many files of one key can lie in quarantine. */
enum { NAMES = 100 };

/* Never over what lies there already: the second one gets a number. */
static pxf_status move(const struct fox_fd *from, const char *name, const struct fox_fd *to,
                       pxf_error *err)
{
    pxf_error cause = {0};
    pxf_status status = fox_folder_rename(from, name, to, name, &cause);

    for (int i = 2; status == PXF_EXISTS && i <= NAMES; i++) {
        AUTO(fox_str) numbered = {0};

        fox_fail_clear(&cause);
        fox_str_add(&numbered, "%s.%d", name, i);
        TRY(fox_str_check(&numbered, err));
        status = fox_folder_rename(from, name, to, fox_str_text(&numbered), &cause);
    }
    return status == PXF_OK ? PXF_OK : fox_fail_as(err, &cause);
}

/* The new name is on the disk before the old one is known to be gone. */
static pxf_status set_aside(const struct fox_fd *root, const char *path, const char *name,
                            pxf_error *err)
{
    AUTO(fox_fd) from = {0};
    AUTO(fox_fd) to = {0};
    AUTO(fox_str) quarantine = {0};
    struct fox_file_stat stat;
    size_t made;

    fox_str_add(&quarantine, "%s/%s", FOX_BLOB_QUARANTINE, path);
    TRY(fox_str_check(&quarantine, err));
    TRY(fox_folder_open_in(&from, root, path, err));
    TRY(fox_local_find_file(&stat, &from, name, err));
    TRY(fox_folder_reach(&to, &made, root, fox_str_text(&quarantine), FOX_LOCAL_INCOMING_MODE,
                         err));
    TRY(move(&from, name, &to, err));
    TRY(fox_folder_sync_path(root, fox_str_text(&quarantine), err));
    return fox_file_sync_all(&from, err);
}

static bool is_keys_own(const pxf_error *cause)
{
    return cause->status == PXF_NOT_FOUND || cause->status == PXF_INVALID;
}

pxf_status fox_local_set_aside(struct fox_blob *blob, const char *key, pxf_error *err)
{
    struct fox_local *local = fox_local_of(blob);
    AUTO(fox_local_root) *root = NULL;
    char path[FOX_KEY_LIMIT + 1];
    const char *name = fox_local_split(key, path);
    pxf_error cause = {0};

    TRY(fox_local_root_check(&root, local, err));
    if (set_aside(&root->folder, path, name, &cause) == PXF_OK) {
        return PXF_OK;
    }
    return is_keys_own(&cause) ? fox_fail_as(err, &cause)
                               : fox_local_fail(local, path, &cause, err);
}
