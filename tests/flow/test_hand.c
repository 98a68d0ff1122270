/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kit.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Jobs and their images: what hands, dead workers and other runs do to one shows in the other. */

/* Changes the catalog as another process would. */
static void run_sql(struct kit *kit, const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    assert_int_equal(sqlite3_open(fox_scratch_path(&kit->scratch, "store/catalog.sqlite"), &db),
                     SQLITE_OK);
    assert_int_equal(sqlite3_busy_timeout(db, 10000), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
    assert_true(sqlite3_total_changes(db) > 0);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static pxf_image *find(struct kit *kit, const pxf_image *image)
{
    pxf_error err = {0};
    pxf_image *found = pxf_image_find(kit->store, pxf_image_id(image), &err);

    assert_non_null(found);
    return found;
}

static pxf_image_state state_of(struct kit *kit, const pxf_image *image)
{
    pxf_image *found = find(kit, image);
    const pxf_image_state state = pxf_image_get_state(found);

    pxf_image_free(found);
    return state;
}

static void put_job(struct kit *kit, const char *kind)
{
    pxf_error err = {0};
    pxf_job *job = pxf_job_new(kind, NULL, &err);
    pxf_job *put = pxf_job_put(kit->store, job, &err);

    assert_non_null(put);
    pxf_job_free(put);
    pxf_job_free(job);
}

/* The only job of that kind, for whoever asks. */
static pxf_job *only_job(struct kit *kit, const char *kind)
{
    pxf_error err = {0};
    pxf_job *job = pxf_job_next(kit->store, 0, kind, NULL, &err);

    assert_non_null(job);
    return job;
}

/* Takes the image's job by hand and lets it die, as when the processes that had it died: nobody
 * tells the image. */
static void let_job_die(struct kit *kit)
{
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(kit->store, &err);
    pxf_job *job;

    assert_ok(pxf_worker_set_kinds(worker, "image_processing", &err));
    job = pxf_worker_reserve(worker, 10000, &err);
    assert_non_null(job);
    assert_ok(pxf_job_fail(job, PXF_CORRUPT, "its process died", 0, &err));
    pxf_job_free(job);
    pxf_worker_free(worker);
}

static void an_image_fails_with_the_job_that_died_without_its_worker(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = kit_put(kit, "ada", 60, 40, 1);
    pxf_image *failed;

    let_job_die(kit);
    run_sql(kit, "UPDATE image SET state = 2, state_ms = state_ms - 120000");
    put_job(kit, "sweep");
    kit_work(kit);
    failed = find(kit, image);
    assert_int_equal(pxf_image_get_state(failed), PXF_IMAGE_FAILED);
    assert_int_equal(pxf_image_failure_status(failed), PXF_CORRUPT);
    assert_string_equal(pxf_image_failure(failed), "its process died");
    assert_string_equal(pxf_image_failure_rule(failed), "corrupt");
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_image_free(failed);
    pxf_image_free(image);
}

static void retrying_a_job_leaves_a_ready_image_as_it_is(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *image = kit_put(kit, "ada", 60, 40, 1);
    pxf_job *job;

    let_job_die(kit);
    run_sql(kit, "UPDATE image SET state = 3");
    job = only_job(kit, "image_processing");
    assert_int_equal(pxf_job_get_state(job), PXF_JOB_DEAD);
    assert_ok(pxf_job_retry(kit->store, pxf_job_id(job), &err));
    assert_int_equal(state_of(kit, image), PXF_IMAGE_READY);
    kit_work(kit);
    assert_int_equal(state_of(kit, image), PXF_IMAGE_READY);
    assert_int_equal(kit_file_count(kit), 1); /* nothing was made again */
    pxf_job_free(job);
    pxf_image_free(image);
}

static void a_cancelled_job_fails_its_image_and_a_retry_brings_it_back(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *image = kit_put(kit, "ada", 60, 40, 1);
    pxf_job *job = only_job(kit, "image_processing");

    assert_ok(pxf_job_cancel(kit->store, pxf_job_id(job), &err));
    assert_int_equal(state_of(kit, image), PXF_IMAGE_FAILED);
    assert_ok(pxf_job_retry(kit->store, pxf_job_id(job), &err));
    assert_int_equal(state_of(kit, image), PXF_IMAGE_PENDING);
    kit_work(kit);
    assert_int_equal(state_of(kit, image), PXF_IMAGE_READY);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_job_free(job);
    pxf_image_free(image);
}

static void *work_all(void *ctx)
{
    kit_work(ctx);
    return NULL;
}

/* As after a pause of the machine: the lease went to another run, which was faster. */
static void files_of_an_image_that_another_run_made_ready_stay(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = kit_put(kit, "ada", 1200, 900, 1);
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, work_all, kit), 0);
    while (state_of(kit, image) == PXF_IMAGE_PENDING) {
        (void)usleep(1000);
    }
    run_sql(kit, "UPDATE image SET state = 3 WHERE state = 2");
    (void)pthread_join(thread, NULL);
    assert_int_equal(state_of(kit, image), PXF_IMAGE_READY);
    assert_int_equal(kit_file_count(kit), 9);
    pxf_image_free(image);
}

