/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/kit.h"

/* Helpers and all kinds of hosts: many threads, forks, those that reap or ignore every child, those
 * that die. The helpers are fakes. */

static int original;

static int make_original(void **state)
{
    (void)state;
    original = kit_bmp(8, 8);
    return 0;
}

static int drop_original(void **state)
{
    (void)state;
    return close(original);
}

static void nothing_is_started_before_the_first_picture(void **state)
{
    struct kit kit;

    (void)state;
    kit_open_fake(&kit, "good", 1);
    assert_int_equal(kit_child_of(getpid(), "fake-helper"), 0);
    kit_close(&kit);
}

static void a_healthy_helper_is_lent_again(void **state)
{
    const struct fox_helper_request request = kit_request(original);
    struct kit kit;
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "good", 4);
    for (int i = 0; i < 5; i++) {
        AUTO(kit_taken) taken = {0};

        assert_ok(kit_render(&kit, &request, &taken, &err));
        assert_int_equal(taken.count, 8);
    }
    assert_true(kit_meter(&kit, "starts") == 1);
    kit_close(&kit);
    assert_int_equal(kit_child_of(getpid(), "fake-helper"), 0);
}

static void a_helper_is_replaced_after_many_pictures(void **state)
{
    const struct fox_helper_request request = kit_request(original);
    struct kit kit;
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "good", 1);
    for (int i = 0; i < 501; i++) {
        AUTO(kit_taken) taken = {0};

        assert_ok(kit_render(&kit, &request, &taken, &err));
    }
    assert_true(kit_meter(&kit, "starts") == 2);
    kit_close(&kit);
}

static void the_version_is_told_once_a_helper_runs(void **state)
{
    const char *version = NULL, *again = NULL;
    struct kit kit;
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "good", 1);
    assert_ok(fox_helpers_version(kit.helpers, &version, &err));
    assert_non_null(strstr(version, " no codecs 1.0"));
    assert_ok(fox_helpers_version(kit.helpers, &again, &err));
    assert_ptr_equal(version, again);
    assert_true(kit_meter(&kit, "starts") == 1);
    kit_close(&kit);
}

static void no_descriptor_is_left_behind(void **state)
{
    static const char *const manners[] = {"good", "die", "trouble", "unsealed", "two descriptors"};
    const struct fox_helper_request request = kit_request(original);
    const size_t fd_count = kit_fd_count();
    (void)state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++) {
        struct kit kit;
        AUTO(kit_taken) taken = {0};

        kit_open_fake(&kit, manners[i], 2);
        for (int round = 0; round < 3; round++) {
            fox_fail_clear(&err);
            (void)kit_render(&kit, &request, &taken, &err);
        }
        kit_close(&kit);
        assert_int_equal(kit_fd_count(), fd_count);
    }
}

static void a_program_that_is_gone_since_is_unavailable(void **state)
{
    const struct fox_helper_request request = kit_request(original);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "good", 1);
    assert_int_equal(unlink(kit.program), 0);
    assert_int_equal(kit_render(&kit, &request, &taken, &err), PXF_UNAVAILABLE);
    assert_int_equal(err.code, ENOENT);
    assert_int_equal(err.origin, PXF_ORIGIN_HELPER);
    assert_string_equal(taken.rule, "");
    assert_non_null(strstr(err.message, kit.program));
    assert_int_equal(symlink("/", kit.program), 0);
    kit_close(&kit);
}

static void a_cancelled_picture_ends_its_helper(void **state)
{
    const struct fox_helper_request request = kit_request(original);
    AUTO(fox_cancel) *cancel = NULL;
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    cancel = fox_cancel_new(&err);
    kit_open_fake(&kit, "hang", 1);
    assert_ok(fox_helpers_version(kit.helpers, &(const char *){NULL}, &err));
    fox_cancel_trip(cancel);
    assert_fails(
        fox_helpers_render(kit.helpers, &request, kit_take, &taken, &taken.rule, cancel, &err),
        PXF_CANCELLED);
    assert_true(kit_meter(&kit, "starts") == 1);
    kit_close(&kit);
}

struct tripping {
    struct fox_cancel *cancel;
    const char *child;
};

static void *trip_when_started(void *ctx)
{
    const struct tripping *tripping = ctx;

    while (kit_child_of(getpid(), tripping->child) == 0) {
    }
    fox_cancel_trip(tripping->cancel);
    return NULL;
}

static void a_cancel_reaches_a_helper_that_works_and_one_that_starts(void **state)
{
    static const char *const manners[] = {"hang", "mute"};
    const struct fox_helper_request request = kit_request(original);
    (void)state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++) {
        struct tripping tripping = {.cancel = fox_cancel_new(&err), .child = "fake-helper"};
        struct kit kit;
        AUTO(kit_taken) taken = {0};
        pthread_t thread;

        kit_open_fake(&kit, manners[i], 1);
        assert_int_equal(pthread_create(&thread, NULL, trip_when_started, &tripping), 0);
        assert_fails(fox_helpers_render(kit.helpers, &request, kit_take, &taken, &taken.rule,
                                        tripping.cancel, &err),
                     PXF_CANCELLED);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(kit_child_of(getpid(), "fake-helper"), 0);
        assert_string_equal(taken.rule, "");
        kit_close(&kit);
        fox_cancel_free(tripping.cancel);
    }
}

enum { THREADS = 4, ROUNDS = 6 };

struct crowd {
    struct kit *kit;
    atomic_int variants, failures;
};

