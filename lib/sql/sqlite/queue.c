/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include "os/clock.h"
#include "os/file.h"
#include "os/poll.h"

/* Group commit without a thread of its own. Callers put their operations into a list; the first
 * one that finds no leader leads: it runs everything in the list in one transaction and lets go
 * of the writer lock. That transaction is whole but may not be on the disk yet, so one of those
 * who wait for it syncs the log for all that was written until then, while the next leader writes
 * on, here or in another process. Every commit below that sync lies before it in the same file,
 * so what is acknowledged is never ahead of what it was built on. */

enum {
    NAPS = 6,
    NAP_US = 1, /* the timer makes some 60 of it */
    SYNCS_MEASURED = 16,
    SLOW_SYNCS_MS = SYNCS_MEASURED / 2, /* half a millisecond each */
    SYNCS_WITHOUT_NAP = 16
};

static void append_locked(struct fox_sqlite *db, struct fox_sqlite_op *op)
{
    if (db->queue.last) {
        db->queue.last->next = op;
    } else {
        db->queue.first = op;
    }
    db->queue.last = op;
}

static struct fox_sqlite_op *take_batch_locked(struct fox_sqlite *db)
{
    struct fox_sqlite_op *first = db->queue.first, *last = first;

    for (int i = 1; i < FOX_SQLITE_BATCH_LIMIT && last->next; i++) {
        last = last->next;
    }
    db->queue.first = last->next;
    if (!db->queue.first) {
        db->queue.last = NULL;
    }
    last->next = NULL;
    return first;
}

static bool is_synced_locked(const struct fox_sqlite *db, const struct fox_sqlite_op *op)
{
    return op->sync_number <= db->queue.synced || atomic_load(&db->is_poisoned);
}

/* Its memory is its caller's again as soon as the lock is free, so it is in no list any more. */
static void finish_locked(struct fox_sqlite_op *op)
{
    op->is_done = true;
    (void)pthread_cond_signal(&op->wake);
}

/* What failed is in no transaction, and its caller is told so without a sync. */
static bool is_durable(const struct fox_sqlite_op *first)
{
    for (; first; first = first->next) {
        if (first->fn && (first->durability & FOX_DURABLE) != 0 &&
            first->failure.status == PXF_OK) {
            return true;
        }
    }
    return false;
}

/* A relaxed operation waits for the durable ones before it, too: it may have seen them, and its
 * caller may act on that, but for an early one. */
static void note_batch_locked(struct fox_sqlite *db, struct fox_sqlite_op *batch)
{
    db->queue.written++;
    if (is_durable(batch)) {
        db->queue.wanted = db->queue.written;
    }
    while (batch) {
        struct fox_sqlite_op *op = batch;

        batch = op->next;
        op->is_written = true;
        op->sync_number = (op->durability & FOX_EARLY) != 0 ? 0 : db->queue.wanted;
        if (is_synced_locked(db, op)) {
            finish_locked(op);
        } else {
            op->next = db->queue.unsynced;
            db->queue.unsynced = op;
            db->queue.unsynced_count++;
        }
    }
}

/* Takes those off the list that need wait no longer, and has one of the others sync next. */
static void wake_synced_locked(struct fox_sqlite *db)
{
    struct fox_sqlite_op **at = &db->queue.unsynced;

    while (*at) {
        struct fox_sqlite_op *op = *at;

        if (is_synced_locked(db, op)) {
            *at = op->next;
            db->queue.unsynced_count--;
            finish_locked(op);
        } else {
            at = &op->next;
        }
    }
    if (db->queue.unsynced) {
        (void)pthread_cond_signal(&db->queue.unsynced->wake);
    }
}

static void lead_locked(struct fox_sqlite *db)
{
    struct fox_sqlite_op *batch = take_batch_locked(db);

    db->queue.has_leader = true;
    db->queue.leader = pthread_self();
    (void)pthread_mutex_unlock(&db->queue.lock);
    fox_sqlite_run_batch(db, batch);
    (void)pthread_mutex_lock(&db->queue.lock);
    db->queue.has_leader = false;
    note_batch_locked(db, batch);
    if (atomic_load(&db->is_poisoned)) {
        wake_synced_locked(db);
    }
    if (db->queue.first) {
        (void)pthread_cond_signal(&db->queue.first->wake);
    }
}

/* Those whom the last sync let go come back with their next operations. Where a sync is slow, a
 * short nap before it has them on board instead of half of them at a time. */
