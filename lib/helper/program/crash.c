/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/program/crash.h"

#include <stdatomic.h>

#include "helper/program/alloc.h"
#include "helper/protocol.h"
#include "os/service.h"
#include "os/socket.h"

static atomic_uint_least32_t current_picture;

/* System calls on what stands on the stack: a signal handler may do no more. */
static void say(int number, uint32_t memory_failed)
{
    const struct fox_fd line = fox_fd_of(FOX_WIRE_SOCKET_FD, PXF_ORIGIN_HELPER);
    const struct fox_wire_last_words wire = {
        .head = fox_wire_head_of(FOX_WIRE_LAST_WORDS, atomic_load(&current_picture)),
        .signal = number,
        .memory_failed = memory_failed,
    };

    (void)fox_socket_send(&line, &wire, sizeof wire, -1, NULL);
}

/* What is mapped past malloc, machine code and stacks among it, kills without a failed allocation.
 */
static void say_signal(int number)
{
    say(number, fox_service_is_cramped());
}

static void say_no_memory(void)
{
    say(0, 1);
}

void crash_watch(void)
{
    fox_service_on_crash(say_signal);
    alloc_on_failure(say_no_memory);
}

void crash_set_picture(uint32_t picture)
{
    atomic_store(&current_picture, picture);
}
