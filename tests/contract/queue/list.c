/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "rig.h"

enum { ROW_LIMIT = 64, CURSOR_BYTES = 64 };

/* The ids of a listing, and its last cursor. */
struct listed {
    struct fox_id ids[ROW_LIMIT];
    size_t count;
    char cursor[CURSOR_BYTES];
};

static pxf_status collect(void *ctx, const struct fox_job *job, const char *cursor, pxf_error *err)
{
    struct listed *listed = ctx;

    (void)err;
    assert_true(listed->count < ROW_LIMIT);
    assert_true(job->token == 0);
    assert_non_null(job->payload);
    listed->ids[listed->count++] = job->id;
    assert_true(strlen(cursor) < sizeof listed->cursor);
    memcpy(listed->cursor, cursor, strlen(cursor) + 1);
    return PXF_OK;
}

static struct listed list(struct rig *rig, const struct fox_job_filter *filter)
{
    struct listed listed = {.count = 0};
    pxf_error err = {0};

    assert_ok(fox_queue_list(rig->queue, filter, collect, &listed, &err));
    return listed;
}

static void a_list_begins_with_the_newest(void **state)
{
    struct rig *rig = *state;
    struct fox_id ids[5];
    struct listed listed;

    for (size_t i = 0; i < 5; i++) {
        ids[i] = rig_put(rig, &(struct fox_job_spec){
                                  .kind = i % 2 ? "odd" : "even",
                                  .priority = (int32_t)(i % 3 + 1),
                                  .due_ms = i == 2 ? rig->now_ms + 1000 : 0,
                                  .node = i == 3 ? "there" : NULL,
                              });
    }
    listed = list(rig, &(struct fox_job_filter){.limit = 10});
    assert_int_equal(listed.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_true(fox_id_equals(&listed.ids[i], &ids[4 - i]));
    }
}

static void pages_join_without_gap_while_jobs_come_in(void **state)
{
    struct rig *rig = *state;
    enum { JOB_COUNT = 23, PAGE = 4 };
    struct fox_id ids[JOB_COUNT];
    struct fox_job_filter filter = {.limit = PAGE};
    struct listed listed;
    size_t shown = 0;

    for (size_t i = 0; i < JOB_COUNT; i++) {
        ids[i] = rig_put_plain(rig);
    }
    do {
        listed = list(rig, &filter);
        for (size_t i = 0; i < listed.count; i++) {
            assert_true(shown < JOB_COUNT);
            assert_true(fox_id_equals(&listed.ids[i], &ids[JOB_COUNT - 1 - shown]));
            shown++;
        }
        filter.cursor = listed.cursor;
        rig_put_plain(rig);
    } while (listed.count == PAGE);
    assert_int_equal(shown, JOB_COUNT);
}

static void a_list_of_one_state_has_pages_too(void **state)
{
    struct rig *rig = *state;
    static const char *const kinds[] = {"one", "two"};
    struct fox_job_filter filter = {.state = PXF_JOB_DEAD, .limit = 3};
    struct fox_id dead[10];
    struct listed listed;
    size_t shown = 0;

    for (size_t i = 0; i < 20; i++) {
        const struct fox_id id = rig_put(rig, &(struct fox_job_spec){.kind = kinds[i / 2 % 2]});
        AUTO(fox_job) job = rig_take_kind(rig, kinds[i / 2 % 2]);

        rig_fail(rig, &job, i % 2 ? PXF_CORRUPT : PXF_IO);
        if (i % 2) {
            dead[i / 2] = id;
        }
    }
    do {
        listed = list(rig, &filter);
        for (size_t i = 0; i < listed.count; i++) {
            assert_true(fox_id_equals(&listed.ids[i], &dead[9 - shown]));
            shown++;
        }
        filter.cursor = listed.cursor;
    } while (listed.count == 3);
    assert_int_equal(shown, 10);
}

static void filters_narrow_a_list(void **state)
{
    struct rig *rig = *state;
    const struct fox_id image_id = {.bytes = {1}};
    const struct fox_id ready = rig_put(rig, &(struct fox_job_spec){.kind = "other"});
    const struct fox_id scheduled = rig_put(rig, &(struct fox_job_spec){
                                                     .kind = RIG_KIND,
                                                     .image_id = &image_id,
                                                     .due_ms = rig->now_ms + FOX_DAY_MS,
                                                 });
    const struct fox_id done =
        rig_put(rig, &(struct fox_job_spec){.kind = RIG_KIND, .image_id = &image_id});
    const struct fox_id running = rig_put_plain(rig);
    AUTO(fox_job) finished = rig_take(rig);
    AUTO(fox_job) taken = rig_take(rig);
    const struct {
        struct fox_job_filter filter;
        const struct fox_id *ids[4];
    } cases[] = {
        {{.limit = 10}, {&running, &done, &scheduled, &ready}},
        {{.limit = 10, .kind = RIG_KIND}, {&running, &done, &scheduled}},
        {{.limit = 10, .kind = "nothing"}, {NULL}},
        {{.limit = 10, .state = PXF_JOB_READY}, {&ready}},
        {{.limit = 10, .state = PXF_JOB_RUNNING}, {&running}},
        {{.limit = 10, .state = PXF_JOB_DONE}, {&done}},
        {{.limit = 10, .state = PXF_JOB_SCHEDULED}, {&scheduled}},
        {{.limit = 10, .state = PXF_JOB_CANCELLED}, {NULL}},
        {{.limit = 10, .state = PXF_JOB_READY, .kind = RIG_KIND}, {NULL}},
        {{.limit = 10, .image_id = &image_id}, {&done, &scheduled}},
        {{.limit = 1, .image_id = &image_id}, {&done}},
        {{.limit = 10, .image_id = &image_id, .state = PXF_JOB_SCHEDULED}, {&scheduled}},
        {{.limit = 10, .image_id = &image_id, .kind = "other"}, {NULL}},
    };

    rig_finish(rig, &finished);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct listed listed = list(rig, &cases[i].filter);
        size_t count = 0;

        while (count < 4 && cases[i].ids[count]) {
            assert_true(count < listed.count);
            assert_true(fox_id_equals(&listed.ids[count], cases[i].ids[count]));
            count++;
        }
        assert_int_equal(listed.count, count);
    }
    rig_finish(rig, &taken);
}

