/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

struct kernel kernel;

int kernel_reset(void **state)
{
    (void)state;
    kernel = (struct kernel){0};
    return 0;
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

static long call_file(long number, int file, const void *data, size_t size, long offset)
{
    return call(number, (const long[6]){file, (long)data, (long)size, offset});
}

static bool is_interrupted(void)
{
    (void)atomic_fetch_add(&kernel.transfers, 1);
    if (kernel.interruptions == 0) {
        return false;
    }
    kernel.interruptions--;
    errno = EINTR;
    return true;
}

static size_t at_most(size_t size)
{
    return kernel.transfer_bytes > 0 && size > kernel.transfer_bytes ? kernel.transfer_bytes : size;
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
    if (number == SYS_openat2 && kernel.has_no_openat2) {
        kernel.refusals++;
        errno = ENOSYS;
        return -1;
    }
    return call(number, given);
}

int renameat2(int from, const char *name, int to, const char *to_name, unsigned flags)
{
    if (kernel.has_no_renameat2) {
        kernel.refusals++;
        errno = EINVAL;
        return -1;
    }
    return (int)call(SYS_renameat2, (const long[6]){from, (long)name, to, (long)to_name, flags});
}

int linkat(int from, const char *name, int to, const char *to_name, int flags)
{
    const long given[6] = {from, (long)name, to, (long)to_name, flags};
    const int answer = (int)call(SYS_linkat, given);

    if (answer == 0 && kernel.loses_link_answer) {
        kernel.refusals++;
        errno = EEXIST;
        return -1;
    }
    return answer;
}

int fchmod(int file, mode_t mode)
{
    if (kernel.fchmod_error != 0) {
        kernel.refusals++;
        errno = kernel.fchmod_error;
        return -1;
    }
    return (int)call(SYS_fchmod, (const long[6]){file, (long)mode});
}

ssize_t read(int file, void *data, size_t size)
{
    return is_interrupted() ? -1 : call_file(SYS_read, file, data, at_most(size), 0);
}

ssize_t write(int file, const void *data, size_t size)
{
    return is_interrupted() ? -1 : call_file(SYS_write, file, data, at_most(size), 0);
}

ssize_t pread64(int file, void *data, size_t size, off64_t offset)
{
    return is_interrupted() ? -1 : call_file(SYS_pread64, file, data, at_most(size), offset);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset)
{
    return is_interrupted() ? -1 : call_file(SYS_pwrite64, file, data, at_most(size), offset);
}
