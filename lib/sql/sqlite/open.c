/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/place.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "os/access.h"
#include "os/folder.h"
#include "os/lock.h"

enum { DEFAULT_DEADLINE_MS = 10000 };

/* The reset of the log met another connection's write in 3.7.0 to 3.51.2; mended in 3.51.3 and,
 * for older lines, in 3.50.7 and 3.44.6 (sqlite.org/wal.html#walresetbug). */
bool fox_sqlite_version_is_affected(int number)
{
    const bool is_mended = number >= 3051003 || (number >= 3050007 && number < 3051000) ||
                           (number >= 3044006 && number < 3045000);

    return number >= 3007000 && !is_mended;
}

const char *fox_sql_sqlite_version(void)
{
    return sqlite3_libversion();
}

static void tell_version(const struct fox_sqlite *db)
{
    if (fox_sqlite_version_is_affected(sqlite3_libversion_number())) {
        fox_env_log(db->base.env, FOX_LEVEL_INFO,
                    "SQLite %s can damage a database when other programs checkpoint it while it is "
                    "written; this library does not, so keep other writers away from '%s'",
                    sqlite3_libversion(), db->path);
    }
}

/* Reads the file's first page. A new database has no number yet, so whoever comes first writes it.
 */
static pxf_status check_owner(struct fox_sqlite *db, int32_t application_id, bool *ret_is_blank,
                              pxf_error *err)
{
    int64_t id, version, pages;

    TRY(fox_sqlite_number(db->writer, "PRAGMA schema_version", &version, err));
    TRY(fox_sqlite_number(db->writer, "PRAGMA application_id", &id, err));
    TRY(fox_sqlite_number(db->writer, "SELECT count(*) FROM sqlite_master", &pages, err));
    *ret_is_blank = id == 0 && pages == 0;
    if (application_id != 0 && id != application_id && !*ret_is_blank) {
        return fox_fail_from(err, PXF_UNSUPPORTED, FOX_SQL_ORIGIN, 0,
                             "'%s' is a database of another program (application id %" PRId64 ")",
                             db->path, id);
    }
    return PXF_OK;
}

/* SQLite opens for reading alone whatever kept it from more: only a missing right is one. */
static pxf_status check_writable(struct fox_sqlite *db, pxf_error *err)
{
    if (sqlite3_db_readonly(db->writer->handle, "main") == 0) {
        return PXF_OK;
    }
    if (fox_access_may_write(db->path)) {
        return fox_fail_from(err, PXF_IO, FOX_SQL_ORIGIN, 0,
                             "'%s' could be opened for reading only, though it may be written",
                             db->path);
    }
    return fox_fail_from(err, PXF_DENIED, FOX_SQL_ORIGIN, 0, "'%s' is not writable", db->path);
}

static pxf_status set_log_mode(struct fox_sqlite *db, pxf_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool is_log;
    int code;

    code = sqlite3_prepare_v2(db->writer->handle, "PRAGMA journal_mode = WAL", -1, &stmt, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(stmt);
    }
    is_log = code == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
    if (code != SQLITE_ROW) {
        (void)fox_sqlite_fail(err, db->writer->handle, code, "turn on the write-ahead log");
    } else if (!is_log) {
        (void)fox_fail_from(err, PXF_UNSUPPORTED, FOX_SQL_ORIGIN, 0,
                            "'%s' cannot have a write-ahead log", db->path);
    }
    (void)sqlite3_finalize(stmt);
    return is_log ? PXF_OK : (pxf_status)err->status;
}

/* Everything about the file itself, so that a power cut later finds it whole and in its folder. */
static pxf_status make_new(struct fox_sqlite *db, int32_t application_id, pxf_error *err)
{
    AUTO(fox_str) sql = {0};

    fox_str_add(&sql,
                "PRAGMA synchronous = FULL; BEGIN IMMEDIATE; PRAGMA application_id = %" PRId32
                "; COMMIT; PRAGMA synchronous = NORMAL",
                application_id);
    TRY(fox_str_check(&sql, err));
    return fox_sqlite_run_text(&db->writer->base, fox_str_text(&sql), err);
}

