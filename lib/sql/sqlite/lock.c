/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include <inttypes.h>

#include "os/clock.h"
#include "os/lock.h"
#include "os/poll.h"

/* Bytes of the lock file. Who wants to write takes the turn first and keeps it until it has the
 * writer lock, so that a process that writes without pause cannot have the lock again before the
 * one that waits. */
enum { WRITER = 0, TURN = 1, FIRST_LONG = 2, FIRST_LOOK_US = 50, LAST_LOOK_US = 1000 };

static pxf_status wait_for(struct fox_sqlite *db, uint64_t byte, int64_t until_ms,
                           const char *doing, pxf_error *err)
{
    int64_t pause_us = FIRST_LOOK_US;

    for (;;) {
        pxf_error failure = {0};
        const pxf_status status = fox_lock_try(&db->lock, byte, &failure);

        if (status == PXF_OK) {
            return PXF_OK;
        }
        if (status != PXF_BUSY) {
            *err = failure;
            return status;
        }
        if (fox_clock_monotonic_ms() >= until_ms) {
            return fox_fail_from(err, PXF_BUSY, FOX_SQL_ORIGIN, 0,
                                 "another process has been %s '%s' for %" PRId64 " ms", doing,
                                 db->path, db->lock_deadline_ms);
        }
        (void)fox_poll_sleep_us(-1, pause_us);
        pause_us = pause_us * 2 < LAST_LOOK_US ? pause_us * 2 : LAST_LOOK_US;
    }
}

pxf_status fox_sqlite_lock(struct fox_sqlite *db, pxf_error *err)
{
    const int64_t until_ms = fox_clock_monotonic_ms() + db->lock_deadline_ms;
    pxf_status status;

    TRY(wait_for(db, TURN, until_ms, "writing", err));
    status = wait_for(db, WRITER, until_ms, "writing", err);
    fox_lock_release(&db->lock, TURN);
    return status;
}

void fox_sqlite_unlock(struct fox_sqlite *db)
{
    fox_lock_release(&db->lock, WRITER);
}

/* The byte keeps other processes out, the mutex other threads of this handle. */
pxf_status fox_sqlite_lock_long(struct fox_sqlite *db, enum fox_sqlite_long what, pxf_error *err)
{
    static const char *const doings[FOX_SQLITE_LONG_COUNT] = {
        [FOX_SQLITE_SCHEMA] = "changing the schema of",
        [FOX_SQLITE_SNAPSHOT] = "taking a snapshot of",
    };
    pxf_status status;

    (void)pthread_mutex_lock(&db->long_locks[what]);
    status = wait_for(db, FIRST_LONG + (uint64_t)what,
                      fox_clock_monotonic_ms() + db->lock_deadline_ms, doings[what], err);
    if (status != PXF_OK) {
        (void)pthread_mutex_unlock(&db->long_locks[what]);
    }
    return status;
}

void fox_sqlite_unlock_long(struct fox_sqlite *db, enum fox_sqlite_long what)
{
    fox_lock_release(&db->lock, FIRST_LONG + (uint64_t)what);
    (void)pthread_mutex_unlock(&db->long_locks[what]);
}

pxf_status fox_sqlite_alone(struct fox_sql *base, const char *name, fox_sql_fn fn, void *ctx,
                            pxf_error *err)
{
    struct fox_sqlite *db = fox_sqlite_of(base);
    pxf_status status;

    (void)name;
    TRY(fox_sqlite_lock_long(db, FOX_SQLITE_SCHEMA, err));
    status = fn(NULL, ctx, err);
    fox_sqlite_unlock_long(db, FOX_SQLITE_SCHEMA);
    return status;
}
