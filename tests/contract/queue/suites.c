/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>

#include "rig.h"

enum { TEST_LIMIT = 200 };

/* The state a test begins with is its driver; the rig takes its place. */
static int set_up(void **state)
{
    *state = rig_new(*state);
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;

    rig_check(rig);
    rig_free(rig);
    return 0;
}

static int run_over(const struct rig_driver *driver, const struct rig_tests *tests)
{
    struct CMUnitTest list[TEST_LIMIT];
    char name[64];

    assert_true(tests->count <= TEST_LIMIT);
    for (size_t i = 0; i < tests->count; i++) {
        list[i] = tests->tests[i];
        list[i].setup_func = set_up;
        list[i].teardown_func = tear_down;
        list[i].initial_state = (void *)(uintptr_t)driver;
    }
    (void)snprintf(name, sizeof name, "queue on %s", driver->name);
    return _cmocka_run_group_tests(name, list, tests->count, NULL, NULL);
}

/* Which drivers a table of tests is for. */
enum reach { ALL_DRIVERS, SHARED_DRIVERS, OTHER_DRIVERS };

static bool is_reached(const struct rig_driver *driver, enum reach reach)
{
    return reach == ALL_DRIVERS || driver->is_shared == (reach == SHARED_DRIVERS);
}

static int run_all(const struct rig_tests *tests, enum reach reach)
{
    int failed = 0;

    for (size_t i = 0; rig_driver_at(i); i++) {
        if (is_reached(rig_driver_at(i), reach)) {
            failed += run_over(rig_driver_at(i), tests);
        }
    }
    return failed;
}

#define OVER(reach_, name_)                                                                        \
    static int run_##name_(void)                                                                   \
    {                                                                                              \
        return run_all(&name_##_tests, reach_);                                                    \
    }                                                                                              \
    static struct fox_suite suite_##name_ = {.name = #name_, .run = run_##name_};                  \
    static void __attribute__((constructor)) add_##name_(void)                                     \
    {                                                                                              \
        fox_suite_add(&suite_##name_);                                                             \
    }

OVER(ALL_DRIVERS, put)
OVER(ALL_DRIVERS, run)
OVER(ALL_DRIVERS, fail)
OVER(ALL_DRIVERS, recover)
OVER(ALL_DRIVERS, hand)
OVER(ALL_DRIVERS, look)
OVER(ALL_DRIVERS, list)
OVER(SHARED_DRIVERS, share)
OVER(OTHER_DRIVERS, alone)
OVER(ALL_DRIVERS, thread)
OVER(ALL_DRIVERS, cost)
