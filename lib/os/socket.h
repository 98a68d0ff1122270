/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_SOCKET_H
#define FOX_OS_SOCKET_H

#include <stddef.h>
#include <stdint.h>

#include "os/fd.h"

/* Whole messages between two processes of this host, each with at most one descriptor (AF_UNIX,
 * SOCK_SEQPACKET). No SIGPIPE. */
pxf_status fox_socket_pair(struct fox_fd *ret_one, struct fox_fd *ret_other, pxf_origin origin,
                           pxf_error *err);

/* Sends 1 to 64 Ki bytes and a copy of the descriptor `number` (-1: none). Never blocks: BUSY where
 * the other side does not read; UNAVAILABLE where it is gone. */
pxf_status fox_socket_send(const struct fox_fd *socket, const void *data, size_t size, int number,
                           pxf_error *err);

enum { FOX_SOCKET_MESSAGE_BYTES = 64 << 10 };

struct fox_socket_message {
    void *data; /* the caller's, with room for `room` bytes */
    size_t room;
    size_t size;      /* out */
    struct fox_fd fd; /* out: owned, close-on-exec, with the socket's origin; or none */
};

/* Waits up to `wait_ms` (less than 0: without end) for a message: TIMEOUT. UNAVAILABLE where the
 * other side is gone and nothing is left to read. A message larger than the room or with more than
 * one descriptor is CORRUPT; its descriptors are closed. */
pxf_status fox_socket_receive(const struct fox_fd *socket, struct fox_socket_message *message,
                              int64_t wait_ms, pxf_error *err);

static inline void fox_socket_message_let_go(struct fox_socket_message *message)
{
    fox_fd_let_go(&message->fd);
}

#endif
