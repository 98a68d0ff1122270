/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SQL_DRIVER_H
#define FOX_SQL_DRIVER_H

#include <pthread.h>

#include "base/env.h"
#include "sql/sql.h"

/* What a database brings. The generic half (sql.c, stmt.c, cache.c, migrate.c) has checked the
 * process and the state of the handle, counts binds and columns, and remembers failures. */

enum fox_sql_type { FOX_SQL_NULL = 0, FOX_SQL_INT, FOX_SQL_DOUBLE, FOX_SQL_TEXT, FOX_SQL_BLOB };

struct fox_sql_value {
    enum fox_sql_type type;
    int64_t number;
    double real;
    const void *data; /* never NULL for a text or blob */
    size_t size;
};

struct fox_sql_conn;

struct fox_sql_driver {
    enum fox_sql_kind kind;
    const char *for_update; /* what a locking SELECT ends with */

    /* Both may block and are called on any thread. */
    pxf_status (*write)(struct fox_sql *db, unsigned durability, fox_sql_fn fn, void *ctx,
                        pxf_error *err);
    pxf_status (*read)(struct fox_sql *db, enum fox_freshness freshness, fox_sql_fn fn, void *ctx,
                       pxf_error *err);

    /* Runs `fn` for the schema `name` while nobody else, in any process, does; on a connection
     * outside transactions, or with a NULL `tx` where a schema changes inside writes. */
    pxf_status (*alone)(struct fox_sql *db, const char *name, fox_sql_fn fn, void *ctx,
                        pxf_error *err);
    /* Runs statements that give no rows, without preparing them. */
    pxf_status (*run_text)(struct fox_sql_conn *conn, const char *sql, pxf_error *err);
    pxf_status (*has_table)(struct fox_sql_tx *tx, const char *table, bool *ret_has,
                            pxf_error *err);
    /* A copy to go back to, before a schema changes; inside `alone`. */
    pxf_status (*keep)(struct fox_sql *db, const char *module, int version, pxf_error *err);

    pxf_status (*checkpoint)(struct fox_sql *db, pxf_error *err);
    pxf_status (*snapshot)(struct fox_sql *db, const char *path, pxf_error *err);
    pxf_status (*check)(struct fox_sql *db, pxf_error *err);

    /* No call is under way in either. `stop` lets go of files and connections, once. `free` also
     * comes in a forked child, without `stop`: then it touches no file. */
    void (*stop)(struct fox_sql *db);
    void (*free)(struct fox_sql *db);

    /* A statement with its place_count set; the rest of the generic part is filled in after. */
    pxf_status (*prepare)(struct fox_sql_stmt **ret_stmt, struct fox_sql_conn *conn,
                          const char *sql, pxf_error *err);
    /* Copies the value into place 0, 1, … */
    pxf_status (*bind)(struct fox_sql_stmt *stmt, unsigned place, const struct fox_sql_value *value,
                       pxf_error *err);
    /* The first step runs the statement. */
    pxf_status (*step)(struct fox_sql_stmt *stmt, bool *ret_row, pxf_error *err);
    int64_t (*changed)(struct fox_sql_stmt *stmt);
    unsigned (*column_count)(struct fox_sql_stmt *stmt);
    const char *(*column_name)(struct fox_sql_stmt *stmt, unsigned column);
    /* Text is lent with an ending zero, also that of a blob when `as_text`. */
    pxf_status (*column)(struct fox_sql_stmt *stmt, unsigned column, bool as_text,
                         struct fox_sql_value *ret_value, pxf_error *err);
    /* Ends the run, forgets rows and binds. */
    void (*reset)(struct fox_sql_stmt *stmt);
    void (*stmt_free)(struct fox_sql_stmt *stmt);
    int64_t (*last_id)(struct fox_sql_conn *conn);
};

struct fox_sql {
    const struct fox_sql_driver *driver;
    const struct fox_env *env;
    int64_t process; /* that opened it */
    struct {
        pthread_mutex_t lock;
        pthread_cond_t idle;
        unsigned call_count;
        bool is_stopped, is_let_go;
    } shared;
};

/* Sets up the generic half. `env` is lent. */
void fox_sql_init(struct fox_sql *db, const struct fox_sql_driver *driver,
                  const struct fox_env *env);

enum { FOX_SQL_BUCKETS = 64 };

/* One connection with the statements it keeps prepared. One at a time. */
struct fox_sql_conn {
    struct fox_sql *db;
    struct fox_sql_stmt *kept[FOX_SQL_BUCKETS];
    unsigned kept_max, kept_count, used_count;
    uint64_t tick;
};

struct fox_sql_tx {
    struct fox_sql_conn *conn;
    pxf_error failure; /* the first that must fail the operation whatever it returns */
};

struct fox_sql_stmt {
    struct fox_sql_conn *conn;
    struct fox_sql_tx *tx; /* NULL while nobody uses it */
    struct fox_sql_stmt *next;
    char *sql;
    uint64_t hash, tick;
    unsigned place_count, bound_count, column_hint;
    bool is_running, has_row;
    pxf_error failure; /* of a bind or an accessor, told by the next step */
};

/* The driver's own errors, most with this origin. */
#define FOX_SQL_ORIGIN PXF_ORIGIN_CATALOG

/* Runs an operation and looks after what it left: a remembered failure, statements not given
 * back. */
pxf_status fox_sql_operate(struct fox_sql_conn *conn, fox_sql_fn fn, void *ctx, pxf_error *err);

/* The driver's slot of the same name, entered like a public call. */
pxf_status fox_sql_alone(struct fox_sql *db, const char *name, fox_sql_fn fn, void *ctx,
                         pxf_error *err);

/* Statements that the connection keeps. `find` gives one that nobody uses, prepared now or before.
 */
pxf_status fox_sql_cache_find(struct fox_sql_stmt **ret_stmt, struct fox_sql_conn *conn,
                              const char *sql, pxf_error *err);
void fox_sql_cache_give_back(struct fox_sql_stmt *stmt);
void fox_sql_cache_give_back_all(struct fox_sql_conn *conn);
void fox_sql_cache_clear(struct fox_sql_conn *conn);

/* Whether a failure leaves nothing to decide to the operation: everything but what statements
 * are answered in the ordinary course (EXISTS, CONFLICT, NOT_FOUND, INVALID). */
bool fox_sql_is_grave(pxf_status status);

#endif
