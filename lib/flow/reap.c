/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/reap.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/meter.h"
#include "base/time.h"
#include "flow/hand.h"
#include "meta/event.h"
#include "meta/hold.h"
#include "meta/image.h"
#include "meta/owner.h"
#include "meta/variant.h"
#include "model/kinds.h"
#include "model/layout.h"

enum { OWNER_PAGE = 100, REAP_PRIORITY = 50, BUSY_WAIT_S = 1, UNNAMED_LIMIT = 100 };

struct hide {
    struct fox_flow *flow;
    const struct fox_id *id;
    struct fox_hand hand;
    bool was_hidden;
};

static pxf_status hide_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct hide *hide = ctx;
    struct fox_flow *flow = hide->flow;
    AUTO(fox_image_row) row = {0};
    const int64_t now_ms = fox_env_now_ms(flow->env);

    TRY(fox_image_get_in(tx, hide->id, &row, err));
    hide->was_hidden = row.state == PXF_IMAGE_DELETED;
    if (hide->was_hidden) {
        return PXF_OK;
    }
    TRY(fox_image_hide_in(tx, hide->id, now_ms, err));
    if (fox_queue_shares(flow->queue, flow->db)) {
        TRY(fox_queue_cancel_image(flow->queue, tx, hide->id, FOX_JOB_IMAGE_DELETE, err));
    }
    TRY(fox_hand_in(flow, tx, &hide->hand, err));
    return fox_event_add_in(tx, FOX_EVENT_IMAGE_DELETED, now_ms, hide->id, NULL, NULL, err);
}

pxf_status fox_reap_image(struct fox_flow *flow, const struct fox_id *id, pxf_error *err)
{
    char key[FOX_UNIQUE_BYTES] = "delete:";
    const struct fox_job_spec spec = {
        .kind = FOX_JOB_IMAGE_DELETE,
        .image_id = id,
        .unique_key = key,
        .unique_policy = FOX_UNIQUE_KEEP,
        .priority = REAP_PRIORITY,
        .max_attempts = -1,
    };
    struct hide hide = {.flow = flow, .id = id};

    fox_id_format(key + strlen(key), id);
    TRY(fox_hand_new(&hide.hand, flow, &spec, err));
    TRY(fox_sql_write(flow->db, FOX_DURABLE | FOX_ESSENTIAL, hide_in, &hide, err));
    if (hide.was_hidden) {
        return PXF_OK;
    }
    if (!fox_queue_shares(flow->queue, flow->db)) {
        TRY(fox_queue_cancel_image(flow->queue, NULL, id, FOX_JOB_IMAGE_DELETE, err));
    }
    fox_hand_on(flow, &hide.hand);
    return PXF_OK;
}

struct owned {
    const char *owner;
    struct fox_id_list list;
};

static pxf_status list_owned_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct owned *owned = ctx;

    fox_id_list_let_go(&owned->list);
    return fox_image_ids_of_owner_in(tx, owned->owner, OWNER_PAGE, &owned->list, err);
}

/* Hides page after page until none is left. */
static pxf_status hide_all(struct fox_flow *flow, const char *owner, struct fox_cancel *cancel,
                           pxf_error *err)
{
    struct owned owned = {.owner = owner};
    pxf_status status;

    do {
        status = fox_sql_read(flow->db, FOX_FRESH, list_owned_in, &owned, err);
        for (size_t i = 0; status == PXF_OK && i < owned.list.count; i++) {
            status = fox_cancel_check(cancel, err);
            if (status == PXF_OK) {
                status = fox_reap_image(flow, &owned.list.ids[i], err);
            }
        }
    } while (status == PXF_OK && owned.list.count > 0);
    fox_id_list_let_go(&owned.list);
    return status;
}

static pxf_status hand_owner_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct hide *hide = ctx;

    return fox_hand_in(hide->flow, tx, &hide->hand, err);
}

pxf_status fox_reap_owner(struct fox_flow *flow, const char *owner, pxf_error *err)
{
    AUTO(fox_str) payload = {0};
    struct fox_job_spec spec = {
        .kind = FOX_JOB_OWNER_DELETE, .priority = REAP_PRIORITY, .max_attempts = -1};
    struct hide hide = {.flow = flow};

    fox_str_put_text(&payload, "{\"owner\":");
    fox_json_quote(&payload, owner);
    fox_str_put_text(&payload, "}");
    TRY(fox_str_check(&payload, err));
    spec.payload = fox_str_text(&payload);
    TRY(fox_hand_new(&hide.hand, flow, &spec, err));
    TRY(fox_sql_write(flow->db, FOX_DURABLE | FOX_ESSENTIAL, hand_owner_in, &hide, err));
    fox_hand_on(flow, &hide.hand);
    return hide_all(flow, owner, NULL, err);
}

