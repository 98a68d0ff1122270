/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "rig.h"

/* What stands beside the queue in the same database. */
static const char notes_sql[] = "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL)";

/* An operation of the caller's own that the queue joins. */
struct joint {
    struct rig *rig;
    const struct fox_job_spec *spec;
    const struct fox_job *job;
    const pxf_error *cause;
    const struct fox_id *image_id;
    struct fox_id id;
    enum fox_failed failed;
    bool fails;
};

static pxf_status run_sql(struct fox_sql_tx *tx, const char *sql, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, sql, err));
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status make_notes(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    (void)ctx;
    return run_sql(tx, notes_sql, err);
}

static pxf_status count_notes(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row = false;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT count(*) AS n FROM note", err));
    TRY(fox_sql_step(stmt, &row, err));
    *(int64_t *)ctx = fox_sql_int(stmt, "n");
    return PXF_OK;
}

static int64_t note_count(struct rig *rig)
{
    pxf_error err = {0};
    int64_t count = -1;

    assert_ok(fox_sql_read(rig->db, FOX_FRESH, count_notes, &count, &err));
    return count;
}

/* Writes a note and whatever the joint has for the queue, then fails if it shall. */
static pxf_status act(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct joint *joint = ctx;
    struct fox_queue *queue = joint->rig->queue;

    TRY(run_sql(tx, "INSERT INTO note(text) VALUES ('x')", err));
    if (joint->spec) {
        TRY(fox_queue_put_in(queue, tx, joint->spec, &joint->id, err));
    }
    if (joint->job && joint->cause) {
        TRY(fox_queue_fail_in(queue, tx, joint->job, joint->cause, false, &joint->failed, err));
    } else if (joint->job) {
        TRY(fox_queue_finish_in(queue, tx, joint->job, "{\"done\":true}", err));
    }
    if (joint->image_id) {
        TRY(fox_queue_cancel_image(queue, tx, joint->image_id, NULL, err));
    }
    return joint->fails ? fox_fail(err, PXF_CONFLICT, "the operation gives up") : PXF_OK;
}

static struct rig *shared_rig(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    assert_ok(fox_sql_write(rig->db, FOX_DURABLE, make_notes, NULL, &err));
    return rig;
}

static void a_job_is_put_with_what_causes_it(void **state)
{
    struct rig *rig = shared_rig(state);
    const struct fox_job_spec spec = {.kind = RIG_KIND, .unique_key = "k"};
    struct joint joint = {.rig = rig, .spec = &spec};
    pxf_error err = {0};

    assert_ok(fox_sql_write(rig->db, FOX_DURABLE, act, &joint, &err));
    assert_int_equal(rig->wake_count, 0);
    assert_int_equal(note_count(rig), 1);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_true(fox_id_equals(&job.id, &joint.id));
        rig_finish(rig, &job);
    }
}

static void an_operation_that_fails_puts_no_job(void **state)
{
    struct rig *rig = shared_rig(state);
    const struct fox_job_spec spec = {.kind = RIG_KIND, .unique_key = "k"};
    struct joint joint = {.rig = rig, .spec = &spec, .fails = true};
    struct fox_job job;
    pxf_error err = {0};

    assert_fails(fox_sql_write(rig->db, FOX_DURABLE, act, &joint, &err), PXF_CONFLICT);
    assert_true(rig_is_empty(rig));
    assert_fails(fox_queue_find(rig->queue, &joint.id, &job, &err), PXF_NOT_FOUND);
    assert_int_equal(note_count(rig), 0);
    rig_check(rig);
    joint.fails = false;
    assert_ok(fox_sql_write(rig->db, FOX_DURABLE, act, &joint, &err));
    assert_int_equal(rig_count(rig, PXF_JOB_READY), 1);
}

static void a_job_ends_with_its_results(void **state)
{
    struct rig *rig = shared_rig(state);
    AUTO(fox_job) job = {0};
    struct joint joint = {.rig = rig, .job = &job, .fails = true};
    pxf_error err = {0};

    rig_put_plain(rig);
    job = rig_take(rig);
    assert_fails(fox_sql_write(rig->db, FOX_DURABLE, act, &joint, &err), PXF_CONFLICT);
    assert_int_equal(rig_state(rig, &job.id), PXF_JOB_RUNNING);
    assert_int_equal(note_count(rig), 0);
    joint.fails = false;
    assert_ok(fox_sql_write(rig->db, FOX_DURABLE, act, &joint, &err));
    assert_int_equal(rig_state(rig, &job.id), PXF_JOB_DONE);
    assert_int_equal(note_count(rig), 1);
}

