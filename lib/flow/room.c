/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "meta/owner.h"
#include "model/words.h"

pxf_status fox_flow_refresh(struct fox_flow *flow, pxf_error *err)
{
    return fox_settings_refresh(flow->settings, flow->db, err);
}

uint64_t fox_room_owner_max_bytes(struct fox_flow *flow)
{
    return (uint64_t)fox_settings_number(flow->settings, FOX_SETTING_INGEST_MAX_OWNER_BYTES);
}

struct fox_id fox_room_image_of(const char *temporary_key)
{
    char text[FOX_ID_TEXT_BYTES];
    struct fox_id id;

    (void)snprintf(text, sizeof text, "%s", temporary_key);
    return fox_id_parse(&id, text) ? id : (struct fox_id){.bytes = {0}};
}

static int64_t life_ms(struct fox_flow *flow)
{
    return FOX_MINUTE_MS * fox_settings_number(flow->settings, FOX_SETTING_STORE_CLEAN_UP_AGE_MIN);
}

static int64_t expiry(struct fox_flow *flow)
{
    return fox_env_now_ms(flow->env) + life_ms(flow);
}

struct take {
    struct fox_hold_row row;
    uint64_t owner_max_bytes;
};

static pxf_status take(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct take *take = ctx;

    return fox_hold_add_in(tx, &take->row, take->owner_max_bytes, err);
}

static bool is_avoided(const struct fox_room_request *request, const struct fox_id *pool_id)
{
    for (size_t i = 0; i < request->avoid_count; i++) {
        if (fox_id_equals(&request->avoid[i], pool_id)) {
            return true;
        }
    }
    return false;
}

static struct fox_pick_request pick_request(struct fox_flow *flow,
                                            const struct fox_room_request *request)
{
    AUTO(fox_str) policy = {0};
    struct fox_pick_request pick = {
        .bytes = request->bytes,
        .file_count = request->file_count,
        .reserve_bytes =
            (uint64_t)fox_settings_number(flow->settings, FOX_SETTING_POOL_RESERVE_BYTES),
        .reserve_pct = (int32_t)fox_settings_number(flow->settings, FOX_SETTING_POOL_RESERVE_PCT),
        .node = flow->node,
        .region = flow->region,
    };

    fox_settings_text(flow->settings, FOX_SETTING_POOL_POLICY, &policy);
    pick.policy = fox_pick_policy_named(fox_str_text(&policy));
    (void)fox_env_random(flow->env, &pick.seed, sizeof pick.seed, NULL);
    pick.sequence = pick.seed;
    return pick;
}

/* What the rules of the choice look at, for the pools that were not tried yet. */
struct choice {
    struct fox_pools_view *view;
    struct fox_pool_view *views;
    size_t *indexes; /* of the view's sights */
    size_t count;
};

static void choice_let_go(struct choice *choice)
{
    fox_pools_view_free(choice->view);
    free(choice->views);
    free(choice->indexes);
}

static pxf_status choose(struct choice *choice, struct fox_flow *flow,
                         const struct fox_room_request *request, pxf_error *err)
{
    TRY(fox_pools_get(flow->pools, &choice->view, err));
    choice->views = fox_mem_new(choice->view->count, sizeof *choice->views, err);
    choice->indexes = fox_mem_new(choice->view->count, sizeof *choice->indexes, err);
    if (!choice->views || !choice->indexes) {
        return PXF_NO_MEMORY;
    }
    for (size_t i = 0; i < choice->view->count; i++) {
        const struct fox_pool_sight *sight = &choice->view->sights[i];

        if (!is_avoided(request, &sight->row.id)) {
            choice->indexes[choice->count] = i;
            choice->views[choice->count++] = fox_pools_pick_view(flow->pools, sight);
        }
    }
    return PXF_OK;
}

/* Takes the room in one pool; OK with `*ret_took` false if another had it first. */
static pxf_status take_in(struct fox_room *room, bool *ret_took, struct fox_flow *flow,
                          struct take *ctx, const struct fox_pool_sight *sight, pxf_error *err)
{
    pxf_error cause = {0};
    pxf_status status;

    ctx->row.pool_id = sight->row.id;
    status = fox_sql_write(flow->db, FOX_RELAXED | FOX_EARLY, take, ctx, &cause);
    *ret_took = status == PXF_OK;
    if (status == PXF_FULL && cause.origin == PXF_ORIGIN_POOL) {
        fox_pools_note_full(flow->pools, &sight->row.id, ctx->row.bytes);
        return PXF_OK;
    }
    if (status != PXF_OK) {
        return fox_fail_as(err, &cause);
    }
    room->hold_id = ctx->row.id;
    room->pool_id = sight->row.id;
    room->blob = sight->blob;
    room->bytes = ctx->row.bytes;
    room->expires_ms = ctx->row.expires_ms;
    return PXF_OK;
}

