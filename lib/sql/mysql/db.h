/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SQL_MYSQL_DB_H
#define FOX_SQL_MYSQL_DB_H

#include <mysql.h>

#include "sql/driver.h"

/* A server that many hosts share, reached by a pool of connections. Each operation has a
 * transaction of its own; the server gathers commits. */

/* What a connection's next transaction is for: writes see what others committed meanwhile (READ
 * COMMITTED), reads see one state (REPEATABLE READ). */
enum fox_mysql_use { FOX_MYSQL_WRITE = 1, FOX_MYSQL_READ = 2 };

struct fox_mysql_conn {
    struct fox_sql_conn base;
    MYSQL *handle;
    enum fox_mysql_use use;
    int64_t born_ms;
    int64_t last_id;
    bool is_lost;                /* nothing more can be said on it */
    struct fox_mysql_conn *next; /* idle */
};

struct fox_mysql {
    struct fox_sql base;
    struct fox_mysql_options options; /* the texts are its own */
    struct {
        pthread_mutex_t lock;
        pthread_cond_t freed;
        struct fox_mysql_conn *idle;
        unsigned idle_count, open_count;
    } pool;
};

static inline struct fox_mysql *fox_mysql_of(struct fox_sql *db)
{
    return (struct fox_mysql *)db;
}

static inline struct fox_mysql_conn *fox_mysql_conn_of(struct fox_sql_conn *conn)
{
    return (struct fox_mysql_conn *)conn;
}

/* error.c: fails with what the server's or the client library's number means. */
pxf_status fox_mysql_fail(pxf_error *err, struct fox_mysql_conn *conn, unsigned number,
                          const char *text, const char *what);
/* A deadlock or a lock's time ran out: run again from the beginning. */
bool fox_mysql_is_rerun(int number);

/* connection.c */
pxf_status fox_mysql_connect(struct fox_mysql_conn **ret_conn, struct fox_mysql *db,
                             pxf_error *err);
/* NULL is fine. */
void fox_mysql_disconnect(struct fox_mysql_conn *conn);
pxf_status fox_mysql_run_text(struct fox_sql_conn *conn, const char *sql, pxf_error *err);

/* pool.c: a connection for one caller. `ret_is_new` tells one that was made now from one that may
 * have been lost while it was idle. BUSY after the deadline. */
pxf_status fox_mysql_pool_take(struct fox_mysql_conn **ret_conn, bool *ret_is_new,
                               struct fox_mysql *db, enum fox_mysql_use use, pxf_error *err);
void fox_mysql_pool_give(struct fox_mysql_conn *conn);
void fox_mysql_pool_drop_all(struct fox_mysql *db);

/* run.c: the driver's slots of the same names. */
pxf_status fox_mysql_write(struct fox_sql *db, unsigned durability, fox_sql_fn fn, void *ctx,
                           pxf_error *err);
pxf_status fox_mysql_read(struct fox_sql *db, enum fox_freshness freshness, fox_sql_fn fn,
                          void *ctx, pxf_error *err);
pxf_status fox_mysql_alone(struct fox_sql *db, const char *name, fox_sql_fn fn, void *ctx,
                           pxf_error *err);

/* stmt.c: the driver's slots of the same names. */
pxf_status fox_mysql_prepare(struct fox_sql_stmt **ret_stmt, struct fox_sql_conn *conn,
                             const char *sql, pxf_error *err);
pxf_status fox_mysql_bind(struct fox_sql_stmt *stmt, unsigned place,
                          const struct fox_sql_value *value, pxf_error *err);
pxf_status fox_mysql_step(struct fox_sql_stmt *stmt, bool *ret_row, pxf_error *err);
int64_t fox_mysql_changed(struct fox_sql_stmt *stmt);
unsigned fox_mysql_column_count(struct fox_sql_stmt *stmt);
const char *fox_mysql_column_name(struct fox_sql_stmt *stmt, unsigned column);
pxf_status fox_mysql_column(struct fox_sql_stmt *stmt, unsigned column, bool as_text,
                            struct fox_sql_value *ret_value, pxf_error *err);
void fox_mysql_reset(struct fox_sql_stmt *stmt);
void fox_mysql_stmt_free(struct fox_sql_stmt *stmt);
int64_t fox_mysql_last_id(struct fox_sql_conn *conn);

/* quiet.c: OpenSSL writes to sockets without MSG_NOSIGNAL; between the two no SIGPIPE of this
 * thread reaches the host. */
struct fox_mysql_quiet {
    bool is_blocked;
};
struct fox_mysql_quiet fox_mysql_quiet_begin(void);
void fox_mysql_quiet_end(struct fox_mysql_quiet quiet);

#endif
