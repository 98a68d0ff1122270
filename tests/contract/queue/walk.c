/* SPDX-License-Identifier: Apache-2.0 */
/* A random walk over one driver and the model: walk DRIVER OPERATIONS [SEED]. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model.h"
#include "rig.h"

enum { LEASES = 24, LIVING_LIMIT = 150, LIST_LIMIT = 1000, FIRST_MS = 30000, JITTER_PCT = 10 };

struct walk {
    struct rig *rig;
    struct model model;
    uint64_t random;
    struct fox_job leases[LEASES]; /* tokens, good ones and stale ones; texts let go */
    int lease_count;
    struct fox_id ids[LEASES]; /* jobs seen lately, some gone by now */
};

static uint64_t next_random(struct walk *walk)
{
    walk->random ^= walk->random << 13;
    walk->random ^= walk->random >> 7;
    walk->random ^= walk->random << 17;
    return walk->random;
}

static int below(struct walk *walk, int limit)
{
    return (int)(next_random(walk) % (uint64_t)limit);
}

static struct fox_id image_of(int image)
{
    return (struct fox_id){.bytes = {0xee, (uint8_t)image}};
}

static void synchronize(struct walk *walk)
{
    walk->model.now_ms = walk->rig->now_ms;
    walk->model.monotonic_ms = walk->rig->monotonic_ms;
}

/* Kinds asked for; never none. */
static unsigned some_kinds(struct walk *walk)
{
    return 1U + (unsigned)below(walk, (1 << MODEL_KINDS) - 1);
}

static size_t names_of(unsigned mask, const char **names)
{
    size_t count = 0;

    for (int i = 0; i < MODEL_KINDS; i++) {
        if (mask & 1U << i) {
            names[count++] = model_kinds[i];
        }
    }
    return count;
}

static struct fox_id *some_id(struct walk *walk)
{
    return &walk->ids[below(walk, LEASES)];
}

static void expect_status(pxf_status got, pxf_status expected, const char *what)
{
    if (got != expected) {
        fail_msg("%s: %s instead of %s", what, fox_status_name(got), fox_status_name(expected));
    }
}

/* Compares everything that can be seen of one job. */
static void compare(struct walk *walk, const struct model_job *expected, const struct fox_job *job)
{
    char payload[16];

    (void)snprintf(payload, sizeof payload, "%d", expected->payload);
    assert_string_equal(job->kind, model_kinds[expected->kind]);
    assert_int_equal(job->state, model_view(&walk->model, expected));
    assert_int_equal(job->priority, expected->priority);
    assert_int_equal(job->attempts, expected->attempts);
    assert_int_equal(job->crashes, expected->crashes);
    assert_int_equal(job->own_crashes, expected->own_crashes);
    assert_int_equal(job->max_attempts, expected->max_attempts);
    assert_int_equal(job->created_ms, expected->created_ms);
    assert_int_equal(job->due_ms, expected->due_ms);
    assert_int_equal(job->started_ms, expected->started_ms);
    assert_int_equal(job->ended_ms, expected->ended_ms);
    assert_int_equal(job->lease_until_ms, expected->lease_until_ms);
    assert_int_equal(job->has_image, expected->image >= 0);
    assert_int_equal(job->cancel_requested, expected->cancel_requested);
    assert_int_equal(job->progress_permille, expected->progress_permille);
    assert_int_equal(job->error_status, expected->error_status);
    assert_int_equal(job->error[0] != '\0', expected->error_status != PXF_OK);
    assert_string_equal(job->payload, payload);
    assert_int_equal(job->result != NULL, expected->state == PXF_JOB_DONE);
}

