/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cancel.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"

struct fox_cancel {
    atomic_size_t owners;
    atomic_bool tripped;
    int fd;
};

struct fox_cancel *fox_cancel_new(pxf_error *err)
{
    struct fox_cancel *cancel = fox_mem_new(1, sizeof *cancel, err);

    if (!cancel) {
        return NULL;
    }
    atomic_init(&cancel->owners, 1);
    atomic_init(&cancel->tripped, false);
    cancel->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (cancel->fd < 0) {
        (void)fox_fail_errno(err, PXF_ORIGIN_NONE, errno, "no descriptor for a cancel token");
        free(cancel);
        return NULL;
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
        (void)!write(cancel->fd, &one, sizeof one);
    }
}

bool fox_cancel_is_tripped(const struct fox_cancel *cancel)
{
    return cancel && atomic_load(&cancel->tripped);
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
    return cancel ? cancel->fd : -1;
}

void fox_cancel_free(struct fox_cancel *cancel)
{
    if (!cancel || atomic_fetch_sub(&cancel->owners, 1) > 1) {
        return;
    }
    (void)close(cancel->fd);
    free(cancel);
}
