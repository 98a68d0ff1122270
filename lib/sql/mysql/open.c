/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/mysql/db.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

enum {
    DEFAULT_PORT = 3306,
    DEFAULT_TIMEOUT_S = 10,
    DEFAULT_IDLE = 10,
    DEFAULT_OPEN = 100,
    DEFAULT_LIFETIME_MS = 3600000,
    DEFAULT_DEADLINE_MS = 10000
};

static pxf_status mysql_has_table(struct fox_sql_tx *tx, const char *table, bool *ret_has,
                                  pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT 1 FROM information_schema.tables "
                        "WHERE table_schema = DATABASE() AND table_name = ?",
                        err));
    fox_sql_bind_text(stmt, table);
    return fox_sql_step(stmt, ret_has, err);
}

static pxf_status mysql_keep(struct fox_sql *db, const char *module, int version, pxf_error *err)
{
    (void)err;
    fox_env_log(db->env, FOX_LEVEL_INFO,
                "upgrading '%s' from version %d; to go back there, use a dump made before", module,
                version);
    return PXF_OK;
}

static pxf_status mysql_checkpoint(struct fox_sql *db, pxf_error *err)
{
    (void)db;
    (void)err;
    return PXF_OK;
}

static pxf_status mysql_snapshot(struct fox_sql *db, const char *path, pxf_error *err)
{
    (void)db;
    (void)path;
    return fox_fail_from(err, PXF_UNSUPPORTED, FOX_SQL_ORIGIN, 0,
                         "a MariaDB or MySQL database is copied with the server's own tools");
}

static pxf_status ask_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row;

    (void)ctx;
    TRY(fox_sql_prepare(&stmt, tx, "SELECT 1", err));
    return fox_sql_step(stmt, &row, err);
}

static pxf_status mysql_check(struct fox_sql *db, pxf_error *err)
{
    return fox_mysql_read(db, FOX_FRESH, ask_in, NULL, err);
}

static void mysql_stop(struct fox_sql *base)
{
    const struct fox_mysql_quiet quiet = fox_mysql_quiet_begin();

    fox_mysql_pool_drop_all(fox_mysql_of(base));
    fox_mysql_quiet_end(quiet);
}

static void free_text(const char *text)
{
    free((void *)(uintptr_t)text);
}

/* In a forked child the connections are the parent's: a word on them would be answered to it. */
static void mysql_free(struct fox_sql *base)
{
    struct fox_mysql *db = fox_mysql_of(base);
    struct fox_mysql_options *options = &db->options;

    if (options->password) {
        fox_mem_wipe((void *)(uintptr_t)options->password, strlen(options->password));
    }
    free_text(options->host);
    free_text(options->socket);
    free_text(options->user);
    free_text(options->password);
    free_text(options->database);
    free_text(options->tls_ca);
    free(db);
}

static const struct fox_sql_driver mysql_driver = {
    .kind = FOX_MYSQL,
    .for_update = " FOR UPDATE",
    .write = fox_mysql_write,
    .read = fox_mysql_read,
    .alone = fox_mysql_alone,
    .run_text = fox_mysql_run_text,
    .has_table = mysql_has_table,
    .keep = mysql_keep,
    .checkpoint = mysql_checkpoint,
    .snapshot = mysql_snapshot,
    .check = mysql_check,
    .stop = mysql_stop,
    .free = mysql_free,
    .prepare = fox_mysql_prepare,
    .bind = fox_mysql_bind,
    .step = fox_mysql_step,
    .changed = fox_mysql_changed,
    .column_count = fox_mysql_column_count,
    .column_name = fox_mysql_column_name,
    .column = fox_mysql_column,
    .reset = fox_mysql_reset,
    .stmt_free = fox_mysql_stmt_free,
    .last_id = fox_mysql_last_id,
};

static pxf_status copy_texts(struct fox_mysql_options *to, const struct fox_mysql_options *from,
                             pxf_error *err)
{
    pxf_error failure = {0};

    to->host = fox_mem_text(from->host, &failure);
    to->socket = fox_mem_text(from->socket, &failure);
    to->user = fox_mem_text(from->user, &failure);
    to->password = fox_mem_text(from->password, &failure);
    to->database = fox_mem_text(from->database, &failure);
    to->tls_ca = fox_mem_text(from->tls_ca, &failure);
    if (failure.status != PXF_OK) {
        *err = failure;
    }
    return (pxf_status)failure.status;
}

static unsigned or_default(unsigned value, unsigned fallback)
{
    return value > 0 ? value : fallback;
}

static pxf_status copy_options(struct fox_mysql_options *to, const struct fox_mysql_options *from,
                               pxf_error *err)
{
    to->port = or_default(from->port, DEFAULT_PORT);
    to->tls = from->tls;
    to->timeout_s = or_default(from->timeout_s, DEFAULT_TIMEOUT_S);
    to->idle_max = or_default(from->idle_max, DEFAULT_IDLE);
    to->open_max = or_default(from->open_max, DEFAULT_OPEN);
    to->lifetime_ms = from->lifetime_ms > 0 ? from->lifetime_ms : DEFAULT_LIFETIME_MS;
    to->pool_deadline_ms =
        from->pool_deadline_ms > 0 ? from->pool_deadline_ms : DEFAULT_DEADLINE_MS;
    return copy_texts(to, from, err);
}

static void init_pool(struct fox_mysql *db)
{
    pthread_condattr_t attributes;

    (void)pthread_mutex_init(&db->pool.lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&db->pool.freed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

/* The first connection, kept for the first caller. */
static pxf_status connect_once(struct fox_mysql *db, pxf_error *err)
{
    const struct fox_mysql_quiet quiet = fox_mysql_quiet_begin();
    struct fox_mysql_conn *conn;
    bool is_new;
    const pxf_status status = fox_mysql_pool_take(&conn, &is_new, db, FOX_MYSQL_WRITE, err);

    if (status == PXF_OK) {
        fox_mysql_pool_give(conn);
    }
    fox_mysql_quiet_end(quiet);
    return status;
}

pxf_status fox_sql_open_mysql(struct fox_sql **ret_db, const struct fox_env *env,
                              const struct fox_mysql_options *options, pxf_error *err)
{
    struct fox_mysql *db = fox_mem_new(1, sizeof *db, err);
    pxf_error failure = {0};
    pxf_status status;

    if (!db) {
        return PXF_NO_MEMORY;
    }
    fox_sql_init(&db->base, &mysql_driver, env);
    init_pool(db);
    status = copy_options(&db->options, options, &failure);
    if (status == PXF_OK) {
        status = connect_once(db, &failure);
    }
    if (status == PXF_OK) {
        *ret_db = &db->base;
        return PXF_OK;
    }
    fox_sql_close(&db->base);
    if (err && err->status == PXF_OK) {
        *err = failure;
    }
    return status;
}
