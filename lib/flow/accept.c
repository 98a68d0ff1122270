/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/accept.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "flow/hand.h"
#include "flow/room.h"
#include "meta/event.h"
#include "meta/metadata.h"
#include "meta/owner.h"
#include "model/format.h"
#include "model/kinds.h"
#include "model/layout.h"
#include "model/names.h"

enum { SHARE_LETTERS = 16, SHARE_SPARE = 8, BASE62 = 62, TWIN_TRIES = 10 };

static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* 16 letters of base62, 95 bits. A byte from 248 up would favour the first letters: it is thrown
 * again. */
static pxf_status make_share_key(char **ret_key, const struct fox_env *env, pxf_error *err)
{
    char *key = fox_mem_new(SHARE_LETTERS + 1, 1, err);
    size_t count = 0;

    if (!key) {
        return PXF_NO_MEMORY;
    }
    *ret_key = key;
    while (count < SHARE_LETTERS) {
        uint8_t bytes[SHARE_LETTERS + SHARE_SPARE];

        TRY(fox_env_random(env, bytes, sizeof bytes, err));
        for (size_t i = 0; i < sizeof bytes && count < SHARE_LETTERS; i++) {
            if (bytes[i] < 256 / BASE62 * BASE62) {
                key[count++] = base62[bytes[i] % BASE62];
            }
        }
    }
    return PXF_OK;
}

static pxf_status set_title(struct fox_accept *accept, struct fox_flow *flow, const char *title,
                            pxf_error *err)
{
    AUTO(fox_str) clean = {0};
    const size_t limit =
        (size_t)fox_settings_number(flow->settings, FOX_SETTING_INGEST_TITLE_MAX_BYTES);

    if (!title) {
        return PXF_OK;
    }
    TRY(fox_name_put_title(&clean, title, limit, err));
    accept->row.title = fox_str_take(&clean, err);
    return accept->row.title ? PXF_OK : PXF_NO_MEMORY;
}

static pxf_status set_texts(struct fox_accept *accept, struct fox_flow *flow,
                            const struct fox_ingest_options *options, pxf_error *err)
{
    struct fox_image_row *row = &accept->row;

    row->owner = fox_mem_text(options->owner, err);
    row->uploader_address = fox_mem_text(options->address, err);
    row->trace_id = fox_mem_text(options->trace_id, err);
    row->upload_node = fox_mem_text(*flow->node ? flow->node : NULL, err);
    if (!row->owner || (options->address && !row->uploader_address) ||
        (options->trace_id && !row->trace_id) || (*flow->node && !row->upload_node)) {
        return PXF_NO_MEMORY;
    }
    return set_title(accept, flow, options->title, err);
}

pxf_status fox_accept_begin(struct fox_accept *accept, struct fox_flow *flow,
                            const struct fox_ingest_options *options, pxf_error *err)
{
    struct fox_image_row *row = &accept->row;
    char id[FOX_ID_TEXT_BYTES];

    row->created_ms = fox_env_now_ms(flow->env);
    row->visibility = options->visibility;
    row->switches = options->switches;
    row->state = PXF_IMAGE_PENDING;
    TRY(fox_id_new(&row->id, flow->env, row->created_ms, err));
    TRY(make_share_key(&row->share_key, flow->env, err));
    fox_id_format(id, &row->id);
    fox_str_add(&accept->temporary_key, "%s-original", id);
    TRY(fox_str_check(&accept->temporary_key, err));
    return set_texts(accept, flow, options, err);
}

pxf_status fox_accept_set_format(struct fox_accept *accept, pxf_format format, pxf_error *err)
{
    AUTO(fox_str) key = {0};
    char id[FOX_ID_TEXT_BYTES];

    if (accept->row.key) {
        return PXF_OK;
    }
    fox_id_format(id, &accept->row.id);
    TRY(fox_layout_original(&key, fox_day_of_ms(accept->row.created_ms), id,
                            fox_format_extension(format), err));
    accept->row.key = fox_str_take(&key, err);
    accept->row.format = format;
    return accept->row.key ? PXF_OK : PXF_NO_MEMORY;
}

