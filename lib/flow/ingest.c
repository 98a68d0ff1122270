/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/ingest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/meter.h"
#include "base/time.h"
#include "flow/accept.h"
#include "flow/check.h"
#include "flow/room.h"
#include "model/format.h"
#include "model/layout.h"
#include "model/names.h"

enum { HEAD_BYTES = 64 << 10, ROOM_STEP_BYTES = 4 << 20, COPY_BYTES = 256 << 10 };

struct fox_ingest {
    struct fox_flow *flow;
    struct fox_accept accept; /* the row to be, filled step by step */
    struct fox_ingest_options options;
    struct fox_sha256 *sha256;
    struct fox_str head; /* until the type is known and room is taken */
    uint64_t size;
    bool has_room, is_over;
    struct fox_room room;
    struct fox_blob_put *put;
    struct fox_id failed[FOX_ROOM_TRY_LIMIT]; /* pools */
    size_t failed_count;
    uint64_t variants_bytes;
    size_t variant_count;
};

pxf_status fox_ingest_new(struct fox_ingest **ret_ingest, struct fox_flow *flow,
                          const struct fox_ingest_options *options, pxf_error *err)
{
    AUTO(fox_ingest) *ingest = NULL;

    TRY(fox_name_check_owner(options->owner, err));
    TRY(fox_flow_refresh(flow, err));
    ingest = fox_mem_new(1, sizeof *ingest, err);
    if (!ingest) {
        return PXF_NO_MEMORY;
    }
    ingest->flow = flow;
    ingest->options = *options;
    TRY(fox_sha256_new(&ingest->sha256, err));
    TRY(fox_accept_begin(&ingest->accept, flow, options, err));
    *ret_ingest = GIVE(ingest);
    return PXF_OK;
}

/* Drops what stands in the pool and gives its room back. */
static void discard(struct fox_ingest *ingest)
{
    fox_blob_put_free(GIVE(ingest->put));
    if (ingest->has_room) {
        fox_room_give_back(&ingest->room, ingest->flow);
        ingest->has_room = false;
    }
}

void fox_ingest_free(struct fox_ingest *ingest)
{
    if (!ingest) {
        return;
    }
    discard(ingest);
    fox_accept_let_go(&ingest->accept);
    fox_sha256_free(ingest->sha256);
    fox_str_free(&ingest->head);
    free(ingest);
}

uint64_t fox_ingest_size(const struct fox_ingest *ingest)
{
    return ingest->size + ingest->head.size;
}

pxf_status fox_ingest_check(struct fox_flow *flow, const struct fox_reader *reader, pxf_error *err)
{
    const uint64_t max_bytes =
        (uint64_t)fox_settings_number(flow->settings, FOX_SETTING_INGEST_MAX_BYTES);
    struct fox_sniff sniff;
    const char *rule;

    TRY(fox_flow_refresh(flow, err));
    if (max_bytes > 0 && reader->size > max_bytes) {
        return fox_fail_from(err, PXF_LIMIT, PXF_ORIGIN_IMAGE, 0,
                             "too_large: %llu bytes, the limit is %llu",
                             (unsigned long long)reader->size, (unsigned long long)max_bytes);
    }
    return fox_check_header(flow->settings, reader, &sniff, &rule, err);
}

/* How much room is wanted now: what was said to come, or what came and another step. */
static uint64_t wanted_bytes(const struct fox_ingest *ingest, uint64_t more)
{
    const uint64_t bytes = ingest->size + more;
    const uint64_t steps = (bytes + ROOM_STEP_BYTES - 1) / ROOM_STEP_BYTES;
    const uint64_t stepped = ingest->options.bytes > 0 ? bytes : steps * ROOM_STEP_BYTES;

    return (ingest->options.bytes > stepped ? ingest->options.bytes : stepped) +
           ingest->variants_bytes;
}

/* Takes room for `bytes` and opens the put, in the best pool that did not fail yet. */
static pxf_status open_put(struct fox_ingest *ingest, uint64_t bytes, pxf_error *err)
{
    struct fox_accept *accept = &ingest->accept;
    struct fox_room_request request = {
        .image_id = accept->row.id,
        .owner = accept->row.owner,
        .key = accept->row.key,
        .temporary_key = fox_str_text(&accept->temporary_key),
        .bytes = bytes,
        .file_count = 1 + ingest->variant_count,
        .avoid_count = ingest->failed_count,
    };

    memcpy(request.avoid, ingest->failed, sizeof request.avoid);
    TRY(fox_room_take(&ingest->room, ingest->flow, &request, err));
    ingest->has_room = true;
    return fox_blob_put_open(ingest->room.blob, accept->row.key,
                             fox_str_text(&accept->temporary_key), &ingest->put, err);
}

