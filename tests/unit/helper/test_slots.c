/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/slots.h"

#include <pthread.h>
#include <stdatomic.h>

#include "support/suite.h"

static void there_are_as_many_places_as_were_asked_for(void **state)
{
    AUTO(fox_slots) *slots = NULL;
    AUTO(fox_cancel) *cancel = NULL;
    (void)state;
    pxf_error err = {0};

    cancel = fox_cancel_new(&err);
    assert_ok(fox_slots_new(&slots, 2, &err));
    assert_ok(fox_slots_take(slots, cancel, &err));
    assert_ok(fox_slots_take(slots, NULL, &err));
    fox_slots_give(slots);
    assert_ok(fox_slots_take(slots, cancel, &err));
    fox_cancel_trip(cancel);
    assert_fails(fox_slots_take(slots, cancel, &err), PXF_CANCELLED);
}

static void a_tripped_token_takes_no_place(void **state)
{
    AUTO(fox_slots) *slots = NULL;
    AUTO(fox_cancel) *cancel = NULL;
    (void)state;
    pxf_error err = {0};

    cancel = fox_cancel_new(&err);
    fox_cancel_trip(cancel);
    assert_ok(fox_slots_new(&slots, 1, &err));
    assert_fails(fox_slots_take(slots, cancel, &err), PXF_CANCELLED);
    assert_ok(fox_slots_take(slots, NULL, &err));
}

enum { THREADS = 8, ROUNDS = 500, PLACES = 3 };

struct crowd {
    struct fox_slots *slots;
    atomic_int inside, most, failures;
};

static void *crowd_in(void *ctx)
{
    struct crowd *crowd = ctx;

    for (int i = 0; i < ROUNDS; i++) {
        int inside, most;

        if (fox_slots_take(crowd->slots, NULL, NULL) != PXF_OK) {
            (void)atomic_fetch_add(&crowd->failures, 1);
            continue;
        }
        inside = atomic_fetch_add(&crowd->inside, 1) + 1;
        most = atomic_load(&crowd->most);
        while (inside > most && !atomic_compare_exchange_weak(&crowd->most, &most, inside)) {
        }
        (void)atomic_fetch_sub(&crowd->inside, 1);
        fox_slots_give(crowd->slots);
    }
    return NULL;
}

/* A lost wake-up would leave a thread waiting for good. */
static void no_thread_is_forgotten_and_none_too_many_is_let_in(void **state)
{
    struct crowd crowd = {0};
    pthread_t threads[THREADS];
    (void)state;
    pxf_error err = {0};

    assert_ok(fox_slots_new(&crowd.slots, PLACES, &err));
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, crowd_in, &crowd), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(crowd.failures, 0);
    assert_in_range(crowd.most, 1, PLACES);
    fox_slots_free(crowd.slots);
}

static void *trip(void *cancel)
{
    fox_cancel_trip(cancel);
    return NULL;
}

static void a_wait_ends_when_its_token_is_tripped(void **state)
{
    AUTO(fox_slots) *slots = NULL;
    AUTO(fox_cancel) *cancel = NULL;
    pthread_t thread;
    (void)state;
    pxf_error err = {0};

    cancel = fox_cancel_new(&err);
    assert_ok(fox_slots_new(&slots, 1, &err));
    assert_ok(fox_slots_take(slots, NULL, &err));
    assert_int_equal(pthread_create(&thread, NULL, trip, cancel), 0);
    assert_fails(fox_slots_take(slots, cancel, &err), PXF_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

SUITE(slots, cmocka_unit_test(there_are_as_many_places_as_were_asked_for),
      cmocka_unit_test(a_tripped_token_takes_no_place),
      cmocka_unit_test(no_thread_is_forgotten_and_none_too_many_is_let_in),
      cmocka_unit_test(a_wait_ends_when_its_token_is_tripped))
