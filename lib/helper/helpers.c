/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/helper.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/meter.h"
#include "helper/find.h"
#include "helper/peer.h"
#include "helper/slots.h"
#include "helper/talk.h"
#include "os/access.h"

enum { VERSION_BYTES = 256, ATTEMPT_LIMIT = 3 };

struct fox_helpers {
    const struct fox_env *env;
    char *program;
    int64_t mark;
    struct fox_slots *slots; /* who holds one may have a helper */
    struct {
        pthread_mutex_t lock;
        struct fox_peer *idle;
        char version[VERSION_BYTES]; /* written once */
    } shared;
};

static void free_memory(struct fox_helpers *helpers)
{
    free(helpers->program);
    free(helpers);
}

pxf_status fox_helpers_open(struct fox_helpers **ret_helpers, const struct fox_env *env,
                            const struct fox_helpers_options *options, pxf_error *err)
{
    AUTO(fox_helpers) *helpers = NULL;
    AUTO(fox_str) path = {0};

    if (options->limit == 0) {
        return fox_fail(err, PXF_INVALID, "a limit of no helper processes");
    }
    TRY(fox_helper_find(&path, options->path, err));
    helpers = fox_mem_new(1, sizeof *helpers, err);
    if (!helpers) {
        return PXF_NO_MEMORY;
    }
    helpers->env = env;
    helpers->mark = fox_process_mark();
    (void)pthread_mutex_init(&helpers->shared.lock, NULL);
    TRY(fox_slots_new(&helpers->slots, options->limit, err));
    helpers->program = fox_str_take(&path, err);
    if (!helpers->program) {
        return PXF_NO_MEMORY;
    }
    *ret_helpers = GIVE(helpers);
    return PXF_OK;
}

static void forget(struct fox_helpers *helpers)
{
    while (helpers->shared.idle) {
        struct fox_peer *peer = helpers->shared.idle;

        helpers->shared.idle = peer->next;
        fox_peer_forget(peer);
    }
    fox_slots_forget(helpers->slots);
    free_memory(helpers);
}

void fox_helpers_close(struct fox_helpers *helpers)
{
    if (!helpers) {
        return;
    }
    /* The child's copies of our descriptors may be closed and their numbers used for others'. */
    if (fox_process_check(helpers->mark, NULL) != PXF_OK) {
        forget(helpers);
        return;
    }
    while (helpers->shared.idle) {
        struct fox_peer *peer = helpers->shared.idle;

        helpers->shared.idle = peer->next;
        fox_peer_end(peer);
    }
    fox_slots_free(helpers->slots);
    (void)pthread_mutex_destroy(&helpers->shared.lock);
    free_memory(helpers);
}

static struct fox_peer *take_idle(struct fox_helpers *helpers)
{
    struct fox_peer *peer;

    (void)pthread_mutex_lock(&helpers->shared.lock);
    peer = helpers->shared.idle;
    if (peer) {
        helpers->shared.idle = peer->next;
    }
    (void)pthread_mutex_unlock(&helpers->shared.lock);
    return peer;
}

static void give_idle(struct fox_helpers *helpers, struct fox_peer *peer)
{
    (void)pthread_mutex_lock(&helpers->shared.lock);
    peer->next = helpers->shared.idle;
    helpers->shared.idle = peer;
    (void)pthread_mutex_unlock(&helpers->shared.lock);
}

static void count_death(struct fox_helpers *helpers, const char *why)
{
    fox_meter_add(helpers->env->meters, FOX_METER_HELPER_DEATHS, why, NULL, 1);
}

static void note_version(struct fox_helpers *helpers, const struct fox_peer *peer)
{
    (void)pthread_mutex_lock(&helpers->shared.lock);
    if (helpers->shared.version[0] == '\0') {
        (void)snprintf(helpers->shared.version, sizeof helpers->shared.version, "%s %s",
                       fox_wire_release(), peer->codecs);
    }
    (void)pthread_mutex_unlock(&helpers->shared.lock);
}

/* An idle helper that lives, or a new one. */
static pxf_status lend(struct fox_helpers *helpers, struct fox_peer **ret_peer,
                       struct fox_cancel *cancel, pxf_error *err)
{
    struct fox_peer *peer = take_idle(helpers);

    while (peer && !fox_peer_is_alive(peer)) {
        count_death(helpers, "idle");
        fox_peer_end(peer);
        peer = take_idle(helpers);
    }
    if (!peer) {
        TRY(fox_peer_start(&peer, helpers->env, helpers->program, cancel, err));
        note_version(helpers, peer);
    }
    *ret_peer = peer;
    return PXF_OK;
}