static void do_put(struct walk *walk)
{
    struct model *model = &walk->model;
    const int key = below(walk, 3) ? -1 : below(walk, MODEL_KEYS);
    const int image = below(walk, 2) ? -1 : below(walk, MODEL_IMAGES);
    const int kind = below(walk, MODEL_KINDS), node = below(walk, 8) ? below(walk, 2) : 2;
    const int number = below(walk, 100000);
    const int32_t max_attempts = below(walk, 4) ? 3 : -1, priority = 1 + below(walk, 3);
    const int64_t due_ms = below(walk, 2) ? 0 : walk->rig->now_ms + below(walk, 100000) - 1000;
    const struct fox_id image_id = image_of(image);
    char key_text[16], payload[16];
    const struct fox_job_spec spec = {
        .kind = model_kinds[kind],
        .payload = payload,
        .unique_key = key >= 0 ? key_text : NULL,
        .unique_policy = (enum fox_unique_policy)(1 + below(walk, 3)),
        .image_id = image >= 0 ? &image_id : NULL,
        .node = model_nodes[node],
        .priority = priority,
        .due_ms = due_ms,
        .max_attempts = max_attempts,
    };
    struct model_job *twin = model_twin(model, kind, key), *job;
    const bool is_rejected = twin && spec.unique_policy == FOX_UNIQUE_REJECT;
    struct fox_id id;
    pxf_error err = {0};

    if (!twin && model_living_count(model) >= LIVING_LIMIT) {
        return;
    }
    (void)snprintf(key_text, sizeof key_text, "key-%d", key);
    (void)snprintf(payload, sizeof payload, "%d", number);
    expect_status(fox_queue_put(walk->rig->queue, &spec, &id, &err),
                  is_rejected ? PXF_EXISTS : PXF_OK, "put");
    if (is_rejected) {
        return;
    }
    job = twin ? twin : model_new(model);
    assert_non_null(job);
    if (twin) {
        assert_true(fox_id_equals(&id, &twin->id));
    } else {
        model_know(model, kind);
        job->id = id;
        job->kind = kind;
        job->node = node;
        job->key = key;
        job->image = image;
        job->max_attempts = max_attempts;
        job->created_ms = model->now_ms;
        walk->ids[below(walk, LEASES)] = id;
    }
    if (!twin || (spec.unique_policy == FOX_UNIQUE_REPLACE && model_is_waiting(twin))) {
        job->payload = number;
        job->priority = priority;
        model_wait(model, job, due_ms ? due_ms : model->now_ms);
    }
}

static void do_reserve(struct walk *walk)
{
    const unsigned mask = some_kinds(walk);
    const int image = below(walk, 8) ? -1 : below(walk, MODEL_IMAGES);
    const struct fox_id image_id = image_of(image);
    const char *names[MODEL_KINDS];
    const struct fox_reserve reserve = {
        .kinds = names,
        .kind_count = names_of(mask, names),
        .image_id = image >= 0 ? &image_id : NULL,
        .lease_ms = 1 + below(walk, 30000),
    };
    struct model_job *expected;
    AUTO(fox_job) job = {0};
    pxf_error err = {0};
    pxf_status status;

    status = fox_queue_reserve(walk->rig->queue, &reserve, &job, &err);
    if (image < 0) {
        model_announce(&walk->model, mask);
    }
    model_promote(&walk->model);
    expected = model_pick(&walk->model, mask, image);
    expect_status(status, expected ? PXF_OK : PXF_NOT_FOUND, "reserve");
    if (!expected) {
        return;
    }
    assert_true(fox_id_equals(&job.id, &expected->id));
    expected->state = PXF_JOB_RUNNING;
    expected->is_front = false;
    expected->token = job.token;
    expected->started_ms = walk->model.now_ms;
    expected->lease_until_ms = walk->model.now_ms + reserve.lease_ms;
    expected->progress_permille = 0;
    compare(walk, expected, &job);
    walk->ids[below(walk, LEASES)] = job.id;
    walk->leases[walk->lease_count < LEASES ? walk->lease_count++ : below(walk, LEASES)] = job;
}

/* One of the leases seen lately, and the job if it is still good. */
static const struct fox_job *some_lease(struct walk *walk, struct model_job **ret_held)
{
    const struct fox_job *lease;

    if (walk->lease_count == 0) {
        return NULL;
    }
    lease = &walk->leases[below(walk, walk->lease_count)];
    *ret_held = model_find(&walk->model, &lease->id);
    if (*ret_held &&
        ((*ret_held)->state != PXF_JOB_RUNNING || (*ret_held)->token != lease->token)) {
        *ret_held = NULL;
    }
    return lease;
}