pxf_status fox_reap_owner_run(void *flow, struct fox_run *run, pxf_error *err)
{
    const char *payload = fox_run_job(run)->payload;
    AUTO(json_t) *json = NULL;
    const char *owner;

    TRY(fox_json_parse(&json, payload, strlen(payload), err));
    owner = json_string_value(json_object_get(json, "owner"));
    if (!owner) {
        return fox_fail(err, PXF_INVALID, "the job names no owner");
    }
    return hide_all(flow, owner, fox_run_cancel(run), err);
}

/* One image's end. */
struct reap {
    struct fox_flow *flow;
    struct fox_run *run;
    struct fox_image_row image;
    struct fox_variant_list variants;
    uint64_t freed_bytes;
};

static pxf_status read_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct reap *reap = ctx;
    const struct fox_id *id = &fox_run_job(reap->run)->image_id;

    fox_image_row_let_go(&reap->image);
    fox_variant_list_let_go(&reap->variants);
    TRY(fox_image_get_in(tx, id, &reap->image, err));
    return fox_variant_list_in(tx, id, &reap->variants, err);
}

static pxf_status note_running(void *ctx, const struct fox_job *job, const char *cursor,
                               pxf_error *err)
{
    bool *is_running = ctx;

    (void)cursor;
    (void)err;
    *is_running = *is_running || strcmp(job->kind, FOX_JOB_IMAGE_DELETE) != 0;
    return PXF_OK;
}

/* A render that still runs could write a file behind our back: it was asked to stop, so wait. */
static pxf_status check_quiet(struct reap *reap, pxf_error *err)
{
    const struct fox_job_filter filter = {
        .state = PXF_JOB_RUNNING, .image_id = &reap->image.id, .limit = 10};
    bool is_running = false;

    TRY(fox_queue_list(reap->flow->queue, &filter, note_running, &is_running, err));
    if (is_running) {
        (void)fox_fail(err, PXF_BUSY, "another job of the image still runs");
        if (err) {
            err->retry_after_s = BUSY_WAIT_S;
        }
        return PXF_BUSY;
    }
    return PXF_OK;
}

static pxf_status remove_file(struct reap *reap, const struct fox_id *pool_id, const char *key,
                              pxf_error *err)
{
    struct fox_blob *blob;
    uint64_t freed_bytes = 0;

    TRY(fox_cancel_check(fox_run_cancel(reap->run), err));
    TRY(fox_pools_blob(reap->flow->pools, pool_id, &blob, err));
    TRY(fox_blob_remove(blob, key, &freed_bytes, err));
    reap->freed_bytes += freed_bytes;
    return PXF_OK;
}

static pxf_status remove_files(struct reap *reap, pxf_error *err)
{
    for (size_t i = 0; i < reap->variants.count; i++) {
        const struct fox_variant_row *row = &reap->variants.rows[i];

        if (row->key) {
            TRY(remove_file(reap, &row->pool_id, row->key, err));
        }
    }
    return remove_file(reap, &reap->image.pool_id, reap->image.key, err);
}

/* Whether an entry of a pool is one of the image's variants. */
static bool is_variant_of(const struct fox_blob_entry *entry, const char *id)
{
    const struct fox_key key = fox_layout_parse(entry->key);

    return entry->is_file && key.kind == FOX_KEY_VARIANT && strcmp(key.id, id) == 0;
}

/* Removes the image's variants in one pool, whatever rows say: its id leads their keys, which
 * follow one another. */
static pxf_status remove_unnamed_in(struct reap *reap, const struct fox_pool_sight *pool,
                                    pxf_error *err)
{
    AUTO(fox_str) cursor = {0};
    AUTO(fox_blob_list) list = {0};
    char id[FOX_ID_TEXT_BYTES];

    fox_id_format(id, &reap->image.id);
    TRY(fox_layout_variant(&cursor, fox_day_of_ms(reap->image.created_ms), id, "", "x", err));
    fox_str_cut(&cursor, cursor.size - strlen(".x"));
    TRY(fox_blob_list(pool->blob, fox_str_text(&cursor), UNNAMED_LIMIT, &list, err));
    for (size_t i = 0; i < list.count && is_variant_of(&list.entries[i], id); i++) {
        TRY(remove_file(reap, &pool->row.id, list.entries[i].key, err));
    }
    return PXF_OK;
}

