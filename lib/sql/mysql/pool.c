/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/mysql/db.h"

#include <inttypes.h>
#include <time.h>

#include "os/clock.h"

/* One that was last used alike needs no word about its next transaction. */
static struct fox_mysql_conn *pop_locked(struct fox_mysql *db, enum fox_mysql_use use)
{
    struct fox_mysql_conn **at = &db->pool.idle, *conn;

    while (*at && (*at)->use != use) {
        at = &(*at)->next;
    }
    if (!*at) {
        at = &db->pool.idle;
    }
    conn = *at;
    if (conn) {
        *at = conn->next;
        db->pool.idle_count--;
    }
    return conn;
}

static bool is_old(const struct fox_mysql *db, const struct fox_mysql_conn *conn)
{
    return fox_env_monotonic_ms(db->base.env) - conn->born_ms >= db->options.lifetime_ms;
}

static struct timespec in_ms(int64_t wait_ms)
{
    const int64_t at_ms = fox_clock_monotonic_ms() + wait_ms;

    return (struct timespec){.tv_sec = (time_t)(at_ms / 1000),
                             .tv_nsec = (long)(at_ms % 1000) * 1000000};
}

/* Gets an idle connection, or the right to open one (NULL). */
static pxf_status wait_for_turn(struct fox_mysql_conn **ret_conn, struct fox_mysql *db,
                                enum fox_mysql_use use, pxf_error *err)
{
    const struct timespec deadline = in_ms(db->options.pool_deadline_ms);
    struct fox_mysql_conn *conn;
    int failed = 0;
    bool may_open = false;

    (void)pthread_mutex_lock(&db->pool.lock);
    for (;;) {
        conn = pop_locked(db, use);
        may_open = !conn && db->pool.open_count < db->options.open_max;
        if (conn || may_open || failed != 0) {
            break;
        }
        failed = pthread_cond_timedwait(&db->pool.freed, &db->pool.lock, &deadline);
    }
    db->pool.open_count += may_open ? 1 : 0;
    (void)pthread_mutex_unlock(&db->pool.lock);
    if (!conn && !may_open) {
        return fox_fail_from(err, PXF_BUSY, FOX_SQL_ORIGIN, 0,
                             "all %u connections to the database were in use for %" PRId64 " ms",
                             db->options.open_max, db->options.pool_deadline_ms);
    }
    *ret_conn = conn;
    return PXF_OK;
}

static void give_turn_back(struct fox_mysql *db)
{
    (void)pthread_mutex_lock(&db->pool.lock);
    db->pool.open_count--;
    (void)pthread_cond_signal(&db->pool.freed);
    (void)pthread_mutex_unlock(&db->pool.lock);
}

pxf_status fox_mysql_pool_take(struct fox_mysql_conn **ret_conn, bool *ret_is_new,
                               struct fox_mysql *db, enum fox_mysql_use use, pxf_error *err)
{
    struct fox_mysql_conn *conn;

    TRY(wait_for_turn(&conn, db, use, err));
    if (conn && is_old(db, conn)) {
        fox_mysql_disconnect(conn);
        conn = NULL;
    }
    *ret_is_new = !conn;
    if (!conn && fox_mysql_connect(&conn, db, err) != PXF_OK) {
        give_turn_back(db);
        return (pxf_status)err->status;
    }
    *ret_conn = conn;
    return PXF_OK;
}

void fox_mysql_pool_give(struct fox_mysql_conn *conn)
{
    struct fox_mysql *db = fox_mysql_of(conn->base.db);
    bool is_kept = false;

    (void)pthread_mutex_lock(&db->pool.lock);
    if (!conn->is_lost && db->pool.idle_count < db->options.idle_max) {
        is_kept = true;
        conn->next = db->pool.idle;
        db->pool.idle = conn;
        db->pool.idle_count++;
        (void)pthread_cond_signal(&db->pool.freed);
    }
    (void)pthread_mutex_unlock(&db->pool.lock);
    if (!is_kept) {
        fox_mysql_disconnect(conn);
        give_turn_back(db);
    }
}

void fox_mysql_pool_drop_all(struct fox_mysql *db)
{
    while (db->pool.idle) {
        struct fox_mysql_conn *conn = db->pool.idle;

        db->pool.idle = conn->next;
        fox_mysql_disconnect(conn);
    }
    db->pool.idle_count = 0;
    db->pool.open_count = 0;
}
