/* SPDX-License-Identifier: Apache-2.0 */
#include "api/store.h"

#include <string.h>

#include "meta/meta.h"
#include "os/disk.h"
#include "os/folder.h"
#include "os/path.h"

/* How a store lies in its folder. */
static const char *const own_names[] = {
    "catalog.sqlite",
    "catalog.sqlite-wal",
    "catalog.sqlite-shm",
    "catalog.sqlite-journal",
    "catalog.lock",
    "catalog.reserve",
    "catalog.new",
    "wake",
    "live",
    "spool",
    "pool",
    "secret.key",
};

enum {
    OWN_NAME_COUNT = sizeof own_names / sizeof own_names[0],
    APPLICATION_ID = 0x50584631, /* "PXF1" */
    STORE_MODE = 0751,           /* web servers pass through to the pool, and list nothing */
    FILE_MODE = 0640,
    LIST_PAGE = 64
};

static bool is_own_name(const char *name)
{
    for (size_t i = 0; i < OWN_NAME_COUNT; i++) {
        if (strcmp(own_names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* A folder becomes a store only if nothing but what an interrupted making left is in it. */
static pxf_status check_empty(const struct fox_fd *folder, const char *path, pxf_error *err)
{
    AUTO(fox_folder_page) page = {0};

    TRY(fox_folder_list(&page, folder, "", LIST_PAGE, err));
    for (size_t i = 0; i < page.count; i++) {
        if (!is_own_name(page.entries[i].name)) {
            return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_STORE, 0,
                                 "'%s' is no store and holds other things ('%s'): no store is "
                                 "made there",
                                 path, page.entries[i].name);
        }
    }
    return PXF_OK;
}

/* A store that lost its catalog is none to make: its pictures would belong to nobody. */
static pxf_status check_no_pictures(const struct fox_fd *folder, const char *path, pxf_error *err)
{
    struct fox_file_stat stat;

    if (fox_folder_stat(&stat, folder, "pool/original", NULL) != PXF_OK) {
        return PXF_OK;
    }
    return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_STORE, 0,
                         "'%s' holds a store's pictures but no catalog: put the newest snapshot of "
                         "'catalog.sqlite' in its place",
                         path);
}

static bool has_catalog(const struct fox_fd *folder)
{
    struct fox_file_stat stat;

    return fox_folder_stat(&stat, folder, "catalog.sqlite", NULL) == PXF_OK && stat.size > 0;
}

static pxf_status no_store(const char *path, const char *why, pxf_error *err)
{
    return fox_fail_from(err, PXF_NOT_FOUND, PXF_ORIGIN_STORE, 0,
                         "no store in '%s'%s: `pixelfox init` makes one", path, why);
}

/* Makes the folder itself; its parent must be there, so that a disk that is not mounted never
 * becomes a new store. */
static pxf_status make_folder(pxf_store *store, const char *path, pxf_error *err)
{
    AUTO(fox_fd) parent = {0};
    AUTO(fox_str) copy = {0};
    const char *name;
    char *slash;

    fox_str_put_text(&copy, path);
    TRY(fox_str_check(&copy, err));
    while (copy.size > 1 && copy.data[copy.size - 1] == '/') {
        copy.data[--copy.size] = '\0';
    }
    slash = strrchr(copy.data, '/');
    name = slash ? slash + 1 : copy.data;
    if (slash) {
        *slash = '\0';
    }
    TRY(fox_folder_open(&parent,
                        !slash               ? "."
                        : slash == copy.data ? "/"
                                             : copy.data,
                        PXF_ORIGIN_STORE, err));
    TRY(fox_folder_make(&parent, name, STORE_MODE, err));
    return fox_folder_open_in(&store->folder, &parent, name, err);
}

/* Opens the folder, or makes it; tells whether a store is to be made. */
pxf_status fox_store_open_folder(pxf_store *store, const char *path, bool *ret_is_new,
                                 pxf_error *err)
{
    const bool may_make = fox_settings_is(store->settings, FOX_SETTING_STORE_CREATE, "if_empty");
    pxf_error cause = {0};
    const pxf_status status = fox_folder_open(&store->folder, path, PXF_ORIGIN_STORE, &cause);

    *ret_is_new = true;
    if (!*path) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_STORE, 0, "a store needs a path, not ''");
    }
    if (status == PXF_NOT_FOUND && !may_make) {
        return no_store(path, ", which is not there", err);
    }
    if (status == PXF_NOT_FOUND) {
        return make_folder(store, path, err);
    }
    if (status != PXF_OK) {
        return fox_fail_as(err, &cause);
    }
    if (has_catalog(&store->folder)) {
        *ret_is_new = false;
        return PXF_OK;
    }
    TRY(check_empty(&store->folder, path, err));
    TRY(check_no_pictures(&store->folder, path, err));
    return may_make ? PXF_OK : no_store(path, "", err);
}

