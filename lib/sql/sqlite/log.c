/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

/* SQLite calls this after each commit with the log's length, whoever wrote it. */
static int note_length(void *ctx, sqlite3 *handle, const char *name, int pages)
{
    struct fox_sqlite *db = ctx;

    (void)handle;
    (void)name;
    if (pages < db->log_pages) { /* it began anew */
        db->checkpoint_at = db->checkpoint_pages;
        db->has_long_log = false;
    }
    db->log_pages = pages;
    return SQLITE_OK;
}

void fox_sqlite_log_watch(struct fox_sqlite *db)
{
    const uint64_t reserve_pages = db->reserve.bytes / FOX_SQLITE_PAGE_BYTES;

    db->checkpoint_pages = FOX_SQLITE_CHECKPOINT_PAGES;
    if (reserve_pages > 0 && reserve_pages / 2 < FOX_SQLITE_CHECKPOINT_PAGES) {
        db->checkpoint_pages = (int)reserve_pages / 2;
    }
    db->checkpoint_at = db->checkpoint_pages;
    (void)sqlite3_wal_hook(db->writer->handle, note_length, db);
}

/* Readers are never waited for: what they still need stays in the log until the next time. */
static int checkpoint(struct fox_sqlite *db, int mode)
{
    int code, log = -1, copied = -1;

    (void)sqlite3_busy_timeout(db->writer->handle, 0);
    code = sqlite3_wal_checkpoint_v2(db->writer->handle, "main", mode, &log, &copied);
    (void)sqlite3_busy_timeout(db->writer->handle, FOX_SQLITE_BUSY_NET_MS);
    if (log >= 0) {
        db->log_pages = log;
    }
    db->checkpoint_at = db->log_pages + db->checkpoint_pages / 4;
    if (db->checkpoint_at < db->checkpoint_pages) {
        db->checkpoint_at = db->checkpoint_pages;
    }
    /* Pages that were not synced count as copied in the next attempt, so there is none. */
    if (fox_sqlite_is_sync_failure(code)) {
        fox_sqlite_poison(db);
    }
    return code == SQLITE_BUSY ? SQLITE_OK : code;
}

void fox_sqlite_log_tend(struct fox_sqlite *db)
{
    const bool is_long = db->log_pages >= FOX_SQLITE_LONG_LOG_PAGES;
    int code;

    if (db->log_pages < db->checkpoint_at || atomic_load(&db->is_poisoned)) {
        return;
    }
    code = checkpoint(db, is_long ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE);
    if (code != SQLITE_OK) {
        fox_env_log(db->base.env, FOX_LEVEL_WARN, "a checkpoint of '%s' failed: %s", db->path,
                    sqlite3_errmsg(db->writer->handle));
    }
    if (is_long && db->log_pages >= FOX_SQLITE_LONG_LOG_PAGES && !db->has_long_log) {
        db->has_long_log = true;
        fox_env_log(db->base.env, FOX_LEVEL_WARN,
                    "the log of '%s' has %d pages: some reader holds on to an old state", db->path,
                    db->log_pages);
    }
}

void fox_sqlite_log_copy(struct fox_sqlite *db)
{
    if (!atomic_load(&db->is_poisoned)) {
        (void)checkpoint(db, SQLITE_CHECKPOINT_PASSIVE);
    }
}

pxf_status fox_sqlite_log_empty(struct fox_sqlite *db, pxf_error *err)
{
    int code;

    TRY(fox_sqlite_check_sound(db, err));
    code = checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE);
    if (code != SQLITE_OK) {
        return fox_sqlite_fail(err, db->writer->handle, code, "copy the log into the database");
    }
    return PXF_OK;
}