/* People are told of deaths; that a helper is worn out is no news. */
static void end(struct fox_helpers *helpers, struct fox_peer *peer, const char *why,
                const char *message)
{
    const bool is_planned = strcmp(why, "worn") == 0 || strcmp(why, "cancelled") == 0;

    count_death(helpers, why);
    fox_env_log(helpers->env, is_planned ? FOX_LEVEL_DEBUG : FOX_LEVEL_WARN,
                "helper %d was ended (%s): %s", peer->process.pid, why, message);
    fox_peer_end(peer);
}

static pxf_status hand_over(pxf_error *err, pxf_status status, const pxf_error *cause)
{
    if (err && err->status == PXF_OK) {
        *err = *cause;
    }
    return status;
}

static pxf_status talk_once(struct fox_helpers *helpers, struct fox_talk *talk, pxf_error *err)
{
    pxf_error cause = {0};
    pxf_status status;

    TRY(lend(helpers, &talk->peer, talk->cancel, err));
    status = fox_talk_run(talk, &cause);
    if (talk->is_fit) {
        give_idle(helpers, talk->peer);
    } else {
        end(helpers, talk->peer, talk->why, cause.message);
    }
    return hand_over(err, status, &cause);
}

/* A helper that died while it was idle costs nobody's picture. */
static pxf_status talk_until_heard(struct fox_helpers *helpers, struct fox_talk *talk,
                                   pxf_error *err)
{
    for (int attempt = 1; attempt < ATTEMPT_LIMIT; attempt++) {
        pxf_error cause = {0};
        const pxf_status status = talk_once(helpers, talk, &cause);

        if (!talk->is_unheard) {
            return hand_over(err, status, &cause);
        }
    }
    return talk_once(helpers, talk, err);
}

static pxf_status check_request(const struct fox_helper_request *request, pxf_error *err)
{
    if (request->recipe_count == 0 || request->recipe_count > FOX_RECIPE_LIMIT) {
        return fox_fail(err, PXF_INVALID, "%zu recipes for one picture", request->recipe_count);
    }
    if (request->timeout_ms <= 0 || request->thread_count == 0) {
        return fox_fail(err, PXF_INVALID, "a picture without time or threads");
    }
    /* A helper could write to what it is lent to read. */
    if (!fox_access_is_read_only(request->fd)) {
        return fox_fail(err, PXF_INVALID, "an original that is not open for reading alone");
    }
    return PXF_OK;
}

pxf_status fox_helpers_render(struct fox_helpers *helpers, const struct fox_helper_request *request,
                              fox_helper_fn fn, void *ctx, const char **ret_rule,
                              struct fox_cancel *cancel, pxf_error *err)
{
    struct fox_talk talk = {.env = helpers->env,
                            .request = request,
                            .fn = fn,
                            .ctx = ctx,
                            .cancel = cancel,
                            .rule = ""};
    pxf_status status;

    *ret_rule = "";
    TRY(fox_process_check(helpers->mark, err));
    TRY(check_request(request, err));
    TRY(fox_slots_take(helpers->slots, cancel, err));
    status = talk_until_heard(helpers, &talk, err);
    fox_slots_give(helpers->slots);
    *ret_rule = talk.rule;
    return status;
}

static bool is_version_known(struct fox_helpers *helpers)
{
    bool is_known;

    (void)pthread_mutex_lock(&helpers->shared.lock);
    is_known = helpers->shared.version[0] != '\0';
    (void)pthread_mutex_unlock(&helpers->shared.lock);
    return is_known;
}

static pxf_status ask_version(struct fox_helpers *helpers, pxf_error *err)
{
    struct fox_peer *peer = NULL;

    TRY(lend(helpers, &peer, NULL, err));
    give_idle(helpers, peer);
    return PXF_OK;
}

pxf_status fox_helpers_version(struct fox_helpers *helpers, const char **ret_version,
                               pxf_error *err)
{
    pxf_status status = PXF_OK;

    TRY(fox_process_check(helpers->mark, err));
    if (!is_version_known(helpers)) {
        TRY(fox_slots_take(helpers->slots, NULL, err));
        status = ask_version(helpers, err);
        fox_slots_give(helpers->slots);
    }
    if (status == PXF_OK) {
        *ret_version = helpers->shared.version;
    }
    return status;
}
