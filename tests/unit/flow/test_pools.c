/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "blob/driver.h"
#include "blob/open.h"
#include "flow/pools.h"
#include "meta/meta.h"
#include "os/clock.h"
#include "os/wait.h"
#include "support/scratch.h"
#include "support/suite.h"

/* A disk or server that hangs: who waits for it, and for how long. */

enum { PATIENCE_MS = 250, LONG_MS = 5000 };

/* What hangs, and who is in there. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_shut;
    int inside, looks;
    atomic_int opened, closed; /* of its blobs */
};

/* A driver that can only be looked at. */
struct gated {
    struct fox_blob blob;
    struct gate *gate;
};

static void set_shut(struct gate *gate, bool is_shut)
{
    (void)pthread_mutex_lock(&gate->lock);
    gate->is_shut = is_shut;
    (void)pthread_cond_broadcast(&gate->changed);
    (void)pthread_mutex_unlock(&gate->lock);
}

/* Waits until so many threads hang in there. */
static void await_inside(struct gate *gate, int count)
{
    (void)pthread_mutex_lock(&gate->lock);
    while (gate->inside != count) {
        (void)fox_wait_ms(&gate->changed, &gate->lock, LONG_MS);
    }
    (void)pthread_mutex_unlock(&gate->lock);
}

/* Waits until all its blobs are closed, for a look may close the last one. */
static void await_closed(struct gate *gate)
{
    (void)pthread_mutex_lock(&gate->lock);
    for (int i = 0; i < LONG_MS && atomic_load(&gate->closed) < atomic_load(&gate->opened); i++) {
        (void)fox_wait_ms(&gate->changed, &gate->lock, 1);
    }
    (void)pthread_mutex_unlock(&gate->lock);
}

static int looks_at(struct gate *gate)
{
    int looks;

    (void)pthread_mutex_lock(&gate->lock);
    looks = gate->looks;
    (void)pthread_mutex_unlock(&gate->lock);
    return looks;
}

static pxf_status gated_look(struct fox_blob *blob, struct fox_blob_health *ret_health,
                             pxf_error *err)
{
    struct gate *gate = ((struct gated *)(void *)blob)->gate;

    (void)err;
    (void)pthread_mutex_lock(&gate->lock);
    gate->inside++;
    gate->looks++;
    (void)pthread_cond_broadcast(&gate->changed);
    while (gate->is_shut) {
        (void)pthread_cond_wait(&gate->changed, &gate->lock);
    }
    gate->inside--;
    (void)pthread_cond_broadcast(&gate->changed);
    (void)pthread_mutex_unlock(&gate->lock);
    *ret_health = (struct fox_blob_health){.disk_free_bytes = 7};
    return PXF_OK;
}

static void gated_close(struct fox_blob *blob)
{
    struct gate *gate = ((struct gated *)(void *)blob)->gate;

    free(blob);
    atomic_fetch_add(&gate->closed, 1);
}

static const struct fox_blob_driver gated_driver = {
    .size = sizeof gated_driver, .look = gated_look, .close = gated_close};

/* A catalog with the pools `disk` (local) and `share` (nfs), each behind its gate. */
struct scene {
    struct fox_env env;
    struct fox_scratch scratch;
    struct fox_sql *db;
    struct fox_settings *settings;
    struct fox_pools *pools;
    struct gate disk, share;
};

static pxf_status open_gated(void *ctx, const struct fox_pool_row *row, struct fox_blob **ret_blob,
                             pxf_error *err)
{
    struct scene *scene = ctx;
    struct gated *gated = calloc(1, sizeof *gated);

    (void)err;
    gated->blob = (struct fox_blob){.driver = &gated_driver, .type = "gated", .env = &scene->env};
    gated->gate = row->type == PXF_POOL_NFS ? &scene->share : &scene->disk;
    (void)atomic_fetch_add(&gated->gate->opened, 1);
    *ret_blob = &gated->blob;
    return PXF_OK;
}

static char *lent(const char *text)
{
    return (char *)(uintptr_t)text;
}

