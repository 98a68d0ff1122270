/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>

#include "base/cancel.h"

enum { WAIT_MS = 5000 };

static bool is_readable(const struct fox_cancel *cancel, int wait_ms)
{
    struct pollfd poll_fd = {.fd = fox_cancel_fd(cancel), .events = POLLIN};

    return poll(&poll_fd, 1, wait_ms) == 1;
}

static void a_token_is_tripped_once_and_for_good(void **state)
{
    pxf_error err = {0};
    AUTO(fox_cancel) *cancel = fox_cancel_new(&err);

    (void)state;
    assert_false(fox_cancel_is_tripped(cancel));
    assert_ok(fox_cancel_check(cancel, &err));
    assert_false(is_readable(cancel, 0));
    fox_cancel_trip(cancel);
    fox_cancel_trip(cancel);
    assert_true(fox_cancel_is_tripped(cancel));
    assert_true(is_readable(cancel, 0));
    assert_true(is_readable(cancel, 0));
    assert_fails(fox_cancel_check(cancel, &err), PXF_CANCELLED);
}

static void no_token_is_never_tripped(void **state)
{
    pxf_error err = {0};

    (void)state;
    assert_false(fox_cancel_is_tripped(NULL));
    assert_ok(fox_cancel_check(NULL, &err));
    assert_int_equal(fox_cancel_fd(NULL), -1);
    fox_cancel_free(NULL);
}

static void a_token_lives_until_its_last_owner_lets_go(void **state)
{
    pxf_error err = {0};
    struct fox_cancel *cancel = fox_cancel_new(&err);
    struct fox_cancel *shared = fox_cancel_share(cancel);
    const int fd = fox_cancel_fd(cancel);

    (void)state;
    fox_cancel_free(cancel);
    fox_cancel_trip(shared);
    assert_true(fox_cancel_is_tripped(shared));
    assert_true(fcntl(fd, F_GETFD) >= 0);
    fox_cancel_free(shared);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void a_program_that_is_started_does_not_inherit_it(void **state)
{
    pxf_error err = {0};
    AUTO(fox_cancel) *above = fox_cancel_new(&err);
    AUTO(fox_cancel) *below = fox_cancel_new_below(above, &err);

    (void)state;
    assert_true(fcntl(fox_cancel_fd(above), F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(fox_cancel_fd(below), F_GETFD) & FD_CLOEXEC);
}

static void a_token_below_another_is_tripped_with_it(void **state)
{
    pxf_error err = {0};
    AUTO(fox_cancel) *above = fox_cancel_new(&err);
    AUTO(fox_cancel) *below = fox_cancel_new_below(above, &err);

    (void)state;
    assert_false(is_readable(below, 0));
    fox_cancel_trip(above);
    assert_true(fox_cancel_is_tripped(below));
    assert_true(is_readable(below, 0));
    assert_fails(fox_cancel_check(below, &err), PXF_CANCELLED);
}

static void a_token_below_another_leaves_that_alone(void **state)
{
    pxf_error err = {0};
    AUTO(fox_cancel) *above = fox_cancel_new(&err);
    AUTO(fox_cancel) *below = fox_cancel_new_below(above, &err);

    (void)state;
    fox_cancel_trip(below);
    assert_true(fox_cancel_is_tripped(below));
    assert_true(is_readable(below, 0));
    assert_false(fox_cancel_is_tripped(above));
    assert_false(is_readable(above, 0));
}

static void a_token_below_another_keeps_it_alive(void **state)
{
    pxf_error err = {0};
    struct fox_cancel *above = fox_cancel_new(&err);
    AUTO(fox_cancel) *below = fox_cancel_new_below(above, &err);
    struct fox_cancel *shared = fox_cancel_share(above);

    (void)state;
    fox_cancel_free(above);
    fox_cancel_trip(shared);
    fox_cancel_free(shared);
    assert_true(fox_cancel_is_tripped(below));
}

static void a_token_below_nothing_is_a_plain_one(void **state)
{
    pxf_error err = {0};
    AUTO(fox_cancel) *cancel = fox_cancel_new_below(NULL, &err);

    (void)state;
    assert_false(fox_cancel_is_tripped(cancel));
    fox_cancel_trip(cancel);
    assert_true(is_readable(cancel, 0));
}

static void *trip(void *ctx)
{
    fox_cancel_trip(ctx);
    return NULL;
}

static void another_thread_wakes_the_one_that_waits(void **state)
{
    pxf_error err = {0};
    AUTO(fox_cancel) *above = fox_cancel_new(&err);
    AUTO(fox_cancel) *below = fox_cancel_new_below(above, &err);
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, trip, above), 0);
    assert_true(is_readable(below, WAIT_MS));
    assert_true(fox_cancel_is_tripped(below));
    assert_int_equal(pthread_join(thread, NULL), 0);
}

SUITE(cancel, cmocka_unit_test(a_token_is_tripped_once_and_for_good),
      cmocka_unit_test(no_token_is_never_tripped),
      cmocka_unit_test(a_token_lives_until_its_last_owner_lets_go),
      cmocka_unit_test(a_program_that_is_started_does_not_inherit_it),
      cmocka_unit_test(a_token_below_another_is_tripped_with_it),
      cmocka_unit_test(a_token_below_another_leaves_that_alone),
      cmocka_unit_test(a_token_below_another_keeps_it_alive),
      cmocka_unit_test(a_token_below_nothing_is_a_plain_one),
      cmocka_unit_test(another_thread_wakes_the_one_that_waits))
