/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sql.h"

#include <stdlib.h>

#include "base/str.h"
#include "os/process.h"
#include "sql/driver.h"

void fox_sql_init(struct fox_sql *db, const struct fox_sql_driver *driver,
                  const struct fox_env *env)
{
    db->driver = driver;
    db->env = env;
    db->process = fox_process_mark();
    (void)pthread_mutex_init(&db->shared.lock, NULL);
    (void)pthread_cond_init(&db->shared.idle, NULL);
}

/* A lock that another thread held at the fork stays locked in the child for ever, so the process
 * is looked at before any. */
static pxf_status enter(struct fox_sql *db, pxf_error *err)
{
    bool is_stopped;

    TRY(fox_process_check(db->process, err));
    (void)pthread_mutex_lock(&db->shared.lock);
    is_stopped = db->shared.is_stopped;
    db->shared.call_count += is_stopped ? 0 : 1;
    (void)pthread_mutex_unlock(&db->shared.lock);
    if (is_stopped) {
        return fox_fail_from(err, PXF_CLOSED, FOX_SQL_ORIGIN, 0, "the database was closed");
    }
    return PXF_OK;
}

static void leave(struct fox_sql *db)
{
    (void)pthread_mutex_lock(&db->shared.lock);
    db->shared.call_count--;
    if (db->shared.call_count == 0) {
        (void)pthread_cond_broadcast(&db->shared.idle);
    }
    (void)pthread_mutex_unlock(&db->shared.lock);
}

/* Drivers may rely on an error to write to. */
static pxf_status hand_over(pxf_error *err, const pxf_error *failure)
{
    if (failure->status != PXF_OK && err && err->status == PXF_OK) {
        *err = *failure;
    }
    return (pxf_status)failure->status;
}

enum fox_sql_kind fox_sql_kind_of(const struct fox_sql *db)
{
    return db->driver->kind;
}

pxf_status fox_sql_write(struct fox_sql *db, unsigned durability, fox_sql_fn fn, void *ctx,
                         pxf_error *err)
{
    pxf_error failure = {0};

    TRY(enter(db, err));
    (void)db->driver->write(db, durability, fn, ctx, &failure);
    leave(db);
    return hand_over(err, &failure);
}

pxf_status fox_sql_read(struct fox_sql *db, enum fox_freshness freshness, fox_sql_fn fn, void *ctx,
                        pxf_error *err)
{
    pxf_error failure = {0};

    TRY(enter(db, err));
    (void)db->driver->read(db, freshness, fn, ctx, &failure);
    leave(db);
    return hand_over(err, &failure);
}

pxf_status fox_sql_checkpoint(struct fox_sql *db, pxf_error *err)
{
    pxf_error failure = {0};

    TRY(enter(db, err));
    (void)db->driver->checkpoint(db, &failure);
    leave(db);
    return hand_over(err, &failure);
}

pxf_status fox_sql_snapshot(struct fox_sql *db, const char *path, pxf_error *err)
{
    pxf_error failure = {0};

    TRY(enter(db, err));
    (void)db->driver->snapshot(db, path, &failure);
    leave(db);
    return hand_over(err, &failure);
}

pxf_status fox_sql_check(struct fox_sql *db, pxf_error *err)
{
    pxf_error failure = {0};

    TRY(enter(db, err));
    (void)db->driver->check(db, &failure);
    leave(db);
    return hand_over(err, &failure);
}

pxf_status fox_sql_alone(struct fox_sql *db, const char *name, fox_sql_fn fn, void *ctx,
                         pxf_error *err)
{
    pxf_error failure = {0};

    TRY(enter(db, err));
    (void)db->driver->alone(db, name, fn, ctx, &failure);
    leave(db);
    return hand_over(err, &failure);
}

