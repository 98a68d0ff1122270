/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "os/folder.h"

enum { DEFAULT_BYTES = 8 << 20, BLOCK_BYTES = 1 << 16, TRY_EVERY_MS = 1000, MODE = 0600 };

static bool is_whole(const struct fox_reserve *reserve)
{
    struct fox_file_stat stat;

    return fox_folder_stat(&stat, &reserve->folder, reserve->name, NULL) == PXF_OK &&
           stat.size >= reserve->bytes;
}

/* Random bytes take their room on a file system that compresses, too. */
static pxf_status fill(const struct fox_fd *file, uint64_t bytes, const struct fox_env *env,
                       pxf_error *err)
{
    unsigned char block[BLOCK_BYTES];

    TRY(fox_env_random(env, block, sizeof block, err));
    for (uint64_t at = 0; at < bytes; at += sizeof block) {
        TRY(fox_file_write(file, block, sizeof block, err));
    }
    return fox_file_sync(file, err);
}

static pxf_status make(struct fox_reserve *reserve, const struct fox_env *env, pxf_error *err)
{
    AUTO(fox_fd) file = {0};

    (void)fox_folder_remove(&reserve->folder, reserve->name, NULL);
    TRY(fox_folder_new_file(&file, &reserve->folder, reserve->name, MODE, err));
    if (fill(&file, reserve->bytes, env, err) != PXF_OK) {
        (void)fox_folder_remove(&reserve->folder, reserve->name, NULL);
        return (pxf_status)err->status;
    }
    return PXF_OK;
}

pxf_status fox_reserve_open(struct fox_reserve *reserve, const char *path, uint64_t bytes,
                            pxf_error *err)
{
    const char *name;

    TRY(fox_sqlite_split(&reserve->folder, &name, path, err));
    reserve->bytes = bytes > 0 ? bytes : DEFAULT_BYTES;
    reserve->name = fox_mem_text(name, err);
    return reserve->name ? PXF_OK : PXF_NO_MEMORY;
}

void fox_reserve_close(struct fox_reserve *reserve)
{
    fox_fd_let_go(&reserve->folder);
    free(reserve->name);
    reserve->name = NULL;
}

pxf_status fox_reserve_check(struct fox_reserve *reserve, const struct fox_env *env, pxf_error *err)
{
    const int64_t now_ms = fox_env_monotonic_ms(env);
    pxf_error failure = {0};

    if (!fox_fd_is_open(&reserve->folder) || is_whole(reserve)) {
        return PXF_OK;
    }
    if (now_ms >= reserve->next_try_ms) {
        reserve->next_try_ms = now_ms + TRY_EVERY_MS;
        if (make(reserve, env, &failure) == PXF_OK) {
            return PXF_OK;
        }
    }
    return fox_fail_from(err, PXF_FULL, FOX_SQL_ORIGIN, 0,
                         "the disk is full: no room for the reserve '%s' of %" PRIu64 " bytes",
                         reserve->name, reserve->bytes);
}

bool fox_reserve_release(struct fox_reserve *reserve)
{
    return fox_fd_is_open(&reserve->folder) &&
           fox_folder_remove(&reserve->folder, reserve->name, NULL) == PXF_OK;
}
