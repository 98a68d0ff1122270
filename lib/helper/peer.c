/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/peer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/meter.h"
#include "os/poll.h"
#include "os/socket.h"

enum {
    HELLO_MS = 20000, /* the loader and the codecs' start, on a machine under load */
    BURIAL_MS = 200
};

enum { ON_SOCKET, ON_PROCESS, ON_CANCEL, POLL_COUNT };

/* The codecs find their own files; nothing of the host's environment is theirs to read. */
static const char *const environment[] = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", NULL};

static pxf_status spawn(struct fox_peer *peer, const char *program, pxf_error *err)
{
    const char *const arguments[] = {program, "--serve", NULL};
    AUTO(fox_fd) theirs = {0};
    AUTO(fox_fd) self = {0};

    TRY(fox_socket_pair(&peer->socket, &theirs, PXF_ORIGIN_HELPER, err));
    TRY(fox_process_self(&self, err));

    const struct fox_process_fd fds[] = {
        {.from = fox_fd_number(&theirs), .to = FOX_WIRE_SOCKET_FD},
        {.from = fox_fd_number(&self), .to = FOX_WIRE_HOST_FD},
    };
    const struct fox_process_plan plan = {.program = program,
                                          .arguments = arguments,
                                          .environment = environment,
                                          .fds = fds,
                                          .fd_count = sizeof fds / sizeof fds[0]};

    return fox_process_start(&peer->process, &plan, err);
}

static pxf_status check_hello(const struct fox_peer_message *message, pxf_error *err)
{
    const struct fox_wire_hello *hello = &message->wire.hello;

    if (hello->head.kind != FOX_WIRE_HELLO ||
        !fox_wire_is_text(hello->build, sizeof hello->build) ||
        !fox_wire_is_text(hello->codecs, sizeof hello->codecs) ||
        !fox_wire_is_text(hello->trouble, sizeof hello->trouble)) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, 0, "it is no helper");
    }
    if (strcmp(hello->build, fox_wire_build()) != 0) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, 0,
                             "it is of build '%s', the library of '%s'", hello->build,
                             fox_wire_build());
    }
    if (hello->trouble[0] != '\0') {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, 0, "%s", hello->trouble);
    }
    if (!fox_fd_is_open(&message->fd)) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, 0,
                             "it sent no pidfd of itself");
    }
    return PXF_OK;
}

static pxf_status hear_hello(struct fox_peer *peer, const struct fox_env *env,
                             struct fox_cancel *cancel, pxf_error *err)
{
    AUTO(fox_peer_message) message = {0};
    pxf_error cause = {0};
    const pxf_status status = fox_peer_receive(
        peer, env, &message, 0, fox_env_monotonic_ms(env) + HELLO_MS, cancel, &cause);

    if (status == PXF_CANCELLED || status == PXF_NO_MEMORY) {
        return fox_fail_from(err, status, PXF_ORIGIN_HELPER, 0, "%s", cause.message);
    }
    if (status != PXF_OK) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, 0, "it said no hello: %s",
                             cause.message);
    }
    TRY(check_hello(&message, err));
    memcpy(peer->codecs, message.wire.hello.codecs, sizeof peer->codecs);
    fox_process_adopt(&peer->process, &message.fd);
    return PXF_OK;
}

static pxf_status start(struct fox_peer *peer, const struct fox_env *env, const char *program,
                        struct fox_cancel *cancel, pxf_error *err)
{
    pxf_error cause = {0};

    if (spawn(peer, program, &cause) != PXF_OK) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, cause.code, "%s",
                             cause.message);
    }
    fox_meter_add(env->meters, FOX_METER_HELPER_STARTS, NULL, NULL, 1);
    return hear_hello(peer, env, cancel, err);
}

pxf_status fox_peer_start(struct fox_peer **ret_peer, const struct fox_env *env,
                          const char *program, struct fox_cancel *cancel, pxf_error *err)
{
    AUTO(fox_peer) *peer = fox_mem_new(1, sizeof *peer, err);
    pxf_status status;

    if (!peer) {
        return PXF_NO_MEMORY;
    }
    status = start(peer, env, program, cancel, err);
    if (status != PXF_OK) {
        return fox_fail_within(err, status, "helper '%s'", program);
    }
    *ret_peer = GIVE(peer);
    return PXF_OK;
}

bool fox_peer_is_alive(const struct fox_peer *peer)
{
    struct fox_poll polls[] = {
        {.number = fox_process_fd(&peer->process)},
        {.number = fox_fd_number(&peer->socket)},
    };
    size_t ready = 0;

    /* An idle helper has nothing to say: what is readable here is its end. */
    return fox_poll(polls, sizeof polls / sizeof polls[0], 0, &ready, NULL) == PXF_OK && ready == 0;
}

pxf_status fox_peer_send(struct fox_peer *peer, const struct fox_wire_head *message, int number,
                         pxf_error *err)
{
    return fox_socket_send(&peer->socket, message, message->size, number, err);
}

static pxf_status take(struct fox_peer *peer, struct fox_peer_message *message, uint32_t picture,
                       pxf_error *err)
{
    struct fox_socket_message arrived = {.data = &message->wire, .room = sizeof message->wire};

    TRY(fox_socket_receive(&peer->socket, &arrived, 0, err));
    fox_fd_let_go(&message->fd);
    message->fd = fox_fd_give(&arrived.fd);
    message->size = arrived.size;
    return fox_wire_check(&message->wire, message->size, picture, err);
}

pxf_status fox_peer_receive(struct fox_peer *peer, const struct fox_env *env,
                            struct fox_peer_message *message, uint32_t picture, int64_t deadline_ms,
                            struct fox_cancel *cancel, pxf_error *err)
{
    const int64_t left_ms = deadline_ms - fox_env_monotonic_ms(env);
    struct fox_poll polls[POLL_COUNT] = {
        [ON_SOCKET] = {.number = fox_fd_number(&peer->socket)},
        [ON_PROCESS] = {.number = fox_process_fd(&peer->process)},
        [ON_CANCEL] = {.number = fox_cancel_fd(cancel)},
    };
    pxf_error cause = {0};
    size_t ready = 0;

    TRY(fox_poll(polls, POLL_COUNT, left_ms > 0 ? left_ms : 0, &ready, err));
    TRY(fox_cancel_check(cancel, err));
    if (ready == 0) {
        return fox_fail(err, PXF_TIMEOUT, "it did not answer in time");
    }
    /* A death seen first may have words behind it that arrived since. */
    if (take(peer, message, picture, &cause) == PXF_TIMEOUT) {
        return fox_fail(err, PXF_UNAVAILABLE, "it died");
    }
    return cause.status == PXF_OK ? PXF_OK
                                  : fox_fail(err, (pxf_status)cause.status, "%s", cause.message);
}

struct fox_process_exit fox_peer_bury(struct fox_peer *peer)
{
    struct fox_process_exit end = {0};

    if (fox_process_wait(&end, &peer->process, BURIAL_MS, NULL) != PXF_OK) {
        fox_process_kill(&peer->process);
    }
    return end;
}

void fox_peer_end(struct fox_peer *peer)
{
    if (!peer) {
        return;
    }
    fox_process_let_go(&peer->process);
    fox_fd_let_go(&peer->socket);
    free(peer);
}

void fox_peer_forget(struct fox_peer *peer)
{
    free(peer);
}
