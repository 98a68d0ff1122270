/* SPDX-License-Identifier: Apache-2.0 */
#include "os/watch.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/folder.h"
#include "os/poll.h"
#include "os/thread.h"
#include "support/scratch.h"
#include "support/suite.h"

struct store {
    struct fox_scratch scratch;
    struct fox_fd folder, wake;
};

static struct store store_new(void)
{
    pxf_error err = {0};
    struct store store = {.scratch = fox_scratch_make()};

    assert_ok(fox_folder_open(&store.folder, store.scratch.path, PXF_ORIGIN_STORE, &err));
    assert_ok(fox_watch_open_file(&store.wake, &store.folder, "wake", 0600, &err));
    return store;
}

static void store_let_go(struct store *store)
{
    fox_fd_let_go(&store->wake);
    fox_fd_let_go(&store->folder);
    fox_scratch_remove(&store->scratch);
}

static struct fox_watch *watch(struct store *store)
{
    pxf_error err = {0};
    struct fox_watch *found = NULL;

    assert_ok(fox_watch_open(&found, &store->folder, "wake", &err));
    return found;
}

static bool is_ready(const struct fox_watch *watched, int64_t wait_ms)
{
    struct fox_poll poll = {.number = fox_watch_fd(watched)};
    size_t ready = 0;

    return fox_poll(&poll, 1, wait_ms, &ready, NULL) == PXF_OK && ready == 1;
}

static void a_touch_wakes_until_it_is_drained(void **state)
{
    pxf_error err = {0};
    AUTO(store) store = store_new();
    AUTO(fox_watch) *one = watch(&store);

    (void)state;
    assert_false(is_ready(one, 0));
    assert_int_equal(fox_watch_drain(one), FOX_WATCH_NOTHING);
    assert_ok(fox_watch_touch(&store.wake, &err));
    assert_ok(fox_watch_touch(&store.wake, &err));
    assert_true(is_ready(one, 0));
    assert_int_equal(fox_watch_drain(one), FOX_WATCH_TOUCHED);
    assert_false(is_ready(one, 0));
    assert_int_equal(fox_watch_drain(one), FOX_WATCH_NOTHING);
    assert_ok(fox_watch_touch(&store.wake, &err));
    assert_true(is_ready(one, 0));
}

static void one_drain_delivers_the_news_of_all(void **state)
{
    pxf_error err = {0};
    AUTO(store) store = store_new();
    AUTO(store) second = store_new();
    AUTO(fox_watch) *one = watch(&store), *twin = watch(&store), *other = watch(&second);

    (void)state;
    assert_ok(fox_watch_touch(&second.wake, &err));
    assert_int_equal(fox_watch_drain(one), FOX_WATCH_NOTHING);
    assert_true(is_ready(other, 0));
    assert_int_equal(fox_watch_drain(other), FOX_WATCH_TOUCHED);
    assert_ok(fox_watch_touch(&store.wake, &err));
    assert_int_equal(fox_watch_drain(one), FOX_WATCH_TOUCHED);
    assert_true(is_ready(twin, 0));
    assert_false(is_ready(other, 0));
    assert_int_equal(fox_watch_drain(twin), FOX_WATCH_TOUCHED);
}

static void twins_of_one_file_end_apart(void **state)
{
    pxf_error err = {0};
    AUTO(store) store = store_new();
    AUTO(fox_watch) *one = watch(&store);
    struct fox_watch *twin = watch(&store);

    (void)state;
    fox_watch_close(twin);
    assert_ok(fox_watch_touch(&store.wake, &err));
    assert_true(is_ready(one, 0));
    assert_int_equal(fox_watch_drain(one), FOX_WATCH_TOUCHED);
    fox_watch_close(NULL);
}

static void a_store_needs_one_inotify_however_many_watch(void **state)
{
    AUTO(store) store = store_new();
    AUTO(fox_watch) *one = watch(&store);
    const size_t before = fox_scratch_fd_count();
    AUTO(fox_watch) *two = watch(&store), *three = watch(&store);

    (void)state;
    assert_non_null(one);
    assert_non_null(two);
    assert_non_null(three);
    assert_int_equal(fox_scratch_fd_count(), before + 4);
}

static void nothing_is_left_of_the_last_watch(void **state)
{
    const size_t before = fox_scratch_fd_count();

    (void)state;
    for (int i = 0; i < 20; i++) {
        AUTO(store) store = store_new();
        AUTO(fox_watch) *one = watch(&store);

        assert_non_null(one);
    }
    assert_int_equal(fox_scratch_fd_count(), before);
}

static void a_removed_wake_file_is_gone(void **state)
{
    AUTO(store) store = store_new();
    AUTO(fox_watch) *one = watch(&store);

    (void)state;
    fox_fd_let_go(&store.wake);
    assert_int_equal(unlink(fox_scratch_path(&store.scratch, "wake")), 0);
    assert_true(is_ready(one, 0));
    assert_int_equal(fox_watch_drain(one), FOX_WATCH_GONE);
    assert_int_equal(fox_watch_drain(one), FOX_WATCH_GONE);
    assert_false(is_ready(one, 0));
}

static void what_cannot_be_watched_says_why(void **state)
{
    pxf_error err = {0};
    AUTO(store) store = store_new();
    struct fox_watch *one = NULL;

    (void)state;
    assert_fails(fox_watch_open(&one, &store.folder, "none", &err), PXF_NOT_FOUND);
    assert_null(one);
}

