/* SPDX-License-Identifier: Apache-2.0 */
#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "support/scratch.h"
#include "support/suite.h"

static const char *const no_environment[] = {NULL};

static struct fox_process start(const char *what, const char *argument,
                                const struct fox_process_fd *fds, size_t fd_count)
{
    const char *const arguments[] = {"program", what, argument, NULL};
    const struct fox_process_plan plan = {.program = PROGRAM,
                                          .arguments = arguments,
                                          .environment = no_environment,
                                          .fds = fds,
                                          .fd_count = fd_count};
    pxf_error err = {0};
    struct fox_process process = {0};

    assert_ok(fox_process_start(&process, &plan, &err));
    assert_true(process.pid > 0);
    assert_true(fox_process_fd(&process) >= 0);
    return process;
}

static void an_exit_code_is_told(void **state)
{
    pxf_error err = {0};
    AUTO(fox_process) process = start("exit", "7", NULL, 0);
    struct fox_process_exit end;

    (void)state;
    assert_ok(fox_process_wait(&end, &process, -1, &err));
    assert_true(end.is_known);
    assert_int_equal(end.code, 7);
    assert_int_equal(end.signal, 0);
    fox_process_kill(&process);
}

static void a_killed_process_tells_its_signal(void **state)
{
    pxf_error err = {0};
    AUTO(fox_process) process = start("wait", NULL, NULL, 0);
    struct fox_process_exit end = {.code = 42};

    (void)state;
    assert_fails(fox_process_wait(&end, &process, 5, &err), PXF_TIMEOUT);
    assert_int_equal(end.code, 42);
    fox_process_kill(&process);
    assert_ok(fox_process_wait(&end, &process, -1, &err));
    assert_true(end.is_known);
    assert_int_equal(end.signal, SIGKILL);
    assert_int_equal(end.code, -1);
}

static void a_host_that_ignores_sigchld_loses_only_the_code(void **state)
{
    pxf_error err = {0};
    struct sigaction before, ignore = {.sa_handler = SIG_IGN};
    struct fox_process_exit end;

    (void)state;
    assert_int_equal(sigaction(SIGCHLD, &ignore, &before), 0);
    {
        AUTO(fox_process) process = start("wait", NULL, NULL, 0);

        fox_process_kill(&process);
        assert_ok(fox_process_wait(&end, &process, -1, &err));
        assert_false(end.is_known);
    }
    assert_int_equal(sigaction(SIGCHLD, &before, NULL), 0);
}

static void a_host_that_reaps_every_child_loses_only_the_code(void **state)
{
    pxf_error err = {0};
    AUTO(fox_process) process = start("exit", "3", NULL, 0);
    struct fox_process_exit end;

    (void)state;
    assert_int_equal(waitpid(-1, NULL, 0), process.pid);
    assert_ok(fox_process_wait(&end, &process, -1, &err));
    assert_false(end.is_known);
    fox_process_kill(&process);
}

