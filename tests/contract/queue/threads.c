/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "rig.h"

enum { THREAD_COUNT = 20, JOBS_IN_MEMORY = 5000, JOBS_IN_A_DATABASE = 250 };

/* Who took which job how often. A thread has no asserts: what goes wrong is counted. */
struct ledger {
    struct rig *rig;
    int job_count;     /* of each thread */
    atomic_int *takes; /* of each job */
    atomic_int next_thread, done_count, fault_count;
};

static void put_some(struct ledger *ledger, int first)
{
    for (int i = first; i < first + ledger->job_count; i++) {
        char payload[16];

        (void)snprintf(payload, sizeof payload, "%d", i);
        if (fox_queue_put(ledger->rig->queue,
                          &(struct fox_job_spec){
                              .kind = RIG_KIND,
                              .payload = payload,
                              .priority = i % 3 + 1,
                          },
                          NULL, NULL) != PXF_OK) {
            atomic_fetch_add(&ledger->fault_count, 1);
        }
    }
}

/* Takes one job and ends it; false if none was ready. */
static bool work_one(struct ledger *ledger)
{
    static const char *const kinds[] = {RIG_KIND};
    const struct fox_reserve reserve = {.kinds = kinds, .kind_count = 1, .lease_ms = RIG_LEASE_MS};
    AUTO(fox_job) job = {0};
    const pxf_status status = fox_queue_reserve(ledger->rig->queue, &reserve, &job, NULL);

    if (status != PXF_OK) {
        atomic_fetch_add(&ledger->fault_count, status != PXF_NOT_FOUND);
        return false;
    }
    atomic_fetch_add(&ledger->takes[atoi(job.payload)], 1);
    if (fox_queue_finish(ledger->rig->queue, &job, NULL, NULL) != PXF_OK) {
        atomic_fetch_add(&ledger->fault_count, 1);
    }
    atomic_fetch_add(&ledger->done_count, 1);
    return true;
}

static void *put_and_work(void *ctx)
{
    struct ledger *ledger = ctx;
    const int total = THREAD_COUNT * ledger->job_count;

    put_some(ledger, atomic_fetch_add(&ledger->next_thread, 1) * ledger->job_count);
    while (atomic_load(&ledger->done_count) < total && atomic_load(&ledger->fault_count) == 0) {
        if (!work_one(ledger)) {
            sched_yield();
        }
    }
    return NULL;
}

static void no_job_is_given_twice(void **state)
{
    struct rig *rig = *state;
    struct ledger ledger = {
        .rig = rig,
        .job_count = rig->driver->is_shared ? JOBS_IN_A_DATABASE : JOBS_IN_MEMORY,
    };
    const int total = THREAD_COUNT * ledger.job_count;
    pthread_t threads[THREAD_COUNT];

    ledger.takes = calloc((size_t)total, sizeof *ledger.takes);
    assert_non_null(ledger.takes);
    for (int i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, put_and_work, &ledger), 0);
    }
    for (int i = 0; i < THREAD_COUNT; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(ledger.fault_count, 0);
    for (int i = 0; i < total; i++) {
        assert_int_equal(ledger.takes[i], 1);
    }
    assert_int_equal(rig_count(rig, PXF_JOB_DONE), total);
    assert_int_equal(rig_count(rig, PXF_JOB_READY) + rig_count(rig, PXF_JOB_RUNNING), 0);
    free(ledger.takes);
}

RIG_TESTS(thread_tests, cmocka_unit_test(no_job_is_given_twice))