static void do_finish(struct walk *walk)
{
    struct model_job *held = NULL;
    const struct fox_job *lease = some_lease(walk, &held);
    pxf_error err = {0};

    if (!lease) {
        return;
    }
    expect_status(fox_queue_finish(walk->rig->queue, lease, "{}", &err), held ? PXF_OK : PXF_LOST,
                  "finish");
    if (held) {
        model_leave(&walk->model, held, PXF_JOB_DONE, 0);
    }
}

/* The wait is random within bounds: what the driver chose is taken over. */
static void fail_held(struct walk *walk, struct model_job *held, pxf_status cause, bool is_dead)
{
    AUTO(fox_job) found = rig_find(walk->rig, &held->id);

    held->attempts++;
    held->error_status = cause;
    if (!is_dead && !held->cancel_requested) {
        assert_true(found.due_ms - walk->model.now_ms >= FIRST_MS - FIRST_MS * JITTER_PCT / 100);
        assert_true(found.due_ms - walk->model.now_ms <= FOX_HOUR_MS);
    }
    model_leave(&walk->model, held, is_dead ? PXF_JOB_DEAD : PXF_JOB_SCHEDULED, found.due_ms);
}

static void crash_held(struct walk *walk, struct model_job *held, pxf_status cause)
{
    held->crashes++;
    held->own_crashes++;
    held->error_status = cause;
    model_leave(&walk->model, held, held->own_crashes >= 3 ? PXF_JOB_DEAD : PXF_JOB_READY,
                walk->model.now_ms);
}

static void do_fail(struct walk *walk)
{
    struct model_job *held = NULL;
    const struct fox_job *lease = some_lease(walk, &held);
    const pxf_error cause = rig_cause(below(walk, 4) ? PXF_IO : PXF_CORRUPT);
    const bool own_crash = below(walk, 3) == 0;
    enum fox_failed failed = 0;
    pxf_error err = {0};

    if (!lease) {
        return;
    }
    expect_status(fox_queue_fail(walk->rig->queue, lease, &cause, own_crash, &failed, &err),
                  held ? PXF_OK : PXF_LOST, "fail");
    if (!held) {
        return;
    }
    if (own_crash) {
        crash_held(walk, held, (pxf_status)cause.status);
    } else {
        fail_held(walk, held, (pxf_status)cause.status,
                  cause.status == PXF_CORRUPT ||
                      (held->max_attempts > 0 && held->attempts + 1 >= held->max_attempts));
    }
    assert_int_equal(failed, held->state == PXF_JOB_CANCELLED ? FOX_FAILED_CANCELLED
                             : held->state == PXF_JOB_DEAD    ? FOX_FAILED_DEAD
                                                              : FOX_FAILED_RETRY);
}

static void do_release(struct walk *walk)
{
    struct model_job *held = NULL;
    const struct fox_job *lease = some_lease(walk, &held);
    const int64_t due_ms = below(walk, 2) ? 0 : walk->rig->now_ms + below(walk, 20000);
    pxf_error err = {0};

    if (!lease) {
        return;
    }
    expect_status(fox_queue_release(walk->rig->queue, lease, due_ms, &err),
                  held ? PXF_OK : PXF_LOST, "release");
    if (held) {
        model_leave(&walk->model, held, due_ms == 0 ? PXF_JOB_READY : PXF_JOB_SCHEDULED,
                    due_ms == 0 ? walk->model.now_ms : due_ms);
    }
}

static void do_extend(struct walk *walk)
{
    struct model_job *held = NULL;
    const struct fox_job *lease = some_lease(walk, &held);
    const int64_t lease_ms = 1 + below(walk, 30000);
    const int32_t progress = below(walk, 1002) - 1;
    pxf_error err = {0};
    bool cancel = false;

    if (!lease) {
        return;
    }
    expect_status(fox_queue_extend(walk->rig->queue, lease, lease_ms, progress, &cancel, &err),
                  held ? PXF_OK : PXF_LOST, "extend");
    model_announce(&walk->model, 0);
    if (held) {
        held->lease_until_ms = walk->model.now_ms + lease_ms;
        held->progress_permille = progress >= 0 ? progress : held->progress_permille;
        assert_int_equal(cancel, held->cancel_requested);
    }
}

