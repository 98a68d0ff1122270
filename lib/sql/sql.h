/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SQL_SQL_H
#define FOX_SQL_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/env.h"

/* Two SQL databases under one contract: SQLite in a file of this host, and MariaDB or MySQL.
 *
 *     static pxf_status add_city(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
 *     {
 *         const struct city *city = ctx;
 *         AUTO(fox_sql_stmt) *stmt = NULL;
 *
 *         TRY(fox_sql_prepare(&stmt, tx, "INSERT INTO city(name, people) VALUES (?, ?)", err));
 *         fox_sql_bind_name(stmt, city->name);
 *         fox_sql_bind_int(stmt, city->people);
 *         return fox_sql_run(stmt, NULL, err);
 *     }
 *
 *     TRY(fox_sql_write(db, FOX_DURABLE, add_city, &city, err));
 *
 * Every failure has the origin PXF_ORIGIN_CATALOG and, where the database gave one, its extended
 * error code. */

struct fox_sql;      /* a database. Any thread. */
struct fox_sql_tx;   /* what an operation speaks through; lent to it while it runs */
struct fox_sql_stmt; /* a statement of that operation. Its own. */

enum fox_sql_kind { FOX_SQLITE = 1, FOX_MYSQL = 2 };

/* What a write is promised. FOX_ESSENTIAL is added with `|` to one of the others, FOX_EARLY to
 * FOX_RELAXED. */
enum fox_durability {
    FOX_RELAXED = 1,   /* survives this process; a power cut may undo the last ones, none in part */
    FOX_DURABLE = 2,   /* survives a power cut once acknowledged, with all that came before it */
    FOX_ESSENTIAL = 4, /* ends and deletions: on a full disk it takes from the reserve */
    /* Acknowledged as soon as it is committed. A relaxed write without it waits until the durable
     * ones before it are on the disk, because its caller may act on what it saw of them; this is
     * for a caller who does not, such as one that takes room. */
    FOX_EARLY = 8
};

/* FOX_FRESH sees every write that was acknowledged; FOX_MAY_LAG may be served by a replica. */
enum fox_freshness { FOX_FRESH = 1, FOX_MAY_LAG = 2 };

/* An operation: statements only, no I/O, no host code, no call on a `struct fox_sql` (it would
 * wait for itself), 5 ms at most. It may run on another caller's thread, and more than once: it
 * resets its own outputs first. Results go only into `ctx` and count once the call returned OK;
 * a failure undoes what the operation wrote, and nothing else. */
typedef pxf_status (*fox_sql_fn)(struct fox_sql_tx *tx, void *ctx, pxf_error *err);

/* The SQLite that is loaded, such as "3.40.1". */
const char *fox_sql_sqlite_version(void);

struct fox_sqlite_options {
    const char *path;         /* the database file; nothing else in this process may open it */
    const char *lock_path;    /* the writer lock between processes; made when absent */
    int64_t lock_deadline_ms; /* how long a write waits for that lock; 0 is 10 s */
    bool create;              /* an absent or empty file becomes a new database */
    int32_t application_id;   /* written into a new database; another one there is refused */
    const char *reserve_path; /* a file that holds room for essential writes; NULL: none */
    uint64_t reserve_bytes;   /* its size; 0 is 8 MiB */
    bool secure_delete;       /* overwrite what is deleted (slower with large rows) */
};

/* Opens or makes a SQLite database in WAL mode. NOT_FOUND: no file there (and not `create`), or
 * no folder; DENIED: not writable; UNSUPPORTED: on a network or FUSE file system, or another
 * program's database; CORRUPT: no database, or a damaged one; BUSY: the lock's deadline passed.
 * What is refused is left as it was. `env` outlives the database; the texts are copied. */
pxf_status fox_sql_open_sqlite(struct fox_sql **ret_db, const struct fox_env *env,
                               const struct fox_sqlite_options *options, pxf_error *err);

