/* SPDX-License-Identifier: Apache-2.0 */
#include "os/life.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "os/folder.h"
#include "os/process.h"
#include "os/registry.h"

enum { SIGN_MODE = 0600 };

struct fox_life {
    struct fox_fd folder;
    struct fox_fd file;
    struct fox_registry_file key;
    bool is_registered;
    int64_t mark;
    char *name;
};

static struct flock whole_file(short type)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
}

static pxf_status take(struct fox_life *life, const char *name, pxf_error *err)
{
    struct flock lock = whole_file(F_WRLCK);
    struct fox_file_stat stat;

    TRY(fox_file_stat(&stat, &life->file, err));
    life->key = (struct fox_registry_file){.device = stat.device, .inode = stat.inode};
    TRY(fox_registry_add(life->key, err));
    life->is_registered = true;
    if (fcntl(fox_fd_number(&life->file), F_SETLK, &lock) != 0) {
        return fox_fail_errno(err, life->file.origin, errno, "cannot lock the sign of life '%s'",
                              name);
    }
    return PXF_OK;
}

/* The lock is taken under another name: a sign that stands at its own is always locked. */
static pxf_status set_up(struct fox_life *life, const char *name, pxf_error *err)
{
    AUTO(fox_str) aside = {0};
    pxf_status status;

    fox_str_add(&aside, ".%s.new", name);
    TRY(fox_str_check(&aside, err));
    TRY(fox_folder_new_file(&life->file, &life->folder, fox_str_text(&aside), SIGN_MODE, err));
    status = take(life, name, err);
    if (status == PXF_OK) {
        status = fox_folder_rename(&life->folder, fox_str_text(&aside), &life->folder, name, err);
    }
    if (status != PXF_OK) {
        (void)fox_folder_remove(&life->folder, fox_str_text(&aside), NULL);
        return status;
    }
    life->name = fox_mem_text(name, err);
    if (!life->name) {
        (void)fox_folder_remove(&life->folder, name, NULL);
        return PXF_NO_MEMORY;
    }
    return PXF_OK;
}

pxf_status fox_life_open(struct fox_life **ret_life, const struct fox_fd *folder, const char *name,
                         pxf_error *err)
{
    AUTO(fox_life) *life = fox_mem_new(1, sizeof *life, err);

    if (!life) {
        return PXF_NO_MEMORY;
    }
    life->mark = fox_process_mark();
    TRY(fox_fd_duplicate(&life->folder, folder, err));
    TRY(set_up(life, name, err));
    *ret_life = GIVE(life);
    return PXF_OK;
}

/* Closing comes before the registry forgets: until then a test of our own sign must not open it. */
void fox_life_close(struct fox_life *life)
{
    if (!life) {
        return;
    }
    if (life->name && life->mark == fox_process_mark()) {
        (void)fox_folder_remove(&life->folder, life->name, NULL);
    }
    fox_fd_let_go(&life->file);
    if (life->is_registered && life->mark == fox_process_mark()) {
        fox_registry_remove(life->key);
    }
    fox_fd_let_go(&life->folder);
    free(life->name);
    free(life);
}

pxf_status fox_life_test(bool *ret_alive, const struct fox_fd *folder, const char *name,
                         pxf_error *err)
{
    AUTO(fox_fd) file = {0};
    struct flock lock = whole_file(F_WRLCK);
    struct fox_file_stat stat;
    pxf_error why = {0};
    const pxf_status status = fox_folder_stat(&stat, folder, name, &why);

    if (status == PXF_NOT_FOUND) {
        *ret_alive = false;
        return PXF_OK;
    }
    if (status != PXF_OK) {
        return fox_fail_from(err, status, folder->origin, why.code, "%s", why.message);
    }
    if (fox_registry_has((struct fox_registry_file){stat.device, stat.inode})) {
        *ret_alive = true;
        return PXF_OK;
    }
    TRY(fox_folder_open_file(&file, folder, name, err));
    if (fcntl(fox_fd_number(&file), F_GETLK, &lock) != 0) {
        return fox_fail_errno(err, folder->origin, errno, "cannot test the sign of life '%s'",
                              name);
    }
    *ret_alive = lock.l_type != F_UNLCK;
    return PXF_OK;
}