static void cancel_in_model(struct model *model, struct model_job *job)
{
    if (job->state == PXF_JOB_RUNNING) {
        job->cancel_requested = true;
    } else if (job->state != PXF_JOB_CANCELLED) {
        model_end(model, job, PXF_JOB_CANCELLED);
    }
}

static void do_cancel(struct walk *walk)
{
    const struct fox_id *id = some_id(walk);
    struct model_job *job = model_find(&walk->model, id);
    pxf_error err = {0};
    const pxf_status status = fox_queue_cancel(walk->rig->queue, id, &err);

    if (!job || job->state == PXF_JOB_DONE) {
        expect_status(status, job ? PXF_CONFLICT : PXF_NOT_FOUND, "cancel");
        return;
    }
    expect_status(status, PXF_OK, "cancel");
    cancel_in_model(&walk->model, job);
}

static void do_retry(struct walk *walk)
{
    const struct fox_id *id = some_id(walk);
    struct model_job *job = model_find(&walk->model, id);
    struct model_job *twin = job ? model_twin(&walk->model, job->kind, job->key) : NULL;
    pxf_error err = {0};
    const pxf_status status = fox_queue_retry(walk->rig->queue, id, &err);

    if (!job) {
        expect_status(status, PXF_NOT_FOUND, "retry");
        return;
    }
    if ((twin && twin != job) || job->state == PXF_JOB_RUNNING || job->state == PXF_JOB_DONE) {
        expect_status(status, PXF_CONFLICT, "retry");
        return;
    }
    expect_status(status, PXF_OK, "retry");
    if (!model_is_waiting(job)) {
        job->attempts = job->crashes = job->own_crashes = 0;
        job->ended_ms = 0;
    }
    if (job->state != PXF_JOB_READY) {
        model_wait(&walk->model, job, walk->model.now_ms);
    }
}

static void do_cancel_image(struct walk *walk)
{
    const int image = below(walk, MODEL_IMAGES), spared = below(walk, MODEL_KINDS + 1);
    const struct fox_id image_id = image_of(image);
    pxf_error err = {0};

    assert_ok(fox_queue_cancel_image(walk->rig->queue, NULL, &image_id,
                                     spared < MODEL_KINDS ? model_kinds[spared] : NULL, &err));
    for (int i = 0; i < MODEL_JOBS; i++) {
        struct model_job *job = &walk->model.jobs[i];

        if (job->is_there && job->image == image && job->kind != spared && model_is_living(job)) {
            cancel_in_model(&walk->model, job);
        }
    }
}

static void do_pause(struct walk *walk)
{
    const int kind = below(walk, MODEL_KINDS);
    const bool is_paused = below(walk, 6) == 0;
    pxf_error err = {0};

    assert_ok(is_paused ? fox_queue_pause(walk->rig->queue, model_kinds[kind], &err)
                        : fox_queue_resume(walk->rig->queue, model_kinds[kind], &err));
    model_know(&walk->model, kind);
    walk->model.kinds[kind].is_paused = is_paused;
}

static void do_recover(struct walk *walk)
{
    const int expected = model_recover(&walk->model);

    assert_int_equal(rig_recover(walk->rig), expected);
}

static void do_expire(struct walk *walk)
{
    const int64_t before_ms = walk->rig->now_ms - below(walk, 20000);
    const int limit = 1 + below(walk, 150);
    const int expected = model_expire(&walk->model, before_ms, limit);
    pxf_error err = {0};
    int64_t count = -1;

    assert_ok(fox_queue_expire(walk->rig->queue, before_ms, (size_t)limit, &count, &err));
    assert_int_equal(count, expected);
}

/* Dead jobs, and those of the node that never works, wait for a person: here is one. */
static void do_clear(struct walk *walk)
{
    for (int i = 0; i < MODEL_JOBS; i++) {
        struct model_job *job = &walk->model.jobs[i];
        pxf_error err = {0};

        if (job->is_there &&
            (job->state == PXF_JOB_DEAD || (job->node == 2 && job->state == PXF_JOB_READY))) {
            assert_ok(fox_queue_cancel(walk->rig->queue, &job->id, &err));
            cancel_in_model(&walk->model, job);
        }
    }
}

