/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/pools.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/meter.h"
#include "base/time.h"
#include "meta/event.h"

/* A pool's open blob; a pool whose folder was changed while it was empty gets another one. */
struct slot {
    struct slot *next;
    struct fox_id id;
    char *path;
    struct fox_blob *blob;
    bool was_seen, was_healthy;
    uint64_t full_bytes; /* the least that found no room; UINT64_MAX: it is not full */
};

struct fox_pools {
    struct fox_pools_options options;
    struct {
        pthread_mutex_t lock;
        pthread_cond_t looked;
        struct fox_pools_view *view;
        bool is_looking, is_stale;
        struct slot *slots;
    } shared;
};

pxf_status fox_pools_new(struct fox_pools **ret_pools, const struct fox_pools_options *options,
                         pxf_error *err)
{
    struct fox_pools *pools = fox_mem_new(1, sizeof *pools, err);

    if (!pools) {
        return PXF_NO_MEMORY;
    }
    pools->options = *options;
    (void)pthread_mutex_init(&pools->shared.lock, NULL);
    (void)pthread_cond_init(&pools->shared.looked, NULL);
    *ret_pools = pools;
    return PXF_OK;
}

void fox_pools_view_free(struct fox_pools_view *view)
{
    if (!view || atomic_fetch_sub(&view->owners, 1) > 1) {
        return;
    }
    for (size_t i = 0; i < view->count; i++) {
        fox_pool_row_let_go(&view->sights[i].row);
    }
    free(view->sights);
    free(view);
}

void fox_pools_free(struct fox_pools *pools)
{
    if (!pools) {
        return;
    }
    fox_pools_view_free(pools->shared.view);
    while (pools->shared.slots) {
        struct slot *slot = pools->shared.slots;

        pools->shared.slots = slot->next;
        fox_blob_close(slot->blob);
        free(slot->path);
        free(slot);
    }
    (void)pthread_cond_destroy(&pools->shared.looked);
    (void)pthread_mutex_destroy(&pools->shared.lock);
    free(pools);
}

static pxf_status read_rows(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    fox_pool_list_let_go(ctx);
    return fox_pool_list_in(tx, ctx, err);
}

static bool is_slot_of(const struct slot *slot, const struct fox_pool_row *row)
{
    return fox_id_equals(&slot->id, &row->id) &&
           strcmp(slot->path, row->path ? row->path : "") == 0;
}

/* Only the thread that looks adds slots; others see them once they are in the list. */
static struct slot *slot_of(struct fox_pools *pools, const struct fox_pool_row *row, pxf_error *err)
{
    struct slot *slot = pools->shared.slots;

    while (slot && !is_slot_of(slot, row)) {
        slot = slot->next;
    }
    if (slot) {
        return slot;
    }
    slot = fox_mem_new(1, sizeof *slot, err);
    if (!slot) {
        return NULL;
    }
    slot->id = row->id;
    slot->full_bytes = UINT64_MAX;
    slot->path = fox_mem_text(row->path ? row->path : "", err);
    if (!slot->path) {
        free(slot);
        return NULL;
    }
    (void)pthread_mutex_lock(&pools->shared.lock);
    slot->next = pools->shared.slots;
    pools->shared.slots = slot;
    (void)pthread_mutex_unlock(&pools->shared.lock);
    return slot;
}

static bool is_elsewhere(const struct fox_pools *pools, const struct fox_pool_row *row)
{
    return row->node && strcmp(row->node, pools->options.node) != 0;
}

struct change {
    enum fox_event kind;
    int64_t at_ms;
    const char *pool, *message;
};

static pxf_status add_event(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct change *change = ctx;

    return fox_event_add_in(tx, change->kind, change->at_ms, NULL, change->pool, change->message,
                            err);
}

/* Tells of a change, in the log and as an event; trouble with the event is only logged. */
static void tell(struct fox_pools *pools, enum fox_event kind, const char *pool,
                 const char *message)
{
    const struct fox_env *env = pools->options.env;
    struct change change = {
        .kind = kind, .at_ms = fox_env_now_ms(env), .pool = pool, .message = message};
    pxf_error err = {0};

    fox_env_log(env, kind == FOX_EVENT_POOL_AVAILABLE ? FOX_LEVEL_INFO : FOX_LEVEL_WARN,
                "pool '%s': %s", pool, message);
    if (fox_sql_write(pools->options.db, FOX_RELAXED, add_event, &change, &err) != PXF_OK) {
        fox_env_log(env, FOX_LEVEL_WARN, "no event for pool '%s': %s", pool, err.message);
    }
}

static void note_health(struct fox_pools *pools, struct slot *slot,
                        const struct fox_pool_sight *sight)
{
    const bool is_healthy = sight->trouble.status == PXF_OK;

    if (!is_healthy && (!slot->was_seen || slot->was_healthy)) {
        tell(pools, FOX_EVENT_POOL_UNAVAILABLE, sight->row.name, sight->trouble.message);
    } else if (is_healthy && slot->was_seen && !slot->was_healthy) {
        tell(pools, FOX_EVENT_POOL_AVAILABLE, sight->row.name, "is back");
    }
    slot->was_seen = true;
    slot->was_healthy = is_healthy;
}

