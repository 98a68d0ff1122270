/* SPDX-License-Identifier: Apache-2.0 */
#include "os/life.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "os/folder.h"
#include "os/process.h"
#include "os/registry.h"

enum { SIGN_MODE = 0600, BURY_PAGE = 256, NEW_AGE_MS = FOX_HOUR_MS };

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

static bool is_sign(const char *name)
{
    struct fox_id id;

    return fox_id_parse(&id, name);
}

/* ".<uuid>.new", the name of a sign that is being made. */
static bool is_unfinished(const char *name)
{
    const size_t size = strlen(name);
    char id[FOX_ID_TEXT_BYTES] = "";

    if (size != 1 + sizeof id - 1 + strlen(".new") || name[0] != '.' ||
        strcmp(name + sizeof id, ".new") != 0) {
        return false;
    }
    (void)memcpy(id, name + 1, sizeof id - 1);
    return is_sign(id);
}

/* Names are never used again, so what is dead stays dead, and what vanished is what we wanted. */
static void bury(const struct fox_fd *folder, const char *name, int64_t now_ms)
{
    struct fox_file_stat stat;
    bool is_alive = true;

    if (!is_sign(name) && !is_unfinished(name)) {
        return;
    }
    if (is_unfinished(name) && (fox_folder_stat(&stat, folder, name, NULL) != PXF_OK ||
                                now_ms - stat.modified_ms < NEW_AGE_MS)) {
        return;
    }
    if (fox_life_test(&is_alive, folder, name, NULL) == PXF_OK && !is_alive) {
        (void)fox_folder_remove(folder, name, NULL);
    }
}

pxf_status fox_life_bury(const struct fox_fd *folder, const struct fox_env *env, pxf_error *err)
{
    const int64_t now_ms = fox_env_now_ms(env);
    AUTO(fox_str) after = {0};
    size_t count;

    do {
        AUTO(fox_folder_page) page = {0};

        TRY(fox_folder_list(&page, folder, fox_str_text(&after), BURY_PAGE, err));
        for (size_t i = 0; i < page.count; i++) {
            if (page.entries[i].kind == FOX_FILE_REGULAR) {
                bury(folder, page.entries[i].name, now_ms);
            }
        }
        count = page.count;
        if (count > 0) {
            const struct fox_folder_entry *last = &page.entries[count - 1];

            fox_str_clear(&after);
            fox_str_add(&after, "%s%s", last->name, last->kind == FOX_FILE_FOLDER ? "/" : "");
            TRY(fox_str_check(&after, err));
        }
    } while (count == BURY_PAGE);
    return PXF_OK;
}
