/* SPDX-License-Identifier: Apache-2.0 */
#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/poll.h"

enum { LAST_WAIT_MS = 1000, STANDARD_FDS = 3, MOST_FDS = 16 };

/* What posix_spawn() is told; made and unmade as one. */
struct orders {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    struct fox_fd copies[MOST_FDS];
};

static void orders_free(struct orders *orders)
{
    for (size_t i = 0; i < MOST_FDS; i++) {
        fox_fd_let_go(&orders->copies[i]);
    }
    (void)posix_spawn_file_actions_destroy(&orders->actions);
    (void)posix_spawnattr_destroy(&orders->attributes);
}

static int first_free_number(const struct fox_process_plan *plan)
{
    int number = STANDARD_FDS;

    for (size_t i = 0; i < plan->fd_count; i++) {
        number = plan->fds[i].to >= number ? plan->fds[i].to + 1 : number;
    }
    return number;
}

static bool is_planned(const struct fox_process_plan *plan, int to)
{
    for (size_t i = 0; i < plan->fd_count; i++) {
        if (plan->fds[i].to == to) {
            return true;
        }
    }
    return false;
}

/* Below the planned numbers nothing of the host's stays open; closing what is not open is fine. */
static int plan_gaps(struct orders *orders, const struct fox_process_plan *plan, int beyond)
{
    int number = 0;

    for (int to = 0; number == 0 && to < beyond; to++) {
        if (is_planned(plan, to)) {
            continue;
        }
        number = to < STANDARD_FDS ? posix_spawn_file_actions_addopen(&orders->actions, to,
                                                                      "/dev/null", O_RDWR, 0)
                                   : posix_spawn_file_actions_addclose(&orders->actions, to);
    }
    return number;
}

/* Copies above every planned number first, so that no dup2() in the child runs over a descriptor
 * that is still to be handed on. */
static int plan_fds(struct orders *orders, const struct fox_process_plan *plan)
{
    const int beyond = first_free_number(plan);
    int number = plan_gaps(orders, plan, beyond);

    for (size_t i = 0; number == 0 && i < plan->fd_count; i++) {
        const int copy = fcntl(plan->fds[i].from, F_DUPFD_CLOEXEC, beyond);

        if (copy < 0) {
            return errno;
        }
        orders->copies[i] = fox_fd_of(copy, PXF_ORIGIN_HELPER);
        number = posix_spawn_file_actions_adddup2(&orders->actions, copy, plan->fds[i].to);
    }
    return number == 0 ? posix_spawn_file_actions_addclosefrom_np(&orders->actions, beyond)
                       : number;
}

static int plan_attributes(struct orders *orders)
{
    const short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    sigset_t none, all;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    (void)posix_spawnattr_setsigmask(&orders->attributes, &none);
    (void)posix_spawnattr_setsigdefault(&orders->attributes, &all);
    (void)posix_spawnattr_setpgroup(&orders->attributes, 0);
    return posix_spawnattr_setflags(&orders->attributes, flags);
}

static int spawn(int *ret_pid, struct orders *orders, const struct fox_process_plan *plan)
{
    int number = plan_fds(orders, plan);

    if (number == 0) {
        number = plan_attributes(orders);
    }
    if (number != 0) {
        return number;
    }
    return posix_spawn(ret_pid, plan->program, &orders->actions, &orders->attributes,
                       (char *const *)(uintptr_t)plan->arguments,
                       (char *const *)(uintptr_t)plan->environment);
}