static pxf_status open_slot(struct fox_pools *pools, struct slot *slot,
                            const struct fox_pool_row *row, pxf_error *err)
{
    if (slot->blob) {
        return PXF_OK;
    }
    TRY(pools->options.open(pools->options.ctx, row, &slot->blob, err));
    fox_blob_set_name(slot->blob, row->name);
    return PXF_OK;
}

static void look_at(struct fox_pools *pools, struct fox_pool_sight *sight)
{
    pxf_error *trouble = &sight->trouble;
    struct slot *slot;

    if (is_elsewhere(pools, &sight->row)) {
        (void)fox_fail(trouble, PXF_UNAVAILABLE, "is a disk of node '%s'", sight->row.node);
        return;
    }
    if (sight->row.state == PXF_POOL_OFFLINE) {
        (void)fox_fail(trouble, PXF_UNAVAILABLE, "is set offline");
        return;
    }
    slot = slot_of(pools, &sight->row, trouble);
    if (!slot) {
        return;
    }
    if (open_slot(pools, slot, &sight->row, trouble) == PXF_OK) {
        sight->blob = slot->blob;
        (void)fox_blob_look(slot->blob, &sight->health, trouble);
    }
    if (trouble->status != PXF_NO_MEMORY) {
        note_health(pools, slot, sight);
    }
}

static void meter(struct fox_pools *pools, const struct fox_pool_sight *sight)
{
    struct fox_meters *meters = pools->options.env->meters;
    const char *name = sight->row.name;

    fox_meter_set(meters, FOX_METER_POOL_MAX_BYTES, name, NULL, (double)sight->row.max_bytes);
    fox_meter_set(meters, FOX_METER_POOL_USED_BYTES, name, NULL, (double)sight->row.used_bytes);
    fox_meter_set(meters, FOX_METER_POOL_HELD_BYTES, name, NULL, (double)sight->row.held_bytes);
    fox_meter_set(meters, FOX_METER_POOL_FREE_BYTES, name, NULL,
                  (double)sight->health.disk_free_bytes);
    fox_meter_set(meters, FOX_METER_POOL_HEALTHY, name, NULL, sight->trouble.status == PXF_OK);
}

/* Looks at all pools, without the lock: this may take as long as a dying disk takes. */
static struct fox_pools_view *look(struct fox_pools *pools, pxf_error *err)
{
    AUTO(fox_pool_list) rows = {0};
    struct fox_pools_view *view;

    if (fox_sql_read(pools->options.db, FOX_FRESH, read_rows, &rows, err) != PXF_OK) {
        return NULL;
    }
    view = fox_mem_new(1, sizeof *view, err);
    if (!view) {
        return NULL;
    }
    atomic_init(&view->owners, 1);
    view->sights = fox_mem_new(rows.count, sizeof *view->sights, err);
    if (!view->sights) {
        free(view);
        return NULL;
    }
    for (size_t i = 0; i < rows.count; i++) {
        view->sights[i].row = rows.rows[i];
        rows.rows[i] = (struct fox_pool_row){0};
        view->count++;
        look_at(pools, &view->sights[i]);
        if (view->sights[i].trouble.status == PXF_NO_MEMORY) { /* ours, not the pool's */
            (void)fox_fail_as(err, &view->sights[i].trouble);
            fox_pools_view_free(view);
            return NULL;
        }
        meter(pools, &view->sights[i]);
    }
    view->seen_ms = fox_env_monotonic_ms(pools->options.env);
    return view;
}

static bool is_fresh_locked(const struct fox_pools *pools, int64_t age_ms)
{
    return pools->shared.view && !pools->shared.is_stale &&
           fox_env_monotonic_ms(pools->options.env) - pools->shared.view->seen_ms < age_ms;
}

/* Replaces the view; the old one stays if the new one cannot be had and somebody can live with it.
 */
static pxf_status renew_locked(struct fox_pools *pools, pxf_error *err)
{
    struct fox_pools_view *view;

    pools->shared.is_looking = true;
    pools->shared.is_stale = false;
    (void)pthread_mutex_unlock(&pools->shared.lock);
    view = look(pools, err);
    (void)pthread_mutex_lock(&pools->shared.lock);
    pools->shared.is_looking = false;
    (void)pthread_cond_broadcast(&pools->shared.looked);
    if (!view) {
        pools->shared.is_stale = true;
        return err ? (pxf_status)err->status : PXF_UNAVAILABLE;
    }
    fox_pools_view_free(pools->shared.view);
    pools->shared.view = view;
    return PXF_OK;
}

