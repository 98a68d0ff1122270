/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/sweep.h"

#include <stdlib.h>

#include "meta/hold.h"
#include "meta/variant.h"

enum { PAGE = 200 };

/* A page of holds that can end. */
struct page {
    struct fox_id after;
    struct fox_hold_list list;
};

static pxf_status list_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct page *page = ctx;

    fox_hold_list_let_go(&page->list);
    return fox_hold_list_ending_in(tx, &page->after, PAGE, &page->list, err);
}

/* A hold under the sweep's hands. */
struct ending {
    struct fox_flow *flow;
    const struct fox_hold_row *hold;
    int64_t now_ms; /* INT64_MAX: its holder is dead, whatever end it has */
    struct fox_hold_claim claim;
    bool is_known; /* a row names its key */
};

/* Whoever held it can publish and commit nothing from now on, so what is looked up stays true. */
static pxf_status take_over_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct ending *ending = ctx;
    const struct fox_hold_row *hold = ending->hold;

    ending->is_known = false;
    TRY(fox_hold_take_over_in(tx, &hold->id, ending->now_ms, &ending->claim, err));
    return hold->key ? fox_key_is_known_in(tx, &hold->pool_id, hold->key, &ending->is_known, err)
                     : PXF_OK;
}

static pxf_status remove_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct ending *ending = ctx;

    return fox_hold_remove_in(tx, &ending->claim.id, err);
}

static pxf_status remove_files(const struct ending *ending, pxf_error *err)
{
    const struct fox_hold_row *hold = ending->hold;
    struct fox_blob *blob;

    if (!hold->key) {
        return PXF_OK;
    }
    TRY(fox_pools_blob(ending->flow->pools, &hold->pool_id, &blob, err));
    TRY(fox_blob_remove_temporary(blob, hold->temporary_key, NULL, err));
    return ending->is_known ? PXF_OK : fox_blob_remove(blob, hold->key, NULL, err);
}

/* Taken over, then the files, then the row: as long as a row stands somebody will come again. The
 * claim has ended already, so the next sweep takes up what this one cannot finish. */
static pxf_status end_hold(struct ending *ending, pxf_error *err)
{
    struct fox_sql *db = ending->flow->db;

    TRY(fox_sql_write(db, FOX_RELAXED | FOX_ESSENTIAL, take_over_in, ending, err));
    TRY(remove_files(ending, err));
    return fox_sql_write(db, FOX_RELAXED | FOX_ESSENTIAL, remove_in, ending, err);
}

/* CONFLICT and LOST: it was prolonged, or ended by another sweep. */
static pxf_status end_and_count(struct ending *ending, int64_t *count, pxf_error *err)
{
    pxf_error cause = {0};

    TRY(fox_id_new(&ending->claim.id, ending->flow->env, fox_env_now_ms(ending->flow->env), err));
    if (end_hold(ending, &cause) == PXF_OK) {
        (*count)++;
    } else if (cause.status != PXF_LOST && cause.status != PXF_CONFLICT) {
        fox_env_log(ending->flow->env, FOX_LEVEL_WARN, "a dead hold stays for now: %s",
                    cause.message);
    }
    return PXF_OK;
}

static bool is_holder_dead(struct fox_flow *flow, const struct fox_hold_row *hold)
{
    return !fox_id_equals(&hold->holder, &flow->process_id) &&
           flow->is_dead(flow->ctx, &hold->holder);
}

static pxf_status look_at(struct fox_flow *flow, const struct fox_hold_row *hold, bool ends,
                          int64_t *count, pxf_error *err)
{
    const int64_t now_ms = fox_env_now_ms(flow->env);
    const bool is_dead = is_holder_dead(flow, hold);
    struct ending ending = {
        .flow = flow,
        .hold = hold,
        .now_ms = is_dead ? INT64_MAX : now_ms,
        .claim = {.holder = flow->process_id, .expires_ms = 1},
    };

    if (!is_dead && hold->expires_ms >= now_ms) {
        return PXF_OK;
    }
    if (!ends) {
        (*count)++;
        return PXF_OK;
    }
    return end_and_count(&ending, count, err);
}

/* Ids grow with time, and claims get new ones: what is younger than the walk is not walked again.
 */
static pxf_status walk(struct fox_flow *flow, bool ends, int64_t *ret_count, pxf_error *err)
{
    const int64_t began_ms = fox_env_now_ms(flow->env);
    struct page page = {0};
    pxf_status status;

    *ret_count = 0;
    do {
        status = fox_sql_read(flow->db, FOX_FRESH, list_in, &page, err);
        for (size_t i = 0; status == PXF_OK && i < page.list.count; i++) {
            page.after = page.list.rows[i].id;
            if (fox_id_time_ms(&page.after) <= began_ms) {
                status = look_at(flow, &page.list.rows[i], ends, ret_count, err);
            }
        }
    } while (status == PXF_OK && page.list.count == PAGE &&
             fox_id_time_ms(&page.after) <= began_ms);
    fox_hold_list_let_go(&page.list);
    return status;
}

pxf_status fox_sweep_holds(struct fox_flow *flow, int64_t *ret_count, pxf_error *err)
{
    return walk(flow, true, ret_count, err);
}

pxf_status fox_sweep_count_holds(struct fox_flow *flow, int64_t *ret_count, pxf_error *err)
{
    return walk(flow, false, ret_count, err);
}