struct fox_mysql_options {
    const char *host;   /* ignored with `socket` */
    unsigned port;      /* 0 is 3306 */
    const char *socket; /* the path of a Unix socket, or NULL */
    const char *user, *password, *database;
    bool tls;                 /* refuse a connection without TLS and a verified certificate */
    const char *tls_ca;       /* a file of authorities, or NULL for the system's */
    unsigned timeout_s;       /* to connect, to read, to write; 0 is 10 s */
    unsigned idle_max;        /* idle connections kept; 0 is 10 */
    unsigned open_max;        /* connections at once; callers wait beyond it; 0 is 100 */
    int64_t lifetime_ms;      /* a connection is replaced after that; 0 is 1 h */
    int64_t pool_deadline_ms; /* how long a caller waits for a connection; 0 is 10 s */
};

/* Connects once to see that it works: UNAVAILABLE, DENIED, NOT_FOUND (no such database),
 * UNSUPPORTED (older than MariaDB 10.6 or MySQL 8, or a build without this driver). */
pxf_status fox_sql_open_mysql(struct fox_sql **ret_db, const struct fox_env *env,
                              const struct fox_mysql_options *options, pxf_error *err);

enum fox_sql_kind fox_sql_kind_of(const struct fox_sql *db);

/* Waits for the calls under way and lets go of files, locks and connections; later calls answer
 * CLOSED. Any thread, any number of times. In a forked child it touches nothing. */
void fox_sql_stop(struct fox_sql *db);

/* Stops and frees. No other call may be under way or follow. NULL is fine. */
void fox_sql_close(struct fox_sql *db);

/* Every call below answers FORKED at once in a child of the process that opened the database. */

/* Runs one operation in a transaction, alone or gathered with other callers' operations into one.
 * Others may see it before it is acknowledged, a sync's time earlier: an effect outside the
 * database that cannot be undone follows a FOX_DURABLE write, not a read or a relaxed one.
 * Fails with what the operation failed with, or: BUSY (lock or pool deadline, deadlocks that
 * repeat), FULL (and while the reserve is in use, to all that is not essential), IO (then it is
 * not known whether the write will last; after a failed sync the database answers IO until it is
 * opened anew), UNAVAILABLE (the server; when it was lost during
 * the commit, the write may have happened), CLOSED. */
pxf_status fox_sql_write(struct fox_sql *db, unsigned durability, fox_sql_fn fn, void *ctx,
                         pxf_error *err);

/* Runs one operation that only reads, on a connection of its own; all its statements see the same
 * snapshot. Never waits for a writer. */
pxf_status fox_sql_read(struct fox_sql *db, enum fox_freshness freshness, fox_sql_fn fn, void *ctx,
                        pxf_error *err);

/* A statement with `?` for each value. The text is kept prepared by each connection: use literals,
 * or join a few fragments, never put a value into it. INTERNAL if the database refuses the text.
 * AUTO(fox_sql_stmt) gives it back at the end of the scope; inside the operation only. */
pxf_status fox_sql_prepare(struct fox_sql_stmt **ret_stmt, struct fox_sql_tx *tx, const char *sql,
                           pxf_error *err);
void fox_sql_stmt_free(struct fox_sql_stmt *stmt);

static inline void fox_sql_stmt_let_go(struct fox_sql_stmt **stmt)
{
    fox_sql_stmt_free(*stmt);
}

/* Each bind fills the next `?`. Values are copied. Failures are remembered and told by the next
 * run, add or step. */
void fox_sql_bind_int(struct fox_sql_stmt *stmt, int64_t value);
void fox_sql_bind_double(struct fox_sql_stmt *stmt, double value);
void fox_sql_bind_null(struct fox_sql_stmt *stmt);

/* Free text, a column of TEXT or utf8mb4. NULL binds NULL. */
void fox_sql_bind_text(struct fox_sql_stmt *stmt, const char *text);

/* A text that is compared byte by byte (owner, name, key), a column of BLOB or VARBINARY; in
 * SQLite a text never equals a blob, so these columns are always bound with this or with
 * fox_sql_bind_blob. NULL binds NULL. */
void fox_sql_bind_name(struct fox_sql_stmt *stmt, const char *text);

/* NULL data with size 0 binds an empty blob, not NULL. */
void fox_sql_bind_blob(struct fox_sql_stmt *stmt, const void *data, size_t size);

