/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/program/line.h"

#include <stdlib.h>

#include "os/poll.h"
#include "os/socket.h"
#include "os/thread.h"

enum { PAUSE_US = 2000, EXIT_GONE = 0, EXIT_NONSENSE = 70, EXIT_SYSTEM = 71 };

static _Noreturn void leave(pxf_status status)
{
    if (status == PXF_UNAVAILABLE) {
        _Exit(EXIT_GONE);
    }
    _Exit(status == PXF_CORRUPT ? EXIT_NONSENSE : EXIT_SYSTEM);
}

/* A full line is the host's own slowness: it writes files while we encode. */
static void wait_for_room(const struct fox_fd *line)
{
    struct fox_poll poll = {.number = fox_fd_number(line), .wants_write = true};
    size_t ready = 0;

    if (fox_poll(&poll, 1, -1, &ready, NULL) != PXF_OK) {
        leave(PXF_IO);
    }
    (void)fox_poll_sleep_us(-1, PAUSE_US);
}

void line_send(const struct fox_fd *line, const struct fox_wire_head *message, int number)
{
    pxf_status status;

    while ((status = fox_socket_send(line, message, message->size, number, NULL)) == PXF_BUSY) {
        wait_for_room(line);
    }
    if (status != PXF_OK) {
        leave(status);
    }
}

void line_receive(const struct fox_fd *line, union fox_wire_message *ret_message,
                  struct fox_fd *ret_original)
{
    struct fox_socket_message arrived = {.data = ret_message, .room = sizeof *ret_message};
    const pxf_status status = fox_socket_receive(line, &arrived, -1, NULL);

    if (status != PXF_OK) {
        leave(status);
    }
    if (fox_wire_check(ret_message, arrived.size, ret_message->head.picture, NULL) != PXF_OK ||
        ret_message->head.kind != FOX_WIRE_REQUEST || !fox_fd_is_open(&arrived.fd)) {
        leave(PXF_CORRUPT);
    }
    *ret_original = fox_fd_give(&arrived.fd);
}

static void watch(void *ctx)
{
    struct fox_poll poll = {.number = FOX_WIRE_HOST_FD};
    size_t ready = 0;

    (void)ctx;
    (void)fox_poll(&poll, 1, -1, &ready, NULL);
    _Exit(EXIT_GONE);
}

void line_watch_host(void)
{
    struct fox_thread *thread = NULL;

    if (fox_thread_start(&thread, "watch", watch, NULL, NULL) != PXF_OK) {
        leave(PXF_IO);
    }
}
