/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { NAMES = 64 };

static struct kernel_plan plan;
static atomic_bool is_armed;
static atomic_size_t seen;
static _Atomic(const char *) struck;
static atomic_llong skipped_ms;

/* Every name that came by; the few that race for a place are counted in two. */
static struct {
    const char *name;
    atomic_size_t count;
} names[NAMES];

void kernel_arm(const struct kernel_plan *given)
{
    plan = *given;
    seen = 0;
    struck = NULL;
    is_armed = true;
}

size_t kernel_disarm(void)
{
    is_armed = false;
    return seen;
}

bool kernel_has_struck(void)
{
    return struck != NULL;
}

const char *kernel_struck(void)
{
    return struck ? struck : "no call";
}

void kernel_skip_ms(int64_t ms)
{
    skipped_ms += ms;
}

static void note(const char *name)
{
    size_t i = 0;

    while (i < NAMES - 1 && names[i].name && strcmp(names[i].name, name) != 0) {
        i++;
    }
    names[i].name = name;
    (void)atomic_fetch_add(&names[i].count, 1);
}

size_t kernel_count(const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < NAMES && names[i].name; i++) {
        count += strcmp(names[i].name, name) == 0 ? names[i].count : 0;
    }
    return count;
}

typedef long (*syscall_fn)(long number, ...);

