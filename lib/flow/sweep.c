/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "flow/hand.h"
#include "flow/render.h"
#include "flow/room.h"
#include "meta/event.h"
#include "meta/hold.h"
#include "meta/image.h"
#include "meta/recurring.h"
#include "model/kinds.h"

enum { PAGE = 200, OUTBOX_AGE_MS = 5000, JOBLESS_AGE_MS = 60000 };

struct slot {
    struct fox_flow *flow;
    int64_t slot_ms;
    bool taken;
    struct fox_hand hand;
};

static pxf_status take_slot_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct slot *slot = ctx;

    slot->taken = false;
    TRY(fox_recurring_take_in(tx, FOX_JOB_SWEEP, slot->slot_ms, &slot->taken, err));
    return slot->taken ? fox_hand_in(slot->flow, tx, &slot->hand, err) : PXF_OK;
}

pxf_status fox_sweep_tick(struct fox_flow *flow, pxf_error *err)
{
    const int64_t interval_ms = fox_kind_find(FOX_JOB_SWEEP)->interval_ms;
    const int64_t now_ms = fox_env_now_ms(flow->env);
    const struct fox_job_spec spec = {.kind = FOX_JOB_SWEEP,
                                      .unique_key = FOX_JOB_SWEEP,
                                      .unique_policy = FOX_UNIQUE_KEEP,
                                      .priority = 200};
    struct slot slot = {.flow = flow, .slot_ms = now_ms - now_ms % interval_ms};

    TRY(fox_hand_relay(flow, OUTBOX_AGE_MS, err));
    if (flow->last_slot_ms == slot.slot_ms) {
        return PXF_OK;
    }
    TRY(fox_hand_new(&slot.hand, flow, &spec, err));
    TRY(fox_sql_write(flow->db, FOX_RELAXED, take_slot_in, &slot, err));
    flow->last_slot_ms = slot.slot_ms;
    if (slot.taken) {
        fox_hand_on(flow, &slot.hand);
    }
    return PXF_OK;
}

struct named {
    struct fox_id pool_id;
    const char *temporary_key;
    bool is_named;
};

static pxf_status is_named_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct named *named = ctx;
    const struct fox_id image_id = fox_room_image_of(named->temporary_key);

    return fox_hold_names_in(tx, &image_id, &named->pool_id, named->temporary_key, &named->is_named,
                             err);
}

/* Removes one of a pool's temporaries if no hold names it: a variant of a run that died, or what a
 * power cut left. */
static pxf_status sweep_temporary(struct fox_flow *flow, const struct fox_pool_sight *sight,
                                  const char *temporary_key, pxf_error *err)
{
    struct named named = {.pool_id = sight->row.id, .temporary_key = temporary_key};

    TRY(fox_sql_read(flow->db, FOX_FRESH, is_named_in, &named, err));
    return named.is_named ? PXF_OK
                          : fox_blob_remove_temporary(sight->blob, temporary_key, NULL, err);
}

static pxf_status sweep_temporaries(struct fox_flow *flow, const struct fox_pool_sight *sight,
                                    int64_t before_ms, pxf_error *err)
{
    char cursor[FOX_KEY_LIMIT + 1] = "";
    size_t count;

    do {
        AUTO(fox_blob_list) list = {0};

        TRY(fox_blob_list_temporaries(sight->blob, cursor, PAGE, &list, err));
        for (size_t i = 0; i < list.count; i++) {
            if (list.entries[i].modified_ms < before_ms) {
                TRY(sweep_temporary(flow, sight, list.entries[i].key, err));
            }
        }
        count = list.count;
        if (count > 0) {
            (void)snprintf(cursor, sizeof cursor, "%s", list.entries[count - 1].key);
        }
    } while (count == PAGE);
    return PXF_OK;
}

static pxf_status sweep_pools(struct fox_flow *flow, struct fox_run *run, pxf_error *err)
{
    AUTO(fox_pools_view) *view = NULL;
    const int64_t age_ms =
        FOX_MINUTE_MS * fox_settings_number(flow->settings, FOX_SETTING_STORE_CLEAN_UP_AGE_MIN);
    const int64_t before_ms = fox_env_now_ms(flow->env) - age_ms;

    TRY(fox_pools_get(flow->pools, &view, err));
    for (size_t i = 0; i < view->count; i++) {
        const struct fox_pool_sight *sight = &view->sights[i];
        pxf_error cause = {0};

        TRY(fox_run_verdict(run, err));
        if (sight->trouble.status == PXF_OK &&
            sweep_temporaries(flow, sight, before_ms, &cause) != PXF_OK) {
            fox_env_log(flow->env, FOX_LEVEL_WARN, "pool '%s' is not swept: %s", sight->row.name,
                        cause.message);
        }
    }
    return PXF_OK;
}

/* Images in one state, page by page. */
struct jobless {
    struct fox_image_stay stay;
    struct fox_id_list list;
};