/* Runs a statement that gives no rows. The number of rows it found (an UPDATE to the same value
 * counts) goes to `ret_changed`, which may be NULL. Afterwards the statement can be bound and
 * run again. EXISTS: a unique key is taken; CONFLICT: a foreign key forbids it. */
pxf_status fox_sql_run(struct fox_sql_stmt *stmt, int64_t *ret_changed, pxf_error *err);

/* Runs an INSERT; that a unique key is taken is no error but `*ret_is_new` false, and nothing was
 * written. `ret_is_new` may be NULL. */
pxf_status fox_sql_add(struct fox_sql_stmt *stmt, bool *ret_is_new, pxf_error *err);

/* Goes to the next row; false past the last, and then the statement can be bound again. */
pxf_status fox_sql_step(struct fox_sql_stmt *stmt, bool *ret_row, pxf_error *err);

/* The current row's columns by the name they have in the result. An unknown name is a defect:
 * the accessor gives 0 or NULL and the operation fails with INTERNAL, at the next step or at its
 * end. Texts and blobs are lent until the next step or run; texts end with a zero. */
bool fox_sql_is_null(struct fox_sql_stmt *stmt, const char *column);
int64_t fox_sql_int(struct fox_sql_stmt *stmt, const char *column);      /* 0 for NULL */
double fox_sql_double(struct fox_sql_stmt *stmt, const char *column);    /* 0 for NULL */
const char *fox_sql_text(struct fox_sql_stmt *stmt, const char *column); /* NULL for NULL */
const void *fox_sql_blob(struct fox_sql_stmt *stmt, const char *column, size_t *ret_size);

/* Copies a blob of exactly `size` bytes; any other size, and NULL, makes the operation fail with
 * CORRUPT and fills `bytes` with zeros. */
void fox_sql_copy(struct fox_sql_stmt *stmt, const char *column, void *bytes, size_t size);

/* Sees that the row whose `column` is `key` cannot be changed by others before this transaction
 * ends. NOT_FOUND: no such row. `table` and `column` are literals. */
pxf_status fox_sql_lock_row(struct fox_sql_tx *tx, const char *table, const char *column,
                            const void *key, size_t size, pxf_error *err);
pxf_status fox_sql_lock_row_int(struct fox_sql_tx *tx, const char *table, const char *column,
                                int64_t key, pxf_error *err);

/* The number given to the row that this transaction inserted last (internal tables only). */
int64_t fox_sql_last_id(struct fox_sql_tx *tx);

/* One step of a schema. On SQLite `sql` is any number of statements, done whole with its number
 * or not at all; on MySQL it is one statement that can be run again after a kill
 * (CREATE TABLE IF NOT EXISTS, ALTER TABLE … ADD COLUMN IF NOT EXISTS is MariaDB's alone). */
struct fox_sql_migration {
    int number;      /* 1, 2, … without a gap */
    int min_reader;  /* the oldest version of the program (last number it knows) that may go on */
    const char *sql; /* for this database's kind */
};

/* Brings `module` to the last of `steps`, one process at a time, and notes it in the table
 * `schema(module, version, min_reader)`. A version above the steps is accepted if its min_reader
 * allows it, else refused untouched: UNSUPPORTED. A step that fails leaves those before it done;
 * the next call goes on there. Before a SQLite database that has a version already is changed, a
 * snapshot of it is made beside it and named in the log. */
pxf_status fox_sql_migrate(struct fox_sql *db, const char *module,
                           const struct fox_sql_migration *steps, size_t count, int *ret_version,
                           pxf_error *err);

/* Copies what the write-ahead log holds into the database file and empties the log, as far as
 * readers allow. The writer does so by itself above 4 MiB. Nothing to do on MySQL. */
pxf_status fox_sql_checkpoint(struct fox_sql *db, pxf_error *err);

/* A consistent copy at `path`, complete and synced before it has that name; writers go on.
 * EXISTS: something is there. UNSUPPORTED on MySQL, whose own tools do it. */
pxf_status fox_sql_snapshot(struct fox_sql *db, const char *path, pxf_error *err);

/* Looks through the whole database for damage; CORRUPT names the first. On MySQL it only asks
 * whether the server is there. Slow. */
pxf_status fox_sql_check(struct fox_sql *db, pxf_error *err);

#endif
