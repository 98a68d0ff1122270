/* SPDX-License-Identifier: Apache-2.0 */
#include "support/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/suite.h"

enum { DEPTH = 32, PATHS = 8, PATH_BYTES = 1024 };

static void expect(int answer, const char *what, const char *name)
{
    if (answer < 0) {
        fail_msg("cannot %s '%s': %s", what, name, strerror(errno));
    }
}

struct fox_scratch fox_scratch_make(void)
{
    struct fox_scratch scratch = {.path = "/tmp/pixelfox-test-XXXXXX"};

    if (!mkdtemp(scratch.path)) {
        fail_msg("cannot make a folder below /tmp: %s", strerror(errno));
    }
    (void)chmod(scratch.path, 0755);
    return scratch;
}

static int remove_one(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
    (void)stat;
    (void)kind;
    (void)place;
    while (umount2(path, MNT_DETACH) == 0) {
    }
    return remove(path) == 0 || errno == EBUSY ? 0 : -1;
}

static int unmount_one(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
    (void)stat;
    (void)place;
    while (kind == FTW_D && umount2(path, MNT_DETACH) == 0) {
    }
    return 0;
}

void fox_scratch_remove(struct fox_scratch *scratch)
{
    if (scratch->path[0] == '\0') {
        return;
    }
    (void)nftw(scratch->path, unmount_one, DEPTH, FTW_PHYS);
    (void)nftw(scratch->path, remove_one, DEPTH, FTW_PHYS | FTW_DEPTH);
    scratch->path[0] = '\0';
}

const char *fox_scratch_path(const struct fox_scratch *scratch, const char *name)
{
    static _Thread_local char paths[PATHS][PATH_BYTES];
    static _Thread_local size_t next;
    char *path = paths[next++ % PATHS];

    (void)snprintf(path, PATH_BYTES, "%s/%s", scratch->path, name);
    return path;
}

void fox_scratch_put(const struct fox_scratch *scratch, const char *name, const char *text)
{
    const int file =
        open(fox_scratch_path(scratch, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    expect(file, "create", name);
    expect((int)write(file, text, strlen(text)), "write", name);
    expect(close(file), "close", name);
}

void fox_scratch_make_folder(const struct fox_scratch *scratch, const char *name)
{
    expect(mkdir(fox_scratch_path(scratch, name), 0755), "make", name);
}

void fox_scratch_mount(const struct fox_scratch *scratch, const char *name, const char *options)
{
    expect(mount("pixelfox", fox_scratch_path(scratch, name), "tmpfs", 0, options), "mount", name);
}

size_t fox_scratch_fd_count(void)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t count = 0;

    if (!dir) {
        fail_msg("cannot list /proc/self/fd");
    }
    while (readdir(dir)) {
        count++;
    }
    (void)closedir(dir);
    return count;
}