static pxf_status list_jobless_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct jobless *jobless = ctx;

    fox_id_list_let_go(&jobless->list);
    return fox_image_ids_in_state_in(tx, &jobless->stay, &jobless->list, err);
}

/* What became of an image's jobs. */
struct fate {
    bool is_alive, is_dead;
    pxf_error cause; /* of the death, the newest */
};

static pxf_status note_fate(void *ctx, const struct fox_job *job, const char *cursor,
                            pxf_error *err)
{
    struct fate *fate = ctx;

    (void)cursor;
    (void)err;
    if (job->state == PXF_JOB_DEAD && !fate->is_dead) {
        fate->is_dead = true;
        (void)fox_fail(&fate->cause, job->error_status, "%s", job->error);
    }
    fate->is_alive = fate->is_alive || (job->state != PXF_JOB_DEAD && job->state != PXF_JOB_DONE &&
                                        job->state != PXF_JOB_CANCELLED);
    return PXF_OK;
}

/* The catalog is the truth: an image whose job was lost with another queue gets a new one. A job
 * that died with its workers could not tell its image so; a dead deletion waits for somebody to
 * retry it. */
static pxf_status put_again(struct fox_flow *flow, const struct fox_id *id, const char *kind,
                            pxf_error *err)
{
    const struct fox_job_filter filter = {.kind = kind, .image_id = id, .limit = 10};
    char key[FOX_UNIQUE_BYTES] = "again:";
    const struct fox_job_spec spec = {.kind = kind,
                                      .image_id = id,
                                      .unique_key = key,
                                      .unique_policy = FOX_UNIQUE_KEEP,
                                      .priority = 100};
    struct fate fate = {.is_alive = false};

    TRY(fox_queue_list(flow->queue, &filter, note_fate, &fate, err));
    if (fate.is_alive) {
        return PXF_OK;
    }
    if (fate.is_dead) {
        return strcmp(kind, FOX_JOB_PROCESSING) == 0
                   ? fox_render_give_up(flow, id, &fate.cause, err)
                   : PXF_OK;
    }
    fox_id_format(key + strlen(key), id);
    return fox_queue_put(flow->queue, &spec, NULL, err);
}

static pxf_status sweep_state(struct fox_flow *flow, struct fox_run *run, pxf_image_state state,
                              const char *kind, pxf_error *err)
{
    struct jobless jobless = {
        .stay = {.state = state,
                 .before_ms = fox_env_now_ms(flow->env) - JOBLESS_AGE_MS,
                 .limit = PAGE},
    };
    pxf_status status;

    do {
        status = fox_sql_read(flow->db, FOX_FRESH, list_jobless_in, &jobless, err);
        for (size_t i = 0; status == PXF_OK && i < jobless.list.count; i++) {
            status = fox_run_verdict(run, err);
            if (status == PXF_OK) {
                status = put_again(flow, &jobless.list.ids[i], kind, err);
            }
        }
        jobless.stay.after = jobless.list.last;
    } while (status == PXF_OK && jobless.list.count == PAGE);
    fox_id_list_let_go(&jobless.list);
    return status;
}

struct expiry {
    int64_t before_ms, count;
};

static pxf_status expire_events_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct expiry *expiry = ctx;

    return fox_event_expire_in(tx, expiry->before_ms, PAGE, &expiry->count, err);
}

static pxf_status expire(struct fox_flow *flow, pxf_error *err)
{
    const int64_t now_ms = fox_env_now_ms(flow->env);
    const int64_t days = fox_settings_number(flow->settings, FOX_SETTING_STORE_EVENT_KEEP_DAYS);
    const int64_t hours = fox_settings_number(flow->settings, FOX_SETTING_QUEUE_DONE_KEEP_H);
    struct expiry events = {.before_ms = now_ms - days * FOX_DAY_MS};
    int64_t count = 0;

    do {
        TRY(fox_sql_write(flow->db, FOX_RELAXED, expire_events_in, &events, err));
    } while (events.count == PAGE);
    do {
        TRY(fox_queue_expire(flow->queue, now_ms - hours * FOX_HOUR_MS, PAGE, &count, err));
    } while (count == PAGE);
    return PXF_OK;
}

pxf_status fox_sweep_run(void *ctx, struct fox_run *run, pxf_error *err)
{
    struct fox_flow *flow = ctx;
    int64_t hold_count = 0;

    TRY(fox_flow_refresh(flow, err));
    TRY(fox_sweep_holds(flow, &hold_count, err));
    flow->bury(flow->ctx);
    TRY(sweep_pools(flow, run, err));
    TRY(sweep_state(flow, run, PXF_IMAGE_PENDING, FOX_JOB_PROCESSING, err));
    TRY(sweep_state(flow, run, PXF_IMAGE_PROCESSING, FOX_JOB_PROCESSING, err));
    TRY(sweep_state(flow, run, PXF_IMAGE_DELETED, FOX_JOB_IMAGE_DELETE, err));
    return expire(flow, err);
}
