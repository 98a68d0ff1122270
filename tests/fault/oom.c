/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "aftermath.h"
#include "heap.h"
#include "round.h"

enum { POINTS = 40 };

struct shortage {
    size_t nth;
    bool for_good;
    size_t count; /* of all allocations that came by */
};

static void arm(void *ctx)
{
    const struct shortage *shortage = ctx;

    heap_arm(shortage->nth, shortage->for_good);
}

static bool disarm(void *ctx)
{
    struct shortage *shortage = ctx;

    shortage->count = heap_disarm();
    return shortage->nth > 0 && shortage->count >= shortage->nth;
}

/* A wait that found no memory for the work goes on waiting: the job's next attempt is later. */
static void judge(void *ctx, const struct act *act, pxf_status status, const pxf_error *err)
{
    const struct shortage *shortage = ctx;

    if (status == PXF_OK || (status == PXF_TIMEOUT && act->is_about_image)) {
        return;
    }
    if (status != PXF_NO_MEMORY || err->message[0] == '\0') {
        fail_msg("%s without the allocation %zu: %s: %s", act->name, shortage->nth,
                 fox_status_name(status), err->message);
    }
}

static void run(const struct act *act, bool for_good)
{
    struct shortage shortage = {.for_good = for_good};
    struct fault fault = {arm, disarm, judge, &shortage, "no fault"};
    struct round round;
    size_t step;
    bool came = true;

    round_open(&round);
    (void)round_try(&round, act, &fault);
    step = step_between(shortage.count, POINTS);
    assert_true(shortage.count > POINTS / 4);
    for (shortage.nth = 1; came; shortage.nth += step) {
        (void)snprintf(fault.words, sizeof fault.words, "allocation %zu%s", shortage.nth,
                       for_good ? " and on" : "");
        came = round_try(&round, act, &fault);
    }
    round_close(&round);
}

static void an_allocation_that_fails_harms_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < act_count; i++) {
        run(&acts[i], false);
    }
}

static void no_memory_from_some_point_on_harms_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < act_count; i++) {
        run(&acts[i], true);
    }
}

SUITE(oom, cmocka_unit_test(an_allocation_that_fails_harms_nothing),
      cmocka_unit_test(no_memory_from_some_point_on_harms_nothing))
