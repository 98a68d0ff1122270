/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_POLL_H
#define FOX_OS_POLL_H

#include <stddef.h>
#include <stdint.h>

#include "os/fd.h"

/* Waiting for descriptors. Any thread. */
struct fox_poll {
    int number; /* -1 is left out */
    bool wants_write;
    bool is_ready; /* out: a read (or write) will not block, or tells why it cannot */
    bool is_gone;  /* out: the other side hung up, or the descriptor failed */
};

/* Waits up to `wait_ms` (less than 0: without end; 0 looks once) until one is ready; signals do not
 * cut the wait short. `ret_ready` counts them, 0 when the time is over. With no descriptors it
 * sleeps. At most 64 descriptors. */
pxf_status fox_poll(struct fox_poll *polls, size_t count, int64_t wait_ms, size_t *ret_ready,
                    pxf_error *err);

/* Sleeps `wait_us` microseconds, or until `number` (-1: none) is readable: true. */
bool fox_poll_sleep_us(int number, int64_t wait_us);

/* An eventfd: readable from a signal until it is drained. */
pxf_status fox_eventfd_open(struct fox_fd *ret_fd, pxf_origin origin, pxf_error *err);

/* Never blocks; many signals are one. */
void fox_eventfd_signal(const struct fox_fd *fd);

/* True if it was signalled since the last drain. */
bool fox_eventfd_drain(const struct fox_fd *fd);

/* An epoll descriptor, readable while one of those added is readable. Closing an added descriptor
 * takes it out. */
pxf_status fox_epoll_open(struct fox_fd *ret_fd, pxf_origin origin, pxf_error *err);

/* `number` stays its owner's; EXISTS if it was added before. */
pxf_status fox_epoll_add(const struct fox_fd *epoll, int number, pxf_error *err);

#endif