static void what_people_see_can_be_listed(void **state)
{
    struct rig *rig = *state;
    const struct fox_id paused = rig_put_plain(rig);
    const struct fox_id stranded = rig_put(rig, &(struct fox_job_spec){.kind = "other"});
    const struct fox_id due = rig_put(rig, &(struct fox_job_spec){
                                               .kind = "other",
                                               .due_ms = rig->now_ms + 1000,
                                           });
    struct listed listed;
    pxf_error err = {0};

    assert_ok(fox_queue_pause(rig->queue, RIG_KIND, &err));
    rig_pass(rig, 120000);
    listed = list(rig, &(struct fox_job_filter){.state = PXF_JOB_PAUSED, .limit = 5});
    assert_int_equal(listed.count, 1);
    assert_true(fox_id_equals(&listed.ids[0], &paused));
    listed = list(rig, &(struct fox_job_filter){.state = PXF_JOB_STRANDED, .limit = 5});
    assert_int_equal(listed.count, 2);
    assert_true(fox_id_equals(&listed.ids[0], &due));
    assert_true(fox_id_equals(&listed.ids[1], &stranded));
    listed = list(rig, &(struct fox_job_filter){.state = PXF_JOB_READY, .limit = 5});
    assert_int_equal(listed.count, 0);
    listed = list(rig, &(struct fox_job_filter){.state = PXF_JOB_SCHEDULED, .limit = 5});
    assert_int_equal(listed.count, 0);
}

static void a_list_refuses_what_it_did_not_give(void **state)
{
    struct rig *rig = *state;
    static const char *const cursors[] = {
        "", "x", "0", "00000000000000zz", "-000000000000001", "00000000000000001"};
    static const size_t limits[] = {0, 1001};
    pxf_error err = {0};

    rig_put_plain(rig);
    for (size_t i = 0; i < sizeof cursors / sizeof cursors[0]; i++) {
        const struct fox_job_filter filter = {.cursor = cursors[i], .limit = 1};

        assert_fails(fox_queue_list(rig->queue, &filter, collect, NULL, &err), PXF_INVALID);
    }
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const struct fox_job_filter filter = {.limit = limits[i]};

        assert_fails(fox_queue_list(rig->queue, &filter, collect, NULL, &err), PXF_INVALID);
    }
}

static pxf_status refuse(void *ctx, const struct fox_job *job, const char *cursor, pxf_error *err)
{
    (void)job;
    (void)cursor;
    ++*(int *)ctx;
    return fox_fail(err, PXF_CANCELLED, "enough");
}

static void whoever_looks_can_stop(void **state)
{
    struct rig *rig = *state;
    const struct fox_job_filter filter = {.limit = 5};
    pxf_error err = {0};
    int count = 0;

    rig_put_plain(rig);
    rig_put_plain(rig);
    assert_fails(fox_queue_list(rig->queue, &filter, refuse, &count, &err), PXF_CANCELLED);
    assert_int_equal(count, 1);
}

/* The callback may use the queue: nothing is locked while it runs. */
static pxf_status cancel_seen(void *ctx, const struct fox_job *job, const char *cursor,
                              pxf_error *err)
{
    struct rig *rig = ctx;

    (void)cursor;
    return fox_queue_cancel(rig->queue, &job->id, err);
}

static void a_listing_may_change_what_it_sees(void **state)
{
    struct rig *rig = *state;
    const struct fox_job_filter filter = {.state = PXF_JOB_READY, .limit = 100};
    pxf_error err = {0};

    for (int i = 0; i < 10; i++) {
        rig_put_plain(rig);
    }
    assert_ok(fox_queue_list(rig->queue, &filter, cancel_seen, rig, &err));
    assert_int_equal(rig_count(rig, PXF_JOB_CANCELLED), 10);
}

RIG_TESTS(list_tests, cmocka_unit_test(a_list_begins_with_the_newest),
          cmocka_unit_test(pages_join_without_gap_while_jobs_come_in),
          cmocka_unit_test(a_list_of_one_state_has_pages_too),
          cmocka_unit_test(filters_narrow_a_list), cmocka_unit_test(what_people_see_can_be_listed),
          cmocka_unit_test(a_list_refuses_what_it_did_not_give),
          cmocka_unit_test(whoever_looks_can_stop),
          cmocka_unit_test(a_listing_may_change_what_it_sees))