/* Copies what a put accepted into another. */
static pxf_status copy_prefix(struct fox_blob_put *from, struct fox_blob_put *to, pxf_error *err)
{
    const struct fox_reader reader = fox_blob_put_reader(from);
    char *buffer = fox_mem_new(1, COPY_BYTES, err);
    pxf_status status = buffer ? PXF_OK : PXF_NO_MEMORY;
    size_t size = 1;

    for (uint64_t at = 0; status == PXF_OK && size > 0; at += size) {
        status = fox_reader_read(&reader, at, buffer, COPY_BYTES, &size, err);
        if (status == PXF_OK && size > 0) {
            status = fox_blob_put_write(to, buffer, size, err);
        }
    }
    free(buffer);
    return status;
}

/* Whether another pool may do better than the one that answered this. */
static bool is_pools_fault(const pxf_error *cause)
{
    switch ((pxf_status)cause->status) {
    case PXF_FULL:
    case PXF_IO:
    case PXF_UNAVAILABLE:
    case PXF_DENIED:
    case PXF_TIMEOUT:
    case PXF_NOT_FOUND:
        return cause->origin == PXF_ORIGIN_POOL;
    case PXF_OK:
    case PXF_INVALID:
    case PXF_EXISTS:
    case PXF_CONFLICT:
    case PXF_LIMIT:
    case PXF_UNSUPPORTED:
    case PXF_CORRUPT:
    case PXF_BUSY:
    case PXF_CANCELLED:
    case PXF_CLOSED:
    case PXF_FORKED:
    case PXF_LOST:
    case PXF_NO_MEMORY:
    case PXF_INTERNAL:
        return false;
    }
    return false;
}

/* Goes on in the next pool with what the failed one accepted. `cause` is why; it is the answer if
 * no other pool will do. */
static pxf_status fail_over(struct fox_ingest *ingest, const pxf_error *cause, pxf_error *err)
{
    AUTO(fox_blob_put) *old = GIVE(ingest->put);
    const struct fox_room old_room = ingest->room;
    const bool had_room = ingest->has_room;
    pxf_error other = {0};
    pxf_status status;

    ingest->has_room = false;
    if (had_room && ingest->failed_count < FOX_ROOM_TRY_LIMIT) {
        ingest->failed[ingest->failed_count++] = old_room.pool_id;
    }
    if (had_room && cause->status == PXF_FULL) {
        fox_pools_note_full(ingest->flow->pools, &old_room.pool_id, old_room.bytes);
    }
    fox_env_log(ingest->flow->env, FOX_LEVEL_WARN, "a put goes on in another pool: %s",
                cause->message);
    status = had_room ? open_put(ingest, old_room.bytes, &other) : PXF_UNAVAILABLE;
    if (status == PXF_OK && old) {
        status = copy_prefix(old, ingest->put, &other);
    }
    fox_blob_put_free(GIVE(old));
    if (had_room) {
        fox_room_give_back(&old_room, ingest->flow);
    }
    if (status != PXF_OK) {
        discard(ingest);
        return fox_fail_as(err, cause);
    }
    return PXF_OK;
}

/* Opens a put where none is yet, trying pool after pool. */
static pxf_status reach_put(struct fox_ingest *ingest, uint64_t more, pxf_error *err)
{
    pxf_error cause = {0};
    pxf_status status = open_put(ingest, wanted_bytes(ingest, more), &cause);

    while (status != PXF_OK && ingest->has_room && is_pools_fault(&cause)) {
        pxf_error last = cause;

        fox_fail_clear(&cause);
        status = fail_over(ingest, &last, &cause);
    }
    if (status != PXF_OK) {
        return fox_fail_as(err, &cause);
    }
    return PXF_OK;
}

/* Sees that the hold covers what is about to be written. */
static pxf_status cover(struct fox_ingest *ingest, uint64_t more, pxf_error *err)
{
    const uint64_t wanted = wanted_bytes(ingest, more);

    return wanted <= ingest->room.bytes ? PXF_OK
                                        : fox_room_resize(&ingest->room, ingest->flow, wanted, err);
}

/* Writes to the pool; a pool that fails is left for the next with what was accepted so far. */
static pxf_status store(struct fox_ingest *ingest, const char *data, size_t size, pxf_error *err)
{
    while (size > 0) {
        const uint64_t before = fox_blob_put_size(ingest->put);
        pxf_error cause = {0};
        size_t done;

        if (cover(ingest, size, &cause) == PXF_OK) {
            (void)fox_blob_put_write(ingest->put, data, size, &cause);
        }
        done = (size_t)(fox_blob_put_size(ingest->put) - before);
        TRY(fox_sha256_add(ingest->sha256, data, done, err));
        ingest->size += done;
        data += done;
        size -= done;
        if (cause.status == PXF_OK) {
            return PXF_OK;
        }
        if (!is_pools_fault(&cause)) {
            return fox_fail_as(err, &cause);
        }
        TRY(fail_over(ingest, &cause, err));
    }
    return PXF_OK;
}

