/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/pools.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/meter.h"
#include "base/time.h"
#include "flow/slot.h"
#include "meta/event.h"
#include "os/clock.h"
#include "os/wait.h"

struct fox_pools {
    struct fox_pools_options options;
    struct {
        pthread_mutex_t lock;
        pthread_cond_t looked;
        struct fox_pools_view *view;
        uint64_t look_count;    /* looks have numbers in the order in which they began */
        uint64_t view_number;   /* of the look that made the view */
        uint64_t wanted_number; /* what was seen before that look is forgotten */
        uint64_t looker;        /* the newest look that is under way; 0: none */
        int64_t looker_began_ms;
        struct fox_slot *slots;
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
    fox_wait_init(&pools->shared.looked);
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
        struct fox_slot *slot = pools->shared.slots;

        pools->shared.slots = slot->next;
        fox_slot_free(slot);
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

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

/* A pool whose folder was changed while it was empty gets another slot. */
static struct fox_slot *find_slot_locked(const struct fox_pools *pools,
                                         const struct fox_pool_row *row)
{
    struct fox_slot *slot = pools->shared.slots;

    while (slot && !(fox_id_equals(&slot->id, &row->id) &&
                     strcmp(slot->path, text_or_empty(row->path)) == 0)) {
        slot = slot->next;
    }
    return slot;
}

static struct fox_slot *find_slot(struct fox_pools *pools, const struct fox_pool_row *row)
{
    struct fox_slot *slot;

    (void)pthread_mutex_lock(&pools->shared.lock);
    slot = find_slot_locked(pools, row);
    (void)pthread_mutex_unlock(&pools->shared.lock);
    return slot;
}

/* Puts it into the list, unless another look was faster: then that one's serves. */
static struct fox_slot *keep_slot(struct fox_pools *pools, const struct fox_pool_row *row,
                                  struct fox_slot *slot)
{
    struct fox_slot *found;