pxf_status fox_pools_get(struct fox_pools *pools, struct fox_pools_view **ret_view, pxf_error *err)
{
    const int64_t age_ms = fox_settings_number(pools->options.settings, FOX_SETTING_POOL_HEALTH_MS);
    pxf_error cause = {0};
    pxf_status status = PXF_OK;

    (void)pthread_mutex_lock(&pools->shared.lock);
    while (pools->shared.is_looking && (!pools->shared.view || pools->shared.is_stale)) {
        (void)pthread_cond_wait(&pools->shared.looked, &pools->shared.lock);
    }
    if (!is_fresh_locked(pools, age_ms) && !pools->shared.is_looking) {
        status = renew_locked(pools, &cause);
    }
    if (status == PXF_OK) {
        (void)atomic_fetch_add(&pools->shared.view->owners, 1);
        *ret_view = pools->shared.view;
    }
    (void)pthread_mutex_unlock(&pools->shared.lock);
    if (status != PXF_OK) {
        return fox_fail_as(err, &cause);
    }
    return PXF_OK;
}

void fox_pools_forget(struct fox_pools *pools)
{
    (void)pthread_mutex_lock(&pools->shared.lock);
    pools->shared.is_stale = true;
    (void)pthread_mutex_unlock(&pools->shared.lock);
}

const struct fox_pool_sight *fox_pools_find(const struct fox_pools_view *view,
                                            const struct fox_id *id)
{
    for (size_t i = 0; i < view->count; i++) {
        if (fox_id_equals(&view->sights[i].row.id, id)) {
            return &view->sights[i];
        }
    }
    return NULL;
}

bool fox_pools_is_elsewhere(const struct fox_pools *pools, const struct fox_pool_sight *sight)
{
    return is_elsewhere(pools, &sight->row);
}

pxf_status fox_pools_blob(struct fox_pools *pools, const struct fox_id *id,
                          struct fox_blob **ret_blob, pxf_error *err)
{
    AUTO(fox_pools_view) *view = NULL;
    const struct fox_pool_sight *sight;

    TRY(fox_pools_get(pools, &view, err));
    sight = fox_pools_find(view, id);
    if (!sight) {
        return fox_fail_from(err, PXF_NOT_FOUND, PXF_ORIGIN_POOL, 0, "the pool is not there");
    }
    if (!sight->blob) {
        return fox_fail_from(err, (pxf_status)sight->trouble.status, PXF_ORIGIN_POOL,
                             sight->trouble.code, "pool '%s': %s", sight->row.name,
                             sight->trouble.message);
    }
    *ret_blob = sight->blob;
    return PXF_OK;
}

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

struct fox_pool_view fox_pools_row_view(const struct fox_pool_row *row,
                                        const struct fox_blob_health *health)
{
    return (struct fox_pool_view){
        .name = row->name,
        .node = text_or_empty(row->node),
        .region = text_or_empty(row->region),
        .tier = row->tier,
        .state = row->state,
        .type = row->type,
        .priority = row->priority,
        .weight = row->weight,
        .max_bytes = row->max_bytes,
        .used_bytes = row->used_bytes,
        .held_bytes = row->held_bytes,
        .disk_bytes = health->disk_bytes,
        .disk_free_bytes = health->disk_free_bytes,
        .disk_free_inodes = health->disk_free_inodes,
        .is_healthy = true,
        .is_reachable = true,
        .is_default = row->is_default,
        .is_backup_target = row->is_backup_target,
    };
}

struct fox_pool_view fox_pools_pick_view(const struct fox_pools *pools,
                                         const struct fox_pool_sight *sight)
{
    struct fox_pool_view view = fox_pools_row_view(&sight->row, &sight->health);

    view.is_healthy = sight->trouble.status == PXF_OK;
    view.is_reachable = !is_elsewhere(pools, &sight->row);
    return view;
}

/* Whether this is news. */
static bool cross(struct fox_pools *pools, const struct fox_id *id, uint64_t bytes)
{
    bool is_news = false;

    (void)pthread_mutex_lock(&pools->shared.lock);
    for (struct slot *slot = pools->shared.slots; slot; slot = slot->next) {
        if (fox_id_equals(&slot->id, id)) {
            is_news = is_news || slot->full_bytes == UINT64_MAX;
            slot->full_bytes = bytes < slot->full_bytes ? bytes : slot->full_bytes;
        }
    }
    (void)pthread_mutex_unlock(&pools->shared.lock);
    return is_news;
}

void fox_pools_note_full(struct fox_pools *pools, const struct fox_id *id, uint64_t bytes)
{
    AUTO(fox_pools_view) *view = NULL;
    const struct fox_pool_sight *sight;

    if (!cross(pools, id, bytes) || fox_pools_get(pools, &view, NULL) != PXF_OK) {
        return;
    }
    sight = fox_pools_find(view, id);
    if (sight) {
        tell(pools, FOX_EVENT_POOL_FULL, sight->row.name, "has no room left");
    }
}

void fox_pools_note_taken(struct fox_pools *pools, const struct fox_id *id, uint64_t bytes)
{
    (void)pthread_mutex_lock(&pools->shared.lock);
    for (struct slot *slot = pools->shared.slots; slot; slot = slot->next) {
        if (fox_id_equals(&slot->id, id) && bytes >= slot->full_bytes) {
            slot->full_bytes = UINT64_MAX;
        }
    }
    (void)pthread_mutex_unlock(&pools->shared.lock);
}
