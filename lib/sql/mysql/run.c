/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/mysql/db.h"

#include <inttypes.h>

#include "base/str.h"
#include "os/poll.h"

enum { RERUNS = 60, RERUN_US = 1000, RERUN_MAX_US = 100000, LOST_LIMIT = 3, SCHEMA_WAIT_S = 60 };

static pxf_status begin_on(struct fox_mysql_conn *conn, enum fox_mysql_use use, pxf_error *err)
{
    const bool is_read = use == FOX_MYSQL_READ;

    if (conn->use != use) {
        TRY(fox_mysql_run_text(&conn->base,
                               is_read ? "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"
                                       : "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
                               err));
        conn->use = use;
    }
    return fox_mysql_run_text(&conn->base,
                              is_read ? "START TRANSACTION READ ONLY" : "START TRANSACTION", err);
}

/* A connection with an open transaction. Idle ones that were lost meanwhile are replaced: nothing
 * was said on them yet. */
static pxf_status begin(struct fox_mysql_conn **ret_conn, struct fox_mysql *db,
                        enum fox_mysql_use use, pxf_error *err)
{
    for (;;) {
        struct fox_mysql_conn *conn;
        pxf_error failure = {0};
        bool is_new, is_lost;

        TRY(fox_mysql_pool_take(&conn, &is_new, db, use, err));
        if (begin_on(conn, use, &failure) == PXF_OK) {
            *ret_conn = conn;
            return PXF_OK;
        }
        is_lost = conn->is_lost;
        fox_mysql_pool_give(conn);
        if (is_new || !is_lost) {
            *err = failure;
            return (pxf_status)failure.status;
        }
    }
}

static void roll_back(struct fox_mysql_conn *conn)
{
    if (!conn->is_lost && fox_mysql_run_text(&conn->base, "ROLLBACK", NULL) != PXF_OK) {
        conn->is_lost = true;
    }
}

static pxf_status commit(struct fox_mysql_conn *conn, pxf_error *err)
{
    const pxf_status status = fox_mysql_run_text(&conn->base, "COMMIT", err);

    if (status != PXF_OK && conn->is_lost) {
        return fox_fail_within(err, status, "the commit may have happened or not");
    }
    return status;
}

/* One try. `ret_again` says that nothing was written and a new try may go through. */
static pxf_status write_once(struct fox_mysql *db, fox_sql_fn fn, void *ctx, bool *ret_again,
                             pxf_error *err)
{
    struct fox_mysql_conn *conn;
    pxf_status status;
    bool is_operated;

    *ret_again = false;
    TRY(begin(&conn, db, FOX_MYSQL_WRITE, err));
    status = fox_sql_operate(&conn->base, fn, ctx, err);
    is_operated = status == PXF_OK;
    if (is_operated) {
        status = commit(conn, err);
    }
    if (status != PXF_OK) {
        *ret_again = (conn->is_lost && !is_operated) || fox_mysql_is_rerun(err->code);
        roll_back(conn);
    }
    fox_mysql_pool_give(conn);
    return status;
}

/* Up to a bound that doubles, at random, so that those who met do not meet again. */
static int64_t pause_us(const struct fox_env *env, int round)
{
    const int64_t bound = (int64_t)RERUN_US << (round < 8 ? round : 8);
    uint32_t chance = 0;

    (void)fox_env_random(env, &chance, sizeof chance, NULL);
    return 1 + (int64_t)chance % (bound < RERUN_MAX_US ? bound : RERUN_MAX_US);
}

static pxf_status write_rounds(struct fox_mysql *db, fox_sql_fn fn, void *ctx, pxf_error *err)
{
    pxf_status status = PXF_OK;
    bool again = true;
    int lost_count = 0;

    for (int round = 0; again && round < RERUNS && lost_count < LOST_LIMIT; round++) {
        if (round > 0) {
            (void)fox_poll_sleep_us(-1, pause_us(db->base.env, round));
        }
        *err = (pxf_error){0};
        status = write_once(db, fn, ctx, &again, err);
        lost_count += status == PXF_UNAVAILABLE ? 1 : 0;
    }
    return status;
}

pxf_status fox_mysql_write(struct fox_sql *db, unsigned durability, fox_sql_fn fn, void *ctx,
                           pxf_error *err)
{
    const struct fox_mysql_quiet quiet = fox_mysql_quiet_begin();
    pxf_status status;

    (void)durability; /* is the server's to keep */
    status = write_rounds(fox_mysql_of(db), fn, ctx, err);
    fox_mysql_quiet_end(quiet);
    return status;
}

static pxf_status read_once(struct fox_mysql *db, fox_sql_fn fn, void *ctx, bool *ret_again,
                            pxf_error *err)
{
    struct fox_mysql_conn *conn;
    pxf_status status;

    *ret_again = false;
    TRY(begin(&conn, db, FOX_MYSQL_READ, err));
    status = fox_sql_operate(&conn->base, fn, ctx, err);
    *ret_again = conn->is_lost;
    roll_back(conn);
    fox_mysql_pool_give(conn);
    return status;
}

pxf_status fox_mysql_read(struct fox_sql *db, enum fox_freshness freshness, fox_sql_fn fn,
                          void *ctx, pxf_error *err)
{
    const struct fox_mysql_quiet quiet = fox_mysql_quiet_begin();
    pxf_status status;
    bool again;

    (void)freshness; /* there is one server, and it is fresh */
    status = read_once(fox_mysql_of(db), fn, ctx, &again, err);
    if (again) {
        *err = (pxf_error){0};
        status = read_once(fox_mysql_of(db), fn, ctx, &again, err);
    }
    fox_mysql_quiet_end(quiet);
    return status;
}

struct lonely {
    const char *name;
    fox_sql_fn fn;
    void *ctx;
};

static pxf_status take_lock_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct lonely *lonely = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT GET_LOCK(LEFT(DATABASE() || '/' || ?, 64), ?) AS taken",
                        err));
    fox_sql_bind_text(stmt, lonely->name);
    fox_sql_bind_int(stmt, SCHEMA_WAIT_S);
    TRY(fox_sql_step(stmt, &row, err));
    if (!row || fox_sql_int(stmt, "taken") != 1) {
        return fox_fail_from(err, PXF_BUSY, FOX_SQL_ORIGIN, 0,
                             "another process has been changing '%s' for %d s", lonely->name,
                             SCHEMA_WAIT_S);
    }
    return PXF_OK;
}

static pxf_status run_alone(struct fox_mysql_conn *conn, struct lonely *lonely, pxf_error *err)
{
    pxf_status status;

    TRY(fox_sql_operate(&conn->base, take_lock_in, lonely, err));
    status = fox_sql_operate(&conn->base, lonely->fn, lonely->ctx, err);
    conn->is_lost = true; /* closing it lets go of the lock, whatever came in between */
    return status;
}

pxf_status fox_mysql_alone(struct fox_sql *db, const char *name, fox_sql_fn fn, void *ctx,
                           pxf_error *err)
{
    const struct fox_mysql_quiet quiet = fox_mysql_quiet_begin();
    struct lonely lonely = {.name = name, .fn = fn, .ctx = ctx};
    struct fox_mysql_conn *conn;
    pxf_status status = begin(&conn, fox_mysql_of(db), FOX_MYSQL_WRITE, err);

    if (status == PXF_OK) {
        roll_back(conn);
        status = run_alone(conn, &lonely, err);
        fox_mysql_pool_give(conn);
    }
    fox_mysql_quiet_end(quiet);
    return status;
}
