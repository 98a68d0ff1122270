/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/talk.h"

#include <assert.h>

#include "model/kinds.h"
#include "os/memfd.h"

/* A helper is ended in good health after so many pictures, or when it keeps so much memory while it
 * is idle: leaks of decoders stay small. */
enum { PICTURE_LIMIT = 500, RESIDENT_LIMIT_BYTES = 256 << 20 };

/* A dying process says little. */
enum { WORDS_LIMIT = 4 };

static_assert(FOX_RECIPE_LIMIT <= 32, "one bit of `seen` per recipe");

static pxf_status nonsense(struct fox_talk *talk, pxf_error *err, const char *what)
{
    talk->rule = "crashed";
    talk->why = "nonsense";
    return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, 0,
                         "the helper spoke nonsense and was ended: %s", what);
}

/* Why a variant cannot be one, or NULL. */
static const char *flaw(const struct fox_talk *talk, const struct fox_peer_message *message)
{
    const struct fox_wire_variant *wire = &message->wire.variant;
    const bool is_skipped = wire->skip != FOX_SKIP_NONE;

    if (wire->index >= talk->request->recipe_count) {
        return "a variant that was not asked for";
    }
    if (talk->seen & (UINT32_C(1) << wire->index)) {
        return "a variant twice";
    }
    if (wire->skip > FOX_SKIP_UNSUPPORTED) {
        return "a variant skipped for no known reason";
    }
    if (wire->render_ms < 0 || fox_fd_is_open(&message->fd) == is_skipped) {
        return "a variant without its bytes, or bytes without a variant";
    }
    if (!is_skipped && (wire->format < PXF_FORMAT_JPEG || wire->format > PXF_FORMAT_BMP ||
                        wire->width_px == 0 || wire->width_px > FOX_SIDE_LIMIT_PX ||
                        wire->height_px == 0 || wire->height_px > FOX_SIDE_LIMIT_PX)) {
        return "a variant of no known format or size";
    }
    return NULL;
}

/* `fn` may write to slow places; its time is not the helper's. */
static pxf_status hand_on(struct fox_talk *talk, const struct fox_helper_variant *variant,
                          pxf_error *err)
{
    const int64_t begin_ms = fox_env_monotonic_ms(talk->env);
    const pxf_status status = talk->fn(talk->ctx, variant, err);

    talk->deadline_ms += fox_env_monotonic_ms(talk->env) - begin_ms;
    if (status != PXF_OK) {
        talk->why = "abandoned";
    }
    return status;
}

static pxf_status take_variant(struct fox_talk *talk, const struct fox_peer_message *message,
                               pxf_error *err)
{
    const struct fox_wire_variant *wire = &message->wire.variant;
    AUTO(fox_bytes) *bytes = NULL;
    pxf_error cause = {0};

    if (flaw(talk, message)) {
        return nonsense(talk, err, flaw(talk, message));
    }
    talk->seen |= UINT32_C(1) << wire->index;
    if (wire->skip == FOX_SKIP_NONE) {
        bytes = fox_memfd_map(&message->fd, talk->wire.variant_bytes, &cause);
        if (!bytes && cause.status != PXF_CORRUPT) {
            return fox_fail_from(err, (pxf_status)cause.status, PXF_ORIGIN_HELPER, cause.code,
                                 "a variant cannot be mapped: %s", cause.message);
        }
        if (!bytes || fox_bytes_size(bytes) != wire->bytes) {
            return nonsense(talk, err, bytes ? "a variant of another size" : cause.message);
        }
    }
    return hand_on(talk,
                   &(struct fox_helper_variant){.index = wire->index,
                                                .skip = (enum fox_skip)wire->skip,
                                                .format = (pxf_format)wire->format,
                                                .width_px = wire->width_px,
                                                .height_px = wire->height_px,
                                                .render_ms = wire->render_ms,
                                                .bytes = bytes},
                   err);
}

/* The failures that a helper may answer with. */
static bool is_answer(uint32_t status)
{
    return status == PXF_CORRUPT || status == PXF_UNSUPPORTED || status == PXF_LIMIT ||
           status == PXF_IO || status == PXF_NO_MEMORY || status == PXF_INTERNAL;
}

/* Why an end cannot be one, or NULL. */
static const char *end_flaw(const struct fox_talk *talk, const struct fox_wire_end *end)
{
    const uint64_t all = (UINT64_C(1) << talk->request->recipe_count) - 1;

    if (!fox_wire_is_text(end->rule, sizeof end->rule) ||
        !fox_wire_is_text(end->message, sizeof end->message)) {
        return "an end that is no text";
    }
    if (end->status == PXF_OK) {
        return talk->seen == all ? NULL : "an end before all variants";
    }
    return is_answer(end->status) ? NULL : "an end with an unknown status";
}

static pxf_status fail_as_told(struct fox_talk *talk, const struct fox_wire_end *end,
                               pxf_error *err)
{
    const struct fox_failure *failure = fox_failure_find(end->rule);

    if (failure && failure->status == (pxf_status)end->status) {
        talk->rule = failure->rule;
    }
    return fox_fail_from(err, (pxf_status)end->status, PXF_ORIGIN_IMAGE, 0, "%s",
                         end->message[0] != '\0' ? end->message : "the helper gave no reason");
}

