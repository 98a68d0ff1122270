/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_PROCESS_H
#define FOX_OS_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "os/fd.h"

/* Another program as a child of this process. A host may ignore SIGCHLD or reap every child, so a
 * pid may be somebody else's at any time: everything goes by pidfd, and an exit code that somebody
 * else took is simply not known. */
struct fox_process {
    int pid; /* for messages only */
    struct fox_fd pidfd;
};

/* The descriptor `from` of ours is `to` in the program. */
struct fox_process_fd {
    int from, to;
};

struct fox_process_plan {
    const char *program;            /* its path */
    const char *const *arguments;   /* ends with NULL; the first is the name it sees */
    const char *const *environment; /* ends with NULL; nothing of ours is handed on */
    const struct fox_process_fd *fds;
    size_t fd_count;
};

struct fox_process_exit {
    bool is_known; /* false where somebody else reaped it */
    int code;      /* of exit(), -1 after a signal */
    int signal;    /* that killed it, 0 without one */
};

/* Starts it (posix_spawn) with no signal blocked or ignored, in a process group of its own (Ctrl-C
 * at a terminal reaches the host alone), with the planned descriptors and no other; 0, 1 and 2 are
 * /dev/null where they are not planned. Errors have origin HELPER; NOT_FOUND, DENIED. */
pxf_status fox_process_start(struct fox_process *ret_process, const struct fox_process_plan *plan,
                             pxf_error *err);

/* A pidfd of the calling process, to hand to somebody who shall notice its death. */
pxf_status fox_process_self(struct fox_fd *ret_pidfd, pxf_error *err);

/* Takes a pidfd that the program sent of itself: certain also where its pid was used again. */
void fox_process_adopt(struct fox_process *process, struct fox_fd *pidfd);

/* Readable when it is dead, lent; -1 where none is known. */
int fox_process_fd(const struct fox_process *process);

/* Waits up to `wait_ms` (less than 0: without end) for its death and reaps it; TIMEOUT. */
pxf_status fox_process_wait(struct fox_process_exit *ret_exit, const struct fox_process *process,
                            int64_t wait_ms, pxf_error *err);

/* SIGKILL. A dead one is no error. */
void fox_process_kill(const struct fox_process *process);

/* Kills it, waits up to a second for the end, reaps, closes. */
void fox_process_let_go(struct fox_process *process);

/* What a handle keeps to notice that it came into a forked child: getpid(). */
int64_t fox_process_mark(void);

/* FORKED if `mark` was made by another process. */
pxf_status fox_process_check(int64_t mark, pxf_error *err);

/* The absolute path of the program or shared library that contains `address`. */
pxf_status fox_process_path_of(struct fox_str *path, const void *address, pxf_error *err);

/* True if `path` is a regular file that this process may execute. */
bool fox_process_is_program(const char *path);

/* Limits of the calling process, for the helper program; soft and hard alike. */
enum fox_process_limit {
    FOX_PROCESS_CPU_S = 1,
    FOX_PROCESS_MEMORY_BYTES = 2, /* address space */
    FOX_PROCESS_FILE_BYTES = 3,
    FOX_PROCESS_CORE_BYTES = 4,
    FOX_PROCESS_FILES = 5,
    FOX_PROCESS_STACK_BYTES = 6
};
pxf_status fox_process_limit(enum fox_process_limit limit, uint64_t value, pxf_error *err);

/* The calling process leaves no core and cannot be traced by others of its user, and never gains
 * rights by exec (PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS). */
pxf_status fox_process_harden(pxf_error *err);

#endif
