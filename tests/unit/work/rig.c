/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/clock.h"
#include "os/poll.h"
#include "work/worker.h"

static int64_t clock_ms(void *ctx)
{
    return atomic_load(&((struct rig *)ctx)->clock_ms);
}

static pxf_status random_bytes(void *ctx, void *bytes, size_t size, pxf_error *err)
{
    struct rig *rig = ctx;
    const uint64_t seed = atomic_fetch_add(&rig->seed, UINT64_C(0x9e3779b97f4a7c15));

    (void)err;
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)bytes)[i] = (uint8_t)((seed >> 8 * (i % 8)) + i);
    }
    return PXF_OK;
}

static void nothing(void *ctx)
{
    (void)ctx;
}

static void wake(void *ctx)
{
    struct rig *rig = ctx;

    if (rig->worker) {
        fox_worker_wake(rig->worker);
    }
}

struct rig *rig_new(rig_fn run, int64_t timeout_ms)
{
    const struct fox_queue_self self = {.process_id = {.bytes = {1}}, .node = "here"};
    struct rig *rig = calloc(1, sizeof *rig);
    struct fox_worker_options options;
    pxf_error err = {0};

    assert_non_null(rig);
    rig->timeout_ms = timeout_ms;
    atomic_store(&rig->clock_ms, INT64_C(1764034086000));
    atomic_store(&rig->seed, 1);
    rig->env = (struct fox_env){
        .ctx = rig, .now_ms = clock_ms, .monotonic_ms = clock_ms, .random = random_bytes};
    assert_ok(fox_queue_open_memory(&rig->queue, &rig->env, &self, &err));
    options = (struct fox_worker_options){
        .env = &rig->env,
        .queue = rig->queue,
        .lease_ms = RIG_LEASE_MS,
        .thread_count = 2,
        .news_fd = -1,
        .drain = nothing,
        .tick = nothing,
    };
    assert_ok(fox_worker_new(&rig->worker, &options, &err));
    assert_ok(fox_worker_add(rig->worker,
                             &(struct fox_handler){
                                 .kind = RIG_KIND,
                                 .run = run,
                                 .self = rig,
                             },
                             &err));
    fox_queue_set_waker(rig->queue, wake, rig);
    return rig;
}

void rig_free(struct rig *rig)
{
    if (!rig) {
        return;
    }
    fox_worker_free(rig->worker);
    fox_queue_close(rig->queue);
    free(rig);
}

struct fox_id rig_put(struct rig *rig)
{
    pxf_error err = {0};
    struct fox_id id;

    const struct fox_job_spec spec = {.kind = RIG_KIND, .timeout_ms = rig->timeout_ms};
    assert_ok(fox_queue_put(rig->queue, &spec, &id, &err));
    fox_queue_wake(rig->queue);
    return id;
}

void rig_pass(struct rig *rig, int64_t ms)
{
    (void)atomic_fetch_add(&rig->clock_ms, ms);
}

pxf_status rig_try_one(struct rig *rig, pxf_error *err)
{
    return fox_worker_run_one(rig->worker, NULL, NULL, err);
}

bool rig_run_one(struct rig *rig)
{
    pxf_error err = {0};
    const pxf_status status = rig_try_one(rig, &err);

    if (status != PXF_OK && status != PXF_NOT_FOUND) {
        fail_msg("%s", err.message);
    }
    return status == PXF_OK;
}

static pxf_status leave_nothing(struct fox_queue *queue, struct fox_sql_tx *tx,
                                const struct fox_job *job, const struct fox_exit *exit,
                                pxf_job_state *ret_state, pxf_error *err)
{
    (void)queue;
    (void)tx;
    (void)job;
    (void)exit;
    (void)ret_state;
    return fox_fail(err, PXF_UNAVAILABLE, "the queue is away");
}

void rig_break(struct rig *rig)
{
    rig->whole = rig->queue->driver;
    rig->broken = *rig->whole;
    rig->broken.leave = leave_nothing;
    rig->queue->driver = &rig->broken;
}

void rig_mend(struct rig *rig)
{
    rig->queue->driver = rig->whole;
}

struct fox_job rig_find(struct rig *rig, const struct fox_id *id)
{
    pxf_error err = {0};
    struct fox_job job = {0};

    assert_ok(fox_queue_find(rig->queue, id, &job, &err));
    fox_job_let_go(&job);
    return job;
}

bool rig_await(bool (*is_so)(struct rig *rig), struct rig *rig)
{
    const int64_t until_ms = fox_clock_monotonic_ms() + RIG_PATIENCE_MS;

    while (!is_so(rig)) {
        if (fox_clock_monotonic_ms() >= until_ms) {
            return false;
        }
        (void)fox_poll_sleep_us(-1, 500);
    }
    return true;
}

bool rig_has_heart(struct rig *rig)
{
    bool has_heart;

    (void)pthread_mutex_lock(&rig->worker->shared.lock);
    has_heart = rig->worker->shared.has_heart;
    (void)pthread_mutex_unlock(&rig->worker->shared.lock);
    return has_heart;
}

bool rig_is_renewed(struct rig *rig)
{
    return rig_find(rig, &rig->id).lease_until_ms == clock_ms(rig) + RIG_LEASE_MS;
}

bool rig_is_tripped(struct fox_run *run)
{
    return fox_poll_sleep_us(fox_cancel_fd(fox_run_cancel(run)), RIG_PATIENCE_MS * 1000);
}

static bool is_lease_thread(const char *task)
{
    char path[300], name[32] = "";
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/self/task/%s/comm", task);
    file = fopen(path, "re");
    if (file) {
        (void)fgets(name, sizeof name, file);
        (void)fclose(file);
    }
    return strcmp(name, "pixelfox-lease\n") == 0;
}

size_t rig_lease_thread_count(void)
{
    DIR *folder = opendir("/proc/self/task");
    const struct dirent *entry;
    size_t count = 0;

    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        count += is_lease_thread(entry->d_name);
    }
    (void)closedir(folder);
    return count;
}