/* Notes the pools that the rules found full, for the event of the crossing. */
static void note_full(struct fox_flow *flow, const struct choice *choice,
                      const struct fox_pick_request *pick)
{
    for (size_t i = 0; i < choice->count; i++) {
        const enum fox_pick_reason reason = fox_pick_reason(&choice->views[i], pick);

        if (reason == FOX_PICK_FULL || reason == FOX_PICK_DISK_FULL ||
            reason == FOX_PICK_NO_INODES) {
            fox_pools_note_full(flow->pools, &choice->view->sights[choice->indexes[i]].row.id,
                                pick->bytes);
        }
    }
}

static pxf_status take_best(struct fox_room *room, struct fox_flow *flow,
                            const struct fox_room_request *request, const struct choice *choice,
                            struct take *ctx, pxf_error *err)
{
    const struct fox_pick_request pick = pick_request(flow, request);
    size_t order[FOX_PICK_LIMIT];
    size_t count = 0;
    bool took = false;

    fox_pick_order(choice->views, choice->count, &pick, order, &count);
    for (size_t i = 0; i < count && !took; i++) {
        const struct fox_pool_sight *sight = &choice->view->sights[choice->indexes[order[i]]];

        TRY(take_in(room, &took, flow, ctx, sight, err));
    }
    note_full(flow, choice, &pick);
    if (took) {
        return PXF_OK;
    }
    if (count > 0) {
        return fox_fail_from(err, PXF_FULL, PXF_ORIGIN_POOL, 0,
                             "no pool has %llu bytes left: others were faster",
                             (unsigned long long)request->bytes);
    }
    return fox_pick_fail(choice->views, choice->count, &pick, err);
}

pxf_status fox_room_take(struct fox_room *ret_room, struct fox_flow *flow,
                         const struct fox_room_request *request, pxf_error *err)
{
    struct choice choice = {0};
    struct take ctx = {.owner_max_bytes = fox_room_owner_max_bytes(flow)};
    AUTO(fox_hold_row) row = {
        .image_id = request->image_id,
        .owner = fox_mem_text(request->owner, err),
        .key = fox_mem_text(request->key, err),
        .temporary_key = fox_mem_text(request->temporary_key, err),
        .bytes = request->bytes,
        .expires_ms = request->is_lasting ? 0 : expiry(flow),
    };
    pxf_status status;

    if (!row.owner || (request->key && (!row.key || !row.temporary_key))) {
        return PXF_NO_MEMORY;
    }
    if (!request->is_lasting) {
        row.holder = flow->process_id;
    }
    TRY(fox_id_new(&row.id, flow->env, fox_env_now_ms(flow->env), err));
    ctx.row = row;
    status = choose(&choice, flow, request, err);
    if (status == PXF_OK) {
        status = take_best(ret_room, flow, request, &choice, &ctx, err);
    }
    choice_let_go(&choice);
    return status;
}

struct resize {
    struct fox_id id;
    uint64_t bytes, owner_max_bytes;
    int64_t expires_ms;
};

static pxf_status resize(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct resize *change = ctx;

    return fox_hold_resize_in(tx, &change->id, change->bytes, change->owner_max_bytes, err);
}

pxf_status fox_room_resize(struct fox_room *room, struct fox_flow *flow, uint64_t bytes,
                           pxf_error *err)
{
    struct resize change = {
        .id = room->hold_id, .bytes = bytes, .owner_max_bytes = fox_room_owner_max_bytes(flow)};

    if (bytes == room->bytes) {
        return PXF_OK;
    }
    TRY(fox_sql_write(flow->db, FOX_RELAXED | FOX_EARLY, resize, &change, err));
    room->bytes = bytes;
    return PXF_OK;
}

static pxf_status extend(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct resize *change = ctx;

    return fox_hold_extend_in(tx, &change->id, change->expires_ms, err);
}

pxf_status fox_room_extend(struct fox_room *room, struct fox_flow *flow, pxf_error *err)
{
    struct resize change = {.id = room->hold_id, .expires_ms = expiry(flow)};

    if (room->expires_ms - fox_env_now_ms(flow->env) > life_ms(flow) / 2) {
        return PXF_OK;
    }
    TRY(fox_sql_write(flow->db, FOX_RELAXED | FOX_EARLY, extend, &change, err));
    room->expires_ms = change.expires_ms;
    return PXF_OK;
}

static pxf_status give_back(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return fox_hold_remove_in(tx, ctx, err);
}

void fox_room_give_back(const struct fox_room *room, struct fox_flow *flow)
{
    struct fox_id id = room->hold_id;
    pxf_error err = {0};
    const pxf_status status =
        fox_sql_write(flow->db, FOX_RELAXED | FOX_EARLY | FOX_ESSENTIAL, give_back, &id, &err);

    if (status != PXF_OK && status != PXF_LOST) {
        fox_env_log(flow->env, FOX_LEVEL_INFO, "room is given back by the sweep: %s", err.message);
    }
}
