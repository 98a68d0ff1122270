/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/disk.h"
#include "unit/sql/scene.h"

#include <pthread.h>
#include <string.h>

enum { THREADS = 20, ROUNDS = 15, SLOW_US = 1000 };

static struct fox_sql *open_with_table(struct scene *scene)
{
    struct fox_sql *db;

    scene_set(scene, "");
    db = scene_open(scene);
    run_text(db, "CREATE TABLE t(n INTEGER PRIMARY KEY)");
    return db;
}

static pxf_status add_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    (void)ctx;
    TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO t(n) VALUES (NULL)", err));
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status taken_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    (void)ctx;
    TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO t(n) SELECT min(n) FROM t", err));
    return fox_sql_run(stmt, NULL, err);
}

static void each_kind_of_write_has_the_syncs_it_was_promised(void **state)
{
    static const struct {
        unsigned durability;
        fox_sql_fn fn;
        int sync_count;
    } table[] = {
        {FOX_DURABLE, add_in, 1},   {FOX_RELAXED, add_in, 0},
        {FOX_RELAXED, add_in, 0},   {FOX_DURABLE, add_in, 1},
        {FOX_DURABLE, taken_in, 0}, {FOX_DURABLE | FOX_ESSENTIAL, add_in, 1},
        {FOX_RELAXED, taken_in, 0}, {FOX_RELAXED | FOX_ESSENTIAL, add_in, 0},
        {FOX_DURABLE, add_in, 1},   {FOX_RELAXED | FOX_EARLY, add_in, 0},
    };
    struct scene scene;
    struct fox_sql *db = open_with_table(&scene);

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const int before = disk.sync_count;
        pxf_error err = {0};
        const pxf_status status = fox_sql_write(db, table[i].durability, table[i].fn, NULL, &err);

        assert_int_equal(status, table[i].fn == taken_in ? PXF_EXISTS : PXF_OK);
        assert_int_equal(disk.sync_count - before, table[i].sync_count);
    }
    fox_sql_close(db);
    scene_clear(&scene);
}

struct writer {
    struct fox_sql *db;
    unsigned durability;
    int rounds;
    atomic_int done, failed;
    struct gathering *gathering;
};

static void *write_in_thread(void *ctx)
{
    struct writer *writer = ctx;

    for (int i = 0; i < writer->rounds; i++) {
        pxf_error err = {0};

        if (fox_sql_write(writer->db, writer->durability, add_in, NULL, &err) != PXF_OK) {
            atomic_fetch_add(&writer->failed, 1);
        }
        atomic_fetch_add(&writer->done, 1);
    }
    return NULL;
}

static void twenty_writers_share_their_syncs(void **state)
{
    struct scene scene;
    struct writer writer = {.durability = FOX_DURABLE, .rounds = ROUNDS};
    pthread_t threads[THREADS];
    int before;

    (void)state;
    writer.db = open_with_table(&scene);
    before = disk.sync_count;
    disk.sync_us = SLOW_US;
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, write_in_thread, &writer), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    disk.sync_us = 0;
    assert_int_equal(writer.failed, 0);
    assert_int_equal(number(writer.db, "SELECT count(*) AS n FROM t"), THREADS * ROUNDS);
    assert_in_range(disk.sync_count - before, ROUNDS, THREADS * ROUNDS / 4);
    fox_sql_close(writer.db);
    scene_clear(&scene);
}

static void hold_disk(void)
{
    assert_int_equal(sem_init(&disk.began, 0, 0), 0);
    assert_int_equal(sem_init(&disk.may_end, 0, 0), 0);
    disk.is_held = true;
}

/* Lets the sync under way end, and those that follow it. */
static void let_disk_go(void)
{
    disk.is_held = false;
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(sem_post(&disk.may_end), 0);
    }
}

