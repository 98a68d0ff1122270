/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_WORK_RIG_H
#define FOX_TESTS_WORK_RIG_H

#include <stdatomic.h>

#include "queue/driver.h"
#include "support/suite.h"
#include "work/work.h"

/* A worker over a queue in memory, with a clock that stands still until a test moves it. */
struct rig {
    struct fox_env env;
    struct fox_queue *queue;
    struct fox_worker *worker;
    const struct fox_queue_driver *whole; /* the queue's, once it is broken */
    struct fox_queue_driver broken;
    int64_t timeout_ms; /* of a job's run */
    _Atomic int64_t clock_ms;
    _Atomic uint64_t seed;
    atomic_int run_count;
    /* A handler's business. */
    atomic_bool is_told;
    struct fox_id id;
};

enum { RIG_LEASE_MS = 60, RIG_PATIENCE_MS = 5000 };
#define RIG_KIND "work"

/* A handler, with the rig as its self. */
typedef pxf_status (*rig_fn)(void *self, struct fox_run *run, pxf_error *err);

/* `timeout_ms` of a job's run; 0: the default. */
struct rig *rig_new(rig_fn run, int64_t timeout_ms);
void rig_free(struct rig *rig);

static inline void rig_let_go(struct rig **rig)
{
    rig_free(*rig);
}

struct fox_id rig_put(struct rig *rig);
void rig_pass(struct rig *rig, int64_t ms);

/* Works one job on this thread; whether there was one. */
bool rig_run_one(struct rig *rig);

/* As the same call of the worker answers. */
pxf_status rig_try_one(struct rig *rig, pxf_error *err);

/* From now on no job's end can be written, until it is mended. */
void rig_break(struct rig *rig);
void rig_mend(struct rig *rig);

/* A job as it stands, without its texts. */
struct fox_job rig_find(struct rig *rig, const struct fox_id *id);

/* Waits for what another thread does; false if it does not come about. */
bool rig_await(bool (*is_so)(struct rig *rig), struct rig *rig);

/* Whether the lease thread has read the clock, so that what passes from now on counts. */
bool rig_has_heart(struct rig *rig);

/* Whether the lease of `id` was renewed since the clock last moved. */
bool rig_is_renewed(struct rig *rig);

/* Whether the run is asked to stop within the patience. */
bool rig_is_tripped(struct fox_run *run);

/* How many lease threads this process has. */
size_t rig_lease_thread_count(void);

#endif