static int open_pidfd(int pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* Somebody else may have reaped the child already and its pid be a stranger's: what is no child of
 * ours is not ours to kill. */
static struct fox_fd open_child(int pid)
{
    struct fox_fd pidfd = fox_fd_of(open_pidfd(pid), PXF_ORIGIN_HELPER);
    siginfo_t info;

    if (fox_fd_is_open(&pidfd) &&
        waitid(P_PIDFD, (id_t)fox_fd_number(&pidfd), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        fox_fd_let_go(&pidfd);
    }
    return pidfd;
}

pxf_status fox_process_start(struct fox_process *ret_process, const struct fox_process_plan *plan,
                             pxf_error *err)
{
    __attribute__((cleanup(orders_free))) struct orders orders = {0};
    int pid = 0;
    int number;

    if (plan->fd_count > MOST_FDS) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_HELPER, 0,
                             "%zu descriptors are too many for a program", plan->fd_count);
    }
    (void)posix_spawn_file_actions_init(&orders.actions);
    (void)posix_spawnattr_init(&orders.attributes);
    number = spawn(&pid, &orders, plan);
    if (number != 0) {
        return fox_fail_errno(err, PXF_ORIGIN_HELPER, number, "cannot start '%s'", plan->program);
    }
    *ret_process = (struct fox_process){.pid = pid, .pidfd = open_child(pid)};
    return PXF_OK;
}

pxf_status fox_process_self(struct fox_fd *ret_pidfd, pxf_error *err)
{
    const int number = open_pidfd(getpid());

    if (number < 0) {
        return fox_fail_errno(err, PXF_ORIGIN_HELPER, errno, "cannot open a pidfd of this process");
    }
    *ret_pidfd = fox_fd_of(number, PXF_ORIGIN_HELPER);
    return PXF_OK;
}

void fox_process_adopt(struct fox_process *process, struct fox_fd *pidfd)
{
    fox_fd_let_go(&process->pidfd);
    process->pidfd = fox_fd_give(pidfd);
}

int fox_process_fd(const struct fox_process *process)
{
    return fox_fd_number(&process->pidfd);
}

/* ECHILD is normal: the host reaped it, or ignores SIGCHLD. */
static struct fox_process_exit reap(const struct fox_process *process)
{
    siginfo_t info = {0};
    int answer;

    do {
        answer = waitid(P_PIDFD, (id_t)fox_process_fd(process), &info, WEXITED | WNOHANG);
    } while (answer != 0 && errno == EINTR);
    if (answer != 0 || info.si_pid == 0) {
        return (struct fox_process_exit){.is_known = false, .code = -1};
    }
    if (info.si_code == CLD_EXITED) {
        return (struct fox_process_exit){.is_known = true, .code = info.si_status};
    }
    return (struct fox_process_exit){.is_known = true, .code = -1, .signal = info.si_status};
}

pxf_status fox_process_wait(struct fox_process_exit *ret_exit, const struct fox_process *process,
                            int64_t wait_ms, pxf_error *err)
{
    struct fox_poll poll = {.number = fox_process_fd(process)};
    size_t ready = 1;

    if (poll.number >= 0) {
        TRY(fox_poll(&poll, 1, wait_ms, &ready, err));
    }
    if (ready == 0) {
        return fox_fail_from(err, PXF_TIMEOUT, PXF_ORIGIN_HELPER, 0,
                             "process %d did not end within %lld ms", process->pid,
                             (long long)wait_ms);
    }
    *ret_exit = reap(process);
    return PXF_OK;
}

void fox_process_kill(const struct fox_process *process)
{
    if (fox_fd_is_open(&process->pidfd)) {
        (void)syscall(SYS_pidfd_send_signal, fox_process_fd(process), SIGKILL, NULL, 0);
    }
}

void fox_process_let_go(struct fox_process *process)
{
    struct fox_process_exit end;

    if (fox_fd_is_open(&process->pidfd)) {
        fox_process_kill(process);
        (void)fox_process_wait(&end, process, LAST_WAIT_MS, NULL);
        fox_fd_let_go(&process->pidfd);
    }
}

bool fox_process_is_program(const char *path)
{
    AUTO(fox_fd) file = fox_fd_of(open(path, O_PATH | O_CLOEXEC), PXF_ORIGIN_HELPER);
    struct stat stat;

    return fox_fd_is_open(&file) && fstat(fox_fd_number(&file), &stat) == 0 &&
           S_ISREG(stat.st_mode) && faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}