static void no_write_is_acknowledged_before_its_sync(void **state)
{
    struct scene scene;
    struct writer durable = {.durability = FOX_DURABLE, .rounds = 1};
    struct writer relaxed = {.durability = FOX_RELAXED, .rounds = 1};
    pthread_t first, second;

    (void)state;
    durable.db = relaxed.db = open_with_table(&scene);
    hold_disk();
    assert_int_equal(pthread_create(&first, NULL, write_in_thread, &durable), 0);
    assert_int_equal(sem_wait(&disk.began), 0);
    assert_int_equal(number(durable.db, "SELECT count(*) AS n FROM t"), 1);
    assert_int_equal(pthread_create(&second, NULL, write_in_thread, &relaxed), 0);
    while (number(durable.db, "SELECT count(*) AS n FROM t") < 2) {
    }
    assert_int_equal(durable.done, 0);
    assert_int_equal(relaxed.done, 0);
    let_disk_go();
    assert_int_equal(pthread_join(first, NULL), 0);
    assert_int_equal(pthread_join(second, NULL), 0);
    assert_int_equal(durable.failed + relaxed.failed, 0);
    fox_sql_close(durable.db);
    scene_clear(&scene);
}

static void an_early_write_waits_for_nobodys_sync(void **state)
{
    struct scene scene;
    struct writer durable = {.durability = FOX_DURABLE, .rounds = 1};
    pthread_t thread;
    pxf_error err = {0};

    (void)state;
    durable.db = open_with_table(&scene);
    hold_disk();
    assert_int_equal(pthread_create(&thread, NULL, write_in_thread, &durable), 0);
    assert_int_equal(sem_wait(&disk.began), 0);
    assert_ok(fox_sql_write(durable.db, FOX_RELAXED | FOX_EARLY, add_in, NULL, &err));
    assert_int_equal(durable.done, 0);
    assert_int_equal(number(durable.db, "SELECT count(*) AS n FROM t"), 2);
    disk.fails = true; /* what it was built on is lost, and so is all that follows */
    let_disk_go();
    assert_int_equal(pthread_join(thread, NULL), 0);
    disk.fails = false;
    assert_int_equal(durable.failed, 1);
    assert_fails(fox_sql_write(durable.db, FOX_RELAXED | FOX_EARLY, add_in, NULL, &err), PXF_IO);
    fox_sql_close(durable.db);
    scene_clear(&scene);
}

/* The leader's operation holds the next ones up until all are in the list. */
struct gathering {
    sem_t began, may_end;
};

static pxf_status gather_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct gathering *gathering = ctx;

    TRY(add_in(tx, NULL, err));
    (void)sem_post(&gathering->began);
    (void)sem_wait(&gathering->may_end);
    return PXF_OK;
}

static void *gather_in_thread(void *ctx)
{
    struct writer *writer = ctx;
    pxf_error err = {0};

    if (fox_sql_write(writer->db, writer->durability, gather_in, writer->gathering, &err) !=
        PXF_OK) {
        atomic_fetch_add(&writer->failed, 1);
    }
    return NULL;
}

static unsigned waiting(struct fox_sql *db)
{
    struct fox_sqlite *sqlite = fox_sqlite_of(db);
    unsigned count = 0;

    (void)pthread_mutex_lock(&sqlite->queue.lock);
    for (const struct fox_sqlite_op *op = sqlite->queue.first; op; op = op->next) {
        count++;
    }
    (void)pthread_mutex_unlock(&sqlite->queue.lock);
    return count;
}

static void who_leads_and_leaves_early_has_others_sync(void **state)
{
    struct scene scene;
    struct gathering gathering;
    struct writer first = {.durability = FOX_RELAXED, .gathering = &gathering};
    struct writer early = {.durability = FOX_RELAXED | FOX_EARLY, .rounds = 1};
    struct writer durable = {.durability = FOX_DURABLE, .rounds = 1};
    pthread_t threads[3];

    (void)state;
    first.db = early.db = durable.db = open_with_table(&scene);
    assert_int_equal(sem_init(&gathering.began, 0, 0), 0);
    assert_int_equal(sem_init(&gathering.may_end, 0, 0), 0);
    assert_int_equal(pthread_create(&threads[0], NULL, gather_in_thread, &first), 0);
    assert_int_equal(sem_wait(&gathering.began), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, write_in_thread, &early), 0);
    while (waiting(early.db) < 1) {
    }
    assert_int_equal(pthread_create(&threads[2], NULL, write_in_thread, &durable), 0);
    while (waiting(early.db) < 2) {
    }
    assert_int_equal(sem_post(&gathering.may_end), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(first.failed + early.failed + durable.failed, 0);
    fox_sql_close(early.db);
    scene_clear(&scene);
}

