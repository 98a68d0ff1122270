/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/sqlite/sqlite.h"

#include <stdlib.h>

#include "base/mem.h"

/* Made from schema/sqlite by the build. */
extern const struct fox_sql_migration fox_queue_schema_sqlite[];
extern const size_t fox_queue_schema_sqlite_count;

static bool sqlite_shares(const struct fox_queue *queue, const struct fox_sql *db)
{
    return ((const struct sqlite_queue *)queue)->db == db;
}

static void sqlite_close(struct fox_queue *queue)
{
    fox_queue_end(queue);
    free(fox_queue_sqlite_of(queue));
}

static const struct fox_queue_driver sqlite_driver = {
    .name = "sqlite",
    .shares = sqlite_shares,
    .put = fox_queue_sqlite_put,
    .reserve = fox_queue_sqlite_reserve,
    .extend = fox_queue_sqlite_extend,
    .leave = fox_queue_sqlite_leave,
    .cancel = fox_queue_sqlite_cancel,
    .retry = fox_queue_sqlite_retry,
    .cancel_image = fox_queue_sqlite_cancel_image,
    .set_paused = fox_queue_sqlite_set_paused,
    .announce = fox_queue_sqlite_announce,
    .find = fox_queue_sqlite_find,
    .page = fox_queue_sqlite_page,
    .history = fox_queue_sqlite_history,
    .counts = fox_queue_sqlite_counts,
    .next_due = fox_queue_sqlite_next_due,
    .recover = fox_queue_sqlite_recover,
    .expire = fox_queue_sqlite_expire,
    .check = fox_queue_sqlite_check,
    .close = sqlite_close,
};

pxf_status fox_queue_open_sqlite(struct fox_queue **ret_queue, const struct fox_env *env,
                                 struct fox_sql *db, const struct fox_queue_self *self,
                                 pxf_error *err)
{
    struct sqlite_queue *queue;
    pxf_status status;
    int version;

    if (fox_sql_kind_of(db) != FOX_SQLITE) {
        return fox_fail(err, PXF_UNSUPPORTED, "the 'sqlite' queue needs a SQLite database");
    }
    TRY(fox_sql_migrate(db, "queue", fox_queue_schema_sqlite, fox_queue_schema_sqlite_count,
                        &version, err));
    queue = fox_mem_new(1, sizeof *queue, err);
    if (!queue) {
        return PXF_NO_MEMORY;
    }
    status = fox_queue_begin(&queue->generic, &sqlite_driver, env, self, err);
    if (status != PXF_OK) {
        free(queue);
        return status;
    }
    queue->db = db;
    *ret_queue = &queue->generic;
    return PXF_OK;
}