static void do_find(struct walk *walk)
{
    const struct fox_id *id = some_id(walk);
    const struct model_job *expected = model_find(&walk->model, id);
    AUTO(fox_job) job = {0};
    pxf_error err = {0};

    expect_status(fox_queue_find(walk->rig->queue, id, &job, &err),
                  expected ? PXF_OK : PXF_NOT_FOUND, "find");
    if (expected) {
        compare(walk, expected, &job);
    }
}

/* A listing that must show exactly the model's jobs. */
struct seen {
    struct walk *walk;
    const struct fox_job_filter *filter;
    int kind, image;
    int64_t before_seq;
    int count;
};

static bool is_listed(const struct seen *seen, const struct model_job *job)
{
    return job->is_there && (seen->kind < 0 || job->kind == seen->kind) &&
           (seen->image < 0 || job->image == seen->image) &&
           (seen->filter->state == 0 || model_view(&seen->walk->model, job) == seen->filter->state);
}

static struct model_job *next_listed(const struct seen *seen)
{
    struct model_job *next = NULL;

    for (int i = 0; i < MODEL_JOBS; i++) {
        struct model_job *job = &seen->walk->model.jobs[i];

        if (is_listed(seen, job) && job->seq < seen->before_seq &&
            (!next || job->seq > next->seq)) {
            next = job;
        }
    }
    return next;
}

static pxf_status see(void *ctx, const struct fox_job *job, const char *cursor, pxf_error *err)
{
    struct seen *seen = ctx;
    const struct model_job *expected = next_listed(seen);

    (void)cursor;
    (void)err;
    assert_non_null(expected);
    assert_true(fox_id_equals(&job->id, &expected->id));
    compare(seen->walk, expected, job);
    seen->before_seq = expected->seq;
    seen->count++;
    return PXF_OK;
}

static void do_list(struct walk *walk)
{
    const int kind = below(walk, 2) ? -1 : below(walk, MODEL_KINDS);
    const int image = below(walk, 4) ? -1 : below(walk, MODEL_IMAGES);
    const struct fox_id image_id = image_of(image);
    const struct fox_job_filter filter = {
        .state = (pxf_job_state)below(walk, PXF_JOB_STRANDED + 1),
        .kind = kind >= 0 ? model_kinds[kind] : NULL,
        .image_id = image >= 0 ? &image_id : NULL,
        .limit = below(walk, 2) ? LIST_LIMIT : 1 + (size_t)below(walk, 5),
    };
    struct seen seen = {
        .walk = walk,
        .filter = &filter,
        .kind = kind,
        .image = image,
        .before_seq = INT64_MAX,
    };
    pxf_error err = {0};

    model_promote(&walk->model);
    assert_ok(fox_queue_list(walk->rig->queue, &filter, see, &seen, &err));
    assert_true((size_t)seen.count == filter.limit || !next_listed(&seen));
}

static pxf_status see_count(void *ctx, const struct fox_job_count *count, pxf_error *err)
{
    struct seen *seen = ctx;
    int64_t expected = 0, oldest_ms = INT64_MAX;

    (void)err;
    for (int i = 0; i < MODEL_JOBS; i++) {
        const struct model_job *job = &seen->walk->model.jobs[i];
        const int64_t age_ms = job->state == PXF_JOB_RUNNING ? job->started_ms : job->created_ms;

        if (job->is_there && strcmp(model_kinds[job->kind], count->kind) == 0 &&
            model_view(&seen->walk->model, job) == count->state) {
            expected++;
            oldest_ms = age_ms < oldest_ms ? age_ms : oldest_ms;
        }
    }
    assert_int_equal(count->count, expected);
    seen->count += (int)count->count;
    if (count->state == PXF_JOB_RUNNING) {
        assert_int_equal(count->oldest_ms, oldest_ms);
    }
    return PXF_OK;
}

static void do_count(struct walk *walk)
{
    struct seen seen = {.walk = walk};
    pxf_error err = {0};
    int total = 0;

    model_promote(&walk->model);
    assert_ok(fox_queue_counts(walk->rig->queue, see_count, &seen, &err));
    for (int i = 0; i < MODEL_JOBS; i++) {
        total += walk->model.jobs[i].is_there;
    }
    assert_int_equal(seen.count, total);
    rig_check(walk->rig);
}

