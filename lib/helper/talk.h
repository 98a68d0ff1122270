/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_HELPER_TALK_H
#define FOX_HELPER_TALK_H

#include "helper/peer.h"

/* The talk with one helper about one picture, and what became of both. */
struct fox_talk {
    struct fox_peer *peer;
    const struct fox_env *env;
    const struct fox_helper_request *request;
    fox_helper_fn fn;
    void *ctx;
    struct fox_cancel *cancel;
    struct fox_wire_request wire; /* as it was sent */
    int64_t deadline_ms;          /* moves on by the time that `fn` takes */
    uint32_t seen;                /* one bit per recipe that was answered */
    int words_count;              /* last words so far */
    int killed_by;                /* the signal that the helper said it dies of */
    bool memory_failed;           /* as it said */
    bool is_unheard;              /* out: the helper was gone before it had the picture */
    bool is_fit;                  /* out: the helper may be given another picture */
    const char *why;              /* out: one word for its end, where it is not */
    const char *rule;             /* out */
};

/* Errors and rules are those of fox_helpers_render. */
pxf_status fox_talk_run(struct fox_talk *talk, pxf_error *err);

#endif