/* The database file with its mode, whatever the umask is: what SQLite keeps beside it gets the
 * same. It is closed before it has its name, because closing it later would drop SQLite's locks. */
static pxf_status make_catalog(const struct fox_fd *folder, pxf_error *err)
{
    AUTO(fox_fd) file = {0};
    pxf_error cause = {0};
    pxf_status status = fox_folder_new_file(&file, folder, "catalog.new", FILE_MODE, &cause);

    fox_fd_let_go(&file);
    if (status != PXF_OK && status != PXF_EXISTS) {
        return fox_fail_as(err, &cause);
    }
    fox_fail_clear(&cause);
    status = fox_folder_rename(folder, "catalog.new", folder, "catalog.sqlite", &cause);
    if (status == PXF_EXISTS) {
        (void)fox_folder_remove(folder, "catalog.new", NULL);
    }
    /* EXISTS and NOT_FOUND: another process makes the same store. */
    return status == PXF_OK || status == PXF_EXISTS || status == PXF_NOT_FOUND
               ? PXF_OK
               : fox_fail_as(err, &cause);
}

pxf_status fox_store_open_catalog(pxf_store *store, bool is_new, pxf_error *err)
{
    AUTO(fox_str) database = {0};
    AUTO(fox_str) lock = {0};
    AUTO(fox_str) reserve = {0};
    struct fox_sqlite_options options = {.create = is_new, .application_id = APPLICATION_ID};

    fox_str_add(&database, "%s/catalog.sqlite", store->path);
    fox_str_add(&lock, "%s/catalog.lock", store->path);
    fox_str_add(&reserve, "%s/catalog.reserve", store->path);
    TRY(fox_str_check(&database, err));
    TRY(fox_str_check(&lock, err));
    TRY(fox_str_check(&reserve, err));
    options.path = fox_str_text(&database);
    options.lock_path = fox_str_text(&lock);
    options.reserve_path = fox_str_text(&reserve);
    if (is_new) {
        TRY(make_catalog(&store->folder, err));
    }
    TRY(fox_sql_open_sqlite(&store->db, &store->env, &options, err));
    return fox_meta_migrate(store->db, &store->env, err);
}

static pxf_status read_store_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return fox_store_get_in(tx, ctx, err);
}

pxf_status fox_store_find_home(pxf_store *store, pxf_error *err)
{
    struct fox_store_row row;
    struct fox_file_stat stat;
    struct fox_disk disk;

    TRY(fox_path_resolve(&store->home_path, store->path, PXF_ORIGIN_STORE, err));
    TRY(fox_file_stat(&stat, &store->folder, err));
    TRY(fox_disk_stat(&disk, &store->folder, err));
    TRY(fox_sql_read(store->db, FOX_FRESH, read_store_in, &row, err));
    store->home = (struct fox_blob_home){.store_id = row.id,
                                         .inode = stat.inode,
                                         .born_ns = stat.born_ns,
                                         .fsid = disk.fsid,
                                         .path = store->home_path};
    return PXF_OK;
}
