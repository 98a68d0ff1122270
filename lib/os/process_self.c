/* SPDX-License-Identifier: Apache-2.0 */
#include "os/process.h"

#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LINE_BYTES = 4352 };

int64_t fox_process_mark(void)
{
    return getpid();
}

pxf_status fox_process_check(int64_t mark, pxf_error *err)
{
    if (mark != fox_process_mark()) {
        return fox_fail(err, PXF_FORKED,
                        "made by process %" PRIi64 ", used after a fork in %" PRIi64, mark,
                        fox_process_mark());
    }
    return PXF_OK;
}

/* A line of /proc/self/maps is "from-to rights offset device inode   path". */
static const char *path_in(const char *line, uintptr_t address)
{
    uint64_t from, to;
    int path_at = 0;

    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*s %*s %*s %n", &from, &to, &path_at) < 2) {
        return NULL;
    }
    return address >= from && address < to && path_at > 0 && line[path_at] == '/' ? line + path_at
                                                                                  : NULL;
}

static void find_in_maps(struct fox_str *path, const void *address)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[LINE_BYTES];

    while (maps && path->size == 0 && fgets(line, sizeof line, maps)) {
        const char *found = path_in(line, (uintptr_t)address);

        if (found) {
            fox_str_put(path, found, strcspn(found, "\n"));
        }
    }
    if (maps) {
        (void)fclose(maps);
    }
}

/* dladdr() repeats what the loader was given, which may be relative to a working folder of long
 * ago; the kernel's table of mappings is asked then. */
pxf_status fox_process_path_of(struct fox_str *path, const void *address, pxf_error *err)
{
    Dl_info info = {0};

    fox_str_clear(path);
    if (dladdr(address, &info) != 0 && info.dli_fname && info.dli_fname[0] == '/') {
        fox_str_put_text(path, info.dli_fname);
    } else {
        find_in_maps(path, address);
    }
    TRY(fox_str_check(path, err));
    if (path->size == 0) {
        return fox_fail_from(err, PXF_NOT_FOUND, PXF_ORIGIN_HELPER, 0,
                             "cannot tell where the library was loaded from");
    }
    return PXF_OK;
}

static int resource_of(enum fox_process_limit limit)
{
    switch (limit) {
    case FOX_PROCESS_CPU_S:
        return RLIMIT_CPU;
    case FOX_PROCESS_MEMORY_BYTES:
        return RLIMIT_AS;
    case FOX_PROCESS_FILE_BYTES:
        return RLIMIT_FSIZE;
    case FOX_PROCESS_CORE_BYTES:
        return RLIMIT_CORE;
    case FOX_PROCESS_FILES:
        return RLIMIT_NOFILE;
    case FOX_PROCESS_STACK_BYTES:
        return RLIMIT_STACK;
    }
    return -1;
}

pxf_status fox_process_limit(enum fox_process_limit limit, uint64_t value, pxf_error *err)
{
    const struct rlimit both = {.rlim_cur = value, .rlim_max = value};

    if (setrlimit((__rlimit_resource_t)resource_of(limit), &both) != 0) {
        return fox_fail_errno(err, PXF_ORIGIN_HELPER, errno, "cannot limit resource %d to %" PRIu64,
                              resource_of(limit), value);
    }
    return PXF_OK;
}

pxf_status fox_process_harden(pxf_error *err)
{
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return fox_fail_errno(err, PXF_ORIGIN_HELPER, errno, "cannot harden this process");
    }
    return PXF_OK;
}
