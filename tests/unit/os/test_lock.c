/* SPDX-License-Identifier: Apache-2.0 */
#include "os/lock.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/folder.h"
#include "os/life.h"
#include "os/poll.h"
#include "os/registry.h"
#include "support/scratch.h"
#include "support/suite.h"

static struct fox_fd open_file(const struct fox_scratch *scratch)
{
    return fox_fd_of(open(fox_scratch_path(scratch, "lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600),
                     PXF_ORIGIN_CATALOG);
}

static void two_open_files_of_one_process_exclude_each_other(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) one = open_file(&scratch), other = open_file(&scratch);

    (void)state;
    assert_ok(fox_lock_try(&one, 0, &err));
    assert_ok(fox_lock_try(&one, 0, &err));
    assert_fails(fox_lock_try(&other, 0, &err), PXF_BUSY);
    assert_ok(fox_lock_try(&other, 1, &err));
    fox_lock_release(&one, 0);
    assert_ok(fox_lock_try(&other, 0, &err));
    fox_lock_release(&one, 7);
}

static void closing_another_descriptor_drops_no_lock(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) one = open_file(&scratch), other = open_file(&scratch);

    (void)state;
    assert_ok(fox_lock_try(&one, 0, &err));
    {
        AUTO(fox_fd) third = open_file(&scratch);

        assert_true(fox_fd_is_open(&third));
    }
    assert_fails(fox_lock_try(&other, 0, &err), PXF_BUSY);
    fox_fd_let_go(&one);
    assert_ok(fox_lock_try(&other, 0, &err));
}

static void waiting_ends_at_its_time(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) one = open_file(&scratch), other = open_file(&scratch);
    int64_t start_ms;

    (void)state;
    assert_ok(fox_lock_try(&one, 0, &err));
    start_ms = fox_clock_monotonic_ms();
    assert_fails(fox_lock_wait(&other, 0, 20, NULL, &err), PXF_TIMEOUT);
    assert_in_range(fox_clock_monotonic_ms() - start_ms, 20, 2000);
    assert_fails(fox_lock_wait(&other, 0, 0, NULL, &err), PXF_TIMEOUT);
    assert_ok(fox_lock_wait(&other, 1, 0, NULL, &err));
}

static void *release_soon(void *ctx)
{
    (void)fox_poll_sleep_us(-1, 3000);
    fox_lock_release(ctx, 0);
    return NULL;
}

static void a_released_lock_is_had_by_who_waits(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) one = open_file(&scratch), other = open_file(&scratch);
    pthread_t thread;

    (void)state;
    assert_ok(fox_lock_try(&one, 0, &err));
    assert_int_equal(pthread_create(&thread, NULL, release_soon, &one), 0);
    assert_ok(fox_lock_wait(&other, 0, -1, NULL, &err));
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_fails(fox_lock_try(&one, 0, &err), PXF_BUSY);
}

static void *trip_soon(void *ctx)
{
    (void)fox_poll_sleep_us(-1, 3000);
    fox_cancel_trip(ctx);
    return NULL;
}