static void *render_some(void *ctx)
{
    struct crowd *crowd = ctx;
    const struct fox_helper_request request = kit_request(original);

    for (int i = 0; i < ROUNDS; i++) {
        AUTO(kit_taken) taken = {0};

        if (kit_render(crowd->kit, &request, &taken, NULL) != PXF_OK) {
            (void)atomic_fetch_add(&crowd->failures, 1);
        }
        (void)atomic_fetch_add(&crowd->variants, (int)taken.count);
    }
    return NULL;
}

static void more_threads_than_helpers_wait_for_each_other(void **state)
{
    struct kit kit;
    struct crowd crowd = {.kit = &kit};
    pthread_t threads[THREADS];

    (void)state;
    kit_open_fake(&kit, "good", 2);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, render_some, &crowd), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(crowd.failures, 0);
    assert_int_equal(crowd.variants, THREADS * ROUNDS * 8);
    assert_true(kit_meter(&kit, "starts") <= 2);
    kit_close(&kit);
}

static void a_forked_child_is_told_and_may_close(void **state)
{
    const struct fox_helper_request request = kit_request(original);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    int status = -1;
    pid_t child;
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "good", 1);
    assert_ok(kit_render(&kit, &request, &taken, &err));
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const char *version = NULL;
        const bool is_told = kit_render(&kit, &request, &taken, NULL) == PXF_FORKED &&
                             fox_helpers_version(kit.helpers, &version, NULL) == PXF_FORKED;

        fox_helpers_close(kit.helpers);
        _Exit(is_told ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_ok(kit_render(&kit, &request, &taken, &err));
    assert_true(kit_meter(&kit, "starts") == 1);
    kit_close(&kit);
}

/* Good pictures, deaths, time running out: in whatever way the host treats its children. */
static void live_through_everything(void)
{
    static const struct {
        const char *manner;
        pxf_status status;
    } cases[] = {
        {"good", PXF_OK},
        {"die", PXF_UNAVAILABLE},
        {"die after one", PXF_UNAVAILABLE},
        {"hang", PXF_TIMEOUT},
        {"leave", PXF_UNAVAILABLE},
        {"leave at once", PXF_UNAVAILABLE},

        {"unsealed", PXF_UNAVAILABLE},
    };
    struct fox_helper_request request = kit_request(original);
    const size_t fd_count = kit_fd_count();
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct kit kit;

        kit_open_fake(&kit, cases[i].manner, 1);
        request.timeout_ms = cases[i].status == PXF_TIMEOUT ? 30 : 60000;
        for (int round = 0; round < 2; round++) {
            AUTO(kit_taken) taken = {0};

            if (kit_render(&kit, &request, &taken, &err) != cases[i].status) {
                fail_msg("'%s': %s", cases[i].manner, err.message);
            }
            fox_fail_clear(&err);
        }
        kit_close(&kit);
    }
    assert_int_equal(kit_child_of(getpid(), "fake-helper"), 0);
    assert_int_equal(kit_fd_count(), fd_count);
}

static void a_host_may_ignore_its_children(void **state)
{
    (void)state;
    assert_true(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    live_through_everything();
    assert_true(signal(SIGCHLD, SIG_DFL) != SIG_ERR);
}

static atomic_bool is_reaping;

static void *reap_everything(void *ctx)
{
    (void)ctx;
    while (atomic_load(&is_reaping)) {
        if (waitpid(-1, NULL, WNOHANG) <= 0) {
            (void)poll(NULL, 0, 1);
        }
    }
    return NULL;
}

static void a_host_may_reap_every_child(void **state)
{
    pthread_t thread;

    (void)state;
    atomic_store(&is_reaping, true);
    assert_int_equal(pthread_create(&thread, NULL, reap_everything, NULL), 0);
    live_through_everything();
    atomic_store(&is_reaping, false);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void a_host_that_does_nothing_has_no_zombies(void **state)
{
    (void)state;
    live_through_everything();
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* SIGPIPE would end this test. */
static void a_helper_that_hung_up_raises_no_signal(void **state)
{
    const struct fox_helper_request request = kit_request(original);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    kit_open_fake(&kit, "hang up", 1);
    for (int i = 0; i < 2; i++) {
        assert_fails(kit_render(&kit, &request, &taken, &err), PXF_UNAVAILABLE);
    }
    kit_close(&kit);
}

SUITE_WITH(process, make_original, drop_original,
           cmocka_unit_test(nothing_is_started_before_the_first_picture),
           cmocka_unit_test(a_healthy_helper_is_lent_again),
           cmocka_unit_test(a_helper_is_replaced_after_many_pictures),
           cmocka_unit_test(the_version_is_told_once_a_helper_runs),
           cmocka_unit_test(no_descriptor_is_left_behind),
           cmocka_unit_test(a_program_that_is_gone_since_is_unavailable),
           cmocka_unit_test(a_cancelled_picture_ends_its_helper),
           cmocka_unit_test(a_cancel_reaches_a_helper_that_works_and_one_that_starts),
           cmocka_unit_test(more_threads_than_helpers_wait_for_each_other),
           cmocka_unit_test(a_forked_child_is_told_and_may_close),
           cmocka_unit_test(a_host_may_ignore_its_children),
           cmocka_unit_test(a_host_may_reap_every_child),
           cmocka_unit_test(a_host_that_does_nothing_has_no_zombies),
           cmocka_unit_test(a_helper_that_hung_up_raises_no_signal))