void fox_accept_describe(struct fox_accept *accept, const struct fox_sniff *sniff,
                         const struct fox_digest *digest, uint64_t bytes)
{
    struct fox_image_row *row = &accept->row;

    row->width_px = fox_sniff_shown_width_px(sniff);
    row->height_px = fox_sniff_shown_height_px(sniff);
    row->frame_count = sniff->frame_count;
    row->has_alpha = sniff->has_alpha;
    row->bytes = bytes;
    memcpy(row->sha256, digest->bytes, sizeof row->sha256);
}

static pxf_status find_twin(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct fox_accept *accept = ctx;

    return fox_image_find_twin_in(tx, accept->row.owner, accept->row.sha256, &accept->twin_id, err);
}

/* A read may see the twin before it is on the disk, and who is told of it gives up these bytes:
 * what is seen is seen again by a durable write, which waits for all before it. */
pxf_status fox_accept_find_twin(struct fox_accept *accept, struct fox_flow *flow, bool *ret_is_twin,
                                pxf_error *err)
{
    pxf_error cause = {0};
    pxf_status status = fox_sql_read(flow->db, FOX_FRESH, find_twin, accept, &cause);

    if (status == PXF_OK) {
        status = fox_sql_write(flow->db, FOX_DURABLE, find_twin, accept, &cause);
    }

    if (status != PXF_OK && status != PXF_NOT_FOUND) {
        return fox_fail_as(err, &cause);
    }
    *ret_is_twin = status == PXF_OK;
    return PXF_OK;
}

struct commit {
    struct fox_accept *accept;
    struct fox_flow *flow;
    struct fox_hand hand;
};

static pxf_status commit(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct commit *commit = ctx;
    struct fox_accept *accept = commit->accept;
    const struct fox_image_row *row = &accept->row;

    TRY(fox_image_add_in(tx, row, &accept->twin_id, err));
    TRY(fox_hold_use_in(tx, &accept->hold_id, row->bytes, accept->variants_bytes, err));
    TRY(fox_metadata_add_in(tx, &row->id, &accept->exif, err));
    TRY(fox_hand_in(commit->flow, tx, &commit->hand, err));
    return fox_event_add_in(tx, FOX_EVENT_IMAGE_UPLOADED, row->created_ms, &row->id, NULL, NULL,
                            err);
}

/* A twin that was deleted between the two looks stands in nobody's way any more. */
static pxf_status commit_or_find(struct commit *ctx, bool *ret_is_twin, pxf_error *err)
{
    *ret_is_twin = false;
    for (int i = 0; i < TWIN_TRIES; i++) {
        pxf_error cause = {0};
        const pxf_status status = fox_sql_write(ctx->flow->db, FOX_DURABLE, commit, ctx, &cause);

        if (status != PXF_EXISTS) {
            return status == PXF_OK ? PXF_OK : fox_fail_as(err, &cause);
        }
        TRY(fox_accept_find_twin(ctx->accept, ctx->flow, ret_is_twin, err));
        if (*ret_is_twin) {
            return PXF_OK;
        }
    }
    return fox_fail(err, PXF_BUSY, "the same picture is added and deleted all the time");
}

pxf_status fox_accept_commit(struct fox_accept *accept, struct fox_flow *flow, bool *ret_is_twin,
                             pxf_error *err)
{
    const struct fox_job_spec spec = {
        .kind = FOX_JOB_PROCESSING,
        .image_id = &accept->row.id,
        .trace_id = accept->row.trace_id,
        .priority = 100,
    };
    struct commit ctx = {.accept = accept, .flow = flow};

    TRY(fox_hand_new(&ctx.hand, flow, &spec, err));
    TRY(commit_or_find(&ctx, ret_is_twin, err));
    if (!*ret_is_twin) {
        fox_hand_on(flow, &ctx.hand);
    }
    return PXF_OK;
}

void fox_accept_let_go(struct fox_accept *accept)
{
    fox_image_row_let_go(&accept->row);
    fox_exif_let_go(&accept->exif);
    fox_str_free(&accept->temporary_key);
}
