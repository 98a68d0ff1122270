/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include "base/str.h"
#include "os/folder.h"

static pxf_status copy_pages(struct fox_sqlite_conn *to, struct fox_sqlite_conn *from,
                             pxf_error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
    int code;

    if (!backup) {
        return fox_sqlite_fail(err, to->handle, sqlite3_errcode(to->handle), "begin a snapshot");
    }
    (void)sqlite3_backup_step(backup, -1);
    code = sqlite3_backup_finish(backup);
    if (code != SQLITE_OK) {
        return fox_sqlite_fail(err, to->handle, code, "write a snapshot");
    }
    return PXF_OK;
}

/* One step copies everything from one state: writers go on meanwhile and the copy does not begin
 * anew. */
static pxf_status copy_to(struct fox_sqlite *db, const char *path, pxf_error *err)
{
    struct fox_sqlite_conn *from = NULL, *to = NULL;
    pxf_status status = fox_sqlite_reader_take(&from, db, err);

    if (status == PXF_OK) {
        status = fox_sqlite_connect(&to, db, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    }
    if (status == PXF_OK) {
        status = copy_pages(to, from, err);
    }
    fox_sqlite_disconnect(to);
    if (from) {
        fox_sqlite_reader_give(from, status == PXF_OK);
    }
    return status;
}

static pxf_status check_absent(const struct fox_fd *folder, const char *name, pxf_error *err)
{
    struct fox_file_stat stat;
    pxf_error failure = {0};

    if (fox_folder_stat(&stat, folder, name, &failure) == PXF_OK) {
        return fox_fail_from(err, PXF_EXISTS, FOX_SQL_ORIGIN, 0, "'%s' is there already", name);
    }
    if (failure.status != PXF_NOT_FOUND) {
        *err = failure;
        return (pxf_status)failure.status;
    }
    return PXF_OK;
}

static pxf_status publish(const struct fox_fd *folder, const char *part, const char *name,
                          pxf_error *err)
{
    AUTO(fox_fd) file = {0};

    TRY(fox_folder_open_file(&file, folder, part, err));
    TRY(fox_file_sync_all(&file, err));
    TRY(fox_folder_rename(folder, part, folder, name, err));
    return fox_file_sync_all(folder, err);
}

static pxf_status copy_and_publish(struct fox_sqlite *db, const struct fox_fd *folder,
                                   const char *name, const char *path, pxf_error *err)
{
    AUTO(fox_str) part = {0}, part_path = {0};
    pxf_status status;

    fox_str_add(&part, "%s.part", name);
    fox_str_add(&part_path, "%s.part", path);
    TRY(fox_str_check(&part, err));
    TRY(fox_str_check(&part_path, err));
    TRY(check_absent(folder, name, err));
    (void)fox_folder_remove(folder, fox_str_text(&part), NULL);
    status = copy_to(db, fox_str_text(&part_path), err);
    if (status == PXF_OK) {
        status = publish(folder, fox_str_text(&part), name, err);
    }
    if (status != PXF_OK) {
        (void)fox_folder_remove(folder, fox_str_text(&part), NULL);
    }
    return status;
}

pxf_status fox_sqlite_snapshot(struct fox_sql *base, const char *path, pxf_error *err)
{
    struct fox_sqlite *db = fox_sqlite_of(base);
    AUTO(fox_fd) folder = {0};
    const char *name;
    pxf_status status;

    TRY(fox_sqlite_split(&folder, &name, path, err));
    TRY(fox_sqlite_lock_long(db, FOX_SQLITE_SNAPSHOT, err));
    status = copy_and_publish(db, &folder, name, path, err);
    fox_sqlite_unlock_long(db, FOX_SQLITE_SNAPSHOT);
    if (status != PXF_OK) {
        return fox_fail_within(err, status, "snapshot '%s'", path);
    }
    return PXF_OK;
}

pxf_status fox_sqlite_keep(struct fox_sql *db, const char *module, int version, pxf_error *err)
{
    AUTO(fox_str) path = {0};
    pxf_error failure = {0};
    pxf_status status;

    fox_str_add(&path, "%s.before-%s-%d", fox_sqlite_of(db)->path, module, version);
    TRY(fox_str_check(&path, err));
    status = fox_sqlite_snapshot(db, fox_str_text(&path), &failure);
    if (status != PXF_OK && status != PXF_EXISTS) {
        *err = failure;
        return fox_fail_within(err, status, "no snapshot before the upgrade");
    }
    fox_env_log(db->env, FOX_LEVEL_INFO, "upgrading '%s' from version %d, a snapshot is '%s'",
                module, version, fox_str_text(&path));
    return PXF_OK;
}