/* SQLite has made the log by now, and keeps the one file as long as a connection is open. */
static pxf_status open_log(struct fox_sqlite *db, const char *name, pxf_error *err)
{
    AUTO(fox_str) log = {0};

    fox_str_add(&log, "%s-wal", name);
    TRY(fox_str_check(&log, err));
    TRY(fox_folder_open_file_to_write(&db->log, &db->folder, fox_str_text(&log), err));
    return fox_file_sync_all(&db->folder, err);
}

/* Where the shared memory beside the database could not be opened for writing, SQLite goes on
 * without and says so at the first write: it is told now. */
static pxf_status try_write(struct fox_sqlite *db, pxf_error *err)
{
    pxf_error cause = {0};

    if (fox_sqlite_control(db->writer, FOX_SQLITE_BEGIN_WRITE, &cause) == PXF_OK) {
        return fox_sqlite_control(db->writer, FOX_SQLITE_ROLLBACK, err);
    }
    if (cause.status == PXF_DENIED && fox_access_may_write(db->path)) {
        cause.status = PXF_IO;
    }
    return fox_fail_as(err, &cause);
}

static pxf_status set_up_locked(struct fox_sqlite *db, const char *name, int32_t application_id,
                                pxf_error *err)
{
    bool is_blank;

    TRY(check_owner(db, application_id, &is_blank, err));
    if (is_blank) {
        TRY(fox_sqlite_run_text(&db->writer->base, "PRAGMA page_size = 4096", err));
    }
    TRY(set_log_mode(db, err));
    if (is_blank) {
        TRY(make_new(db, application_id, err));
    }
    TRY(open_log(db, name, err));
    TRY(try_write(db, err));
    return fox_sqlite_run_text(&db->writer->base, "PRAGMA cache_size = -8000", err);
}

static pxf_status note_file(struct fox_sqlite *db, const char *name, pxf_error *err)
{
    const char *absolute = sqlite3_db_filename(db->writer->handle, "main");
    struct fox_file_stat stat;
    char *path = fox_mem_text(absolute, err);

    if (!path) {
        return PXF_NO_MEMORY;
    }
    free(db->path);
    db->path = path;
    TRY(fox_folder_stat(&stat, &db->folder, name, err));
    db->file = (struct fox_registry_file){.device = stat.device, .inode = stat.inode};
    TRY(fox_registry_add(db->file, err));
    db->is_registered = true;
    return PXF_OK;
}

static pxf_status set_up(struct fox_sqlite *db, const struct fox_sqlite_options *options,
                         const char *name, pxf_error *err)
{
    bool is_blank;
    pxf_status status;

    TRY(note_file(db, name, err));
    TRY(check_writable(db, err));
    TRY(check_owner(db, options->application_id, &is_blank, err));
    TRY(fox_sqlite_place_open_lock(&db->lock, options->lock_path, err));
    TRY(fox_sqlite_lock(db, err));
    status = set_up_locked(db, name, options->application_id, err);
    fox_sqlite_unlock(db);
    return status;
}

static pxf_status open_at(struct fox_sqlite *db, const struct fox_sqlite_options *options,
                          pxf_error *err)
{
    const char *name;
    bool is_new;

    TRY(fox_sqlite_split(&db->folder, &name, options->path, err));
    TRY(fox_sqlite_place_check_disk(&db->folder, db->path, err));
    TRY(fox_sqlite_place_look(&is_new, &db->folder, name, options->create, err));
    TRY(fox_sqlite_connect(&db->writer, db, db->path,
                           SQLITE_OPEN_READWRITE | (is_new ? SQLITE_OPEN_CREATE : 0), err));
    TRY(set_up(db, options, name, err));
    if (options->reserve_path) {
        TRY(fox_reserve_open(&db->reserve, options->reserve_path, options->reserve_bytes, err));
    }
    fox_sqlite_log_watch(db);
    tell_version(db);
    return PXF_OK;
}

