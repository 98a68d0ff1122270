/* SPDX-License-Identifier: Apache-2.0 */
#include "api/plain.h"
#include "api/store.h"
#include "os/process.h"

/* Entering and leaving a store: what makes a stop safe while other threads are inside, and a forked
 * child's call an answer instead of a hang. */

static pxf_status enter(struct fox_call *call, pxf_store *store, bool is_slow, pxf_error *err)
{
    bool is_stopping;

    (void)pthread_mutex_lock(&store->shared.lock);
    is_stopping = store->shared.is_stopping;
    if (!is_stopping) {
        store->shared.call_count++;
        if (is_slow) {
            call->next = store->shared.slow_calls;
            store->shared.slow_calls = call;
        }
    }
    (void)pthread_mutex_unlock(&store->shared.lock);
    if (is_stopping) {
        return fox_fail_from(err, PXF_CLOSED, PXF_ORIGIN_STORE, 0, "the store is closed");
    }
    call->store = store;
    return PXF_OK;
}

pxf_status fox_call_enter(struct fox_call *call, pxf_store *store, pxf_error *err)
{
    fox_fail_clear(err);
    TRY(fox_process_check(store->mark, err));
    return enter(call, store, false, err);
}

pxf_status fox_call_enter_slow(struct fox_call *call, pxf_store *store, pxf_cancel *cancel,
                               pxf_error *err)
{
    pxf_status status;

    fox_fail_clear(err);
    TRY(fox_process_check(store->mark, err));
    call->cancel = fox_cancel_new_below(fox_cancel_in(cancel), err);
    if (!call->cancel) {
        return PXF_NO_MEMORY;
    }
    status = enter(call, store, true, err);
    if (status != PXF_OK) {
        fox_cancel_free(GIVE(call->cancel));
    }
    return status;
}

pxf_status fox_call_verdict(const struct fox_call *call, pxf_status status, pxf_error *err)
{
    bool is_stopping;

    (void)pthread_mutex_lock(&call->store->shared.lock);
    is_stopping = call->store->shared.is_stopping;
    (void)pthread_mutex_unlock(&call->store->shared.lock);
    if (status != PXF_CANCELLED || !is_stopping) {
        return status;
    }
    fox_fail_clear(err);
    return fox_fail_from(err, PXF_CLOSED, PXF_ORIGIN_STORE, 0, "the store was closed meanwhile");
}

static void delist_locked(pxf_store *store, const struct fox_call *call)
{
    struct fox_call **at = &store->shared.slow_calls;

    while (*at && *at != call) {
        at = &(*at)->next;
    }
    if (*at) {
        *at = call->next;
    }
}

void fox_call_let_go(struct fox_call *call)
{
    pxf_store *store = call->store;

    if (!store) {
        return;
    }
    (void)pthread_mutex_lock(&store->shared.lock);
    store->shared.call_count--;
    delist_locked(store, call);
    (void)pthread_cond_broadcast(&store->shared.quiet);
    (void)pthread_mutex_unlock(&store->shared.lock);
    fox_cancel_free(GIVE(call->cancel));
    call->store = NULL;
}
