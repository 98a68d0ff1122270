/* SPDX-License-Identifier: Apache-2.0 */
#include "os/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/open.h"

enum { OWNER_BITS = 0600 };

static pxf_status check_name(const struct fox_fd *folder, const char *name, pxf_error *err)
{
    if (!fox_open_is_name(name)) {
        return fox_fail_from(err, PXF_INVALID, folder->origin, 0, "'%s' is not a file's name",
                             name);
    }
    return PXF_OK;
}

pxf_status fox_folder_open(struct fox_fd *ret_folder, const char *path, pxf_origin origin,
                           pxf_error *err)
{
    const int number = fox_open_number(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);

    if (number < 0) {
        return fox_fail_errno(err, origin, errno, "cannot open the folder '%s'", path);
    }
    *ret_folder = fox_fd_of(number, origin);
    return PXF_OK;
}

pxf_status fox_folder_open_in(struct fox_fd *ret_folder, const struct fox_fd *folder,
                              const char *path, pxf_error *err)
{
    const int number = fox_open_beneath(fox_fd_number(folder), path, O_RDONLY | O_DIRECTORY);

    if (number < 0) {
        return fox_open_fail(err, folder->origin, "open the folder", path);
    }
    *ret_folder = fox_fd_of(number, folder->origin);
    return PXF_OK;
}

static pxf_status open_file(struct fox_fd *ret_file, const struct fox_fd *folder, const char *path,
                            int flags, pxf_error *err)
{
    AUTO(fox_fd)
    file = fox_fd_of(fox_open_beneath(fox_fd_number(folder), path, flags | O_NONBLOCK),
                     folder->origin);

    if (!fox_fd_is_open(&file)) {
        return fox_open_fail(err, folder->origin, "open", path);
    }
    TRY(fox_open_check_regular(&file, path, err));
    *ret_file = fox_fd_give(&file);
    return PXF_OK;
}

pxf_status fox_folder_open_file(struct fox_fd *ret_file, const struct fox_fd *folder,
                                const char *path, pxf_error *err)
{
    return open_file(ret_file, folder, path, O_RDONLY, err);
}

pxf_status fox_folder_open_file_to_write(struct fox_fd *ret_file, const struct fox_fd *folder,
                                         const char *path, pxf_error *err)
{
    return open_file(ret_file, folder, path, O_RDWR, err);
}

/* The umask can only take bits away from what open() is given, so the file starts at most as wide
 * as wanted; fchmod() then gives back what was taken. */
pxf_status fox_folder_new_file(struct fox_fd *ret_file, const struct fox_fd *folder,
                               const char *name, uint32_t mode, pxf_error *err)
{
    AUTO(fox_fd) file = {.origin = folder->origin};
    int number;

    TRY(check_name(folder, name, err));
    do {
        number = openat(fox_fd_number(folder), name,
                        O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & OWNER_BITS);
    } while (number < 0 && errno == EINTR);
    if (number < 0) {
        return fox_fail_errno(err, folder->origin, errno, "cannot create '%s'", name);
    }
    file = fox_fd_of(number, folder->origin);
    if (fchmod(number, mode) != 0) {
        const int cause = errno;

        (void)unlinkat(fox_fd_number(folder), name, 0);
        return fox_fail_errno(err, folder->origin, cause, "cannot give '%s' the mode %04o", name,
                              mode);
    }
    *ret_file = fox_fd_give(&file);
    return PXF_OK;
}

pxf_status fox_folder_read_file(const struct fox_fd *folder, const char *path, void *data,
                                size_t size, size_t *ret_size, pxf_error *err)
{
    AUTO(fox_fd) file = {0};
    struct fox_file_stat stat;

    TRY(fox_folder_open_file(&file, folder, path, err));
    TRY(fox_file_stat(&stat, &file, err));
    if (stat.size > size) {
        return fox_fail_from(err, PXF_LIMIT, folder->origin, 0, "'%s' has more than %zu bytes",
                             path, size);
    }
    return fox_file_read_at(&file, 0, data, size, ret_size, err);
}

pxf_status fox_folder_stat(struct fox_file_stat *ret_stat, const struct fox_fd *folder,
                           const char *path, pxf_error *err)
{
    AUTO(fox_fd)
    file = fox_fd_of(fox_open_beneath(fox_fd_number(folder), path, O_PATH | O_NOFOLLOW),
                     folder->origin);

    if (!fox_fd_is_open(&file)) {
        return fox_open_fail(err, folder->origin, "look at", path);
    }
    return fox_file_stat(ret_stat, &file, err);
}

static bool are_one_file(int from, const char *name, int to, const char *to_name)
{
    struct stat one, other;

    return fstatat(from, name, &one, AT_SYMLINK_NOFOLLOW) == 0 &&
           fstatat(to, to_name, &other, AT_SYMLINK_NOFOLLOW) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* What renameat2() with RENAME_NOREPLACE does, where a file system (NFS, some FUSE) has none: a
 * link never replaces. Both names exist for an instant, each of them whole. An NFS server whose
 * answer got lost says EEXIST to the second asking; then both names are one file already. */
static int link_over(int from, const char *name, int to, const char *to_name)
{
    if (linkat(from, name, to, to_name, 0) != 0) {
        const int number = errno;

        if (number != EEXIST || !are_one_file(from, name, to, to_name)) {
            errno = number;
            return -1;
        }
    }
    (void)unlinkat(from, name, 0);
    return 0;
}

pxf_status fox_folder_rename(const struct fox_fd *from, const char *name, const struct fox_fd *to,
                             const char *to_name, pxf_error *err)
{
    int answer;

    TRY(check_name(from, name, err));
    TRY(check_name(to, to_name, err));
    answer = renameat2(fox_fd_number(from), name, fox_fd_number(to), to_name, RENAME_NOREPLACE);
    if (answer != 0 && (errno == EINVAL || errno == ENOSYS)) {
        answer = link_over(fox_fd_number(from), name, fox_fd_number(to), to_name);
    }
    if (answer != 0) {
        return fox_fail_errno(err, to->origin, errno, "cannot rename '%s' to '%s'", name, to_name);
    }
    return PXF_OK;
}

pxf_status fox_folder_replace(const struct fox_fd *from, const char *name, const struct fox_fd *to,
                              const char *to_name, pxf_error *err)
{
    TRY(check_name(from, name, err));
    TRY(check_name(to, to_name, err));
    if (renameat(fox_fd_number(from), name, fox_fd_number(to), to_name) != 0) {
        return fox_fail_errno(err, to->origin, errno, "cannot rename '%s' to '%s'", name, to_name);
    }
    return PXF_OK;
}

static pxf_status remove_at(const struct fox_fd *folder, const char *path, int flags,
                            pxf_error *err)
{
    const char *name;
    AUTO(fox_fd)
    parent = fox_fd_of(fox_open_parent(fox_fd_number(folder), path, &name), folder->origin);

    if (!fox_fd_is_open(&parent) || unlinkat(fox_fd_number(&parent), name, flags) != 0) {
        return fox_open_fail(err, folder->origin, "remove", path);
    }
    return PXF_OK;
}

pxf_status fox_folder_remove(const struct fox_fd *folder, const char *path, pxf_error *err)
{
    return remove_at(folder, path, 0, err);
}

pxf_status fox_folder_remove_folder(const struct fox_fd *folder, const char *path, pxf_error *err)
{
    return remove_at(folder, path, AT_REMOVEDIR, err);
}