void fox_sql_stop(struct fox_sql *db)
{
    if (fox_process_check(db->process, NULL) != PXF_OK) {
        return;
    }
    (void)pthread_mutex_lock(&db->shared.lock);
    db->shared.is_stopped = true;
    while (db->shared.call_count > 0) {
        (void)pthread_cond_wait(&db->shared.idle, &db->shared.lock);
    }
    if (!db->shared.is_let_go) {
        db->shared.is_let_go = true;
        db->driver->stop(db);
    }
    (void)pthread_mutex_unlock(&db->shared.lock);
}

void fox_sql_close(struct fox_sql *db)
{
    if (!db) {
        return;
    }
    fox_sql_stop(db);
    if (fox_process_check(db->process, NULL) == PXF_OK) {
        (void)pthread_cond_destroy(&db->shared.idle);
        (void)pthread_mutex_destroy(&db->shared.lock);
    }
    db->driver->free(db);
}

bool fox_sql_is_grave(pxf_status status)
{
    switch (status) {
    case PXF_OK:
    case PXF_INVALID:
    case PXF_NOT_FOUND:
    case PXF_EXISTS:
    case PXF_CONFLICT:
    case PXF_LIMIT:
        return false;
    case PXF_FULL:
    case PXF_UNSUPPORTED:
    case PXF_CORRUPT:
    case PXF_DENIED:
    case PXF_BUSY:
    case PXF_TIMEOUT:
    case PXF_UNAVAILABLE:
    case PXF_CANCELLED:
    case PXF_CLOSED:
    case PXF_FORKED:
    case PXF_LOST:
    case PXF_IO:
    case PXF_NO_MEMORY:
    case PXF_INTERNAL:
        return true;
    }
    return true;
}

pxf_status fox_sql_operate(struct fox_sql_conn *conn, fox_sql_fn fn, void *ctx, pxf_error *err)
{
    struct fox_sql_tx tx = {.conn = conn};
    const pxf_status status = fn(&tx, ctx, err);

    if (conn->used_count > 0) {
        fox_sql_cache_give_back_all(conn);
        (void)fox_fail(&tx.failure, PXF_INTERNAL, "an operation kept a statement");
    }
    if (tx.failure.status != PXF_OK) {
        *err = tx.failure;
        return (pxf_status)tx.failure.status;
    }
    if (status != PXF_OK && err->status == PXF_OK) {
        return fox_fail(err, status, "an operation failed without a word");
    }
    return status;
}

static pxf_status lock_one(struct fox_sql_tx *tx, const char *table, const char *column,
                           const struct fox_sql_value *key, pxf_error *err)
{
    AUTO(fox_str) sql = {0};
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row;

    fox_str_add(&sql, "SELECT 1 FROM %s WHERE %s = ?%s", table, column,
                tx->conn->db->driver->for_update);
    TRY(fox_str_check(&sql, err));
    TRY(fox_sql_prepare(&stmt, tx, fox_str_text(&sql), err));
    if (key->type == FOX_SQL_INT) {
        fox_sql_bind_int(stmt, key->number);
    } else {
        fox_sql_bind_blob(stmt, key->data, key->size);
    }
    TRY(fox_sql_step(stmt, &row, err));
    if (!row) {
        return fox_fail_from(err, PXF_NOT_FOUND, FOX_SQL_ORIGIN, 0, "no such row in '%s'", table);
    }
    return PXF_OK;
}

pxf_status fox_sql_lock_row(struct fox_sql_tx *tx, const char *table, const char *column,
                            const void *key, size_t size, pxf_error *err)
{
    return lock_one(tx, table, column,
                    &(struct fox_sql_value){.type = FOX_SQL_BLOB, .data = key, .size = size}, err);
}

pxf_status fox_sql_lock_row_int(struct fox_sql_tx *tx, const char *table, const char *column,
                                int64_t key, pxf_error *err)
{
    return lock_one(tx, table, column, &(struct fox_sql_value){.type = FOX_SQL_INT, .number = key},
                    err);
}

int64_t fox_sql_last_id(struct fox_sql_tx *tx)
{
    return tx->conn->db->driver->last_id(tx->conn);
}
