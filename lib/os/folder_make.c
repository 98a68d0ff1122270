/* SPDX-License-Identifier: Apache-2.0 */
#include "os/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/open.h"

/* How often a level that somebody else removes is made again. */
enum { RACES = 64, NAME_BYTES = 256, PATH_BYTES = 4096, OWNER_BITS = 0700 };

#define ASIDE_PREFIX ".new-"
enum { ASIDE_DIGITS = 16, ASIDE_BYTES = sizeof ASIDE_PREFIX + ASIDE_DIGITS };

static int set_mode(int folder, const char *name, uint32_t mode)
{
    AUTO(fox_fd)
    made = fox_fd_of(fox_open_number(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
                     PXF_ORIGIN_NONE);
    const int number = fox_fd_number(&made);
    struct stat stat;

    if (number < 0 || fstat(number, &stat) != 0 ||
        fchmod(number, mode | (stat.st_mode & S_ISGID)) != 0) {
        return errno;
    }
    return 0;
}

/* Where a folder cannot be renamed without replacing (NFS): a kill between the two calls leaves it
 * narrower than wanted, never wider. */
static int make_in_place(int folder, const char *name, uint32_t mode)
{
    if (mkdirat(folder, name, mode) != 0) {
        return errno;
    }
    return set_mode(folder, name, mode);
}

/* Made under a name of its own and renamed once its mode is right, so that no kill and no other
 * process ever meets it with the mode that the umask left. */
static int make(int folder, const char *name, uint32_t mode)
{
    char aside[ASIDE_BYTES];
    uint64_t number;
    int cause;

    if (getrandom(&number, sizeof number, 0) != sizeof number) {
        return errno;
    }
    (void)snprintf(aside, sizeof aside, ASIDE_PREFIX "%0*" PRIx64, ASIDE_DIGITS, number);
    if (mkdirat(folder, aside, mode & OWNER_BITS) != 0) {
        return errno;
    }
    cause = set_mode(folder, aside, mode);
    if (cause == 0 && renameat2(folder, aside, folder, name, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    cause = cause == 0 ? errno : cause;
    (void)unlinkat(folder, aside, AT_REMOVEDIR);
    return cause == EINVAL || cause == ENOSYS ? make_in_place(folder, name, mode) : cause;
}

bool fox_folder_is_aside(const char *name)
{
    const size_t prefix_size = strlen(ASIDE_PREFIX);

    return strlen(name) == prefix_size + ASIDE_DIGITS &&
           strncmp(name, ASIDE_PREFIX, prefix_size) == 0 &&
           strspn(name + prefix_size, "0123456789abcdef") == ASIDE_DIGITS;
}

pxf_status fox_folder_make(const struct fox_fd *folder, const char *name, uint32_t mode,
                           pxf_error *err)
{
    int number;

    if (!fox_open_is_name(name)) {
        return fox_fail_from(err, PXF_INVALID, folder->origin, 0, "'%s' is not a folder's name",
                             name);
    }
    number = make(fox_fd_number(folder), name, mode);
    if (number != 0) {
        return fox_fail_errno(err, folder->origin, number, "cannot make the folder '%s'", name);
    }
    return PXF_OK;
}

/* Opens one level, making it where it is missing; -1 with errno. */
static int enter(int folder, const char *name, uint32_t mode, size_t *made)
{
    int number = fox_open_beneath(folder, name, O_RDONLY | O_DIRECTORY);

    if (number >= 0 || errno != ENOENT) {
        return number;
    }

    const int cause = make(folder, name, mode);

    if (cause != 0 && cause != EEXIST) {
        errno = cause;
        return -1;
    }
    *made += cause == 0;
    return fox_open_beneath(folder, name, O_RDONLY | O_DIRECTORY);
}

/* Cuts the next component off `path`; false at its end. */
static bool cut(const char **path, char name[NAME_BYTES])
{
    const size_t size = strcspn(*path, "/");

    if (size == 0 || size >= NAME_BYTES) {
        return false;
    }
    memcpy(name, *path, size);
    name[size] = '\0';
    *path += size + strspn(*path + size, "/");
    return true;
}

static struct fox_fd enter_all(const struct fox_fd *folder, const char *path, uint32_t mode,
                               size_t *made)
{
    AUTO(fox_fd) here = {0};
    char name[NAME_BYTES];
    int from = fox_fd_number(folder);

    while (cut(&path, name)) {
        AUTO(fox_fd) next = fox_fd_of(enter(from, name, mode, made), folder->origin);

        if (!fox_fd_is_open(&next)) {
            return (struct fox_fd){0};
        }
        fox_fd_let_go(&here);
        here = fox_fd_give(&next);
        from = fox_fd_number(&here);
    }
    return fox_fd_give(&here);
}

pxf_status fox_folder_reach(struct fox_fd *ret_folder, size_t *ret_made,
                            const struct fox_fd *folder, const char *path, uint32_t mode,
                            pxf_error *err)
{
    AUTO(fox_fd)
    reached = fox_fd_of(fox_open_beneath(fox_fd_number(folder), path, O_RDONLY | O_DIRECTORY),
                        folder->origin);
    size_t made = 0;

    for (int i = 0; i < RACES && !fox_fd_is_open(&reached) && errno == ENOENT; i++) {
        reached = enter_all(folder, path, mode, &made);
    }
    if (!fox_fd_is_open(&reached)) {
        return fox_open_fail(err, folder->origin, "make the folder", path);
    }
    *ret_made = made;
    *ret_folder = fox_fd_give(&reached);
    return PXF_OK;
}

pxf_status fox_folder_sync_path(const struct fox_fd *folder, const char *path, pxf_error *err)
{
    char level[PATH_BYTES];
    const size_t size = strlen(path);

    if (size >= sizeof level) {
        return fox_fail_from(err, PXF_INVALID, folder->origin, 0, "a path of %zu bytes is too long",
                             size);
    }
    TRY(fox_file_sync_all(folder, err));
    for (size_t i = 1; i <= size; i++) {
        if (path[i] == '/' || path[i] == '\0') {
            AUTO(fox_fd) here = {0};

            memcpy(level, path, i);
            level[i] = '\0';
            TRY(fox_folder_open_in(&here, folder, level, err));
            TRY(fox_file_sync_all(&here, err));
        }
    }
    return PXF_OK;
}