/* The system's own, whatever this file defines. */
static long call(long number, const long given[6])
{
    static _Atomic(syscall_fn) real;
    syscall_fn found = real;

    if (!found) {
        void *symbol = dlsym(RTLD_NEXT, "syscall");

        memcpy(&found, &symbol, sizeof found);
        real = found;
    }
    return found(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

/* What a call is: bits 1 << enum kernel_calls. */
enum {
    CHANGES = 1 << KERNEL_CHANGES,
    WAITS = 1 << KERNEL_WAITS,
    TRANSFERS = 1 << KERNEL_TRANSFERS
};

static void kill_myself(void)
{
    (void)call(SYS_kill, (const long[6]){getpid(), SIGKILL});
}

/* Whether the plan befalls this call, one of the kinds `kinds`. What can be done before the call
 * is done here. */
static bool is_struck(const char *name, unsigned kinds)
{
    size_t number;

    note(name);
    if (!is_armed || (plan.calls != KERNEL_ALL && (kinds & 1U << plan.calls) == 0)) {
        return false;
    }
    number = atomic_fetch_add(&seen, 1) + 1;
    if (number < plan.nth || (number > plan.nth && !plan.for_good) || plan.nth == 0) {
        return false;
    }
    if (!struck) {
        struck = name;
    }
    switch (plan.fate) {
    case KERNEL_NOTHING:
        return false;
    case KERNEL_FAILS:
        errno = plan.error;
        return true;
    case KERNEL_HALVES:
        return true;
    case KERNEL_KILLS:
        kill_myself();
        return false;
    case KERNEL_CALLS:
        plan.fn(plan.ctx);
        return false;
    }
    return false;
}

/* The call, or what befalls it. */
static long made(const char *name, unsigned kinds, long number, const long given[6])
{
    return is_struck(name, kinds) ? -1 : call(number, given);
}

static bool is_regular(int file)
{
    struct stat found;

    return call(SYS_fstat, (const long[6]){file, (long)&found}) == 0 && S_ISREG(found.st_mode);
}

static ssize_t transfer(const char *name, unsigned kinds, long number, const long given[6])
{
    long less[6];

    if (given[2] > 1 && is_regular((int)given[0])) {
        kinds |= TRANSFERS;
    }
    if (!is_struck(name, kinds)) {
        return call(number, given);
    }
    if (plan.fate != KERNEL_HALVES) {
        return -1;
    }
    memcpy(less, given, sizeof less);
    less[2] /= 2;
    return call(number, less);
}

ssize_t read(int file, void *data, size_t size)
{
    return transfer("read", WAITS, SYS_read, (const long[6]){file, (long)data, (long)size});
}

ssize_t write(int file, const void *data, size_t size)
{
    return transfer("write", CHANGES | WAITS, SYS_write,
                    (const long[6]){file, (long)data, (long)size});
}

ssize_t pread64(int file, void *data, size_t size, off64_t offset)
{
    return transfer("pread", WAITS, SYS_pread64,
                    (const long[6]){file, (long)data, (long)size, offset});
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset)
{
    return transfer("pwrite", CHANGES | WAITS, SYS_pwrite64,
                    (const long[6]){file, (long)data, (long)size, offset});
}

static unsigned kinds_of_open(int flags)
{
    return (flags & O_CREAT) != 0 ? CHANGES | WAITS : WAITS;
}

static int open_at(const char *name, int folder, const char *path, int flags, unsigned mode)
{
    return (int)made(name, kinds_of_open(flags), SYS_openat,
                     (const long[6]){folder, (long)path, flags, (long)mode});
}

/* The mode is there only with O_CREAT. */
static unsigned mode_in(int flags, va_list *args)
{
    return (flags & O_CREAT) != 0 ? va_arg(*args, unsigned) : 0;
}

int open64(const char *path, int flags, ...)
{
    unsigned mode;
    va_list args;

    va_start(args, flags);
    mode = mode_in(flags, &args);
    va_end(args);
    return open_at("open", AT_FDCWD, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...)
{
    unsigned mode;
    va_list args;

    va_start(args, flags);
    mode = mode_in(flags, &args);
    va_end(args);
    return open_at("openat", folder, path, flags, mode);
}

/* openat2() and the calls with a pidfd have no function of their own. */
long syscall(long number, ...)
{
    long given[6];
    va_list args;

    va_start(args, number);
    for (size_t i = 0; i < 6; i++) {
        given[i] = va_arg(args, long);
    }
    va_end(args);
    if (number == SYS_openat2) {
        return made("openat2", WAITS, number, given);
    }
    return made("syscall", 0, number, given);
}

/* The descriptor is gone whatever it answers. */
int close(int file)
{
    const bool is_to_fail = is_struck("close", WAITS);
    const int answer = (int)call(SYS_close, (const long[6]){file});

    if (is_to_fail) {
        errno = plan.error;
        return -1;
    }
    return answer;
}

int fsync(int file)
{
    return (int)made("fsync", CHANGES, SYS_fsync, (const long[6]){file});
}

int fdatasync(int file)
{
    return (int)made("fdatasync", CHANGES, SYS_fdatasync, (const long[6]){file});
}

int ftruncate64(int file, off64_t size)
{
    return (int)made("ftruncate", CHANGES | WAITS, SYS_ftruncate, (const long[6]){file, size});
}

int fchmod(int file, mode_t mode)
{
    return (int)made("fchmod", CHANGES, SYS_fchmod, (const long[6]){file, (long)mode});
}

int mkdirat(int folder, const char *path, mode_t mode)
{
    return (int)made("mkdirat", CHANGES, SYS_mkdirat,
                     (const long[6]){folder, (long)path, (long)mode});
}

int mkdir(const char *path, mode_t mode)
{
    return mkdirat(AT_FDCWD, path, mode);
}

int unlinkat(int folder, const char *path, int flags)
{
    return (int)made("unlinkat", CHANGES, SYS_unlinkat, (const long[6]){folder, (long)path, flags});
}

int unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int renameat2(int from, const char *name, int to, const char *to_name, unsigned flags)
{
    return (int)made("rename", CHANGES, SYS_renameat2,
                     (const long[6]){from, (long)name, to, (long)to_name, flags});
}

int renameat(int from, const char *name, int to, const char *to_name)
{
    return renameat2(from, name, to, to_name, 0);
}

int linkat(int from, const char *name, int to, const char *to_name, int flags)
{
    return (int)made("linkat", CHANGES, SYS_linkat,
                     (const long[6]){from, (long)name, to, (long)to_name, flags});
}

int statx(int folder, const char *restrict path, int flags, unsigned mask,
          struct statx *restrict found)
{
    return (int)made("statx", 0, SYS_statx,
                     (const long[6]){folder, (long)path, flags, (long)mask, (long)found});
}

void *mmap64(void *address, size_t size, int rights, int flags, int file, off64_t offset)
{
    const long given[6] = {(long)address, (long)size, rights, flags, file, offset};
    const long answer = made("mmap", 0, SYS_mmap, given);

    return answer == -1 ? MAP_FAILED : (void *)(uintptr_t)answer;
}

int memfd_create(const char *name, unsigned flags)
{
    return (int)made("memfd_create", 0, SYS_memfd_create, (const long[6]){(long)name, flags});
}

int eventfd(unsigned value, int flags)
{
    return (int)made("eventfd", 0, SYS_eventfd2, (const long[6]){value, flags});
}

int epoll_create1(int flags)
{
    return (int)made("epoll_create", 0, SYS_epoll_create1, (const long[6]){flags});
}

int inotify_init1(int flags)
{
    return (int)made("inotify_init", 0, SYS_inotify_init1, (const long[6]){flags});
}

int inotify_add_watch(int file, const char *path, uint32_t mask)
{
    return (int)made("inotify_add_watch", 0, SYS_inotify_add_watch,
                     (const long[6]){file, (long)path, mask});
}

int socketpair(int domain, int type, int protocol, int pair[2])
{
    return (int)made("socketpair", 0, SYS_socketpair,
                     (const long[6]){domain, type, protocol, (long)pair});
}

ssize_t sendmsg(int file, const struct msghdr *message, int flags)
{
    return made("sendmsg", WAITS, SYS_sendmsg, (const long[6]){file, (long)message, flags});
}

ssize_t recvmsg(int file, struct msghdr *message, int flags)
{
    return made("recvmsg", WAITS, SYS_recvmsg, (const long[6]){file, (long)message, flags});
}

int ppoll(struct pollfd *polls, nfds_t count, const struct timespec *wait, const sigset_t *mask)
{
    struct timespec copy, *given = NULL; /* the kernel writes the rest of the time into it */

    if (wait) {
        copy = *wait;
        given = &copy;
    }
    return (int)made("poll", WAITS, SYS_ppoll,
                     (const long[6]){(long)polls, (long)count, (long)given, (long)mask, _NSIG / 8});
}

int poll(struct pollfd *polls, nfds_t count, int wait_ms)
{
    const struct timespec wait = {.tv_sec = wait_ms / 1000,
                                  .tv_nsec = (long)(wait_ms % 1000) * 1000000};

    return ppoll(polls, count, wait_ms < 0 ? NULL : &wait, NULL);
}

/* To let a lock go never fails. */
int fcntl64(int file, int command, ...)
{
    long argument;
    va_list args;
    bool is_release;

    va_start(args, command);
    argument = va_arg(args, long);
    va_end(args);
    is_release = (command == F_SETLK || command == F_OFD_SETLK) &&
                 ((const struct flock *)(uintptr_t)argument)->l_type == F_UNLCK;
    if (is_release) {
        return (int)call(SYS_fcntl, (const long[6]){file, command, argument});
    }
    return (int)made("fcntl", 0, SYS_fcntl, (const long[6]){file, command, argument});
}

typedef int (*spawn_fn)(pid_t *, const char *, const posix_spawn_file_actions_t *,
                        const posix_spawnattr_t *, char *const[], char *const[]);

int posix_spawn(pid_t *restrict ret_pid, const char *restrict path,
                const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *restrict attributes, char *const arguments[restrict],
                char *const environment[restrict])
{
    void *symbol = dlsym(RTLD_NEXT, "posix_spawn");
    spawn_fn real;

    memcpy(&real, &symbol, sizeof real);
    return is_struck("posix_spawn", 0)
               ? plan.error
               : real(ret_pid, path, actions, attributes, arguments, environment);
}

typedef struct dirent64 *(*readdir_fn)(DIR *);

struct dirent64 *readdir64(DIR *folder)
{
    void *symbol = dlsym(RTLD_NEXT, "readdir64");
    readdir_fn real;

    memcpy(&real, &symbol, sizeof real);
    return is_struck("readdir", 0) ? NULL : real(folder);
}

/* This file is compiled for large files, where the plain names mean these; whoever is not calls
 * them by their own. */
ssize_t plain_pread(int file, void *data, size_t size, off64_t offset) __asm__("pread");
ssize_t plain_pwrite(int file, const void *data, size_t size, off64_t offset) __asm__("pwrite");
int plain_ftruncate(int file, off64_t size) __asm__("ftruncate");

ssize_t plain_pread(int file, void *data, size_t size, off64_t offset)
{
    return pread64(file, data, size, offset);
}

ssize_t plain_pwrite(int file, const void *data, size_t size, off64_t offset)
{
    return pwrite64(file, data, size, offset);
}

int plain_ftruncate(int file, off64_t size)
{
    return ftruncate64(file, size);
}

/* SQLite asks for a lock that fails again and again for ten seconds: what fails for good is not
 * worth that wait. */
int usleep(useconds_t us)
{
    const struct timespec wait = {.tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000};

    if (is_armed && plan.fate == KERNEL_FAILS && plan.for_good) {
        return 0;
    }
    return (int)call(SYS_nanosleep, (const long[6]){(long)&wait, 0});
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const int answer = (int)call(SYS_clock_gettime, (const long[6]){clock, (long)now});
    const long long ms = skipped_ms;

    if (answer == 0 && clock == CLOCK_REALTIME && ms != 0) {
        now->tv_sec += ms / 1000;
    }
    return answer;
}