/* Learns from the head what room the variants will need, as far as it says so already. */
static void foresee(struct fox_ingest *ingest)
{
    struct fox_memory memory = {ingest->head.data, ingest->head.size};
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    struct fox_recipe_list recipes;
    struct fox_plan plan;
    struct fox_sniff sniff;

    if (fox_sniff_read(&reader, &sniff, NULL) != PXF_OK ||
        fox_check_plan(ingest->flow->settings, &sniff, ingest->options.switches, &recipes, &plan,
                       NULL) != PXF_OK) {
        return;
    }
    ingest->variants_bytes = plan.room_bytes;
    ingest->variant_count = plan.make_count;
}

static pxf_status check_type(struct fox_ingest *ingest, pxf_error *err)
{
    struct fox_memory memory = {ingest->head.data, ingest->head.size};
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    const pxf_format format = fox_sniff_format(ingest->head.data, ingest->head.size);
    struct fox_sniff sniff;

    if (format == 0) {
        const pxf_status status = fox_sniff_read(&reader, &sniff, err);

        return status != PXF_OK ? status : fox_fail(err, PXF_INTERNAL, "a type without a format");
    }
    return fox_accept_set_format(&ingest->accept, format, err);
}

/* The head is complete: the type decides, room is taken, the head is written. */
static pxf_status begin(struct fox_ingest *ingest, pxf_error *err)
{
    AUTO(fox_str) head = {0};

    TRY(fox_str_check(&ingest->head, err));
    TRY(check_type(ingest, err));
    foresee(ingest);
    head = ingest->head;
    ingest->head = (struct fox_str){0};
    TRY(reach_put(ingest, head.size, err));
    return store(ingest, head.data, head.size, err);
}

static pxf_status check_bytes(const struct fox_ingest *ingest, uint64_t more, pxf_error *err)
{
    const uint64_t max_bytes =
        (uint64_t)fox_settings_number(ingest->flow->settings, FOX_SETTING_INGEST_MAX_BYTES);
    const uint64_t bytes = ingest->size + ingest->head.size + more;

    if (max_bytes > 0 && (bytes > max_bytes || ingest->options.bytes > max_bytes)) {
        return fox_fail_from(err, PXF_LIMIT, PXF_ORIGIN_IMAGE, 0,
                             "too_large: %llu bytes or more, the limit is %llu",
                             (unsigned long long)bytes, (unsigned long long)max_bytes);
    }
    if (ingest->options.bytes > 0 && bytes > ingest->options.bytes) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_IMAGE, 0,
                             "more than the %llu bytes that were announced",
                             (unsigned long long)ingest->options.bytes);
    }
    return PXF_OK;
}

pxf_status fox_ingest_write(struct fox_ingest *ingest, const void *data, size_t size,
                            struct fox_cancel *cancel, pxf_error *err)
{
    const char *bytes = data;
    size_t taken = 0;

    TRY(fox_cancel_check(cancel, err));
    if (ingest->is_over) {
        return fox_fail(err, PXF_CONFLICT, "the upload is finished");
    }
    TRY(check_bytes(ingest, size, err));
    if (!ingest->put && ingest->size == 0) {
        taken = size < HEAD_BYTES - ingest->head.size ? size : HEAD_BYTES - ingest->head.size;
        fox_str_put(&ingest->head, bytes, taken);
        if (ingest->head.size < HEAD_BYTES) {
            return fox_str_check(&ingest->head, err);
        }
        TRY(begin(ingest, err));
    }
    if (!ingest->put) {
        return fox_fail(err, PXF_UNAVAILABLE, "no pool is left for this upload");
    }
    return store(ingest, bytes + taken, size - taken, err);
}

/* Looks at the whole as it stands in the pool. */
static pxf_status examine(struct fox_ingest *ingest, pxf_error *err)
{
    const struct fox_reader reader = fox_blob_put_reader(ingest->put);
    struct fox_accept *accept = &ingest->accept;
    struct fox_recipe_list recipes;
    struct fox_plan plan;
    struct fox_sniff sniff;
    struct fox_digest digest;
    const char *rule;

    TRY(fox_check_picture(ingest->flow->settings, &reader, &sniff, &rule, err));
    TRY(fox_check_plan(ingest->flow->settings, &sniff, ingest->options.switches, &recipes, &plan,
                       err));
    TRY(fox_exif_read(&reader, &sniff, &accept->exif, err));
    TRY(fox_sha256_get(ingest->sha256, &digest, err));
    if (ingest->options.has_digest && memcmp(&digest, &ingest->options.digest, sizeof digest)) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0,
                             "checksum: the bytes have another sha-256 than announced");
    }
    fox_accept_describe(accept, &sniff, &digest, ingest->size);
    ingest->variants_bytes = plan.room_bytes;
    ingest->variant_count = plan.make_count;
    return PXF_OK;
}

