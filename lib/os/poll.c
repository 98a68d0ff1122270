/* SPDX-License-Identifier: Apache-2.0 */
#include "os/poll.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "os/clock.h"

enum { MOST = 64 };

static int as_timeout(int64_t until_ms)
{
    const int64_t left_ms = until_ms - fox_clock_monotonic_ms();

    if (left_ms <= 0) {
        return 0;
    }
    return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

static size_t tell(struct fox_poll *polls, const struct pollfd *fds, size_t count)
{
    size_t ready = 0;

    for (size_t i = 0; i < count; i++) {
        const short events = fds[i].revents;

        polls[i].is_gone = (events & (POLLHUP | POLLERR | POLLNVAL)) != 0;
        polls[i].is_ready = events != 0;
        ready += events != 0;
    }
    return ready;
}

pxf_status fox_poll(struct fox_poll *polls, size_t count, int64_t wait_ms, size_t *ret_ready,
                    pxf_error *err)
{
    const int64_t until_ms = fox_time_after(fox_clock_monotonic_ms(), wait_ms > 0 ? wait_ms : 0);
    struct pollfd fds[MOST] = {0};
    int answer;

    if (count > MOST) {
        return fox_fail(err, PXF_INVALID, "%zu descriptors are too many to wait for", count);
    }
    for (size_t i = 0; i < count; i++) {
        fds[i].fd = polls[i].number;
        fds[i].events = polls[i].wants_write ? POLLOUT : POLLIN;
    }
    do {
        answer = poll(fds, count, wait_ms < 0 ? -1 : as_timeout(until_ms));
    } while (answer < 0 && errno == EINTR);
    if (answer < 0) {
        return fox_fail_errno(err, PXF_ORIGIN_NONE, errno, "cannot wait for descriptors");
    }
    *ret_ready = tell(polls, fds, count);
    return PXF_OK;
}

bool fox_poll_sleep_us(int number, int64_t wait_us)
{
    const struct timespec wait = {.tv_sec = wait_us / 1000000, .tv_nsec = wait_us % 1000000 * 1000};
    struct pollfd fd = {.fd = number, .events = POLLIN};

    return ppoll(&fd, 1, &wait, NULL) > 0;
}

pxf_status fox_eventfd_open(struct fox_fd *ret_fd, pxf_origin origin, pxf_error *err)
{
    const int number = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    if (number < 0) {
        return fox_fail_errno(err, origin, errno, "no descriptor for a wake-up");
    }
    *ret_fd = fox_fd_of(number, origin);
    return PXF_OK;
}

/* A full counter answers EAGAIN: it is readable then, which is all that is wanted. */
void fox_eventfd_signal(const struct fox_fd *fd)
{
    const uint64_t one = 1;

    while (write(fox_fd_number(fd), &one, sizeof one) < 0 && errno == EINTR) {
    }
}

bool fox_eventfd_drain(const struct fox_fd *fd)
{
    uint64_t count;
    ssize_t size;

    do {
        size = read(fox_fd_number(fd), &count, sizeof count);
    } while (size < 0 && errno == EINTR);
    return size == sizeof count;
}

pxf_status fox_epoll_open(struct fox_fd *ret_fd, pxf_origin origin, pxf_error *err)
{
    const int number = epoll_create1(EPOLL_CLOEXEC);

    if (number < 0) {
        return fox_fail_errno(err, origin, errno, "no descriptor to wait with");
    }
    *ret_fd = fox_fd_of(number, origin);
    return PXF_OK;
}

pxf_status fox_epoll_add(const struct fox_fd *epoll, int number, pxf_error *err)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = number};

    if (epoll_ctl(fox_fd_number(epoll), EPOLL_CTL_ADD, number, &event) != 0) {
        return fox_fail_errno(err, epoll->origin, errno, "cannot wait for descriptor %d", number);
    }
    return PXF_OK;
}
