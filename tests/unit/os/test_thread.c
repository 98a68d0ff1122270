/* SPDX-License-Identifier: Apache-2.0 */
#include "os/thread.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/poll.h"
#include "support/suite.h"

struct seen {
    sigset_t blocked;
    char name[16];
};

static void look(void *ctx)
{
    struct seen *seen = ctx;

    (void)pthread_sigmask(SIG_BLOCK, NULL, &seen->blocked);
    (void)pthread_getname_np(pthread_self(), seen->name, sizeof seen->name);
}

static void a_thread_has_a_name_and_takes_no_signal(void **state)
{
    pxf_error err = {0};
    struct fox_thread *thread = NULL;
    struct seen seen;
    sigset_t before, after;

    (void)state;
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &before), 0);
    assert_ok(fox_thread_start(&thread, "pixelfox-with-a-long-name", look, &seen, &err));
    fox_thread_join(thread);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &after), 0);
    assert_string_equal(seen.name, "pixelfox-with-a");
    assert_true(sigismember(&seen.blocked, SIGPIPE));
    assert_true(sigismember(&seen.blocked, SIGINT));
    assert_true(sigismember(&seen.blocked, SIGCHLD));
    for (int number = 1; number < SIGRTMAX; number++) {
        assert_int_equal(sigismember(&before, number), sigismember(&after, number));
    }
    fox_thread_join(NULL);
}

static void wait_for(void *ctx)
{
    const struct fox_fd *bell = ctx;
    struct fox_poll poll = {.number = fox_fd_number(bell)};
    size_t ready;

    (void)fox_poll(&poll, 1, -1, &ready, NULL);
}