    (void)pthread_mutex_lock(&pools->shared.lock);
    found = find_slot_locked(pools, row);
    if (!found) {
        slot->next = pools->shared.slots;
        pools->shared.slots = slot;
    }
    (void)pthread_mutex_unlock(&pools->shared.lock);
    if (found) {
        fox_slot_free(slot);
    }
    return found ? found : slot;
}

/* The pool's slot, lent until the pools are freed. To open a driver touches no disk. */
static pxf_status reach_slot(struct fox_slot **ret_slot, struct fox_pools *pools,
                             const struct fox_pool_row *row, pxf_error *err)
{
    struct fox_slot *slot = find_slot(pools, row);
    struct fox_blob *blob = NULL;

    if (!slot) {
        TRY(pools->options.open(pools->options.ctx, row, &blob, err));
        fox_blob_set_name(blob, row->name);
        TRY(fox_slot_new(&slot, &row->id, text_or_empty(row->path), blob, err));
        slot = keep_slot(pools, row, slot);
    }
    *ret_slot = slot;
    return PXF_OK;
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

static void note_health(struct fox_pools *pools, struct fox_slot *slot,
                        const struct fox_pool_sight *sight)
{
    const bool is_healthy = sight->trouble.status == PXF_OK;
    bool was_seen, was_healthy;

    (void)pthread_mutex_lock(&pools->shared.lock);
    was_seen = slot->was_seen;
    was_healthy = slot->was_healthy;
    slot->was_seen = true;
    slot->was_healthy = is_healthy;
    (void)pthread_mutex_unlock(&pools->shared.lock);
    if (!is_healthy && (!was_seen || was_healthy)) {
        tell(pools, FOX_EVENT_POOL_UNAVAILABLE, sight->row.name, sight->trouble.message);
    } else if (is_healthy && was_seen && !was_healthy) {
        tell(pools, FOX_EVENT_POOL_AVAILABLE, sight->row.name, "is back");
    }
}

/* Whoever asked for a pool that hangs would hang with it: it is as if it were not open. */
static void look_at_slot(const struct fox_pools *pools, struct fox_pool_sight *sight,
                         struct fox_slot *slot)
{
    const enum fox_slot_look how = sight->row.type == PXF_POOL_NFS ? FOX_SLOT_APART : FOX_SLOT_HERE;
    pxf_error cause = {0};

    if (fox_slot_look(slot, how, pools->options.patience_ms, &sight->health, &cause) == PXF_OK) {
        sight->blob = slot->blob;
        return;
    }
    if (cause.status == PXF_TIMEOUT) {
        (void)fox_fail_from(&sight->trouble, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, cause.code, "%s",
                            cause.message);
        return;
    }
    sight->blob = slot->blob;
    (void)fox_fail_as(&sight->trouble, &cause);
}

static void look_at(struct fox_pools *pools, struct fox_pool_sight *sight)
{
    pxf_error *trouble = &sight->trouble;
    struct fox_slot *slot;

    if (is_elsewhere(pools, &sight->row)) {
        (void)fox_fail(trouble, PXF_UNAVAILABLE, "is a disk of node '%s'", sight->row.node);
        return;
    }
    if (sight->row.state == PXF_POOL_OFFLINE) {
        (void)fox_fail(trouble, PXF_UNAVAILABLE, "is set offline");
        return;
    }
    if (reach_slot(&slot, pools, &sight->row, trouble) != PXF_OK) {
        return;
    }
    look_at_slot(pools, sight, slot);
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

/* Whether the view shows all that was changed before it was asked for. */
static bool has_view_locked(const struct fox_pools *pools)
{
    return pools->shared.view && pools->shared.view_number >= pools->shared.wanted_number;
}

static bool is_young_locked(const struct fox_pools *pools, int64_t age_ms)
{
    return fox_env_monotonic_ms(pools->options.env) - pools->shared.view->seen_ms < age_ms;
}

/* How much longer it is worth to wait for the look of another thread; 0 and less: no longer. */
static int64_t patience_left_locked(const struct fox_pools *pools)
{
    if (pools->shared.looker == 0 || pools->shared.looker < pools->shared.wanted_number) {
        return 0;
    }
    return pools->shared.looker_began_ms + pools->options.patience_ms - fox_clock_monotonic_ms();
}

/* A look that began before another one and ends after it is thrown away. */
static void publish_locked(struct fox_pools *pools, struct fox_pools_view *view, uint64_t number)
{
    if (pools->shared.looker == number) {
        pools->shared.looker = 0;
    }
    if (view && number > pools->shared.view_number) {
        fox_pools_view_free(pools->shared.view);
        pools->shared.view = view;
        pools->shared.view_number = number;
    } else {
        fox_pools_view_free(view);
    }
    (void)pthread_cond_broadcast(&pools->shared.looked);
}

/* Replaces the view; the old one stays if the new one cannot be had. */
static pxf_status renew_locked(struct fox_pools *pools, pxf_error *err)
{
    const uint64_t number = ++pools->shared.look_count;
    struct fox_pools_view *view;

    pools->shared.looker = number;
    pools->shared.looker_began_ms = fox_clock_monotonic_ms();
    (void)pthread_mutex_unlock(&pools->shared.lock);
    view = look(pools, err);
    (void)pthread_mutex_lock(&pools->shared.lock);
    publish_locked(pools, view, number);
    return view ? PXF_OK : (pxf_status)err->status;
}

/* A view that may be given out, or an own look; while another thread looks, what was seen before
 * serves. */
static pxf_status settle_locked(struct fox_pools *pools, int64_t age_ms, pxf_error *err)
{
    for (;;) {
        const int64_t left_ms = patience_left_locked(pools);

        if (has_view_locked(pools) && (left_ms > 0 || is_young_locked(pools, age_ms))) {
            return PXF_OK;
        }
        if (left_ms <= 0) {
            return renew_locked(pools, err);
        }
        (void)fox_wait_ms(&pools->shared.looked, &pools->shared.lock, left_ms);
    }
}

pxf_status fox_pools_get(struct fox_pools *pools, struct fox_pools_view **ret_view, pxf_error *err)
{
    const int64_t age_ms = fox_settings_number(pools->options.settings, FOX_SETTING_POOL_HEALTH_MS);
    pxf_error cause = {0};
    pxf_status status;

    (void)pthread_mutex_lock(&pools->shared.lock);
    status = settle_locked(pools, age_ms, &cause);
    if (status == PXF_OK) {
        (void)atomic_fetch_add(&pools->shared.view->owners, 1);
        *ret_view = pools->shared.view;
    }
    (void)pthread_mutex_unlock(&pools->shared.lock);
    return status == PXF_OK ? PXF_OK : fox_fail_as(err, &cause);
}

void fox_pools_forget(struct fox_pools *pools)
{
    (void)pthread_mutex_lock(&pools->shared.lock);
    pools->shared.wanted_number = pools->shared.look_count + 1;
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
    for (struct fox_slot *slot = pools->shared.slots; slot; slot = slot->next) {
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
    for (struct fox_slot *slot = pools->shared.slots; slot; slot = slot->next) {
        if (fox_id_equals(&slot->id, id) && bytes >= slot->full_bytes) {
            slot->full_bytes = UINT64_MAX;
        }
    }
    (void)pthread_mutex_unlock(&pools->shared.lock);
}
