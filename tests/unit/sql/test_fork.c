/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/scene.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEAD_MAN_BYTE = 128, HANG_S = 20 }; /* UNIX_SHM_DMS of SQLite's os_unix.c */

struct pipes {
    int to_child[2], to_parent[2];
};

static void make_pipes(struct pipes *pipes)
{
    assert_int_equal(pipe(pipes->to_child), 0);
    assert_int_equal(pipe(pipes->to_parent), 0);
}

static void wait_for(int end)
{
    char byte;

    (void)!read(end, &byte, 1);
}

static void tell(int end)
{
    (void)!write(end, "x", 1);
}

/* Whether another process holds the lock without which the shared memory may be cut. */
static bool others_hold_shared_memory(const struct scene *scene)
{
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = DEAD_MAN_BYTE, .l_len = 1};
    char path[128];
    int file;

    (void)snprintf(path, sizeof path, "%s-shm", scene->path);
    file = open(path, O_RDWR | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(fcntl(file, F_GETLK, &lock), 0);
    (void)close(file);
    return lock.l_type != F_UNLCK;
}

static void run_child(struct scene *scene, struct fox_sql *inherited, const struct pipes *pipes)
{
    struct fox_sql *db = NULL;

    (void)alarm(HANG_S);
    fox_sql_close(inherited);
    if (fox_sql_open_sqlite(&db, &scene->env, &scene->options, NULL) != PXF_OK) {
        _exit(1);
    }
    tell(pipes->to_parent[1]);
    wait_for(pipes->to_child[0]);
    fox_sql_close(db);
    _exit(0);
}

static void a_child_that_opens_anew_has_locks_of_its_own(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    struct pipes pipes;
    int status;
    pid_t pid;

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    run_text(db, "CREATE TABLE t(n INTEGER)");
    make_pipes(&pipes);
    pid = fork();
    if (pid == 0) {
        run_child(&scene, db, &pipes);
    }
    wait_for(pipes.to_parent[0]);
    fox_sql_close(db);
    assert_true(others_hold_shared_memory(&scene));
    tell(pipes.to_child[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_false(others_hold_shared_memory(&scene));
    scene_clear(&scene);
}

static void run_stuck_child(struct scene *scene)
{
    struct fox_sql *db = NULL;
    pxf_error err = {0};

    (void)alarm(HANG_S);
    (void)fox_sql_open_sqlite(&db, &scene->env, &scene->options, &err);
    _exit(err.status);
}

static void a_lock_of_sqlite_held_at_the_fork_is_told_and_no_hang(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    sqlite3_mutex *mutex = sqlite3_mutex_alloc(SQLITE_MUTEX_STATIC_MEM);
    int status;
    pid_t pid;

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    sqlite3_mutex_enter(mutex);
    pid = fork();
    if (pid == 0) {
        run_stuck_child(&scene);
    }
    sqlite3_mutex_leave(mutex);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), PXF_FORKED);
    fox_sql_close(db);
    scene_clear(&scene);
}

SUITE(fork, cmocka_unit_test(a_child_that_opens_anew_has_locks_of_its_own),
      cmocka_unit_test(a_lock_of_sqlite_held_at_the_fork_is_told_and_no_hang))
