/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

/* The threads of a started worker: started, stopped from anywhere, started again. */

static pxf_status do_nothing(void *self, struct fox_run *run, pxf_error *err)
{
    (void)run;
    (void)err;
    (void)atomic_fetch_add(&((struct rig *)self)->run_count, 1);
    return PXF_OK;
}

static bool has_run_once(struct rig *rig)
{
    return fox_worker_totals(rig->worker).done == 1;
}

static bool has_run_twice(struct rig *rig)
{
    return fox_worker_totals(rig->worker).done == 2;
}

static void a_stopped_worker_can_be_started_again(void **state)
{
    AUTO(rig) *rig = rig_new(do_nothing, 0);
    pxf_error err = {0};

    (void)state;
    for (int i = 0; i < 2; i++) {
        (void)rig_put(rig);
        assert_ok(fox_worker_start(rig->worker, &err));
        assert_fails(fox_worker_start(rig->worker, &err), PXF_CONFLICT);
        assert_true(rig_await(i == 0 ? has_run_once : has_run_twice, rig));
        fox_worker_stop(rig->worker, 0);
        fox_worker_stop(rig->worker, 0);
        assert_false(fox_worker_is_running(rig->worker));
        assert_int_equal(rig_lease_thread_count(), 0);
    }
}

/* The first job asks for its worker's end; the second would be the next. */
static pxf_status stop_own_worker(void *self, struct fox_run *run, pxf_error *err)
{
    struct rig *rig = self;

    (void)run;
    (void)err;
    rig->is_told = fox_worker_is_inside(rig->worker);
    if (atomic_fetch_add(&rig->run_count, 1) == 0) {
        fox_worker_stop(rig->worker, 0);
    }
    return PXF_OK;
}

static void a_job_that_stops_its_own_worker_does_not_wait_for_itself(void **state)
{
    AUTO(rig) *rig = rig_new(stop_own_worker, 0);
    pxf_error err = {0};

    (void)state;
    assert_false(fox_worker_is_inside(rig->worker));
    assert_ok(fox_worker_set_threads(rig->worker, 1, &err));
    (void)rig_put(rig);
    (void)rig_put(rig);
    assert_ok(fox_worker_start(rig->worker, &err));
    assert_true(rig_await(has_run_once, rig));
    assert_true(rig->is_told);
    assert_false(fox_worker_is_running(rig->worker));
    fox_worker_stop(rig->worker, 0);
    assert_int_equal(rig->run_count, 1);
    assert_int_equal(rig_lease_thread_count(), 0);
}

static void a_start_makes_a_worker_go_on_that_its_own_job_stopped(void **state)
{
    AUTO(rig) *rig = rig_new(stop_own_worker, 0);
    pxf_error err = {0};

    (void)state;
    (void)rig_put(rig);
    assert_ok(fox_worker_start(rig->worker, &err));
    assert_true(rig_await(has_run_once, rig));
    (void)rig_put(rig);
    assert_ok(fox_worker_start(rig->worker, &err));
    assert_true(rig_await(has_run_twice, rig));
    fox_worker_stop(rig->worker, 0);
}

static void a_worker_is_resized_while_it_runs(void **state)
{
    AUTO(rig) *rig = rig_new(do_nothing, 0);
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_worker_start(rig->worker, &err));
    assert_ok(fox_worker_set_threads(rig->worker, FOX_WORKER_THREAD_LIMIT, &err));
    assert_ok(fox_worker_set_threads(rig->worker, 1, &err));
    assert_fails(fox_worker_set_threads(rig->worker, 0, &err), PXF_INVALID);
    (void)rig_put(rig);
    assert_true(rig_await(has_run_once, rig));
    fox_worker_stop(rig->worker, 0);
}

SUITE(crew, cmocka_unit_test(a_stopped_worker_can_be_started_again),
      cmocka_unit_test(a_job_that_stops_its_own_worker_does_not_wait_for_itself),
      cmocka_unit_test(a_start_makes_a_worker_go_on_that_its_own_job_stopped),
      cmocka_unit_test(a_worker_is_resized_while_it_runs))