enum { ROUNDS = 40, CROWD = 8, STUBBORN_MS = 3000, SLOW_MS = 300 };

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Works until it is told to stop. */
static pxf_status stay(void *user, pxf_job *job, pxf_error *err)
{
    const int64_t until_ms = now_ms() + STUBBORN_MS;

    (void)user;
    while (!pxf_job_is_cancelled(job) && now_ms() < until_ms) {
        (void)usleep(1000);
    }
    err->status = PXF_CANCELLED;
    return PXF_CANCELLED;
}

static void a_stop_ends_jobs_that_were_taken_while_it_began(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(kit->store, &err);

    assert_ok(pxf_worker_add_kind(worker, "stay", stay, NULL, &err));
    assert_ok(pxf_worker_set_threads(worker, CROWD, &err));
    for (int i = 0; i < CROWD; i++) {
        put_job(kit, "stay");
    }
    for (int round = 0; round < ROUNDS; round++) {
        const int64_t began_ms = now_ms();

        assert_ok(pxf_worker_start(worker, &err));
        (void)usleep((unsigned)round * 250);
        pxf_worker_stop(worker, 0);
        assert_true(now_ms() - began_ms < STUBBORN_MS);
    }
    assert_int_equal(pxf_job_count(kit->store, "stay", PXF_JOB_READY, &err), CROWD);
    pxf_worker_free(worker);
}

/* Does not listen. */
static pxf_status dawdle(void *user, pxf_job *job, pxf_error *err)
{
    (void)user;
    (void)job;
    (void)err;
    (void)usleep(SLOW_MS * 1000);
    return PXF_OK;
}

static void *stop_worker(void *ctx)
{
    pxf_worker_stop(ctx, 10000);
    return NULL;
}

static void a_start_during_a_stop_is_a_conflict_and_the_stop_goes_on(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(kit->store, &err);
    pthread_t thread;

    assert_ok(pxf_worker_add_kind(worker, "dawdle", dawdle, NULL, &err));
    put_job(kit, "dawdle");
    assert_ok(pxf_worker_start(worker, &err));
    while (pxf_worker_total(worker, "running") == 0) {
        (void)usleep(1000);
    }
    assert_int_equal(pthread_create(&thread, NULL, stop_worker, worker), 0);
    (void)usleep(SLOW_MS * 1000 / 3);
    assert_int_equal(pxf_worker_start(worker, &err), PXF_CONFLICT);
    (void)pthread_join(thread, NULL); /* hung here once */
    assert_ok(pxf_worker_start(worker, &err));
    pxf_worker_free(worker);
}

/* A handler is lent its job: freeing it must not free what the worker still needs. */
static pxf_status free_it(void *user, pxf_job *job, pxf_error *err)
{
    (void)user;
    (void)err;
    pxf_job_free(job);
    return PXF_OK;
}

static void a_job_that_a_worker_runs_is_only_lent(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(kit->store, &err);

    assert_ok(pxf_worker_add_kind(worker, "lent", free_it, NULL, &err));
    put_job(kit, "lent");
    assert_true(pxf_worker_run_one(worker, NULL, &err));
    assert_int_equal(pxf_job_count(kit->store, "lent", PXF_JOB_DONE, &err), 1);
    pxf_worker_free(worker);
}

static void the_longest_times_are_times(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *image = kit_put(kit, "ada", 60, 40, 1);
    pxf_image *ready = pxf_image_wait(image, INT64_MAX, NULL, &err);
    pxf_worker *worker = pxf_worker_new(kit->store, &err);
    pxf_job *job = pxf_job_new("later", NULL, &err);
    pxf_job *put, *mine;

    assert_non_null(ready);
    assert_ok(pxf_store_wait(kit->store, INT64_MAX, NULL, &err));
    assert_ok(pxf_job_set_delay_ms(job, INT64_MAX, &err));
    put = pxf_job_put(kit->store, job, &err);
    assert_non_null(put);
    assert_int_equal(pxf_job_due_ms(put), INT64_MAX);
    assert_ok(pxf_worker_add_kind(worker, "soon", dawdle, NULL, &err));
    put_job(kit, "soon");
    mine = pxf_worker_reserve(worker, INT64_MAX, &err);
    assert_non_null(mine);
    assert_ok(pxf_job_extend(mine, INT64_MAX, &err));
    assert_ok(pxf_job_finish(mine, NULL, &err));
    pxf_worker_stop(worker, INT64_MAX);
    pxf_job_free(mine);
    pxf_job_free(put);
    pxf_job_free(job);
    pxf_worker_free(worker);
    pxf_image_free(ready);
    pxf_image_free(image);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(hand, IN_STORE(an_image_fails_with_the_job_that_died_without_its_worker),
      IN_STORE(retrying_a_job_leaves_a_ready_image_as_it_is),
      IN_STORE(a_cancelled_job_fails_its_image_and_a_retry_brings_it_back),
      IN_STORE(files_of_an_image_that_another_run_made_ready_stay),
      IN_STORE(a_stop_ends_jobs_that_were_taken_while_it_began),
      IN_STORE(a_start_during_a_stop_is_a_conflict_and_the_stop_goes_on),
      IN_STORE(a_job_that_a_worker_runs_is_only_lent), IN_STORE(the_longest_times_are_times))
