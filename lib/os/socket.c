/* SPDX-License-Identifier: Apache-2.0 */
#include "os/socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "os/poll.h"

/* Room for the descriptors of a stranger's message, so that they can be counted and closed: the
 * kernel sends at most 253 (SCM_MAX_FD). */
enum { MOST_FDS = 253 };

union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(MOST_FDS * sizeof(int))];
};

pxf_status fox_socket_pair(struct fox_fd *ret_one, struct fox_fd *ret_other, pxf_origin origin,
                           pxf_error *err)
{
    int numbers[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, numbers) != 0) {
        return fox_fail_errno(err, origin, errno, "cannot make a pair of sockets");
    }
    *ret_one = fox_fd_of(numbers[0], origin);
    *ret_other = fox_fd_of(numbers[1], origin);
    return PXF_OK;
}

static void attach(struct msghdr *message, union control *control, int number)
{
    struct cmsghdr *header;

    memset(control, 0, sizeof *control);
    message->msg_control = control->bytes;
    message->msg_controllen = CMSG_SPACE(sizeof number);
    header = CMSG_FIRSTHDR(message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof number);
    memcpy(CMSG_DATA(header), &number, sizeof number);
}

static pxf_status gone(const struct fox_fd *socket, pxf_error *err)
{
    return fox_fail_from(err, PXF_UNAVAILABLE, socket->origin, EPIPE, "the other side is gone");
}

pxf_status fox_socket_send(const struct fox_fd *socket, const void *data, size_t size, int number,
                           pxf_error *err)
{
    struct iovec part = {.iov_base = (void *)(uintptr_t)data, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    union control control;
    ssize_t sent;

    if (size == 0 || size > FOX_SOCKET_MESSAGE_BYTES) {
        return fox_fail_from(err, PXF_INVALID, socket->origin, 0,
                             "a message of %zu bytes cannot be sent", size);
    }
    if (number >= 0) {
        attach(&message, &control, number);
    }
    do {
        sent = sendmsg(fox_fd_number(socket), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) {
        return gone(socket, err);
    }
    if (sent < 0) {
        return fox_fail_errno(err, socket->origin, errno, "cannot send %zu bytes", size);
    }
    return PXF_OK;
}

/* Takes the first descriptor and closes the others; says how many there were. */
static size_t take_fds(struct fox_fd *ret_fd, struct msghdr *message, pxf_origin origin)
{
    size_t count = 0;

    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header;
         header = CMSG_NXTHDR(message, header)) {
        const size_t bytes = header->cmsg_len - CMSG_LEN(0);

        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        for (size_t at = 0; at + sizeof(int) <= bytes; at += sizeof(int), count++) {
            int number;

            memcpy(&number, CMSG_DATA(header) + at, sizeof number);

            AUTO(fox_fd) fd = fox_fd_of(number, origin);

            if (count == 0) {
                *ret_fd = fox_fd_give(&fd);
            }
        }
    }
    return count;
}

static pxf_status await(const struct fox_fd *socket, int64_t wait_ms, pxf_error *err)
{
    struct fox_poll poll = {.number = fox_fd_number(socket)};
    size_t ready;

    TRY(fox_poll(&poll, 1, wait_ms, &ready, err));
    if (ready == 0) {
        return fox_fail_from(err, PXF_TIMEOUT, socket->origin, 0, "no message within %lld ms",
                             (long long)wait_ms);
    }
    return PXF_OK;
}

pxf_status fox_socket_receive(const struct fox_fd *socket, struct fox_socket_message *message,
                              int64_t wait_ms, pxf_error *err)
{
    union control control;
    struct iovec part = {.iov_base = message->data, .iov_len = message->room};
    struct msghdr header = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes};
    AUTO(fox_fd) fd = {0};
    size_t fd_count;
    ssize_t size;

    TRY(await(socket, wait_ms, err));
    do {
        size = recvmsg(fox_fd_number(socket), &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    } while (size < 0 && errno == EINTR);
    if (size < 0 && errno != ECONNRESET) {
        return fox_fail_errno(err, socket->origin, errno, "cannot receive");
    }
    fd_count = size < 0 ? 0 : take_fds(&fd, &header, socket->origin);
    if (size <= 0) {
        return gone(socket, err);
    }
    if (fd_count > 1 || (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
        return fox_fail_from(err, PXF_CORRUPT, socket->origin, 0,
                             "a message has more bytes or descriptors than were agreed");
    }
    fox_fd_let_go(&message->fd);
    message->fd = fox_fd_give(&fd);
    message->size = (size_t)size;
    return PXF_OK;
}
