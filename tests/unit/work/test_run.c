/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

/* A job on a thread of the caller's has all that one on a worker's thread has: a lease that is
 * renewed, an ear for whoever cancels it, an end of its time. */

static pxf_status do_nothing(void *self, struct fox_run *run, pxf_error *err)
{
    struct rig *rig = self;

    (void)run;
    (void)err;
    rig->is_told = rig_await(rig_has_heart, rig);
    (void)atomic_fetch_add(&rig->run_count, 1);
    return PXF_OK;
}

static void one_job_is_worked_on_this_thread(void **state)
{
    AUTO(rig) *rig = rig_new(do_nothing, 0);
    const struct fox_id id = rig_put(rig);

    (void)state;
    assert_true(rig_run_one(rig));
    assert_int_equal(rig_find(rig, &id).state, PXF_JOB_DONE);
    assert_int_equal(rig->run_count, 1);
    assert_int_equal(fox_worker_totals(rig->worker).done, 1);
    assert_false(rig_run_one(rig));
}

static void the_lease_thread_is_there_while_a_job_runs_and_not_after(void **state)
{
    AUTO(rig) *rig = rig_new(do_nothing, 0);

    (void)state;
    (void)rig_put(rig);
    assert_true(rig_run_one(rig));
    assert_true(rig->is_told);
    assert_int_equal(rig_lease_thread_count(), 0);
}

/* As a person does it who looks at the job from elsewhere. */
static pxf_status cancel_and_wait(void *self, struct fox_run *run, pxf_error *err)
{
    struct rig *rig = self;

    TRY(fox_queue_cancel(rig->queue, &fox_run_job(run)->id, err));
    (void)rig_await(rig_has_heart, rig);
    rig_pass(rig, RIG_LEASE_MS / 3); /* a beat is due */
    rig->is_told = rig_is_tripped(run);
    return fox_run_verdict(run, err);
}

static void a_job_on_this_thread_hears_that_it_is_cancelled(void **state)
{
    AUTO(rig) *rig = rig_new(cancel_and_wait, 0);
    const struct fox_id id = rig_put(rig);

    (void)state;
    assert_true(rig_run_one(rig));
    assert_true(rig->is_told);
    assert_int_equal(rig_find(rig, &id).state, PXF_JOB_CANCELLED);
}

static pxf_status cancel_and_check(void *self, struct fox_run *run, pxf_error *err)
{
    struct rig *rig = self;

    TRY(fox_queue_cancel(rig->queue, &fox_run_job(run)->id, err));
    rig->is_told = fox_run_check(run, err) == PXF_CANCELLED;
    return fox_run_verdict(run, err);
}

static void a_check_tells_that_the_job_is_cancelled(void **state)
{
    AUTO(rig) *rig = rig_new(cancel_and_check, 0);
    const struct fox_id id = rig_put(rig);

    (void)state;
    assert_true(rig_run_one(rig));
    assert_true(rig->is_told);
    assert_int_equal(rig_find(rig, &id).state, PXF_JOB_CANCELLED);
}

enum { BEATS = 9, TIMEOUT_MS = RIG_LEASE_MS };

/* Takes three times its lease, and after each third of one waits until that was renewed. */
static pxf_status take_long(void *self, struct fox_run *run, pxf_error *err)
{
    struct rig *rig = self;
    int64_t recovered_count = 0;

    rig->id = fox_run_job(run)->id;
    (void)rig_await(rig_has_heart, rig);
    for (int i = 0; i < BEATS; i++) {
        rig_pass(rig, RIG_LEASE_MS / 3);
        if (!rig_await(rig_is_renewed, rig)) {
            return fox_fail(err, PXF_TIMEOUT, "the lease is not renewed");
        }
    }
    TRY(fox_queue_recover(rig->queue, &recovered_count, err));
    rig->is_told = recovered_count == 0;
    return PXF_OK;
}

static void the_lease_of_a_long_job_on_this_thread_is_renewed(void **state)
{
    AUTO(rig) *rig = rig_new(take_long, 0);
    const struct fox_id id = rig_put(rig);

    (void)state;
    assert_true(rig_run_one(rig));
    assert_true(rig->is_told);
    assert_int_equal(rig_find(rig, &id).state, PXF_JOB_DONE);
}

static pxf_status outlast(void *self, struct fox_run *run, pxf_error *err)
{
    struct rig *rig = self;

    rig->id = fox_run_job(run)->id;
    (void)rig_await(rig_has_heart, rig);
    for (int i = 0; i < BEATS && !fox_cancel_is_tripped(fox_run_cancel(run)); i++) {
        rig_pass(rig, RIG_LEASE_MS / 3);
        (void)rig_await(rig_is_renewed, rig);
    }
    rig->is_told = rig_is_tripped(run) && fox_run_stopped(run) == FOX_STOP_TIMEOUT;
    return fox_run_verdict(run, err);
}

static void a_job_on_this_thread_that_outlasts_its_time_is_stopped(void **state)
{
    AUTO(rig) *rig = rig_new(outlast, TIMEOUT_MS);
    const struct fox_id id = rig_put(rig);
    struct fox_job job;

    (void)state;
    assert_true(rig_run_one(rig));
    assert_true(rig->is_told);
    job = rig_find(rig, &id);
    assert_int_equal(job.state, PXF_JOB_SCHEDULED);
    assert_int_equal(job.attempts, 1);
    assert_int_equal(job.error_status, PXF_TIMEOUT);
}

static void an_end_that_cannot_be_written_is_told_and_the_job_runs_again(void **state)
{
    AUTO(rig) *rig = rig_new(do_nothing, 0);
    const struct fox_id id = rig_put(rig);
    pxf_error err = {0};

    (void)state;
    rig_break(rig);
    assert_fails(rig_try_one(rig, &err), PXF_UNAVAILABLE);
    rig_mend(rig);
    assert_int_equal(rig_find(rig, &id).state, PXF_JOB_RUNNING);
    assert_false(rig_run_one(rig));
    rig_pass(rig, RIG_LEASE_MS + 1);
    assert_true(rig_run_one(rig));
    assert_int_equal(rig_find(rig, &id).state, PXF_JOB_DONE);
    assert_int_equal(rig->run_count, 2);
}

SUITE(run, cmocka_unit_test(one_job_is_worked_on_this_thread),
      cmocka_unit_test(the_lease_thread_is_there_while_a_job_runs_and_not_after),
      cmocka_unit_test(a_job_on_this_thread_hears_that_it_is_cancelled),
      cmocka_unit_test(a_check_tells_that_the_job_is_cancelled),
      cmocka_unit_test(the_lease_of_a_long_job_on_this_thread_is_renewed),
      cmocka_unit_test(a_job_on_this_thread_that_outlasts_its_time_is_stopped),
      cmocka_unit_test(an_end_that_cannot_be_written_is_told_and_the_job_runs_again))
