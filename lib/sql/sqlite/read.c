/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

pxf_status fox_sqlite_reader_take(struct fox_sqlite_conn **ret_conn, struct fox_sqlite *db,
                                  pxf_error *err)
{
    struct fox_sqlite_conn *conn;

    (void)pthread_mutex_lock(&db->idle.lock);
    conn = db->idle.first;
    if (conn) {
        db->idle.first = conn->next;
        db->idle.count--;
    }
    (void)pthread_mutex_unlock(&db->idle.lock);
    if (!conn) {
        TRY(fox_sqlite_connect(&conn, db, db->path, SQLITE_OPEN_READWRITE, err));
        if (fox_sqlite_run_text(&conn->base, "PRAGMA query_only = ON", err) != PXF_OK) {
            fox_sqlite_disconnect(conn);
            return (pxf_status)err->status;
        }
    }
    *ret_conn = conn;
    return PXF_OK;
}

void fox_sqlite_reader_give(struct fox_sqlite_conn *conn, bool is_sound)
{
    struct fox_sqlite *db = fox_sqlite_of(conn->base.db);
    bool is_kept = false;

    if (is_sound) {
        (void)pthread_mutex_lock(&db->idle.lock);
        is_kept = db->idle.count < FOX_SQLITE_IDLE_READERS;
        if (is_kept) {
            conn->next = db->idle.first;
            db->idle.first = conn;
            db->idle.count++;
        }
        (void)pthread_mutex_unlock(&db->idle.lock);
    }
    if (!is_kept) {
        fox_sqlite_disconnect(conn);
    }
}

void fox_sqlite_reader_drop_all(struct fox_sqlite *db)
{
    while (db->idle.first) {
        struct fox_sqlite_conn *conn = db->idle.first;

        db->idle.first = conn->next;
        fox_sqlite_disconnect(conn);
    }
    db->idle.count = 0;
}

pxf_status fox_sqlite_read(struct fox_sql *db, enum fox_freshness freshness, fox_sql_fn fn,
                           void *ctx, pxf_error *err)
{
    struct fox_sqlite_conn *conn;
    pxf_status status;
    bool is_ended;

    (void)freshness; /* there is one copy, and it is fresh */
    TRY(fox_sqlite_reader_take(&conn, fox_sqlite_of(db), err));
    status = fox_sqlite_control(conn, FOX_SQLITE_BEGIN_READ, err);
    if (status == PXF_OK) {
        status = fox_sql_operate(&conn->base, fn, ctx, err);
    }
    is_ended = sqlite3_get_autocommit(conn->handle) != 0 ||
               fox_sqlite_control(conn, FOX_SQLITE_ROLLBACK, NULL) == PXF_OK;
    fox_sqlite_reader_give(conn, is_ended && !fox_sql_is_grave(status));
    return status;
}