static void waiting_can_be_cancelled(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) one = open_file(&scratch), other = open_file(&scratch);
    AUTO(fox_cancel) *cancel = fox_cancel_new(&err);
    pthread_t thread;

    (void)state;
    assert_ok(fox_lock_try(&one, 0, &err));
    assert_int_equal(pthread_create(&thread, NULL, trip_soon, cancel), 0);
    assert_fails(fox_lock_wait(&other, 0, -1, cancel, &err), PXF_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void a_lock_needs_a_file_that_can_be_written(void **state)
{
    pxf_error err = {0};
    AUTO(fox_fd) file = fox_fd_of(open("/dev/null", O_RDONLY | O_CLOEXEC), PXF_ORIGIN_CATALOG);

    (void)state;
    assert_fails(fox_lock_try(&file, 0, &err), PXF_IO);
    assert_fails(fox_lock_wait(&file, 0, 1000, NULL, &err), PXF_IO);
}

static void the_registry_counts_and_forgets(void **state)
{
    const struct fox_registry_file file = {.device = 1, .inode = 2}, other = {2, 1};
    pxf_error err = {0};

    (void)state;
    assert_false(fox_registry_has(file));
    fox_registry_remove(file);
    assert_ok(fox_registry_add(file, &err));
    assert_ok(fox_registry_add(file, &err));
    assert_ok(fox_registry_add(other, &err));
    fox_registry_remove(file);
    assert_true(fox_registry_has(file));
    fox_registry_remove(file);
    assert_false(fox_registry_has(file));
    assert_true(fox_registry_has(other));
    fox_registry_remove(other);
}

/* Runs `fn` in a forked child: its answer is the child's exit code. */
static int in_child(int (*fn)(void *ctx), void *ctx)
{
    const pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        _exit(fn(ctx));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int has_file(void *ctx)
{
    const struct fox_registry_file *file = ctx;
    const bool has = fox_registry_has(*file);

    return has ? 1 : fox_registry_add(*file, NULL) == PXF_OK && fox_registry_has(*file) ? 0 : 2;
}

static void a_forked_child_starts_with_an_empty_registry(void **state)
{
    struct fox_registry_file file = {.device = 3, .inode = 4};
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_registry_add(file, &err));
    assert_int_equal(in_child(has_file, &file), 0);
    assert_true(fox_registry_has(file));
    fox_registry_remove(file);
}

struct sign {
    const struct fox_scratch *scratch;
    struct fox_fd folder;
    struct fox_life *life;
    int go[2], ready[2];
};

static int is_alive(void *ctx)
{
    struct sign *sign = ctx;
    bool alive = false;

    return fox_life_test(&alive, &sign->folder, "sign", NULL) == PXF_OK ? alive : 2;
}

static struct sign sign_in(const struct fox_scratch *scratch)
{
    pxf_error err = {0};
    struct sign sign = {.scratch = scratch};

    assert_ok(fox_folder_open(&sign.folder, scratch->path, PXF_ORIGIN_STORE, &err));
    assert_int_equal(pipe2(sign.go, O_CLOEXEC), 0);
    assert_int_equal(pipe2(sign.ready, O_CLOEXEC), 0);
    return sign;
}

static void leave(struct sign *sign)
{
    for (int i = 0; i < 2; i++) {
        (void)close(sign->go[i]);
        (void)close(sign->ready[i]);
    }
    fox_life_close(sign->life);
    fox_fd_let_go(&sign->folder);
}

static void a_living_process_is_seen_from_inside_and_outside(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    struct sign sign = sign_in(&scratch);

    (void)state;
    assert_int_equal(is_alive(&sign), 0);
    assert_ok(fox_life_open(&sign.life, &sign.folder, "sign", &err));
    assert_int_equal(is_alive(&sign), 1);
    assert_int_equal(in_child(is_alive, &sign), 1);
    assert_int_equal(is_alive(&sign), 1);
    assert_int_equal(in_child(is_alive, &sign), 1);
    assert_fails(fox_life_open(&sign.life, &sign.folder, "sign", &err), PXF_EXISTS);
    assert_int_equal(in_child(is_alive, &sign), 1);
    fox_life_close(sign.life);
    sign.life = NULL;
    assert_int_equal(is_alive(&sign), 0);
    assert_int_equal(access(fox_scratch_path(&scratch, "sign"), F_OK), -1);
    leave(&sign);
}

#define LIVING "019ab3c0-0000-7000-8000-000000000001"
#define DEAD "019ab3c0-0000-7000-8000-000000000002"
#define UNFINISHED ".019ab3c0-0000-7000-8000-000000000003.new"
#define YOUNG ".019ab3c0-0000-7000-8000-000000000004.new"

static void make_file(const struct fox_scratch *scratch, const char *name, bool is_old)
{
    const struct timespec long_ago[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    const int fd = open(fox_scratch_path(scratch, name), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    if (is_old) {
        assert_int_equal(futimens(fd, long_ago), 0);
    }
    (void)close(fd);
}

static void only_the_signs_of_the_dead_are_buried(void **state)
{
    static const struct {
        const char *name;
        int is_left;
    } cases[] = {{LIVING, 0}, {DEAD, -1}, {UNFINISHED, -1}, {YOUNG, 0}, {"notes", 0}};
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    struct sign sign = sign_in(&scratch);
    struct fox_env env;

    (void)state;
    fox_os_env(&env);
    assert_ok(fox_life_open(&sign.life, &sign.folder, LIVING, &err));
    make_file(&scratch, DEAD, false);
    make_file(&scratch, UNFINISHED, true);
    make_file(&scratch, YOUNG, false);
    make_file(&scratch, "notes", true);
    assert_ok(fox_life_bury(&sign.folder, &env, &err));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(access(fox_scratch_path(&scratch, cases[i].name), F_OK), cases[i].is_left);
    }
    leave(&sign);
}

static int close_sign(void *ctx)
{
    struct sign *sign = ctx;

    fox_life_close(sign->life);
    return access(fox_scratch_path(sign->scratch, "sign"), F_OK) == 0 ? 0 : 1;
}

static void a_forked_child_cannot_end_its_parents_sign(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    struct sign sign = sign_in(&scratch);

    (void)state;
    assert_ok(fox_life_open(&sign.life, &sign.folder, "sign", &err));
    assert_int_equal(in_child(close_sign, &sign), 0);
    assert_int_equal(in_child(is_alive, &sign), 1);
    leave(&sign);
}

/* Takes the sign, leaves a child of its own behind that lives on, and waits to be killed. */
static void live_and_fork(struct sign *sign)
{
    char byte = 0;

    if (fox_life_open(&sign->life, &sign->folder, "sign", NULL) != PXF_OK) {
        _exit(1);
    }
    if (fork() == 0) {
        (void)close(sign->ready[1]);
        (void)close(sign->go[1]);
        (void)!read(sign->go[0], &byte, 1);
        _exit(0);
    }
    (void)!write(sign->ready[1], "r", 1);
    for (;;) {
        (void)pause();
    }
}

static void a_killed_process_is_dead_though_its_child_lives(void **state)
{
    AUTO(fox_scratch) scratch = fox_scratch_make();
    struct sign sign = sign_in(&scratch);
    const pid_t pid = fork();
    char byte = 0;

    (void)state;
    if (pid == 0) {
        live_and_fork(&sign);
    }
    assert_int_equal(read(sign.ready[0], &byte, 1), 1);
    assert_int_equal(is_alive(&sign), 1);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(access(fox_scratch_path(&scratch, "sign"), F_OK), 0);
    assert_int_equal(is_alive(&sign), 0);
    leave(&sign);
}

static void a_sign_that_is_no_file_is_an_error(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    struct sign sign = sign_in(&scratch);
    bool alive = true;

    (void)state;
    fox_scratch_make_folder(&scratch, "sign");
    assert_fails(fox_life_test(&alive, &sign.folder, "sign", &err), PXF_INVALID);
    assert_fails(fox_life_test(&alive, &sign.folder, "../sign", &err), PXF_INVALID);
    assert_fails(fox_life_open(&sign.life, &sign.folder, "a/b", &err), PXF_INVALID);
    assert_true(alive);
    leave(&sign);
}

SUITE(lock, cmocka_unit_test(two_open_files_of_one_process_exclude_each_other),
      cmocka_unit_test(closing_another_descriptor_drops_no_lock),
      cmocka_unit_test(waiting_ends_at_its_time),
      cmocka_unit_test(a_released_lock_is_had_by_who_waits),
      cmocka_unit_test(waiting_can_be_cancelled),
      cmocka_unit_test(a_lock_needs_a_file_that_can_be_written),
      cmocka_unit_test(the_registry_counts_and_forgets),
      cmocka_unit_test(a_forked_child_starts_with_an_empty_registry),
      cmocka_unit_test(a_living_process_is_seen_from_inside_and_outside),
      cmocka_unit_test(a_forked_child_cannot_end_its_parents_sign),
      cmocka_unit_test(only_the_signs_of_the_dead_are_buried),
      cmocka_unit_test(a_killed_process_is_dead_though_its_child_lives),
      cmocka_unit_test(a_sign_that_is_no_file_is_an_error))