static void wait_for_crew_locked(struct fox_sqlite *db)
{
    const unsigned before = db->queue.unsynced_count;

    if (db->queue.without_nap > 0) {
        db->queue.without_nap--;
        return;
    }
    for (int i = 0; i < NAPS && db->queue.unsynced_count < db->queue.crew; i++) {
        (void)pthread_mutex_unlock(&db->queue.lock);
        (void)fox_poll_sleep_us(-1, NAP_US);
        (void)pthread_mutex_lock(&db->queue.lock);
    }
    if (db->queue.unsynced_count < db->queue.crew && db->queue.unsynced_count == before) {
        db->queue.without_nap = SYNCS_WITHOUT_NAP;
    }
}

/* The clock has milliseconds, so a number of syncs is measured together. */
static void measure_locked(struct fox_sqlite *db, int64_t took_ms)
{
    db->queue.sync_ms += took_ms;
    db->queue.sync_count++;
    if (db->queue.sync_count == SYNCS_MEASURED) {
        db->queue.is_slow = db->queue.sync_ms >= SLOW_SYNCS_MS;
        db->queue.sync_ms = 0;
        db->queue.sync_count = 0;
    }
}

static void sync_locked(struct fox_sqlite *db)
{
    uint64_t written;
    int64_t began_ms;
    pxf_status status;

    db->queue.has_syncer = true;
    if (db->queue.is_slow) {
        wait_for_crew_locked(db);
    }
    written = db->queue.written;
    (void)pthread_mutex_unlock(&db->queue.lock);
    began_ms = fox_clock_monotonic_ms();
    status = fox_file_sync(&db->log, NULL);
    if (status != PXF_OK) {
        fox_sqlite_poison(db);
    }
    (void)pthread_mutex_lock(&db->queue.lock);
    db->queue.has_syncer = false;
    measure_locked(db, fox_clock_monotonic_ms() - began_ms);
    if (status == PXF_OK) {
        db->queue.synced = written;
    }
    db->queue.crew = db->queue.unsynced_count;
    wake_synced_locked(db);
}

/* Who led a batch and leaves early does not wait for its sync, so one of those who do is woken. */
static void leave_early_locked(struct fox_sqlite *db)
{
    if (db->queue.unsynced && !db->queue.has_syncer) {
        (void)pthread_cond_signal(&db->queue.unsynced->wake);
    }
}

static void work_until_done_locked(struct fox_sqlite *db, struct fox_sqlite_op *op)
{
    while (!op->is_done) {
        if (!op->is_written && !db->queue.has_leader) {
            lead_locked(db);
        } else if (op->is_written && !db->queue.has_syncer) {
            sync_locked(db);
        } else {
            (void)pthread_cond_wait(&op->wake, &db->queue.lock);
        }
    }
    if ((op->durability & FOX_EARLY) != 0) {
        leave_early_locked(db);
    }
}

static pxf_status run(struct fox_sqlite *db, struct fox_sqlite_op *op, pxf_error *err)
{
    bool is_lost;

    (void)pthread_mutex_lock(&db->queue.lock);
    if (db->queue.has_leader && pthread_equal(db->queue.leader, pthread_self())) {
        (void)pthread_mutex_unlock(&db->queue.lock);
        return fox_fail_from(err, PXF_INTERNAL, FOX_SQL_ORIGIN, 0,
                             "an operation asked for a write of its own");
    }
    append_locked(db, op);
    work_until_done_locked(db, op);
    is_lost = op->sync_number > db->queue.synced;
    (void)pthread_mutex_unlock(&db->queue.lock);
    (void)pthread_cond_destroy(&op->wake);
    if (op->failure.status == PXF_OK && is_lost) {
        return fox_sqlite_check_sound(db, err);
    }
    *err = op->failure;
    return (pxf_status)op->failure.status;
}

pxf_status fox_sqlite_write(struct fox_sql *db, unsigned durability, fox_sql_fn fn, void *ctx,
                            pxf_error *err)
{
    struct fox_sqlite_op op = {
        .fn = fn, .ctx = ctx, .durability = durability, .wake = PTHREAD_COND_INITIALIZER};

    return run(fox_sqlite_of(db), &op, err);
}

pxf_status fox_sqlite_checkpoint(struct fox_sql *db, pxf_error *err)
{
    struct fox_sqlite_op op = {.durability = FOX_RELAXED, .wake = PTHREAD_COND_INITIALIZER};

    return run(fox_sqlite_of(db), &op, err);
}