static pxf_status add_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct scene *scene = ctx;
    struct fox_pool_row disk = {.name = lent("disk"),
                                .type = PXF_POOL_LOCAL,
                                .tier = PXF_TIER_HOT,
                                .state = PXF_POOL_ACTIVE,
                                .path = lent("/disk")};
    struct fox_pool_row share = disk;

    share.name = lent("share");
    share.type = PXF_POOL_NFS;
    share.path = lent("/share");
    TRY(fox_id_new(&disk.id, &scene->env, 1, err));
    TRY(fox_id_new(&share.id, &scene->env, 2, err));
    TRY(fox_pool_add_in(tx, &disk, err));
    return fox_pool_add_in(tx, &share, err);
}

static void gate_init(struct gate *gate)
{
    (void)pthread_mutex_init(&gate->lock, NULL);
    fox_wait_init(&gate->changed);
}

static void open_catalog(struct scene *scene)
{
    const struct fox_sqlite_options options = {
        .create = true,
        .application_id = 77,
        .path = fox_scratch_path(&scene->scratch, "catalog.sqlite"),
        .lock_path = fox_scratch_path(&scene->scratch, "catalog.lock")};
    pxf_error err = {0};

    assert_ok(fox_sql_open_sqlite(&scene->db, &scene->env, &options, &err));
    assert_ok(fox_meta_migrate(scene->db, &scene->env, &err));
    assert_ok(fox_sql_write(scene->db, FOX_RELAXED, add_in, scene, &err));
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    struct fox_pools_options options;
    pxf_error err = {0};

    assert_non_null(scene);
    fox_os_env(&scene->env);
    scene->scratch = fox_scratch_make();
    gate_init(&scene->disk);
    gate_init(&scene->share);
    open_catalog(scene);
    assert_ok(fox_settings_new(&scene->settings, &scene->env, &err));
    options = (struct fox_pools_options){.env = &scene->env,
                                         .db = scene->db,
                                         .settings = scene->settings,
                                         .node = "",
                                         .patience_ms = PATIENCE_MS,
                                         .open = open_gated,
                                         .ctx = scene};
    assert_ok(fox_pools_new(&scene->pools, &options, &err));
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    set_shut(&scene->disk, false);
    set_shut(&scene->share, false);
    fox_pools_free(scene->pools);
    await_closed(&scene->share);
    fox_settings_free(scene->settings);
    fox_sql_close(scene->db);
    fox_scratch_remove(&scene->scratch);
    free(scene);
    return 0;
}

/* The answer for a pool after all that was known is forgotten: its reason, "" where it is healthy.
 * Fails if this took longer than a hanging pool allows. */
struct answer {
    bool is_open;
    char reason[PXF_MESSAGE_BYTES];
};

static struct answer ask(struct scene *scene, const char *name)
{
    AUTO(fox_pools_view) *view = NULL;
    const int64_t began_ms = fox_clock_monotonic_ms();
    struct answer answer = {.reason = "no such pool"};
    pxf_error err = {0};

    assert_ok(fox_pools_get(scene->pools, &view, &err));
    assert_true(fox_clock_monotonic_ms() - began_ms < LONG_MS);
    for (size_t i = 0; i < view->count; i++) {
        const struct fox_pool_sight *sight = &view->sights[i];

        if (strcmp(sight->row.name, name) == 0) {
            answer.is_open = sight->blob != NULL;
            (void)strcpy(answer.reason, sight->trouble.message);
        }
    }
    return answer;
}

static void assert_healthy(struct scene *scene, const char *name)
{
    const struct answer answer = ask(scene, name);

    assert_string_equal(answer.reason, "");
    assert_true(answer.is_open);
}

static void assert_hangs(struct scene *scene, const char *name)
{
    const struct answer answer = ask(scene, name);

    if (!strstr(answer.reason, "has not answered for")) {
        fail_msg("'%s' is no reason of a pool that hangs", answer.reason);
    }
    assert_false(answer.is_open);
}

static void a_server_that_hangs_keeps_nobody(void **state)
{
    struct scene *scene = *state;

    set_shut(&scene->share, true);
    assert_hangs(scene, "share");
    assert_healthy(scene, "disk");
    fox_pools_forget(scene->pools);
    assert_hangs(scene, "share");
    assert_healthy(scene, "disk");
    assert_int_equal(looks_at(&scene->share), 1);
}

