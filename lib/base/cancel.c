/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cancel.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"

struct fox_cancel {
    atomic_size_t owners;
    atomic_bool tripped;
    int event_fd;
    int poll_fd; /* over both tokens' events, where there is one above; else -1 */
    struct fox_cancel *above;
};

static struct fox_cancel *failed(struct fox_cancel *cancel, pxf_error *err)
{
    (void)fox_fail_errno(err, PXF_ORIGIN_NONE, errno, "no descriptor for a cancel token");
    fox_cancel_free(cancel);
    return NULL;
}

struct fox_cancel *fox_cancel_new(pxf_error *err)
{
    struct fox_cancel *cancel = fox_mem_new(1, sizeof *cancel, err);

    if (!cancel) {
        return NULL;
    }
    atomic_init(&cancel->owners, 1);
    atomic_init(&cancel->tripped, false);
    cancel->poll_fd = -1;
    cancel->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return cancel->event_fd < 0 ? failed(cancel, err) : cancel;
}

static bool watches(int poll_fd, int fd)
{
    struct epoll_event readable = {.events = EPOLLIN};

    return epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &readable) == 0;
}

struct fox_cancel *fox_cancel_new_below(struct fox_cancel *above, pxf_error *err)
{
    struct fox_cancel *cancel = fox_cancel_new(err);

    if (!cancel || !above) {
        return cancel;
    }
    cancel->above = fox_cancel_share(above);
    cancel->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (cancel->poll_fd < 0 || !watches(cancel->poll_fd, cancel->event_fd) ||
        !watches(cancel->poll_fd, fox_cancel_fd(above))) {
        return failed(cancel, err);
    }
    return cancel;
}

struct fox_cancel *fox_cancel_share(struct fox_cancel *cancel)
{
    (void)atomic_fetch_add(&cancel->owners, 1);
    return cancel;
}

void fox_cancel_trip(struct fox_cancel *cancel)
{
    const uint64_t one = 1;

    if (!atomic_exchange(&cancel->tripped, true)) {
        (void)!write(cancel->event_fd, &one, sizeof one);
    }
}

bool fox_cancel_is_tripped(const struct fox_cancel *cancel)
{
    return cancel && (atomic_load(&cancel->tripped) || fox_cancel_is_tripped(cancel->above));
}

pxf_status fox_cancel_check(const struct fox_cancel *cancel, pxf_error *err)
{
    if (fox_cancel_is_tripped(cancel)) {
        return fox_fail(err, PXF_CANCELLED, "cancelled by the caller");
    }
    return PXF_OK;
}

int fox_cancel_fd(const struct fox_cancel *cancel)
{
    if (!cancel) {
        return -1;
    }
    return cancel->poll_fd >= 0 ? cancel->poll_fd : cancel->event_fd;
}

void fox_cancel_free(struct fox_cancel *cancel)
{
    if (!cancel || atomic_fetch_sub(&cancel->owners, 1) > 1) {
        return;
    }
    if (cancel->event_fd >= 0) {
        (void)close(cancel->event_fd);
    }
    if (cancel->poll_fd >= 0) {
        (void)close(cancel->poll_fd);
    }
    fox_cancel_free(cancel->above);
    free(cancel);
}
