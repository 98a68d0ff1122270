/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

/* Group commit without a thread of its own: callers put their operations into a list, the first
 * one that finds no leader leads, runs everything in the list in one transaction and wakes the
 * others; the first of those that came meanwhile leads next. */

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

/* An operation's memory is its caller's, which goes on as soon as it sees is_done. */
static void wake_all_locked(struct fox_sqlite_op *first)
{
    while (first) {
        struct fox_sqlite_op *next = first->next;

        first->is_done = true;
        (void)pthread_cond_signal(&first->wake);
        first = next;
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
    wake_all_locked(batch);
    if (db->queue.first) {
        (void)pthread_cond_signal(&db->queue.first->wake);
    }
}

static pxf_status run(struct fox_sqlite *db, struct fox_sqlite_op *op, pxf_error *err)
{
    (void)pthread_mutex_lock(&db->queue.lock);
    if (db->queue.has_leader && pthread_equal(db->queue.leader, pthread_self())) {
        (void)pthread_mutex_unlock(&db->queue.lock);
        return fox_fail_from(err, PXF_INTERNAL, FOX_SQL_ORIGIN, 0,
                             "an operation asked for a write of its own");
    }
    append_locked(db, op);
    while (!op->is_done) {
        if (db->queue.has_leader) {
            (void)pthread_cond_wait(&op->wake, &db->queue.lock);
        } else {
            lead_locked(db);
        }
    }
    (void)pthread_mutex_unlock(&db->queue.lock);
    (void)pthread_cond_destroy(&op->wake);
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