static void do_next_due(struct walk *walk)
{
    const unsigned mask = some_kinds(walk);
    const int image = below(walk, 4) ? -1 : below(walk, MODEL_IMAGES);
    const struct fox_id image_id = image_of(image);
    const char *names[MODEL_KINDS];
    const struct fox_reserve reserve = {
        .kinds = names,
        .kind_count = names_of(mask, names),
        .image_id = image >= 0 ? &image_id : NULL,
    };
    const int64_t expected_ms = model_next_due(&walk->model, mask, image);
    pxf_error err = {0};
    int64_t due_ms;

    assert_ok(fox_queue_next_due(walk->rig->queue, &reserve, &due_ms, &err));
    if (expected_ms <= walk->model.now_ms) {
        assert_true(due_ms <= walk->model.now_ms);
    } else {
        assert_true(due_ms == expected_ms);
    }
}

static void do_pass(struct walk *walk)
{
    static const int longest_ms[] = {10, 1000, 20000, 100000};

    rig_pass(walk->rig, below(walk, longest_ms[below(walk, 4)]));
    synchronize(walk);
}

static void do_jump(struct walk *walk)
{
    const int64_t by_ms = below(walk, 2 * (int)FOX_HOUR_MS) - FOX_HOUR_MS;

    atomic_fetch_add(&walk->rig->now_ms, below(walk, 5) ? by_ms / 100 : by_ms);
    synchronize(walk);
}

/* How often each is done, of the sum. */
static const struct {
    void (*run)(struct walk *walk);
    int share;
} operations[] = {
    {do_put, 300},    {do_reserve, 300}, {do_finish, 250}, {do_fail, 60},  {do_release, 40},
    {do_extend, 60},  {do_cancel, 25},   {do_retry, 25},   {do_pause, 10}, {do_cancel_image, 8},
    {do_recover, 40}, {do_expire, 20},   {do_clear, 4},    {do_find, 100}, {do_list, 12},
    {do_count, 8},    {do_next_due, 30}, {do_pass, 100},   {do_jump, 2},
};

enum { OPERATION_COUNT = sizeof operations / sizeof operations[0] };

static void step(struct walk *walk)
{
    int total = 0, at, chosen = 0;

    for (int i = 0; i < OPERATION_COUNT; i++) {
        total += operations[i].share;
    }
    at = below(walk, total);
    while (at >= operations[chosen].share) {
        at -= operations[chosen++].share;
    }
    operations[chosen].run(walk);
}

static long number_of(const char *text)
{
    char *end;
    const long number = strtol(text, &end, 10);

    if (*text == '\0' || *end != '\0' || number < 1) {
        fprintf(stderr, "walk: '%s' is no number\n", text);
        exit(2);
    }
    return number;
}

/* What the command line asked for. */
struct order {
    const struct rig_driver *driver;
    long count;
    uint64_t seed;
};

static void a_queue_does_what_its_model_does(void **state)
{
    const struct order *order = *state;
    struct walk *walk = calloc(1, sizeof *walk);

    assert_non_null(walk);
    walk->random = order->seed * UINT64_C(0x9e3779b97f4a7c15);
    walk->rig = rig_new(order->driver);
    synchronize(walk);
    for (long i = 0; i < order->count; i++) {
        step(walk);
    }
    do_count(walk);
    rig_free(walk->rig);
    free(walk);
}

int main(int argc, char **argv)
{
    struct order order = {.driver = argc >= 3 ? rig_driver_named(argv[1]) : NULL};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(a_queue_does_what_its_model_does, &order),
    };

    if (!order.driver) {
        fprintf(stderr, "usage: walk DRIVER OPERATIONS [SEED]\n");
        return 2;
    }
    order.count = number_of(argv[2]);
    order.seed = argc > 3 ? (uint64_t)number_of(argv[3]) : (uint64_t)time(NULL);
    printf("walk %s %ld %" PRIu64 "\n", order.driver->name, order.count, order.seed);
    (void)fflush(stdout);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