/* The room that the whole and its variants take, now that both are known; where this pool has not
 * so much, another may. */
static pxf_status settle_room(struct fox_ingest *ingest, pxf_error *err)
{
    ingest->options.bytes = ingest->size;
    for (;;) {
        pxf_error cause = {0};

        if (fox_room_resize(&ingest->room, ingest->flow, wanted_bytes(ingest, 0), &cause) ==
            PXF_OK) {
            return PXF_OK;
        }
        if (!is_pools_fault(&cause)) {
            return fox_fail_as(err, &cause);
        }
        TRY(fail_over(ingest, &cause, err));
    }
}

/* Publishes under the original's key; a pool that cannot is left for the next. */
static pxf_status publish(struct fox_ingest *ingest, pxf_error *err)
{
    for (;;) {
        pxf_error cause = {0};

        if (fox_room_extend(&ingest->room, ingest->flow, &cause) == PXF_OK) {
            (void)fox_blob_put_finish(ingest->put, NULL, &cause);
        }
        if (cause.status == PXF_OK) {
            return PXF_OK;
        }
        if (!is_pools_fault(&cause)) {
            return fox_fail_as(err, &cause);
        }
        TRY(fail_over(ingest, &cause, err));
    }
}

/* Removes a file that was published in vain. While it cannot be removed its hold stays: the sweep
 * finds both. */
static void retract(struct fox_ingest *ingest)
{
    pxf_error err = {0};

    fox_blob_put_free(GIVE(ingest->put));
    if (fox_blob_remove(ingest->room.blob, ingest->accept.row.key, NULL, &err) != PXF_OK) {
        fox_env_log(ingest->flow->env, FOX_LEVEL_WARN, "'%s' is left to the sweep: %s",
                    ingest->accept.row.key, err.message);
        ingest->has_room = false;
    }
    discard(ingest);
}

static pxf_status commit(struct fox_ingest *ingest, bool *ret_is_twin, pxf_error *err)
{
    pxf_status status;

    ingest->accept.row.pool_id = ingest->room.pool_id;
    ingest->accept.hold_id = ingest->room.hold_id;
    ingest->accept.variants_bytes = ingest->variants_bytes;
    status = fox_accept_commit(&ingest->accept, ingest->flow, ret_is_twin, err);
    if (status == PXF_OK && !*ret_is_twin) {
        fox_pools_note_taken(ingest->flow->pools, &ingest->room.pool_id, ingest->room.bytes);
        ingest->has_room = false;
        fox_blob_put_free(GIVE(ingest->put));
        return PXF_OK;
    }
    /* IO and UNAVAILABLE leave open whether the commit stands: then the file must stay, and the
     * sweep decides by what the catalog says once it answers. */
    if (status == PXF_IO || status == PXF_UNAVAILABLE) {
        ingest->has_room = false;
        fox_blob_put_free(GIVE(ingest->put));
        return status;
    }
    retract(ingest);
    return status;
}

static pxf_status finish(struct fox_ingest *ingest, struct fox_cancel *cancel,
                         struct fox_ingested *ret_ingested, pxf_error *err)
{
    bool is_twin = false;

    if (ingest->size + ingest->head.size == 0) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0, "empty: no bytes at all");
    }
    if (!ingest->put) {
        TRY(begin(ingest, err));
    }
    TRY(fox_cancel_check(cancel, err));
    TRY(examine(ingest, err));
    TRY(fox_accept_find_twin(&ingest->accept, ingest->flow, &is_twin, err));
    if (!is_twin) {
        TRY(settle_room(ingest, err));
        TRY(publish(ingest, err));
        TRY(commit(ingest, &is_twin, err));
    }
    ret_ingested->image_id = is_twin ? ingest->accept.twin_id : ingest->accept.row.id;
    ret_ingested->is_duplicate = is_twin;
    return PXF_OK;
}

pxf_status fox_ingest_finish(struct fox_ingest *ingest, struct fox_cancel *cancel,
                             struct fox_ingested *ret_ingested, pxf_error *err)
{
    struct fox_meters *meters = ingest->flow->env->meters;
    pxf_status status;

    if (ingest->is_over) {
        return fox_fail(err, PXF_CONFLICT, "the upload is finished");
    }
    ingest->is_over = true;
    status = finish(ingest, cancel, ret_ingested, err);
    fox_meter_add(meters, FOX_METER_PUT_TOTAL, fox_status_name(status), NULL, 1);
    if (status == PXF_OK) {
        fox_meter_add(meters, FOX_METER_PUT_BYTES, NULL, NULL, (double)ingest->size);
    }
    discard(ingest);
    return status;
}