static void a_stale_token_takes_the_whole_operation_down(void **state)
{
    struct rig *rig = shared_rig(state);
    AUTO(fox_job) job = {0};
    struct joint joint = {.rig = rig, .job = &job};
    pxf_error err = {0};

    rig_put_plain(rig);
    job = rig_take(rig);
    rig_pass(rig, RIG_LEASE_MS);
    assert_int_equal(rig_recover(rig), 1);
    assert_fails(fox_sql_write(rig->db, FOX_DURABLE, act, &joint, &err), PXF_LOST);
    assert_int_equal(note_count(rig), 0);
}

static void a_job_fails_with_what_that_changes(void **state)
{
    struct rig *rig = shared_rig(state);
    const pxf_error cause = rig_cause(PXF_CORRUPT);
    AUTO(fox_job) job = {0};
    struct joint joint = {.rig = rig, .job = &job, .cause = &cause};
    pxf_error err = {0};

    rig_put_plain(rig);
    job = rig_take(rig);
    assert_ok(fox_sql_write(rig->db, FOX_DURABLE, act, &joint, &err));
    assert_int_equal(joint.failed, FOX_FAILED_DEAD);
    assert_int_equal(rig_state(rig, &job.id), PXF_JOB_DEAD);
    assert_int_equal(note_count(rig), 1);
}

static void an_images_jobs_go_with_the_image(void **state)
{
    struct rig *rig = shared_rig(state);
    const struct fox_id image_id = {.bytes = {1}};
    struct joint joint = {.rig = rig, .image_id = &image_id, .fails = true};
    const struct fox_id id =
        rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .image_id = &image_id});
    pxf_error err = {0};

    assert_fails(fox_sql_write(rig->db, FOX_DURABLE, act, &joint, &err), PXF_CONFLICT);
    assert_int_equal(rig_state(rig, &id), PXF_JOB_READY);
    joint.fails = false;
    assert_ok(fox_sql_write(rig->db, FOX_DURABLE, act, &joint, &err));
    assert_int_equal(rig_state(rig, &id), PXF_JOB_CANCELLED);
}

static void a_queue_knows_its_database(void **state)
{
    struct rig *rig = shared_rig(state);

    assert_true(fox_queue_shares(rig->queue, rig->db));
    assert_false(fox_queue_shares(rig->queue, (struct fox_sql *)state));
    assert_string_equal(fox_queue_driver_name(rig->queue), rig->driver->name);
}

static void jobs_outlive_the_program(void **state)
{
    struct rig *rig = shared_rig(state);
    const struct fox_id waits = rig_put(rig, &(struct fox_job_spec){
                                                 .kind = RIG_KIND,
                                                 .due_ms = rig->now_ms + FOX_DAY_MS,
                                                 .payload = "{\"later\":1}",
                                             });
    const struct fox_id runs = rig_put_plain(rig);
    AUTO(fox_job) job = rig_take(rig);
    pxf_error err = {0};

    assert_ok(fox_queue_pause(rig->queue, "paused", &err));
    rig_reopen(rig);
    assert_int_equal(rig_state(rig, &waits), PXF_JOB_SCHEDULED);
    assert_int_equal(rig_state(rig, &runs), PXF_JOB_RUNNING);
    rig_finish(rig, &job);
    rig_put(rig, &(struct fox_job_spec){.kind = "paused"});
    assert_true(rig_is_empty_of(rig, "paused"));
    rig_pass(rig, FOX_DAY_MS);
    {
        AUTO(fox_job) later = rig_take(rig);

        assert_string_equal(later.payload, "{\"later\":1}");
        rig_finish(rig, &later);
    }
}

/* A job whose process died is ready at once, whatever its lease says. */
static void the_jobs_of_a_dead_process_are_ready_at_once(void **state)
{
    struct rig *rig = shared_rig(state);
    struct fox_queue *theirs = rig_second(rig, "here", 2);
    static const char *const kinds[] = {RIG_KIND};
    const struct fox_reserve reserve = {.kinds = kinds, .kind_count = 1, .lease_ms = FOX_HOUR_MS};
    const struct fox_id id = rig_put_plain(rig), other_id = rig_put_plain(rig);
    AUTO(fox_job) lost = {0};
    AUTO(fox_job) mine = {0};
    pxf_error err = {0};

    assert_ok(fox_queue_reserve(theirs, &reserve, &lost, &err));
    mine = rig_take(rig);
    assert_true(fox_id_equals(&lost.id, &id));
    assert_int_equal(rig_recover(rig), 0);
    rig->dead_process = (struct fox_id){.bytes = {2}};
    assert_int_equal(rig_recover(rig), 1);
    assert_int_equal(rig_state(rig, &other_id), PXF_JOB_RUNNING);
    {
        AUTO(fox_job) job = rig_take(rig);

        assert_true(fox_id_equals(&job.id, &id));
        assert_int_equal(job.crashes, 1);
        assert_int_equal(job.own_crashes, 0);
        assert_string_equal(job.error, "its process died");
        assert_fails(fox_queue_finish(theirs, &lost, NULL, &err), PXF_LOST);
        rig_finish(rig, &job);
    }
    fox_queue_close(theirs);
}

