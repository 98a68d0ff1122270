/* SPDX-License-Identifier: Apache-2.0 */
#include "os/open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, NAME_BYTES = 256, RACES = 8, BLOCK_BYTES = 512 };

int fox_open_number(int folder, const char *path, int flags)
{
    int number;

    do {
        number = openat(folder, path, flags | O_CLOEXEC);
    } while (number < 0 && errno == EINTR);
    return number;
}

/* The kernel resolves the whole path. EAGAIN is a rename that ran beside it. */
static int resolve(int folder, const char *path, int flags)
{
    const struct open_how how = {
        .flags = (unsigned)(flags | O_CLOEXEC),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
    };
    long number;
    int races = 0;

    do {
        number = syscall(SYS_openat2, folder, path, &how, sizeof how);
    } while (number < 0 && (errno == EINTR || (errno == EAGAIN && races++ < RACES)));
    return (int)number;
}

/* Copies the next component of `path` and returns what follows it; NULL where it is none that may
 * be walked. Where nothing follows, the text that is returned is empty. */
static const char *next_component(const char *path, char name[NAME_BYTES])
{
    const size_t size = strcspn(path, "/");

    if (size >= NAME_BYTES) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    memcpy(name, path, size);
    name[size] = '\0';
    if (size == 0) {
        errno = EXDEV;
        return NULL;
    }
    return path + size + strspn(path + size, "/");
}

/* A link that stands where a folder is expected answers ENOTDIR to O_DIRECTORY | O_NOFOLLOW: that
 * is a breach like any other link. */
static int step(int folder, const char *name, int flags)
{
    const int number = fox_open_number(folder, name, flags | O_NOFOLLOW);
    struct stat stat;

    if (number < 0 && errno == ENOTDIR) {
        const bool is_link =
            fstatat(folder, name, &stat, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(stat.st_mode);

        errno = is_link ? ELOOP : ENOTDIR;
    }
    return number;
}

/* Closes without touching errno. */
static void close_quietly(int number)
{
    const int kept = errno;

    (void)close(number);
    errno = kept;
}

/* The same component by component, for kernels (and sandboxes) without openat2. */
static int walk(int folder, const char *path, int flags)
{
    char name[NAME_BYTES];
    const char *rest = next_component(path, name);
    int here = folder;

    while (rest && *rest) {
        const int next = step(here, name, O_PATH | O_DIRECTORY);

        if (here != folder) {
            close_quietly(here);
        }
        if (next < 0) {
            return -1;
        }
        here = next;
        rest = next_component(rest, name);
    }

    const int number = rest ? step(here, name, flags) : -1;

    if (here != folder) {
        close_quietly(here);
    }
    return number;
}

static bool goes_up(const char *path)
{
    while (path) {
        if (path[0] == '.' && path[1] == '.' && (path[2] == '/' || path[2] == '\0')) {
            return true;
        }
        path = strchr(path, '/');
        path = path ? path + 1 : NULL;
    }
    return false;
}

/* The kernel would follow ".." as long as it stays below; no path of ours has one. */
int fox_open_beneath(int folder, const char *path, int flags)
{
    int number;

    if (goes_up(path)) {
        errno = EXDEV;
        return -1;
    }
    number = resolve(folder, path, flags);
    if (number >= 0 || (errno != ENOSYS && errno != EPERM && errno != E2BIG)) {
        return number;
    }
    return walk(folder, path, flags);
}

int fox_open_parent(int folder, const char *path, const char **ret_name)
{
    const char *slash = strrchr(path, '/');
    char parent[PATH_BYTES];

    if (!slash) {
        *ret_name = path;
        return fox_open_number(folder, ".", O_PATH | O_DIRECTORY);
    }
    if (slash == path) {
        errno = EXDEV;
        return -1;
    }
    if ((size_t)(slash - path) >= sizeof parent) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(parent, path, (size_t)(slash - path));
    parent[slash - path] = '\0';
    *ret_name = slash + 1;
    return fox_open_beneath(folder, parent, O_PATH | O_DIRECTORY);
}

bool fox_open_is_name(const char *name)
{
    return name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
           !strchr(name, '/');
}

static enum fox_file_kind kind_of(unsigned mode)
{
    if (S_ISREG(mode)) {
        return FOX_FILE_REGULAR;
    }
    if (S_ISDIR(mode)) {
        return FOX_FILE_FOLDER;
    }
    return S_ISLNK(mode) ? FOX_FILE_LINK : FOX_FILE_OTHER;
}

static uint64_t device_of(const struct statx *stat)
{
    return (uint64_t)stat->stx_dev_major << 32 | stat->stx_dev_minor;
}

static int64_t born_ns(const struct statx *stat)
{
    if (!(stat->stx_mask & STATX_BTIME)) {
        return 0;
    }
    return stat->stx_btime.tv_sec * 1000000000 + stat->stx_btime.tv_nsec;
}

int fox_open_stat(struct fox_file_stat *ret_stat, int number)
{
    struct statx stat;

    if (statx(number, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &stat) != 0) {
        return errno;
    }
    *ret_stat = (struct fox_file_stat){
        .kind = kind_of(stat.stx_mode),
        .size = stat.stx_size,
        .modified_ms = stat.stx_mtime.tv_sec * 1000 + stat.stx_mtime.tv_nsec / 1000000,
        .born_ns = born_ns(&stat),
        .device = device_of(&stat),
        .inode = stat.stx_ino,
        .stored_bytes = stat.stx_blocks * BLOCK_BYTES,
        .link_count = stat.stx_nlink,
        .mode = stat.stx_mode & 07777U,
        .uid = stat.stx_uid,
        .gid = stat.stx_gid,
    };
    return 0;
}

pxf_status fox_open_check_regular(const struct fox_fd *file, const char *path, pxf_error *err)
{
    struct fox_file_stat stat;
    const int number = fox_open_stat(&stat, fox_fd_number(file));

    if (number != 0) {
        return fox_fail_errno(err, file->origin, number, "cannot look at '%s'", path);
    }
    if (stat.kind != FOX_FILE_REGULAR) {
        return fox_fail_from(err, PXF_INVALID, file->origin, 0, "'%s' is not a regular file", path);
    }
    return PXF_OK;
}

pxf_status fox_open_fail(pxf_error *err, pxf_origin origin, const char *what, const char *path)
{
    const int number = errno;

    if (number == ELOOP || number == EXDEV) {
        return fox_fail_from(err, PXF_INVALID, origin, number,
                             "cannot %s '%s': it passes a symbolic link or leaves its folder", what,
                             path);
    }
    return fox_fail_errno(err, origin, number, "cannot %s '%s'", what, path);
}
