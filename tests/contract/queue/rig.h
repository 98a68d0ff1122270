/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_QUEUE_RIG_H
#define FOX_TESTS_QUEUE_RIG_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/time.h"
#include "queue/queue.h"
#include "support/suite.h"

/* What every test of the queue's contract stands on: one queue of one driver, with a clock that
 * stands still and randomness from a seed. */

#define RIG_KIND "work"

enum { RIG_LEASE_MS = 15000 };

struct rig;

/* A new driver is one row in rig.c, and every test runs over it. */
struct rig_driver {
    const char *name;
    bool is_shared; /* lives in a database that operations join and other queues open */
    pxf_status (*open)(struct rig *rig, const struct fox_queue_self *self,
                       struct fox_queue **ret_queue, pxf_error *err);
};

struct rig {
    const struct rig_driver *driver;
    struct fox_env env;
    atomic_int_least64_t now_ms, monotonic_ms;
    atomic_uint_least64_t seed;
    struct fox_queue_self self;
    struct fox_id dead_process; /* that self.is_dead answers true for */
    struct fox_queue *queue;
    struct fox_sql *db; /* NULL for a driver that shares none */
    char folder[64];
    atomic_int wake_count;
};

/* NULL behind the last, and for any other name. */
const struct rig_driver *rig_driver_at(size_t index);
const struct rig_driver *rig_driver_named(const char *name);

struct rig *rig_new(const struct rig_driver *driver);
void rig_free(struct rig *rig);

/* All times pass together. */
void rig_pass(struct rig *rig, int64_t ms);

/* Another queue over the same jobs, as another process would have; only for a shared driver. */
struct fox_queue *rig_second(struct rig *rig, const char *node, uint8_t process);

/* Closes everything and opens it again, as a program that was restarted; only for a shared driver.
 */
void rig_reopen(struct rig *rig);

/* The calls that tests repeat; each sees that it succeeds. */
struct fox_id rig_put(struct rig *rig, const struct fox_job_spec *spec);
struct fox_id rig_put_plain(struct rig *rig); /* of RIG_KIND */
struct fox_job rig_take(struct rig *rig);     /* of RIG_KIND */
struct fox_job rig_take_kind(struct rig *rig, const char *kind);
void rig_take_and_die(struct rig *rig); /* a worker that is never heard of again */
bool rig_is_empty(struct rig *rig);     /* of RIG_KIND: none is ready */
bool rig_is_empty_of(struct rig *rig, const char *kind);
struct fox_job rig_find(struct rig *rig, const struct fox_id *id);
pxf_job_state rig_state(struct rig *rig, const struct fox_id *id);
void rig_finish(struct rig *rig, const struct fox_job *job);
enum fox_failed rig_fail(struct rig *rig, const struct fox_job *job, pxf_status cause);
int64_t rig_recover(struct rig *rig);
void rig_check(struct rig *rig);

/* How many jobs are in a state, of any kind. */
int64_t rig_count(struct rig *rig, pxf_job_state state);

/* A failure's cause. */
pxf_error rig_cause(pxf_status status);

/* A table of tests that run over every driver. */
struct rig_tests {
    const struct CMUnitTest *tests;
    size_t count;
};

#define RIG_TESTS(name_, ...)                                                                      \
    static const struct CMUnitTest name_##_list[] = {__VA_ARGS__};                                 \
    const struct rig_tests name_ = {name_##_list, sizeof name_##_list / sizeof name_##_list[0]};

extern const struct rig_tests put_tests, run_tests, fail_tests, recover_tests, hand_tests,
    look_tests, list_tests, share_tests, alone_tests, thread_tests, cost_tests;

#endif