static void a_process_never_takes_itself_for_dead(void **state)
{
    struct rig *rig = shared_rig(state);
    AUTO(fox_job) job = {0};

    rig_put_plain(rig);
    job = rig_take(rig);
    rig->dead_process = rig->self.process_id;
    assert_int_equal(rig_recover(rig), 0);
    rig_finish(rig, &job);
}

static void a_job_of_another_node_is_taken_there(void **state)
{
    struct rig *rig = shared_rig(state);
    struct fox_queue *theirs = rig_second(rig, "there", 2);
    static const char *const kinds[] = {RIG_KIND};
    const struct fox_reserve reserve = {.kinds = kinds, .kind_count = 1, .lease_ms = 1000};
    const struct fox_id id =
        rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .node = "there"});
    AUTO(fox_job) job = {0};
    pxf_error err = {0};

    assert_true(rig_is_empty(rig));
    assert_ok(fox_queue_reserve(theirs, &reserve, &job, &err));
    assert_true(fox_id_equals(&job.id, &id));
    assert_string_equal(job.node, "there");
    fox_queue_close(theirs);
}

static pxf_status damage(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return run_sql(tx, *(const char **)ctx, err);
}

static void a_check_finds_what_is_wrong(void **state)
{
    static const char *const damages[] = {
        "UPDATE job_lane SET ready = ready + 1",
        "UPDATE job_lane SET done = 1",
        "UPDATE job SET state = 2 WHERE state = 3",
        "UPDATE job SET state = 9 WHERE state = 2",
        "UPDATE job SET lane = 77 WHERE state = 2",
        "UPDATE job SET token = 0 WHERE state = 3",
        "UPDATE job SET token = 5 WHERE state = 2",
        "UPDATE job SET process = NULL",
        "UPDATE job SET ended_ms = 5 WHERE state = 2",
        "DELETE FROM job_payload",
        "DELETE FROM job WHERE state = 2",
        "INSERT INTO job_result(seq) VALUES (77)",
        "INSERT INTO job_attempt VALUES (77, 1, 1, 1, '', '')",
    };
    const struct rig_driver *driver = shared_rig(state)->driver;

    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        struct rig *rig = rig_new(driver);
        AUTO(fox_job) job = {0};
        const char *sql = damages[i];
        pxf_error err = {0};

        rig_put_plain(rig);
        rig_put_plain(rig);
        job = rig_take(rig);
        rig_check(rig);
        assert_ok(fox_sql_write(rig->db, FOX_RELAXED, damage, &sql, &err));
        assert_fails(fox_queue_check(rig->queue, &err), PXF_INTERNAL);
        rig_free(rig);
    }
}

static void a_closed_database_is_said(void **state)
{
    struct rig *rig = shared_rig(state);
    const struct fox_job_spec spec = {.kind = RIG_KIND};
    int64_t count;
    pxf_error err = {0};

    rig_put_plain(rig);
    fox_sql_stop(rig->db);
    assert_fails(fox_queue_put(rig->queue, &spec, NULL, &err), PXF_CLOSED);
    assert_fails(fox_queue_recover(rig->queue, &count, &err), PXF_CLOSED);
    rig_reopen(rig);
    assert_int_equal(rig_count(rig, PXF_JOB_READY), 1);
}

RIG_TESTS(share_tests, cmocka_unit_test(a_job_is_put_with_what_causes_it),
          cmocka_unit_test(an_operation_that_fails_puts_no_job),
          cmocka_unit_test(a_job_ends_with_its_results),
          cmocka_unit_test(a_stale_token_takes_the_whole_operation_down),
          cmocka_unit_test(a_job_fails_with_what_that_changes),
          cmocka_unit_test(an_images_jobs_go_with_the_image),
          cmocka_unit_test(a_queue_knows_its_database), cmocka_unit_test(jobs_outlive_the_program),
          cmocka_unit_test(the_jobs_of_a_dead_process_are_ready_at_once),
          cmocka_unit_test(a_process_never_takes_itself_for_dead),
          cmocka_unit_test(a_job_of_another_node_is_taken_there),
          cmocka_unit_test(a_check_finds_what_is_wrong),
          cmocka_unit_test(a_closed_database_is_said))