static void a_server_that_answers_again_is_back(void **state)
{
    struct scene *scene = *state;

    set_shut(&scene->share, true);
    assert_hangs(scene, "share");
    set_shut(&scene->share, false);
    await_inside(&scene->share, 0);
    fox_pools_forget(scene->pools);
    assert_healthy(scene, "share");
}

static void a_pool_that_hangs_is_asked_for_by_nobody(void **state)
{
    struct scene *scene = *state;
    AUTO(fox_pools_view) *view = NULL;
    struct fox_blob *blob = NULL;
    pxf_error err = {0};

    set_shut(&scene->share, true);
    assert_ok(fox_pools_get(scene->pools, &view, &err));
    for (size_t i = 0; i < view->count; i++) {
        const bool hangs = view->sights[i].row.type == PXF_POOL_NFS;
        const pxf_status status =
            fox_pools_blob(scene->pools, &view->sights[i].row.id, &blob, &err);

        assert_int_equal(status, hangs ? PXF_UNAVAILABLE : PXF_OK);
        err = (pxf_error){0};
    }
}

static void *ask_for_all(void *ctx)
{
    struct scene *scene = ctx;
    struct fox_pools_view *view = NULL;

    (void)fox_pools_get(scene->pools, &view, NULL);
    fox_pools_view_free(view);
    return NULL;
}

static void a_disk_that_hangs_keeps_one_thread_and_no_other(void **state)
{
    struct scene *scene = *state;
    pthread_t victim;

    set_shut(&scene->disk, true);
    assert_int_equal(pthread_create(&victim, NULL, ask_for_all, scene), 0);
    await_inside(&scene->disk, 1);
    assert_hangs(scene, "disk");
    assert_healthy(scene, "share");
    fox_pools_forget(scene->pools);
    assert_hangs(scene, "disk");
    assert_int_equal(looks_at(&scene->disk), 1);
    set_shut(&scene->disk, false);
    assert_int_equal(pthread_join(victim, NULL), 0);
    fox_pools_forget(scene->pools);
    assert_healthy(scene, "disk");
}

static void what_was_seen_before_a_forgetting_is_not_given_out(void **state)
{
    struct scene *scene = *state;

    assert_healthy(scene, "share");
    assert_healthy(scene, "share");
    assert_int_equal(looks_at(&scene->share), 1);
    fox_pools_forget(scene->pools);
    assert_healthy(scene, "share");
    assert_int_equal(looks_at(&scene->share), 2);
}

/* Its look comes back with news of the past, which nobody gets. */
static void a_look_that_was_overtaken_is_thrown_away(void **state)
{
    struct scene *scene = *state;
    AUTO(fox_pools_view) *newer = NULL, *given = NULL;
    pthread_t late;
    pxf_error err = {0};

    set_shut(&scene->disk, true);
    assert_int_equal(pthread_create(&late, NULL, ask_for_all, scene), 0);
    await_inside(&scene->disk, 1);
    fox_pools_forget(scene->pools);
    assert_ok(fox_pools_get(scene->pools, &newer, &err));
    set_shut(&scene->disk, false);
    assert_int_equal(pthread_join(late, NULL), 0);
    assert_ok(fox_pools_get(scene->pools, &given, &err));
    assert_ptr_equal(given, newer);
}

static void pools_close_while_a_look_hangs(void **state)
{
    struct scene *scene = *state;

    set_shut(&scene->share, true);
    assert_hangs(scene, "share");
    fox_pools_free(scene->pools);
    scene->pools = NULL;
    assert_int_equal(atomic_load(&scene->share.closed), 0);
    set_shut(&scene->share, false);
    await_inside(&scene->share, 0);
    await_closed(&scene->share);
    assert_int_equal(atomic_load(&scene->share.closed), 1);
}

#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

SUITE(pools, IN_SCENE(a_server_that_hangs_keeps_nobody),
      IN_SCENE(a_server_that_answers_again_is_back),
      IN_SCENE(a_pool_that_hangs_is_asked_for_by_nobody),
      IN_SCENE(a_disk_that_hangs_keeps_one_thread_and_no_other),
      IN_SCENE(what_was_seen_before_a_forgetting_is_not_given_out),
      IN_SCENE(a_look_that_was_overtaken_is_thrown_away), IN_SCENE(pools_close_while_a_look_hangs))
