/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/place.h"

#include <string.h>

#include "base/str.h"
#include "os/disk.h"
#include "os/folder.h"

pxf_status fox_sqlite_split(struct fox_fd *ret_folder, const char **ret_name, const char *path,
                            pxf_error *err)
{
    AUTO(fox_str) folder = {0};
    const char *slash = strrchr(path, '/');

    if (slash) {
        fox_str_put(&folder, path, slash == path ? 1 : (size_t)(slash - path));
    } else {
        fox_str_put_text(&folder, ".");
    }
    TRY(fox_str_check(&folder, err));
    TRY(fox_folder_open(ret_folder, fox_str_text(&folder), FOX_SQL_ORIGIN, err));
    *ret_name = slash ? slash + 1 : path;
    return PXF_OK;
}

pxf_status fox_sqlite_place_check_disk(const struct fox_fd *folder, const char *path,
                                       pxf_error *err)
{
    struct fox_disk disk;

    TRY(fox_disk_stat(&disk, folder, err));
    if (!fox_disk_suits_database(&disk)) {
        return fox_fail_from(err, PXF_UNSUPPORTED, FOX_SQL_ORIGIN, 0,
                             "'%s' lies on %s, where a database cannot share memory and locks: "
                             "put it on a disk of this host, pictures may stay",
                             path, disk.name);
    }
    return PXF_OK;
}

/* A log without its database holds what was committed last: to begin anew beside it would throw
 * that away, or mix it into what comes. */
static pxf_status check_no_log(const struct fox_fd *folder, const char *name, pxf_error *err)
{
    AUTO(fox_str) log = {0};
    struct fox_file_stat stat;

    fox_str_add(&log, "%s-wal", name);
    TRY(fox_str_check(&log, err));
    if (fox_folder_stat(&stat, folder, fox_str_text(&log), NULL) == PXF_OK && stat.size > 0) {
        return fox_fail_from(err, PXF_CORRUPT, FOX_SQL_ORIGIN, 0,
                             "'%s' is gone but its log '%s' is there: put the database back, or "
                             "remove the log too",
                             name, fox_str_text(&log));
    }
    return PXF_OK;
}

pxf_status fox_sqlite_place_look(bool *ret_is_new, const struct fox_fd *folder, const char *name,
                                 bool create, pxf_error *err)
{
    struct fox_file_stat stat;
    pxf_error failure = {0};
    const pxf_status status = fox_folder_stat(&stat, folder, name, &failure);

    if (status != PXF_OK && status != PXF_NOT_FOUND) {
        *err = failure;
        return status;
    }
    if (status == PXF_OK && stat.kind != FOX_FILE_REGULAR) {
        return fox_fail_from(err, PXF_INVALID, FOX_SQL_ORIGIN, 0,
                             "'%s' is no regular file (a link's target is to be named itself)",
                             name);
    }
    if (status == PXF_OK && stat.size > 0) {
        *ret_is_new = false;
        return PXF_OK;
    }
    if (!create) {
        return fox_fail_from(err, PXF_NOT_FOUND, FOX_SQL_ORIGIN, 0, "there is no database '%s'%s",
                             name, status == PXF_OK ? ", only an empty file" : "");
    }
    *ret_is_new = true;
    return check_no_log(folder, name, err);
}

pxf_status fox_sqlite_place_open_lock(struct fox_fd *ret_lock, const char *path, pxf_error *err)
{
    enum { MODE = 0600 };
    AUTO(fox_fd) folder = {0};
    const char *name;
    pxf_error failure = {0};
    pxf_status status;

    TRY(fox_sqlite_split(&folder, &name, path, err));
    status = fox_folder_new_file(ret_lock, &folder, name, MODE, &failure);
    if (status == PXF_EXISTS) {
        return fox_folder_open_file_to_write(ret_lock, &folder, name, err);
    }
    if (status != PXF_OK) {
        *err = failure;
    }
    return status;
}