static void let_go(struct fox_sqlite *db)
{
    fox_sqlite_reader_drop_all(db);
    fox_sqlite_disconnect(db->writer);
    db->writer = NULL;
    if (db->is_registered) {
        fox_registry_remove(db->file);
        db->is_registered = false;
    }
}

/* What is left in the log would be mixed into a snapshot that somebody puts in this file's place.
 */
static void sqlite_stop(struct fox_sql *base)
{
    struct fox_sqlite *db = fox_sqlite_of(base);

    if (db->writer && fox_lock_try(&db->lock, 0, NULL) == PXF_OK) {
        (void)fox_sqlite_log_empty(db, NULL);
        fox_sqlite_unlock(db);
    }
    let_go(db);
    fox_fd_let_go(&db->log);
    fox_fd_let_go(&db->lock);
}

/* In a forked child the connections are the parent's: they are left as they are. */
static void sqlite_free(struct fox_sql *base)
{
    struct fox_sqlite *db = fox_sqlite_of(base);

    fox_fd_let_go(&db->log);
    fox_fd_let_go(&db->lock);
    fox_fd_let_go(&db->folder);
    fox_reserve_close(&db->reserve);
    free(db->path);
    free(db);
}

static const struct fox_sql_driver sqlite_driver = {
    .kind = FOX_SQLITE,
    .for_update = "",
    .write = fox_sqlite_write,
    .read = fox_sqlite_read,
    .alone = fox_sqlite_alone,
    .run_text = fox_sqlite_run_text,
    .has_table = fox_sqlite_has_table,
    .keep = fox_sqlite_keep,
    .checkpoint = fox_sqlite_checkpoint,
    .snapshot = fox_sqlite_snapshot,
    .check = fox_sqlite_check,
    .stop = sqlite_stop,
    .free = sqlite_free,
    .prepare = fox_sqlite_prepare,
    .bind = fox_sqlite_bind,
    .step = fox_sqlite_step,
    .changed = fox_sqlite_changed,
    .column_count = fox_sqlite_column_count,
    .column_name = fox_sqlite_column_name,
    .column = fox_sqlite_column,
    .reset = fox_sqlite_reset,
    .stmt_free = fox_sqlite_stmt_free,
    .last_id = fox_sqlite_last_id,
};

static pxf_status new_database(struct fox_sqlite **ret_db, const struct fox_env *env,
                               const struct fox_sqlite_options *options, pxf_error *err)
{
    struct fox_sqlite *db = fox_mem_new(1, sizeof *db, err);

    if (!db) {
        return PXF_NO_MEMORY;
    }
    fox_sql_init(&db->base, &sqlite_driver, env);
    (void)pthread_mutex_init(&db->queue.lock, NULL);
    (void)pthread_mutex_init(&db->idle.lock, NULL);
    for (int i = 0; i < FOX_SQLITE_LONG_COUNT; i++) {
        (void)pthread_mutex_init(&db->long_locks[i], NULL);
    }
    db->secure_delete = options->secure_delete;
    db->lock_deadline_ms =
        options->lock_deadline_ms > 0 ? options->lock_deadline_ms : DEFAULT_DEADLINE_MS;
    db->path = fox_mem_text(options->path, err);
    if (!db->path) {
        free(db);
        return PXF_NO_MEMORY;
    }
    *ret_db = db;
    return PXF_OK;
}

/* An open that failed leaves the log alone: the file may not be ours. */
static void discard(struct fox_sqlite *db)
{
    let_go(db);
    db->base.driver->free(&db->base);
}

pxf_status fox_sql_open_sqlite(struct fox_sql **ret_db, const struct fox_env *env,
                               const struct fox_sqlite_options *options, pxf_error *err)
{
    struct fox_sqlite *db = NULL;
    pxf_error failure = {0};
    pxf_status status = new_database(&db, env, options, &failure);

    if (status == PXF_OK) {
        status = open_at(db, options, &failure);
    }
    if (status == PXF_OK) {
        *ret_db = &db->base;
        return PXF_OK;
    }
    if (db) {
        discard(db);
    }
    if (err && err->status == PXF_OK) {
        *err = failure;
    }
    return status;
}
