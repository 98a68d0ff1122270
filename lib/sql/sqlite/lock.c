/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include <inttypes.h>

#include "os/lock.h"

pxf_status fox_sqlite_lock(struct fox_sqlite *db, pxf_error *err)
{
    pxf_error failure = {0};
    const pxf_status status = fox_lock_wait(&db->lock, 0, db->lock_deadline_ms, NULL, &failure);

    if (status == PXF_TIMEOUT) {
        return fox_fail_from(err, PXF_BUSY, FOX_SQL_ORIGIN, 0,
                             "another process has been writing '%s' for %" PRId64 " ms", db->path,
                             db->lock_deadline_ms);
    }
    if (status != PXF_OK) {
        *err = failure;
    }
    return status;
}

void fox_sqlite_unlock(struct fox_sqlite *db)
{
    fox_lock_release(&db->lock, 0);
}