static void a_sync_holds_no_other_process_up(void **state)
{
    struct scene scene;
    struct writer durable = {.durability = FOX_DURABLE, .rounds = 1};
    struct fox_sql *other;
    pthread_t thread;
    pxf_error err = {0};

    (void)state;
    durable.db = open_with_table(&scene);
    other = scene_open(&scene);
    hold_disk();
    assert_int_equal(pthread_create(&thread, NULL, write_in_thread, &durable), 0);
    assert_int_equal(sem_wait(&disk.began), 0);
    assert_ok(fox_sql_write(other, FOX_RELAXED, add_in, NULL, &err));
    assert_int_equal(durable.done, 0);
    let_disk_go();
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(durable.failed, 0);
    fox_sql_close(other);
    fox_sql_close(durable.db);
    scene_clear(&scene);
}

static void after_a_failed_sync_nothing_is_acknowledged(void **state)
{
    struct scene scene;
    struct fox_sql *db = open_with_table(&scene);
    pxf_error err = {0};

    (void)state;
    disk.fails = true;
    assert_fails(fox_sql_write(db, FOX_DURABLE, add_in, NULL, &err), PXF_IO);
    disk.fails = false;
    assert_fails(fox_sql_write(db, FOX_DURABLE, add_in, NULL, &err), PXF_IO);
    assert_fails(fox_sql_write(db, FOX_RELAXED, add_in, NULL, &err), PXF_IO);
    assert_fails(fox_sql_checkpoint(db, &err), PXF_IO);
    assert_true(number(db, "SELECT count(*) AS n FROM t") <= 1);
    assert_non_null(strstr(scene.log, "sync"));
    fox_sql_close(db);
    db = scene_open(&scene);
    assert_ok(fox_sql_write(db, FOX_DURABLE, add_in, NULL, &err));
    fox_sql_close(db);
    scene_clear(&scene);
}

static void a_failed_sync_fails_all_who_wait_for_it(void **state)
{
    struct scene scene;
    struct writer writer = {.durability = FOX_DURABLE, .rounds = 1};
    pthread_t threads[THREADS];

    (void)state;
    writer.db = open_with_table(&scene);
    hold_disk();
    disk.fails = true;
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, write_in_thread, &writer), 0);
    }
    assert_int_equal(sem_wait(&disk.began), 0);
    while (number(writer.db, "SELECT count(*) AS n FROM t") < THREADS) {
    }
    let_disk_go();
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    disk.fails = false;
    assert_int_equal(writer.failed, THREADS);
    fox_sql_close(writer.db);
    scene_clear(&scene);
}

static void a_failed_sync_of_a_checkpoint_ends_it_too(void **state)
{
    struct scene scene;
    struct fox_sql *db = open_with_table(&scene);
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_sql_write(db, FOX_RELAXED, add_in, NULL, &err));
    disk.fails = true;
    assert_fails(fox_sql_checkpoint(db, &err), PXF_IO);
    disk.fails = false;
    assert_fails(fox_sql_write(db, FOX_DURABLE, add_in, NULL, &err), PXF_IO);
    fox_sql_close(db);
    scene_clear(&scene);
}

SUITE(sync, cmocka_unit_test(each_kind_of_write_has_the_syncs_it_was_promised),
      cmocka_unit_test(twenty_writers_share_their_syncs),
      cmocka_unit_test(no_write_is_acknowledged_before_its_sync),
      cmocka_unit_test(an_early_write_waits_for_nobodys_sync),
      cmocka_unit_test(who_leads_and_leaves_early_has_others_sync),
      cmocka_unit_test(a_sync_holds_no_other_process_up),
      cmocka_unit_test(after_a_failed_sync_nothing_is_acknowledged),
      cmocka_unit_test(a_failed_sync_fails_all_who_wait_for_it),
      cmocka_unit_test(a_failed_sync_of_a_checkpoint_ends_it_too))
