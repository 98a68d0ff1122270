/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

enum { KEPT_STATEMENTS = 160 };

static const char *const control_texts[FOX_SQLITE_CONTROL_COUNT] = {
    [FOX_SQLITE_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [FOX_SQLITE_BEGIN_READ] = "BEGIN",
    [FOX_SQLITE_COMMIT] = "COMMIT",
    [FOX_SQLITE_ROLLBACK] = "ROLLBACK",
    [FOX_SQLITE_SAVEPOINT] = "SAVEPOINT op",
    [FOX_SQLITE_RELEASE] = "RELEASE op",
    [FOX_SQLITE_UNDO] = "ROLLBACK TO op",
};

static int prepare(struct fox_sqlite_conn *conn, enum fox_sqlite_control control)
{
    sqlite3_stmt **stmt = &conn->controls[control];

    return *stmt ? SQLITE_OK
                 : sqlite3_prepare_v3(conn->handle, control_texts[control], -1,
                                      SQLITE_PREPARE_PERSISTENT, stmt, NULL);
}

/* The way back is ready before it may be needed: there may be no memory for it then. */
pxf_status fox_sqlite_control(struct fox_sqlite_conn *conn, enum fox_sqlite_control control,
                              pxf_error *err)
{
    int code = prepare(conn, FOX_SQLITE_ROLLBACK);

    if (code == SQLITE_OK) {
        code = prepare(conn, control);
    }
    if (code == SQLITE_OK) {
        (void)sqlite3_step(conn->controls[control]);
        code = sqlite3_reset(conn->controls[control]);
    }
    if (code != SQLITE_OK) {
        return fox_sqlite_fail(err, conn->handle, code, control_texts[control]);
    }
    return PXF_OK;
}

pxf_status fox_sqlite_run_text(struct fox_sql_conn *conn, const char *sql, pxf_error *err)
{
    sqlite3 *handle = ((struct fox_sqlite_conn *)conn)->handle;
    const int code = sqlite3_exec(handle, sql, NULL, NULL, NULL);

    if (code != SQLITE_OK) {
        return fox_sqlite_fail(err, handle, code, "run a statement");
    }
    return PXF_OK;
}

pxf_status fox_sqlite_number(struct fox_sqlite_conn *conn, const char *sql, int64_t *ret_number,
                             pxf_error *err)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(conn->handle, sql, -1, &stmt, NULL);

    if (code == SQLITE_OK) {
        code = sqlite3_step(stmt);
    }
    if (code == SQLITE_ROW) {
        *ret_number = sqlite3_column_int64(stmt, 0);
        (void)sqlite3_finalize(stmt);
        return PXF_OK;
    }
    (void)fox_sqlite_fail(err, conn->handle, code, "read the database");
    (void)sqlite3_finalize(stmt);
    return (pxf_status)err->status;
}

static pxf_status configure(struct fox_sqlite_conn *conn, struct fox_sqlite *db, pxf_error *err)
{
    int keep_log = 1;

    (void)sqlite3_db_config(conn->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    (void)sqlite3_db_config(conn->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(conn->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_file_control(conn->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &keep_log);
    (void)sqlite3_busy_timeout(conn->handle, FOX_SQLITE_BUSY_NET_MS);
    (void)sqlite3_wal_autocheckpoint(conn->handle, 0);
    TRY(fox_sqlite_run_text(&conn->base,
                            "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
                            "PRAGMA mmap_size = 0; PRAGMA synchronous = NORMAL",
                            err));
    return fox_sqlite_run_text(
        &conn->base, db->secure_delete ? "PRAGMA secure_delete = ON" : "PRAGMA secure_delete = OFF",
        err);
}

/* "file:…", ":memory:" and "" mean something else to SQLite than to the file system. */
static pxf_status open_handle(struct fox_sqlite_conn *conn, const char *path, int flags,
                              pxf_error *err)
{
    AUTO(fox_str) name = {0};
    int code;

    fox_str_add(&name, "%s%s", path[0] == '/' ? "" : "./", path);
    TRY(fox_str_check(&name, err));
    TRY(fox_sqlite_fork_enter(err));
    code = sqlite3_open_v2(
        fox_str_text(&name), &conn->handle,
        flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE, NULL);
    fox_sqlite_fork_leave();
    if (code != SQLITE_OK) {
        return fox_sqlite_fail(err, conn->handle, code, "open the database");
    }
    return PXF_OK;
}

pxf_status fox_sqlite_connect(struct fox_sqlite_conn **ret_conn, struct fox_sqlite *db,
                              const char *path, int flags, pxf_error *err)
{
    struct fox_sqlite_conn *conn = fox_mem_new(1, sizeof *conn, err);
    pxf_status status;

    if (!conn) {
        return PXF_NO_MEMORY;
    }
    conn->base.db = &db->base;
    conn->base.kept_max = KEPT_STATEMENTS;
    status = open_handle(conn, path, flags, err);
    if (status == PXF_OK) {
        status = configure(conn, db, err);
    }
    if (status != PXF_OK) {
        fox_sqlite_disconnect(conn);
        return status;
    }
    *ret_conn = conn;
    return PXF_OK;
}

void fox_sqlite_disconnect(struct fox_sqlite_conn *conn)
{
    if (!conn) {
        return;
    }
    fox_sql_cache_clear(&conn->base);
    for (int i = 0; i < FOX_SQLITE_CONTROL_COUNT; i++) {
        (void)sqlite3_finalize(conn->controls[i]);
    }
    (void)sqlite3_close(conn->handle);
    free(conn);
}