static pxf_status take_end(struct fox_talk *talk, const struct fox_peer_message *message,
                           pxf_error *err)
{
    const struct fox_wire_end *end = &message->wire.end;
    const char *what = end_flaw(talk, end);

    if (what) {
        return nonsense(talk, err, what);
    }
    talk->is_fit =
        end->resident_bytes <= RESIDENT_LIMIT_BYTES && talk->peer->picture_count < PICTURE_LIMIT;
    talk->why = talk->is_fit ? "" : "worn";
    return end->status == PXF_OK ? PXF_OK : fail_as_told(talk, end, err);
}

static pxf_status fail_for_memory(struct fox_talk *talk, pxf_error *err)
{
    talk->why = "memory_limit";
    if (talk->request->memory_bytes == 0) {
        return fox_fail_from(err, PXF_NO_MEMORY, PXF_ORIGIN_HELPER, 0,
                             "the helper had no memory to make the variants");
    }
    talk->rule = "memory_limit";
    return fox_fail_from(err, PXF_LIMIT, PXF_ORIGIN_IMAGE, 0,
                         "the picture needs more memory than a helper is given");
}

static pxf_status fail_as_dead(struct fox_talk *talk, pxf_error *err)
{
    const struct fox_process_exit end = fox_peer_bury(talk->peer);
    const int number = end.is_known && end.signal > 0 ? end.signal : talk->killed_by;

    if (talk->memory_failed) {
        return fail_for_memory(talk, err);
    }
    talk->rule = talk->why = "crashed";
    if (number > 0) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, number,
                             "the helper was killed by signal %d over this picture", number);
    }
    return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, 0,
                         "the helper ended over this picture");
}

/* One thread may run out of memory while another already dies of a signal. */
static void take_last_words(struct fox_talk *talk, const struct fox_wire_last_words *words)
{
    talk->words_count++;
    talk->memory_failed |= words->memory_failed != 0;
    if (words->signal > 0) {
        talk->killed_by = words->signal;
    }
}

/* What receiving failed with is the helper's fate; the picture's failure follows from it. */
static pxf_status fail_as_silent(struct fox_talk *talk, const pxf_error *cause, pxf_error *err)
{
    const pxf_status status = (pxf_status)cause->status;

    if (status == PXF_UNAVAILABLE) {
        return fail_as_dead(talk, err);
    }
    if (status == PXF_CORRUPT) {
        return nonsense(talk, err, cause->message);
    }
    if (status == PXF_TIMEOUT) {
        talk->rule = talk->why = "timeout";
        return fox_fail_from(err, PXF_TIMEOUT, PXF_ORIGIN_HELPER, 0,
                             "the variants were not made within %lld ms",
                             (long long)talk->request->timeout_ms);
    }
    talk->why = status == PXF_CANCELLED ? "cancelled" : "abandoned";
    return fox_fail_from(err, status, PXF_ORIGIN_HELPER, cause->code, "%s", cause->message);
}

/* One message; `ret_over` is set by the one that ends the talk. */
static pxf_status hear(struct fox_talk *talk, bool *ret_over, pxf_error *err)
{
    AUTO(fox_peer_message) message = {0};
    pxf_error cause = {0};

    if (fox_peer_receive(talk->peer, talk->env, &message, talk->wire.head.picture,
                         talk->deadline_ms, talk->cancel, &cause) != PXF_OK) {
        return fail_as_silent(talk, &cause, err);
    }
    if (message.wire.head.kind == FOX_WIRE_VARIANT) {
        return take_variant(talk, &message, err);
    }
    if (message.wire.head.kind == FOX_WIRE_END) {
        *ret_over = true;
        return take_end(talk, &message, err);
    }
    if (message.wire.head.kind == FOX_WIRE_LAST_WORDS && talk->words_count < WORDS_LIMIT) {
        take_last_words(talk, &message.wire.last_words);
        return PXF_OK;
    }
    return nonsense(talk, err, "a message out of turn");
}

static pxf_status send(struct fox_talk *talk, pxf_error *err)
{
    pxf_error cause = {0};
    const uint32_t picture = ++talk->peer->picture_count;

    fox_wire_write_request(&talk->wire, talk->request, picture);
    talk->is_unheard =
        fox_peer_send(talk->peer, &talk->wire.head, talk->request->fd, &cause) != PXF_OK;
    if (talk->is_unheard) {
        talk->why = "idle";
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, cause.code,
                             "the helper does not take the picture: %s", cause.message);
    }
    return PXF_OK;
}

pxf_status fox_talk_run(struct fox_talk *talk, pxf_error *err)
{
    bool is_over = false;

    talk->rule = "";
    talk->why = "abandoned";
    talk->is_fit = false;
    talk->deadline_ms = fox_env_monotonic_ms(talk->env) + talk->request->timeout_ms;
    TRY(send(talk, err));
    while (!is_over) {
        TRY(hear(talk, &is_over, err));
    }
    return PXF_OK;
}