static void letting_go_leaves_neither_process_nor_zombie(void **state)
{
    int pid;

    (void)state;
    {
        AUTO(fox_process) process = start("wait", NULL, NULL, 0);

        pid = process.pid;
        assert_int_equal(kill(pid, 0), 0);
    }
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* What the program tells of itself when it is started from a host with odd ways. */
static void ask(char *text, size_t room)
{
    pxf_error err = {0};
    int numbers[2];
    size_t size = 0;

    assert_int_equal(pipe2(numbers, O_CLOEXEC), 0);

    AUTO(fox_fd) out = fox_fd_of(numbers[0], PXF_ORIGIN_HELPER);
    AUTO(fox_fd) in = fox_fd_of(numbers[1], PXF_ORIGIN_HELPER);
    const struct fox_process_fd fds[] = {{.from = numbers[1], .to = 5}};
    AUTO(fox_process) process = start("tell", NULL, fds, 1);

    fox_fd_let_go(&in);
    assert_ok(fox_file_read(&out, text, room - 1, &size, &err));
    text[size] = '\0';
    assert_true(process.pid > 0);
}

static void a_program_gets_what_is_planned_and_nothing_of_the_hosts(void **state)
{
    struct sigaction before, ignore = {.sa_handler = SIG_IGN};
    const int leaky = dup(2);
    sigset_t all, mask;
    char text[512];

    (void)state;
    assert_true(leaky > 0 && fcntl(leaky, F_SETFD, 0) == 0);
    assert_int_equal(setenv("LD_PRELOAD_PATH_OF_THE_HOST", "x", 1), 0);
    (void)sigfillset(&all);
    assert_int_equal(sigprocmask(SIG_BLOCK, &all, &mask), 0);
    assert_int_equal(sigaction(SIGPIPE, &ignore, &before), 0);
    ask(text, sizeof text);
    assert_int_equal(sigaction(SIGPIPE, &before, NULL), 0);
    assert_int_equal(sigprocmask(SIG_SETMASK, &mask, NULL), 0);
    assert_int_equal(close(leaky), 0);
    assert_int_equal(unsetenv("LD_PRELOAD_PATH_OF_THE_HOST"), 0);
    assert_string_equal(text, "fds 0 1 2 5; usr1 open; pipe default; own group yes; environment");
}

static void descriptors_may_trade_their_numbers(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    char back[8] = "";
    size_t size;

    (void)state;
    fox_scratch_put(&scratch, "one", "1");
    fox_scratch_put(&scratch, "two", "");

    AUTO(fox_fd) one = fox_fd_of(open(fox_scratch_path(&scratch, "one"), O_RDWR | O_CLOEXEC), 0);
    AUTO(fox_fd) two = fox_fd_of(open(fox_scratch_path(&scratch, "two"), O_RDWR | O_CLOEXEC), 0);
    const struct fox_process_fd fds[] = {{.from = fox_fd_number(&two), .to = 4},
                                         {.from = fox_fd_number(&one), .to = 3}};
    AUTO(fox_process) process = start("copy", NULL, fds, 2);
    struct fox_process_exit end;

    assert_ok(fox_process_wait(&end, &process, -1, &err));
    assert_int_equal(end.code, 0);
    assert_ok(fox_file_read_at(&two, 0, back, sizeof back, &size, &err));
    assert_int_equal(size, 1);
    assert_int_equal(back[0], '1');
}

static void a_program_that_is_missing_is_named(void **state)
{
    static const char *const arguments[] = {"program", NULL};
    const struct fox_process_plan plan = {
        .program = "/nowhere/helper", .arguments = arguments, .environment = no_environment};
    const size_t before = fox_scratch_fd_count();
    pxf_error err = {0};
    struct fox_process process = {0};

    (void)state;
    assert_int_equal(fox_process_start(&process, &plan, &err), PXF_NOT_FOUND);
    assert_non_null(strstr(err.message, "'/nowhere/helper'"));
    assert_int_equal(err.origin, PXF_ORIGIN_HELPER);
    assert_int_equal(fox_scratch_fd_count(), before);
    assert_int_equal(process.pid, 0);
}

static void a_bad_descriptor_starts_nothing(void **state)
{
    static const char *const arguments[] = {"program", NULL};
    const struct fox_process_fd fds[] = {{.from = 1, .to = 3}, {.from = 9999, .to = 4}};
    struct fox_process_plan plan = {.program = PROGRAM,
                                    .arguments = arguments,
                                    .environment = no_environment,
                                    .fds = fds,
                                    .fd_count = 2};
    const size_t before = fox_scratch_fd_count();
    pxf_error err = {0};
    struct fox_process process = {0};

    (void)state;
    assert_fails(fox_process_start(&process, &plan, &err), PXF_IO);
    plan.fd_count = 100;
    assert_fails(fox_process_start(&process, &plan, &err), PXF_INVALID);
    assert_int_equal(fox_scratch_fd_count(), before);
}

static void an_adopted_pidfd_replaces_the_one_that_was_guessed(void **state)
{
    pxf_error err = {0};
    AUTO(fox_process) process = start("exit", "0", NULL, 0);
    AUTO(fox_process) other = start("wait", NULL, NULL, 0);
    struct fox_process_exit end;
    int pid;

    (void)state;
    assert_ok(fox_process_wait(&end, &process, -1, &err));
    fox_process_adopt(&process, &other.pidfd);
    pid = other.pid;
    assert_int_equal(fox_process_fd(&other), -1);
    assert_fails(fox_process_wait(&end, &process, 0, &err), PXF_TIMEOUT);
    assert_ok(fox_process_wait(&end, &other, -1, &err));
    assert_false(end.is_known);
    fox_process_let_go(&process);
    assert_int_equal(kill(pid, 0), -1);
}

static void a_pidfd_of_this_process_shows_it_living(void **state)
{
    pxf_error err = {0};
    struct fox_process self = {.pid = getpid()};
    struct fox_process_exit end;

    (void)state;
    assert_ok(fox_process_self(&self.pidfd, &err));
    assert_fails(fox_process_wait(&end, &self, 0, &err), PXF_TIMEOUT);
    fox_fd_let_go(&self.pidfd);
}

/* Runs `fn` in a forked child: its answer is the child's exit code. */
static int in_child(int (*fn)(const void *ctx), const void *ctx)
{
    const pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        _exit(fn(ctx));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int check_mark(const void *mark)
{
    return (int)fox_process_check(*(const int64_t *)mark, NULL);
}

static void a_mark_tells_a_forked_child(void **state)
{
    pxf_error err = {0};
    const int64_t mark = fox_process_mark();

    (void)state;
    assert_ok(fox_process_check(mark, &err));
    assert_int_equal(in_child(check_mark, &mark), PXF_FORKED);
    assert_fails(fox_process_check(mark + 1, &err), PXF_FORKED);
}

static void the_path_of_code_is_absolute(void **state)
{
    pxf_error err = {0};
    AUTO(fox_str) path = {0};
    char self[1024];
    const ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);

    (void)state;
    assert_true(size > 0);
    self[size] = '\0';
    assert_ok(
        fox_process_path_of(&path, (const void *)(uintptr_t)&the_path_of_code_is_absolute, &err));
    assert_string_equal(fox_str_text(&path), self);
    assert_ok(fox_process_path_of(&path, (const void *)(uintptr_t)&strerror, &err));
    assert_non_null(strstr(fox_str_text(&path), "/lib"));
    assert_int_equal(fox_str_text(&path)[0], '/');
    assert_fails(fox_process_path_of(&path, &path, &err), PXF_NOT_FOUND);
}

static void only_what_can_be_run_is_a_program(void **state)
{
    AUTO(fox_scratch) scratch = fox_scratch_make();

    (void)state;
    fox_scratch_put(&scratch, "text", "no program");
    assert_true(fox_process_is_program(PROGRAM));
    assert_false(fox_process_is_program(fox_scratch_path(&scratch, "text")));
    assert_false(fox_process_is_program(scratch.path));
    assert_false(fox_process_is_program("/nowhere"));
}

static int limit_and_look(const void *ctx)
{
    struct rlimit limit;

    (void)ctx;
    if (fox_process_limit(FOX_PROCESS_CPU_S, 11, NULL) != PXF_OK ||
        fox_process_limit(FOX_PROCESS_FILES, 33, NULL) != PXF_OK ||
        fox_process_limit(FOX_PROCESS_CORE_BYTES, 0, NULL) != PXF_OK ||
        fox_process_limit(FOX_PROCESS_FILE_BYTES, 1 << 20, NULL) != PXF_OK ||
        fox_process_limit(FOX_PROCESS_STACK_BYTES, 8 << 20, NULL) != PXF_OK ||
        fox_process_limit(FOX_PROCESS_MEMORY_BYTES, UINT64_C(1) << 46, NULL) != PXF_OK) {
        return 1;
    }
    if (getrlimit(RLIMIT_CPU, &limit) != 0 || limit.rlim_cur != 11 || limit.rlim_max != 11) {
        return 2;
    }
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 33 ? 0 : 3;
}

static void limits_hold_for_the_process_that_sets_them(void **state)
{
    (void)state;
    assert_int_equal(in_child(limit_and_look, NULL), 0);
}

static int harden_and_look(const void *ctx)
{
    (void)ctx;
    if (fox_process_harden(NULL) != PXF_OK) {
        return 1;
    }
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
               ? 0
               : 2;
}

static void a_hardened_process_leaves_no_core(void **state)
{
    (void)state;
    assert_int_equal(in_child(harden_and_look, NULL), 0);
}

SUITE(process, cmocka_unit_test(an_exit_code_is_told),
      cmocka_unit_test(a_killed_process_tells_its_signal),
      cmocka_unit_test(a_host_that_ignores_sigchld_loses_only_the_code),
      cmocka_unit_test(a_host_that_reaps_every_child_loses_only_the_code),
      cmocka_unit_test(letting_go_leaves_neither_process_nor_zombie),
      cmocka_unit_test(a_program_gets_what_is_planned_and_nothing_of_the_hosts),
      cmocka_unit_test(descriptors_may_trade_their_numbers),
      cmocka_unit_test(a_program_that_is_missing_is_named),
      cmocka_unit_test(a_bad_descriptor_starts_nothing),
      cmocka_unit_test(an_adopted_pidfd_replaces_the_one_that_was_guessed),
      cmocka_unit_test(a_pidfd_of_this_process_shows_it_living),
      cmocka_unit_test(a_mark_tells_a_forked_child), cmocka_unit_test(the_path_of_code_is_absolute),
      cmocka_unit_test(only_what_can_be_run_is_a_program),
      cmocka_unit_test(limits_hold_for_the_process_that_sets_them),
      cmocka_unit_test(a_hardened_process_leaves_no_core))
