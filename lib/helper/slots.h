/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_HELPER_SLOTS_H
#define FOX_HELPER_SLOTS_H

#include <stddef.h>

#include "base/cancel.h"
#include "os/fd.h"

/* A number of places that threads wait for; a wait ends at once when its token is tripped, which no
 * condition variable can. Any thread. */
struct fox_slots;

pxf_status fox_slots_new(struct fox_slots **ret_slots, size_t count, pxf_error *err);

/* Waits for a place without end. CANCELLED. */
pxf_status fox_slots_take(struct fox_slots *slots, struct fox_cancel *cancel, pxf_error *err);
void fox_slots_give(struct fox_slots *slots);

void fox_slots_free(struct fox_slots *slots);

/* Frees memory alone, in a forked child. */
void fox_slots_forget(struct fox_slots *slots);

static inline void fox_slots_let_go(struct fox_slots **slots)
{
    fox_slots_free(*slots);
}

#endif