static void joining_in_a_forked_child_does_not_hang(void **state)
{
    pxf_error err = {0};
    AUTO(fox_fd) bell = {0};
    struct fox_thread *thread = NULL;
    int status = 1;
    pid_t pid;

    (void)state;
    assert_ok(fox_eventfd_open(&bell, PXF_ORIGIN_NONE, &err));
    assert_ok(fox_thread_start(&thread, "waits", wait_for, &bell, &err));
    pid = fork();
    if (pid == 0) {
        fox_thread_join(thread);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    fox_eventfd_signal(&bell);
    fox_thread_join(thread);
}

static void an_eventfd_is_set_until_it_is_drained(void **state)
{
    pxf_error err = {0};
    AUTO(fox_fd) bell = {0};
    struct fox_poll poll = {0};
    size_t ready = 9;

    (void)state;
    assert_ok(fox_eventfd_open(&bell, PXF_ORIGIN_STORE, &err));
    poll.number = fox_fd_number(&bell);
    assert_false(fox_eventfd_drain(&bell));
    assert_ok(fox_poll(&poll, 1, 0, &ready, &err));
    assert_int_equal(ready, 0);
    fox_eventfd_signal(&bell);
    fox_eventfd_signal(&bell);
    assert_ok(fox_poll(&poll, 1, -1, &ready, &err));
    assert_int_equal(ready, 1);
    assert_true(poll.is_ready);
    assert_false(poll.is_gone);
    assert_true(fox_eventfd_drain(&bell));
    assert_false(fox_eventfd_drain(&bell));
}

static void polling_tells_which_is_ready_and_which_is_gone(void **state)
{
    pxf_error err = {0};
    int numbers[2], other[2];
    size_t ready;

    (void)state;
    assert_int_equal(pipe2(numbers, O_CLOEXEC), 0);
    assert_int_equal(pipe2(other, O_CLOEXEC), 0);
    assert_int_equal(close(other[1]), 0);

    struct fox_poll polls[] = {{.number = numbers[0]},
                               {.number = numbers[1], .wants_write = true},
                               {.number = other[0]},
                               {.number = -1}};

    assert_ok(fox_poll(polls, 4, -1, &ready, &err));
    assert_int_equal(ready, 2);
    assert_false(polls[0].is_ready);
    assert_true(polls[1].is_ready && !polls[1].is_gone);
    assert_true(polls[2].is_ready && polls[2].is_gone);
    assert_false(polls[3].is_ready);
    assert_fails(fox_poll(polls, 65, 0, &ready, &err), PXF_INVALID);
    (void)close(numbers[0]);
    (void)close(numbers[1]);
    (void)close(other[0]);
}

static atomic_int signals;

static void count(int number)
{
    (void)number;
    (void)atomic_fetch_add(&signals, 1);
}

struct pest {
    pthread_t victim;
    struct fox_fd bell;
};

static void pester(void *ctx)
{
    struct pest *pest = ctx;

    for (int i = 0; i < 5; i++) {
        (void)fox_poll_sleep_us(-1, 2000);
        (void)pthread_kill(pest->victim, SIGUSR2);
    }
    fox_eventfd_signal(&pest->bell);
}

static void signals_do_not_cut_a_wait_short(void **state)
{
    const struct sigaction action = {.sa_handler = count};
    struct sigaction before;
    struct pest pest = {.victim = pthread_self()};
    struct fox_thread *thread = NULL;
    pxf_error err = {0};
    size_t ready = 0;

    (void)state;
    assert_int_equal(sigaction(SIGUSR2, &action, &before), 0);
    assert_ok(fox_eventfd_open(&pest.bell, PXF_ORIGIN_NONE, &err));
    assert_ok(fox_thread_start(&thread, "pest", pester, &pest, &err));

    struct fox_poll poll = {.number = fox_fd_number(&pest.bell)};

    assert_ok(fox_poll(&poll, 1, 10000, &ready, &err));
    assert_int_equal(ready, 1);
    assert_int_equal(atomic_load(&signals), 5);
    fox_thread_join(thread);
    fox_fd_let_go(&pest.bell);
    assert_int_equal(sigaction(SIGUSR2, &before, NULL), 0);
}

static void waiting_ends_at_its_time(void **state)
{
    pxf_error err = {0};
    const int64_t start_ms = fox_clock_monotonic_ms();
    size_t ready = 9;

    (void)state;
    assert_ok(fox_poll(NULL, 0, 15, &ready, &err));
    assert_int_equal(ready, 0);
    assert_in_range(fox_clock_monotonic_ms() - start_ms, 14, 5000);
    assert_false(fox_poll_sleep_us(-1, 10));
}

static void an_epoll_is_ready_when_one_of_its_own_is(void **state)
{
    pxf_error err = {0};
    AUTO(fox_fd) epoll = {0}, outer = {0}, one = {0}, other = {0};
    struct fox_poll poll = {0};
    size_t ready;

    (void)state;
    assert_ok(fox_epoll_open(&epoll, PXF_ORIGIN_STORE, &err));
    assert_ok(fox_epoll_open(&outer, PXF_ORIGIN_STORE, &err));
    assert_ok(fox_eventfd_open(&one, PXF_ORIGIN_STORE, &err));
    assert_ok(fox_eventfd_open(&other, PXF_ORIGIN_STORE, &err));
    assert_ok(fox_epoll_add(&epoll, fox_fd_number(&one), &err));
    assert_ok(fox_epoll_add(&epoll, fox_fd_number(&other), &err));
    assert_ok(fox_epoll_add(&outer, fox_fd_number(&epoll), &err));
    assert_fails(fox_epoll_add(&epoll, fox_fd_number(&one), &err), PXF_EXISTS);
    poll.number = fox_fd_number(&outer);
    assert_ok(fox_poll(&poll, 1, 0, &ready, &err));
    assert_int_equal(ready, 0);
    fox_eventfd_signal(&other);
    assert_ok(fox_poll(&poll, 1, 0, &ready, &err));
    assert_int_equal(ready, 1);
    fox_fd_let_go(&other);
    assert_ok(fox_poll(&poll, 1, 0, &ready, &err));
    assert_int_equal(ready, 0);
}

SUITE(thread, cmocka_unit_test(a_thread_has_a_name_and_takes_no_signal),
      cmocka_unit_test(joining_in_a_forked_child_does_not_hang),
      cmocka_unit_test(an_eventfd_is_set_until_it_is_drained),
      cmocka_unit_test(polling_tells_which_is_ready_and_which_is_gone),
      cmocka_unit_test(signals_do_not_cut_a_wait_short), cmocka_unit_test(waiting_ends_at_its_time),
      cmocka_unit_test(an_epoll_is_ready_when_one_of_its_own_is))
