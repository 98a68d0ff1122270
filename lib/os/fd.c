/* SPDX-License-Identifier: Apache-2.0 */
#include "os/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct fox_fd fox_fd_of(int number, pxf_origin origin)
{
    return (struct fox_fd){.number_plus_one = number < 0 ? 0 : number + 1, .origin = origin};
}

int fox_fd_number(const struct fox_fd *fd)
{
    return fd->number_plus_one - 1;
}

bool fox_fd_is_open(const struct fox_fd *fd)
{
    return fd->number_plus_one > 0;
}

struct fox_fd fox_fd_give(struct fox_fd *fd)
{
    const struct fox_fd given = *fd;

    fd->number_plus_one = 0;
    return given;
}

pxf_status fox_fd_duplicate(struct fox_fd *ret_fd, const struct fox_fd *fd, pxf_error *err)
{
    const int number = fcntl(fox_fd_number(fd), F_DUPFD_CLOEXEC, 0);

    if (number < 0) {
        return fox_fail_errno(err, fd->origin, errno, "cannot duplicate a descriptor");
    }
    *ret_fd = fox_fd_of(number, fd->origin);
    return PXF_OK;
}

/* Linux gives the number back whatever close() answers: calling it again would close a stranger's
 * descriptor. An interrupted close is therefore done. */
pxf_status fox_fd_close(struct fox_fd *fd, pxf_error *err)
{
    const int number = fox_fd_number(fd);

    fd->number_plus_one = 0;
    if (number >= 0 && close(number) != 0 && errno != EINTR) {
        return fox_fail_errno(err, fd->origin, errno, "cannot close");
    }
    return PXF_OK;
}

void fox_fd_let_go(struct fox_fd *fd)
{
    (void)fox_fd_close(fd, NULL);
}
