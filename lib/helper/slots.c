/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/slots.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "os/poll.h"

struct fox_slots {
    struct fox_fd news; /* an eventfd: a place may be free */
    struct {
        pthread_mutex_t lock;
        size_t free_count;
    } shared;
};

pxf_status fox_slots_new(struct fox_slots **ret_slots, size_t count, pxf_error *err)
{
    AUTO(fox_slots) *slots = fox_mem_new(1, sizeof *slots, err);

    if (!slots) {
        return PXF_NO_MEMORY;
    }
    (void)pthread_mutex_init(&slots->shared.lock, NULL);
    slots->shared.free_count = count;
    TRY(fox_eventfd_open(&slots->news, PXF_ORIGIN_HELPER, err));
    *ret_slots = GIVE(slots);
    return PXF_OK;
}

/* The news of two places may be drained as one: who takes a place and sees another passes it on. */
static bool try_take(struct fox_slots *slots)
{
    size_t before;

    (void)pthread_mutex_lock(&slots->shared.lock);
    before = slots->shared.free_count;
    slots->shared.free_count -= before > 0 ? 1 : 0;
    (void)pthread_mutex_unlock(&slots->shared.lock);
    if (before > 1) {
        fox_eventfd_signal(&slots->news);
    }
    return before > 0;
}

pxf_status fox_slots_take(struct fox_slots *slots, struct fox_cancel *cancel, pxf_error *err)
{
    struct fox_poll polls[] = {
        {.number = fox_fd_number(&slots->news)},
        {.number = fox_cancel_fd(cancel)},
    };
    size_t ready = 0;

    TRY(fox_cancel_check(cancel, err));
    while (!try_take(slots)) {
        TRY(fox_poll(polls, sizeof polls / sizeof polls[0], -1, &ready, err));
        TRY(fox_cancel_check(cancel, err));
        (void)fox_eventfd_drain(&slots->news);
    }
    return PXF_OK;
}

void fox_slots_give(struct fox_slots *slots)
{
    (void)pthread_mutex_lock(&slots->shared.lock);
    slots->shared.free_count++;
    (void)pthread_mutex_unlock(&slots->shared.lock);
    fox_eventfd_signal(&slots->news);
}

void fox_slots_free(struct fox_slots *slots)
{
    if (!slots) {
        return;
    }
    fox_fd_let_go(&slots->news);
    (void)pthread_mutex_destroy(&slots->shared.lock);
    free(slots);
}

void fox_slots_forget(struct fox_slots *slots)
{
    free(slots);
}
