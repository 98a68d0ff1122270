/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/slot.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"
#include "os/clock.h"
#include "os/thread.h"
#include "os/wait.h"

pxf_status fox_slot_new(struct fox_slot **ret_slot, const struct fox_id *id, const char *path,
                        struct fox_blob *blob, pxf_error *err)
{
    struct fox_slot *slot = fox_mem_new(1, sizeof *slot, err);
    char *copy = fox_mem_text(path, err);

    if (!slot || !copy) {
        free(slot);
        free(copy);
        fox_blob_close(blob);
        return PXF_NO_MEMORY;
    }
    atomic_init(&slot->owners, 1);
    slot->id = *id;
    slot->path = copy;
    slot->blob = blob;
    slot->full_bytes = UINT64_MAX;
    (void)pthread_mutex_init(&slot->shared.lock, NULL);
    fox_wait_init(&slot->shared.looked);
    *ret_slot = slot;
    return PXF_OK;
}

void fox_slot_free(struct fox_slot *slot)
{
    if (!slot || atomic_fetch_sub(&slot->owners, 1) > 1) {
        return;
    }
    fox_blob_close(slot->blob);
    (void)pthread_cond_destroy(&slot->shared.looked);
    (void)pthread_mutex_destroy(&slot->shared.lock);
    free(slot->path);
    free(slot);
}

static int64_t spent_ms_locked(const struct fox_slot *slot)
{
    return fox_clock_monotonic_ms() - slot->shared.began_ms;
}

/* Waits for the look of that number. False if it is still under way when the time is over. */
static bool await_locked(struct fox_slot *slot, uint64_t number, int64_t patience_ms)
{
    while (slot->shared.is_looking && slot->shared.number == number) {
        if (!fox_wait_ms(&slot->shared.looked, &slot->shared.lock,
                         patience_ms - spent_ms_locked(slot))) {
            return !slot->shared.is_looking || slot->shared.number != number;
        }
    }
    return true;
}

static pxf_status no_answer_locked(const struct fox_slot *slot, pxf_error *err)
{
    return fox_fail_from(err, PXF_TIMEOUT, PXF_ORIGIN_POOL, 0,
                         "'%s' has not answered for %lld s: its disk or server hangs", slot->path,
                         (long long)((spent_ms_locked(slot) + FOX_SECOND_MS - 1) / FOX_SECOND_MS));
}

/* Everybody who comes after another look has a look of his own: what was changed before he came is
 * seen. */
static pxf_status begin_locked(struct fox_slot *slot, int64_t patience_ms, pxf_error *err)
{
    while (slot->shared.is_looking) {
        if (!await_locked(slot, slot->shared.number, patience_ms)) {
            return no_answer_locked(slot, err);
        }
    }
    slot->shared.is_looking = true;
    slot->shared.began_ms = fox_clock_monotonic_ms();
    slot->shared.number++;
    return PXF_OK;
}

static void end(struct fox_slot *slot, const struct fox_blob_health *health,
                const pxf_error *trouble)
{
    (void)pthread_mutex_lock(&slot->shared.lock);
    slot->shared.health = *health;
    slot->shared.trouble = *trouble;
    slot->shared.is_looking = false;
    (void)pthread_cond_broadcast(&slot->shared.looked);
    (void)pthread_mutex_unlock(&slot->shared.lock);
}

static void look(struct fox_slot *slot)
{
    struct fox_blob_health health = {0};
    pxf_error trouble = {0};

    (void)fox_blob_look(slot->blob, &health, &trouble);
    end(slot, &health, &trouble);
}

static void look_apart(void *ctx)
{
    struct fox_slot *slot = ctx;

    look(slot);
    fox_slot_free(slot);
}

/* Without a thread there is no look, and the pool is as good as absent until there is one. */
static void start_look(struct fox_slot *slot)
{
    const struct fox_blob_health health = {0};
    struct fox_thread *thread = NULL;
    pxf_error trouble = {0};

    (void)atomic_fetch_add(&slot->owners, 1);
    if (fox_thread_start(&thread, "pixelfox-look", look_apart, slot, &trouble) != PXF_OK) {
        end(slot, &health, &trouble);
        fox_slot_free(slot);
        return;
    }
    fox_thread_leave(thread);
}

static pxf_status take_locked(struct fox_slot *slot, uint64_t number, int64_t patience_ms,
                              struct fox_blob_health *ret_health, pxf_error *err)
{
    if (!await_locked(slot, number, patience_ms)) {
        return no_answer_locked(slot, err);
    }
    if (slot->shared.trouble.status != PXF_OK) {
        return fox_fail_as(err, &slot->shared.trouble);
    }
    *ret_health = slot->shared.health;
    return PXF_OK;
}

pxf_status fox_slot_look(struct fox_slot *slot, enum fox_slot_look how, int64_t patience_ms,
                         struct fox_blob_health *ret_health, pxf_error *err)
{
    uint64_t number;
    pxf_status status;

    (void)pthread_mutex_lock(&slot->shared.lock);
    status = begin_locked(slot, patience_ms, err);
    number = slot->shared.number;
    (void)pthread_mutex_unlock(&slot->shared.lock);
    TRY(status);
    switch (how) {
    case FOX_SLOT_HERE:
        look(slot);
        break;
    case FOX_SLOT_APART:
        start_look(slot);
        break;
    }
    (void)pthread_mutex_lock(&slot->shared.lock);
    status = take_locked(slot, number, patience_ms, ret_health, err);
    (void)pthread_mutex_unlock(&slot->shared.lock);
    return status;
}