/* A run that died stored variants that no row names. An image that was made once has a row for each
 * recipe, so this is for those that have none. Its own pool must answer; what another pool may keep
 * is an orphan there, for verification to find. */
static pxf_status remove_unnamed(struct reap *reap, pxf_error *err)
{
    AUTO(fox_pools_view) *view = NULL;

    if (reap->variants.count > 0) {
        return PXF_OK;
    }
    TRY(fox_pools_get(reap->flow->pools, &view, err));
    for (size_t i = 0; i < view->count; i++) {
        const struct fox_pool_sight *pool = &view->sights[i];
        pxf_error cause = {0};

        if (pool->blob && remove_unnamed_in(reap, pool, &cause) != PXF_OK &&
            fox_id_equals(&pool->row.id, &reap->image.pool_id)) {
            return fox_fail_as(err, &cause);
        }
    }
    return PXF_OK;
}

/* What the rows recorded is what is taken off; images, holds, pools, owners, events, in the order
 * in which all operations take them. */
static pxf_status forget_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct reap *reap = ctx;
    struct fox_flow *flow = reap->flow;
    const struct fox_image_row *image = &reap->image;
    int64_t bytes = (int64_t)image->bytes;

    TRY(fox_image_lock_in(tx, &image->id, err));
    TRY(fox_hold_remove_of_image_in(tx, &image->id, err));
    TRY(fox_pool_use_in(tx, &image->pool_id, -bytes, -1, err));
    for (size_t i = 0; i < reap->variants.count; i++) {
        const struct fox_variant_row *row = &reap->variants.rows[i];

        if (row->key) {
            TRY(fox_pool_use_in(tx, &row->pool_id, -(int64_t)row->bytes, -1, err));
            bytes += (int64_t)row->bytes;
        }
    }
    TRY(fox_owner_use_in(tx, image->owner, -bytes, -1, err));
    TRY(fox_image_remove_in(tx, &image->id, err));
    TRY(fox_event_add_in(tx, FOX_EVENT_IMAGE_REMOVED, fox_env_now_ms(flow->env), &image->id, NULL,
                         NULL, err));
    if (!fox_queue_shares(flow->queue, flow->db)) {
        return PXF_OK;
    }
    return fox_queue_finish_in(flow->queue, tx, fox_run_job(reap->run), NULL, err);
}

static pxf_status reap_image(struct reap *reap, pxf_error *err)
{
    struct fox_flow *flow = reap->flow;

    if (reap->image.state != PXF_IMAGE_DELETED) {
        return fox_fail(err, PXF_CONFLICT, "the image was not deleted");
    }
    TRY(check_quiet(reap, err));
    TRY(remove_files(reap, err));
    TRY(remove_unnamed(reap, err));
    TRY(fox_sql_write(flow->db, FOX_DURABLE | FOX_ESSENTIAL, forget_in, reap, err));
    if (fox_queue_shares(flow->queue, flow->db)) {
        fox_run_set_end(reap->run, FOX_RUN_DONE);
    }
    fox_meter_add(flow->env->meters, FOX_METER_DELETED_BYTES, NULL, NULL,
                  (double)reap->freed_bytes);
    flow->wake(flow->ctx);
    return PXF_OK;
}

pxf_status fox_reap_image_run(void *flow, struct fox_run *run, pxf_error *err)
{
    struct reap reap = {.flow = flow, .run = run};
    pxf_error cause = {0};
    /* A read may see the hiding before it is on the disk; files only go once it is. */
    pxf_status status =
        fox_sql_write(reap.flow->db, FOX_DURABLE | FOX_ESSENTIAL, read_in, &reap, &cause);

    if (status == PXF_OK) {
        status = reap_image(&reap, &cause);
    } else if (status == PXF_NOT_FOUND) {
        status = PXF_OK; /* a run before this one did it all */
    }
    fox_image_row_let_go(&reap.image);
    fox_variant_list_let_go(&reap.variants);
    return status == PXF_OK ? PXF_OK : fox_fail_as(err, &cause);
}
