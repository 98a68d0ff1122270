/* SPDX-License-Identifier: Apache-2.0 */
#include "os/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static void add_refusal(struct fox_str *words, const char *level, const char *what)
{
    struct stat stat;

    if (errno == EROFS) {
        fox_str_add(words, "'%s' is on a file system that is mounted read-only", level);
        return;
    }
    fox_str_add(words, "user %u, group %u may not %s '%s'", geteuid(), getegid(), what, level);
    if (fstatat(AT_FDCWD, level, &stat, 0) == 0) {
        fox_str_add(words, " (owner %u, group %u, mode %04o)", stat.st_uid, stat.st_gid,
                    stat.st_mode & 07777U);
    }
}

static bool refuses(struct fox_str *words, const char *level, int mode, const char *what)
{
    if (faccessat(AT_FDCWD, level, mode, AT_EACCESS) == 0 || (errno != EACCES && errno != EROFS)) {
        return false;
    }
    add_refusal(words, level, what);
    return true;
}

bool fox_rights_explain(struct fox_str *words, const char *path, enum fox_rights_want want)
{
    char level[PATH_BYTES];
    const size_t size = strlen(path);

    for (size_t i = 1; i < size && i < sizeof level; i++) {
        if (path[i] != '/') {
            continue;
        }
        memcpy(level, path, i);
        level[i] = '\0';
        if (refuses(words, level, X_OK, "go through")) {
            return true;
        }
    }
    return refuses(words, path, X_OK, "go through") || refuses(words, path, R_OK, "list") ||
           (want == FOX_RIGHTS_WRITE && refuses(words, path, W_OK, "write in"));
}
