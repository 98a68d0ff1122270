/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include <inttypes.h>

#include "os/clock.h"
#include "os/lock.h"
#include "os/poll.h"

/* Who wants to write takes the turn first and keeps it until it has the writer lock, so that a
 * process that writes without pause cannot have the lock again before the one that waits. */
enum { WRITER = 0, TURN = 1, FIRST_LOOK_US = 50, LAST_LOOK_US = 1000 };

static pxf_status wait_for(struct fox_sqlite *db, uint64_t byte, int64_t until_ms, pxf_error *err)
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
                                 "another process has been writing '%s' for %" PRId64 " ms",
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

    TRY(wait_for(db, TURN, until_ms, err));
    status = wait_for(db, WRITER, until_ms, err);
    fox_lock_release(&db->lock, TURN);
    return status;
}

void fox_sqlite_unlock(struct fox_sqlite *db)
{
    fox_lock_release(&db->lock, WRITER);
}
