/* SPDX-License-Identifier: Apache-2.0 */
#include "calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct calls calls;

static bool answers_as_nfs;

void calls_answer_as_nfs(bool is_nfs)
{
    answers_as_nfs = is_nfs;
}

void calls_reset(void)
{
    calls = (struct calls){0};
}

typedef long (*syscall_fn)(long number, ...);

/* The system's own, whatever this file defines. */
static long call(long number, const long given[6])
{
    static syscall_fn real;

    if (!real) {
        void *symbol = dlsym(RTLD_NEXT, "syscall");

        memcpy(&real, &symbol, sizeof real);
    }
    return real(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

static void note(char what)
{
    if (calls.is_logging && calls.count + 1 < sizeof calls.log) {
        calls.log[calls.count++] = what;
        calls.log[calls.count] = '\0';
    }
}

static char kind_of(int file)
{
    struct stat stat;

    if (fstat(file, &stat) != 0) {
        return '?';
    }
    return S_ISDIR(stat.st_mode) ? 'd' : S_ISREG(stat.st_mode) ? 'f' : '?';
}

static int sync_file(long number, int file)
{
    note(kind_of(file));
    if (calls.failing_sync > 0 && ++calls.syncs == calls.failing_sync) {
        errno = EIO;
        return -1;
    }
    return (int)call(number, (const long[6]){file});
}

int fsync(int file)
{
    return sync_file(SYS_fsync, file);
}

int fdatasync(int file)
{
    return sync_file(SYS_fdatasync, file);
}

int close(int file)
{
    const bool is_file = (calls.is_logging || calls.close_error != 0) && kind_of(file) == 'f';
    const int answer = (int)call(SYS_close, (const long[6]){file});

    if (is_file) {
        note('c');
    }
    if (is_file && calls.close_error != 0) {
        errno = calls.close_error;
        calls.close_error = 0;
        return -1;
    }
    return answer;
}

int renameat2(int from, const char *name, int to, const char *to_name, unsigned flags)
{
    if (answers_as_nfs) {
        errno = EINVAL;
        return -1;
    }
    note('r');
    return (int)call(SYS_renameat2, (const long[6]){from, (long)name, to, (long)to_name, flags});
}

int linkat(int from, const char *name, int to, const char *to_name, int flags)
{
    note('r');
    return (int)call(SYS_linkat, (const long[6]){from, (long)name, to, (long)to_name, flags});
}

long syscall(long number, ...)
{
    long given[6];
    va_list args;

    va_start(args, number);
    for (size_t i = 0; i < 6; i++) {
        given[i] = va_arg(args, long);
    }
    va_end(args);
    if (number == SYS_openat2 && calls.open_error != 0) {
        errno = calls.open_error;
        calls.open_error = 0;
        return -1;
    }
    return call(number, given);
}