static void the_systems_limit_is_said_and_leaves_nothing(void **state)
{
    pxf_error err = {0};
    AUTO(store) store = store_new();
    const size_t before = fox_scratch_fd_count();
    struct fox_watch *one = NULL;
    struct rlimit limit, few;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    few = limit;
    few.rlim_cur = (rlim_t)fox_fd_number(&store.wake) + 4;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    assert_int_equal(fox_watch_open(&one, &store.folder, "wake", &err), PXF_UNAVAILABLE);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_null(one);
    assert_int_equal(fox_scratch_fd_count(), before);
    one = watch(&store);
    fox_watch_close(one);
}

static void the_wake_file_is_made_once_with_its_mode(void **state)
{
    pxf_error err = {0};
    AUTO(store) store = store_new();
    AUTO(fox_fd) again = {0};
    struct stat stat;

    (void)state;
    assert_ok(fox_watch_open_file(&again, &store.folder, "wake", 0644, &err));
    assert_int_equal(lstat(fox_scratch_path(&store.scratch, "wake"), &stat), 0);
    assert_int_equal(stat.st_mode & 07777U, 0600);
    assert_fails(fox_watch_open_file(&again, &store.folder, "a/b", 0644, &err), PXF_INVALID);
}

/* In a child: the parent's watch is dead, and a new one works. */
static int watch_in_child(struct store *store, struct fox_watch *old)
{
    struct fox_watch *fresh = NULL;

    if (fox_watch_drain(old) != FOX_WATCH_GONE) {
        return 1;
    }
    fox_watch_close(old);
    if (fox_watch_open(&fresh, &store->folder, "wake", NULL) != PXF_OK) {
        return 2;
    }
    if (fox_watch_touch(&store->wake, NULL) != PXF_OK || !is_ready(fresh, 0)) {
        return 3;
    }
    return fox_watch_drain(fresh) == FOX_WATCH_TOUCHED ? 0 : 4;
}

static void a_forked_child_steals_no_news(void **state)
{
    AUTO(store) store = store_new();
    AUTO(fox_watch) *one = watch(&store);
    const pid_t pid = fork();
    int status = 1;

    (void)state;
    if (pid == 0) {
        _exit(watch_in_child(&store, one));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_true(is_ready(one, 0));
    assert_int_equal(fox_watch_drain(one), FOX_WATCH_TOUCHED);
}

enum { WATCHERS = 4, ROUNDS = 2000 };

struct watcher {
    struct fox_watch *watch;
    atomic_int *target; /* how far the toucher is */
    atomic_int seen;
    atomic_bool is_lost;
};

/* Sees every number that the toucher publishes before it touches; 5 s without news is a lost one.
 */
static void follow(void *ctx)
{
    struct watcher *watcher = ctx;

    while (atomic_load(&watcher->seen) < ROUNDS) {
        if (!is_ready(watcher->watch, 5000)) {
            atomic_store(&watcher->is_lost, true);
            return;
        }
        (void)fox_watch_drain(watcher->watch);
        atomic_store(&watcher->seen, atomic_load(watcher->target));
    }
}

static int slowest(struct watcher *watchers)
{
    int seen = ROUNDS;

    for (int i = 0; i < WATCHERS; i++) {
        const int his = atomic_load(&watchers[i].seen);

        if (atomic_load(&watchers[i].is_lost)) {
            return -1;
        }
        seen = his < seen ? his : seen;
    }
    return seen;
}

static void no_wake_up_is_lost_when_many_threads_wait(void **state)
{
    AUTO(store) store = store_new();
    struct watcher watchers[WATCHERS] = {0};
    struct fox_thread *threads[WATCHERS];
    atomic_int target = 0;
    pxf_error err = {0};
    int seen = 0;

    (void)state;
    for (int i = 0; i < WATCHERS; i++) {
        watchers[i].watch = watch(&store);
        watchers[i].target = &target;
        assert_ok(fox_thread_start(&threads[i], "watcher", follow, &watchers[i], &err));
    }
    for (int round = 1; round <= ROUNDS && seen >= 0; round++) {
        atomic_store(&target, round);
        assert_ok(fox_watch_touch(&store.wake, &err));
        do {
            seen = slowest(watchers);
        } while (seen >= 0 && seen < round && fox_poll_sleep_us(-1, 1) == false);
    }
    for (int i = 0; i < WATCHERS; i++) {
        fox_thread_join(threads[i]);
        fox_watch_close(watchers[i].watch);
        assert_false(atomic_load(&watchers[i].is_lost));
    }
}

SUITE(watch, cmocka_unit_test(a_touch_wakes_until_it_is_drained),
      cmocka_unit_test(one_drain_delivers_the_news_of_all),
      cmocka_unit_test(twins_of_one_file_end_apart),
      cmocka_unit_test(a_store_needs_one_inotify_however_many_watch),
      cmocka_unit_test(nothing_is_left_of_the_last_watch),
      cmocka_unit_test(a_removed_wake_file_is_gone),
      cmocka_unit_test(what_cannot_be_watched_says_why),
      cmocka_unit_test(the_systems_limit_is_said_and_leaves_nothing),
      cmocka_unit_test(the_wake_file_is_made_once_with_its_mode),
      cmocka_unit_test(a_forked_child_steals_no_news),
      cmocka_unit_test(no_wake_up_is_lost_when_many_threads_wait))
