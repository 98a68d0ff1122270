/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_HELPER_PEER_H
#define FOX_HELPER_PEER_H

#include "helper/protocol.h"
#include "os/process.h"

/* One helper process, as its host sees it. One at a time. */
struct fox_peer {
    struct fox_peer *next; /* among the idle ones */
    struct fox_process process;
    struct fox_fd socket;
    uint32_t picture_count; /* that it was given */
    char codecs[FOX_WIRE_CODECS_BYTES];
};

/* Starts the program and hears its first message. UNAVAILABLE with origin HELPER where it cannot be
 * started, does not answer in time or speaks another build's language; CANCELLED. */
pxf_status fox_peer_start(struct fox_peer **ret_peer, const struct fox_env *env,
                          const char *program, struct fox_cancel *cancel, pxf_error *err);

/* False once it died; it may die at any time afterwards. */
bool fox_peer_is_alive(const struct fox_peer *peer);

/* Sends a message. UNAVAILABLE where it is gone. */
pxf_status fox_peer_send(struct fox_peer *peer, const struct fox_wire_head *message, int number,
                         pxf_error *err);

/* Something that arrived, with the descriptor that came with it. */
struct fox_peer_message {
    union fox_wire_message wire;
    size_t size;
    struct fox_fd fd;
};

static inline void fox_peer_message_let_go(struct fox_peer_message *message)
{
    fox_fd_let_go(&message->fd);
}

/* Waits for a message up to the instant `deadline_ms` of the environment's monotonic clock; what
 * arrived before is heard also when it is over. TIMEOUT, CANCELLED; UNAVAILABLE where the helper
 * died or closed its end; CORRUPT for what is no message of `picture`. */
pxf_status fox_peer_receive(struct fox_peer *peer, const struct fox_env *env,
                            struct fox_peer_message *message, uint32_t picture, int64_t deadline_ms,
                            struct fox_cancel *cancel, pxf_error *err);

/* Waits a moment for a death that was noticed, and tells how it came. Kills what only went silent.
 */
struct fox_process_exit fox_peer_bury(struct fox_peer *peer);

/* Kills it and frees it; NULL is fine. */
void fox_peer_end(struct fox_peer *peer);

/* Frees what a forked child inherited; the process is its parent's. */
void fox_peer_forget(struct fox_peer *peer);

static inline void fox_peer_let_go(struct fox_peer **peer)
{
    fox_peer_end(*peer);
}

#endif
