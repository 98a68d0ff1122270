/* SPDX-License-Identifier: Apache-2.0 */
#include "blob/local/local.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct fox_local *fox_local_of(struct fox_blob *blob)
{
    return (struct fox_local *)(void *)blob;
}

const char *fox_local_split(const char *key, char folder[FOX_KEY_LIMIT + 1])
{
    const char *slash = strrchr(key, '/');

    if (!slash) {
        (void)memcpy(folder, ".", 2);
        return key;
    }
    (void)memcpy(folder, key, (size_t)(slash - key));
    folder[slash - key] = '\0';
    return slash + 1;
}

pxf_status fox_local_find_file(struct fox_file_stat *ret_stat, const struct fox_fd *folder,
                               const char *name, pxf_error *err)
{
    struct fox_file_stat stat;

    TRY(fox_folder_stat(&stat, folder, name, err));
    if (stat.kind != FOX_FILE_REGULAR) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_POOL, 0,
                             "'%s' is not a regular file and is left alone", name);
    }
    *ret_stat = stat;
    return PXF_OK;
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
    free(local->name);
    free(local->path);
    free(local);
}

static inline void fox_local_let_go(struct fox_local **local)
{
    if (*local) {
        close_pool(&(*local)->blob);
    }
}

/* Of both types: what NFS needs beyond a local disk is asked where it matters. */
static const struct fox_blob_driver local_driver = {
    .size = sizeof local_driver,
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
        .driver = &local_driver,
        .type = options->is_nfs ? "nfs" : "local",
        .env = env,
        .abilities = {.has_rename = true, .has_descriptor = true, .has_path = true},
    };
    (void)pthread_mutex_init(&local->shared.lock, NULL);
    fox_local_turns_start(local);
    fox_local_marker_fill(&local->marker, &options->pool_id, options->home);
    local->is_nfs = options->is_nfs;
    local->file_mode = options->file_mode;
    local->folder_mode = options->folder_mode;
    local->name = fox_mem_text(options->name, err);
    local->path = fox_mem_text(options->path, err);
    return local->name && local->path ? GIVE(local) : NULL;
}

pxf_status fox_blob_open_local(struct fox_blob **ret_blob, const struct fox_env *env,
                               const struct fox_blob_local_options *options, pxf_error *err)
{
    struct fox_local *local = make(env, options, err);

    if (!local) {
        return PXF_NO_MEMORY;
    }
    *ret_blob = &local->blob;
    return PXF_OK;
}

pxf_status fox_blob_adopt_local(const struct fox_env *env,
                                const struct fox_blob_local_options *options,
                                enum fox_blob_adoption how, pxf_error *err)
{
    AUTO(fox_local) *local = make(env, options, err);

    return local ? fox_local_adopt(local, how, err) : PXF_NO_MEMORY;
}
