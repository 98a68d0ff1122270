/* SPDX-License-Identifier: Apache-2.0 */
#include "blob/local/local.h"

#include <stdlib.h>

#include "base/mem.h"
#include "os/rights.h"

struct fox_local *fox_local_of(struct fox_blob *blob)
{
    return (struct fox_local *)(void *)blob;
}

static pxf_status path_of(const struct fox_blob *blob, const char *key, struct fox_str *path,
                          pxf_error *err)
{
    const struct fox_local *local = (const struct fox_local *)(const void *)blob;

    fox_str_add(path, "%s/%s", local->path, key);
    return fox_str_check(path, err);
}

static void close_pool(struct fox_blob *blob)
{
    struct fox_local *local = fox_local_of(blob);

    fox_local_root_free(local->shared.root);
    fox_local_turns_end(local);
    (void)pthread_mutex_destroy(&local->shared.lock);
    free(local->path);
    free(local);
}

static inline void fox_local_let_go(struct fox_local **local)
{
    if (*local) {
        close_pool(&(*local)->blob);
    }
}

static const struct fox_blob_driver local_driver = {
    .size = sizeof local_driver,
    .name = "local",
    .path = path_of,
    .look = fox_local_look,
    .test = fox_local_test,
    .put_open = fox_local_put_open,
    .put_write = fox_local_put_write,
    .put_read = fox_local_put_read,
    .put_finish = fox_local_put_finish,
    .put_free = fox_local_put_free,
    .get = fox_local_get,
    .source_free = fox_local_source_free,
    .stat = fox_local_stat,
    .remove = fox_local_remove,
    .remove_temporary = fox_local_remove_temporary,
    .set_aside = fox_local_set_aside,
    .list = fox_local_list,
    .list_temporaries = fox_local_list_temporaries,
    .close = close_pool,
};

/* The same code under its own name: what NFS needs beyond a local disk is asked where it matters.
 */
static const struct fox_blob_driver nfs_driver = {
    .size = sizeof nfs_driver,
    .name = "nfs",
    .path = path_of,
    .look = fox_local_look,
    .test = fox_local_test,
    .put_open = fox_local_put_open,
    .put_write = fox_local_put_write,
    .put_read = fox_local_put_read,
    .put_finish = fox_local_put_finish,
    .put_free = fox_local_put_free,
    .get = fox_local_get,
    .source_free = fox_local_source_free,
    .stat = fox_local_stat,
    .remove = fox_local_remove,
    .remove_temporary = fox_local_remove_temporary,
    .set_aside = fox_local_set_aside,
    .list = fox_local_list,
    .list_temporaries = fox_local_list_temporaries,
    .close = close_pool,
};

/* A pool that was not looked at yet. */
static struct fox_local *make(const struct fox_env *env,
                              const struct fox_blob_local_options *options, pxf_error *err)
{
    AUTO(fox_local) *local = fox_mem_new(1, sizeof *local, err);

    if (!local) {
        return NULL;
    }
    local->blob = (struct fox_blob){
        .driver = options->is_nfs ? &nfs_driver : &local_driver,
        .env = env,
        .abilities = {.has_rename = true, .has_descriptor = true, .has_path = true},
    };
    (void)pthread_mutex_init(&local->shared.lock, NULL);
    fox_local_turns_start(local);
    local->pool_id = options->pool_id;
    local->is_nfs = options->is_nfs;
    local->file_mode = options->file_mode;
    local->folder_mode = options->folder_mode;
    local->path = fox_mem_text(options->path, err);
    return local->path ? GIVE(local) : NULL;
}

pxf_status fox_blob_open_local(struct fox_blob **ret_blob, const struct fox_env *env,
                               const struct fox_blob_local_options *options, pxf_error *err)
{
    AUTO(fox_local) *local = make(env, options, err);
    AUTO(fox_local_root) *root = NULL;

    if (!local) {
        return PXF_NO_MEMORY;
    }
    TRY(fox_local_root_verify(&root, local, err));
    *ret_blob = &GIVE(local)->blob;
    return PXF_OK;
}

/* True if the folder has a marker; then the status says whose. */
static bool is_taken(const struct fox_local *local, const struct fox_fd *folder, pxf_error *err)
{
    char text[FOX_ID_TEXT_BYTES];
    struct fox_id pool_id;
    pxf_error cause = {0};

    if (fox_local_marker_read(&pool_id, folder, &cause) == PXF_NOT_FOUND) {
        return false;
    }
    if (cause.status != PXF_OK) {
        (void)fox_fail_from(err, PXF_CONFLICT, PXF_ORIGIN_POOL, cause.code,
                            "'%s' has a marker that cannot be read: %s", local->path,
                            cause.message);
    } else if (!fox_id_equals(&pool_id, &local->pool_id)) {
        fox_id_format(text, &pool_id);
        (void)fox_fail_from(err, PXF_CONFLICT, PXF_ORIGIN_POOL, 0,
                            "'%s' is foreign: its marker names the pool %s", local->path, text);
    }
    return true;
}

static pxf_status check_rights(const struct fox_local *local, pxf_error *err)
{
    AUTO(fox_str) words = {0};

    if (fox_rights_explain(&words, local->path, FOX_RIGHTS_WRITE)) {
        return fox_fail_from(err, PXF_DENIED, PXF_ORIGIN_POOL, 0, "%s", fox_str_text(&words));
    }
    return PXF_OK;
}

static pxf_status adopt(struct fox_local *local, pxf_error *err)
{
    AUTO(fox_fd) folder = {0};
    pxf_error cause = {0};

    TRY(check_rights(local, err));
    TRY(fox_folder_open(&folder, local->path, PXF_ORIGIN_POOL, err));
    if (is_taken(local, &folder, &cause)) {
        return cause.status == PXF_OK ? PXF_OK : fox_fail_as(err, &cause);
    }
    TRY(fox_local_try(local, &folder, NULL, NULL, err));
    if (fox_local_marker_put(&folder, local, &cause) == PXF_OK) {
        return PXF_OK;
    }
    if (cause.status != PXF_EXISTS) {
        return fox_fail_as(err, &cause);
    }
    fox_fail_clear(&cause);
    (void)is_taken(local, &folder, &cause);
    return cause.status == PXF_OK ? PXF_OK : fox_fail_as(err, &cause);
}

pxf_status fox_blob_adopt_local(const struct fox_env *env,
                                const struct fox_blob_local_options *options, pxf_error *err)
{
    AUTO(fox_local) *local = make(env, options, err);

    return local ? adopt(local, err) : PXF_NO_MEMORY;
}
