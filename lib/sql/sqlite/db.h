/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SQL_SQLITE_DB_H
#define FOX_SQL_SQLITE_DB_H

#include <stdatomic.h>

#include <sqlite3.h>

#include "os/fd.h"
#include "os/registry.h"
#include "sql/driver.h"

/* One file in WAL mode, one connection that writes and several that read. Only who holds the
 * writer lock writes or checkpoints, in whatever process, so that our connections never wait in
 * SQLite's busy handler and never meet in the reset of the log (a defect before SQLite 3.51.3). */

enum {
    FOX_SQLITE_PAGE_BYTES = 4096,
    FOX_SQLITE_CHECKPOINT_PAGES = (4 << 20) / FOX_SQLITE_PAGE_BYTES, /* of the log */
    FOX_SQLITE_LONG_LOG_PAGES = (64 << 20) / FOX_SQLITE_PAGE_BYTES,
    FOX_SQLITE_BUSY_NET_MS = 1000, /* against other programs only */
    FOX_SQLITE_IDLE_READERS = 16,
    FOX_SQLITE_BATCH_LIMIT = 256
};

enum fox_sqlite_control {
    FOX_SQLITE_BEGIN_WRITE,
    FOX_SQLITE_BEGIN_READ,
    FOX_SQLITE_COMMIT,
    FOX_SQLITE_ROLLBACK,
    FOX_SQLITE_SAVEPOINT,
    FOX_SQLITE_RELEASE,
    FOX_SQLITE_UNDO,
    FOX_SQLITE_CONTROL_COUNT
};

/* What takes long and is done by one at a time; others write meanwhile. */
enum fox_sqlite_long { FOX_SQLITE_SCHEMA, FOX_SQLITE_SNAPSHOT, FOX_SQLITE_LONG_COUNT };

struct fox_sqlite_conn {
    struct fox_sql_conn base;
    sqlite3 *handle;
    sqlite3_stmt *controls[FOX_SQLITE_CONTROL_COUNT];
    struct fox_sqlite_conn *next; /* idle reader */
};

/* What a caller waits for. It lies on the caller's stack. */
struct fox_sqlite_op {
    fox_sql_fn fn; /* NULL: a checkpoint is wanted */
    void *ctx;
    unsigned durability;
    pxf_error failure;
    bool is_settled; /* used by who leads */
    /* The rest is guarded by the queue's lock. */
    bool is_written; /* it ran, and what it wrote is committed */
    bool is_done;
    uint64_t sync_number; /* the batch that must be synced before its caller hears of it */
    pthread_cond_t wake;
    struct fox_sqlite_op *next;
};

/* Room on the disk, kept as a file beside the database and given up for essential writes. */
struct fox_reserve {
    struct fox_fd folder; /* not open: no reserve */
    char *name;
    uint64_t bytes;
    int64_t next_try_ms;
};

struct fox_sqlite {
    struct fox_sql base;
    char *path; /* absolute */
    struct fox_fd folder, lock;
    struct fox_fd log; /* the write-ahead log, for syncs alone */
    int64_t lock_deadline_ms;
    struct fox_registry_file file;
    bool is_registered, secure_delete;
    pthread_mutex_t long_locks[FOX_SQLITE_LONG_COUNT];

    /* Used by who leads. */
    struct fox_sqlite_conn *writer;
    struct fox_reserve reserve;
    bool has_long_log;
    int log_pages, checkpoint_pages, checkpoint_at;

    atomic_bool is_poisoned; /* a sync failed: what is on the disk is not known */
    struct {
        pthread_mutex_t lock;
        struct fox_sqlite_op *first, *last; /* to be run */
        struct fox_sqlite_op *unsynced;     /* ran, wait for a sync */
        uint64_t written, wanted, synced;   /* batches: the last, the last durable one, on disk */
        unsigned unsynced_count;
        unsigned crew; /* who waited for the last sync or came while it ran */
        unsigned without_nap, sync_count;
        int64_t sync_ms;
        bool is_slow, has_leader, has_syncer;
        pthread_t leader;
    } queue;
    struct {
        pthread_mutex_t lock;
        struct fox_sqlite_conn *first;
        unsigned count;
    } idle;
};

static inline struct fox_sqlite *fox_sqlite_of(struct fox_sql *db)
{
    return (struct fox_sqlite *)db;
}

/* error.c: fails with what SQLite's answer means; `what` is the thing that was tried. */
pxf_status fox_sqlite_fail(pxf_error *err, sqlite3 *handle, int code, const char *what);
bool fox_sqlite_is_sync_failure(int code);

/* After a failed sync the kernel may have dropped what was to be written and call it clean, so
 * nothing may ever be acknowledged on this handle again. */
void fox_sqlite_poison(struct fox_sqlite *db);
/* IO after that. */
pxf_status fox_sqlite_check_sound(struct fox_sqlite *db, pxf_error *err);

/* connection.c */
pxf_status fox_sqlite_connect(struct fox_sqlite_conn **ret_conn, struct fox_sqlite *db,
                              const char *path, int flags, pxf_error *err);
void fox_sqlite_disconnect(struct fox_sqlite_conn *conn);
pxf_status fox_sqlite_run_text(struct fox_sql_conn *conn, const char *sql, pxf_error *err);
pxf_status fox_sqlite_control(struct fox_sqlite_conn *conn, enum fox_sqlite_control control,
                              pxf_error *err);
/* The number in the first column of the first row. */
pxf_status fox_sqlite_number(struct fox_sqlite_conn *conn, const char *sql, int64_t *ret_number,
                             pxf_error *err);

/* open.c: whether a SQLite of that number has the defect of the log's reset. */
bool fox_sqlite_version_is_affected(int number);

/* fork.c: around each sqlite3_open(), see there. */
pxf_status fox_sqlite_fork_enter(pxf_error *err);
void fox_sqlite_fork_leave(void);

/* stmt.c: the driver's slots of the same names. */
pxf_status fox_sqlite_prepare(struct fox_sql_stmt **ret_stmt, struct fox_sql_conn *conn,
                              const char *sql, pxf_error *err);
pxf_status fox_sqlite_bind(struct fox_sql_stmt *stmt, unsigned place,
                           const struct fox_sql_value *value, pxf_error *err);
pxf_status fox_sqlite_step(struct fox_sql_stmt *stmt, bool *ret_row, pxf_error *err);
int64_t fox_sqlite_changed(struct fox_sql_stmt *stmt);
unsigned fox_sqlite_column_count(struct fox_sql_stmt *stmt);
const char *fox_sqlite_column_name(struct fox_sql_stmt *stmt, unsigned column);
pxf_status fox_sqlite_column(struct fox_sql_stmt *stmt, unsigned column, bool as_text,
                             struct fox_sql_value *ret_value, pxf_error *err);
void fox_sqlite_reset(struct fox_sql_stmt *stmt);
void fox_sqlite_stmt_free(struct fox_sql_stmt *stmt);
int64_t fox_sqlite_last_id(struct fox_sql_conn *conn);

/* queue.c gathers callers' operations, one caller leads; batch.c runs what was gathered. */
pxf_status fox_sqlite_write(struct fox_sql *db, unsigned durability, fox_sql_fn fn, void *ctx,
                            pxf_error *err);
pxf_status fox_sqlite_checkpoint(struct fox_sql *db, pxf_error *err);
void fox_sqlite_run_batch(struct fox_sqlite *db, struct fox_sqlite_op *first);

/* read.c */
pxf_status fox_sqlite_read(struct fox_sql *db, enum fox_freshness freshness, fox_sql_fn fn,
                           void *ctx, pxf_error *err);
pxf_status fox_sqlite_reader_take(struct fox_sqlite_conn **ret_conn, struct fox_sqlite *db,
                                  pxf_error *err);
void fox_sqlite_reader_give(struct fox_sqlite_conn *conn, bool is_sound);
void fox_sqlite_reader_drop_all(struct fox_sqlite *db);

/* lock.c: locks between processes. BUSY after the deadline. */
pxf_status fox_sqlite_lock(struct fox_sqlite *db, pxf_error *err);
void fox_sqlite_unlock(struct fox_sqlite *db);
pxf_status fox_sqlite_lock_long(struct fox_sqlite *db, enum fox_sqlite_long what, pxf_error *err);
void fox_sqlite_unlock_long(struct fox_sqlite *db, enum fox_sqlite_long what);
pxf_status fox_sqlite_alone(struct fox_sql *db, const char *name, fox_sql_fn fn, void *ctx,
                            pxf_error *err);

/* log.c: keeps the write-ahead log short. All need the writer lock and no open transaction. */
void fox_sqlite_log_watch(struct fox_sqlite *db);
/* After each batch: copies the log into the database when it is long. */
void fox_sqlite_log_tend(struct fox_sqlite *db);
/* Copies what can be copied now; then the log begins anew where no reader needs it. */
void fox_sqlite_log_copy(struct fox_sqlite *db);
/* The same, and gives its room back. */
pxf_status fox_sqlite_log_empty(struct fox_sqlite *db, pxf_error *err);

/* inspect.c */
pxf_status fox_sqlite_has_table(struct fox_sql_tx *tx, const char *table, bool *ret_has,
                                pxf_error *err);
pxf_status fox_sqlite_check(struct fox_sql *db, pxf_error *err);

/* snapshot.c */
pxf_status fox_sqlite_snapshot(struct fox_sql *db, const char *path, pxf_error *err);
pxf_status fox_sqlite_keep(struct fox_sql *db, const char *module, int version, pxf_error *err);

/* reserve.c. All but open need the writer lock. */
pxf_status fox_reserve_open(struct fox_reserve *reserve, const char *path, uint64_t bytes,
                            pxf_error *err);
void fox_reserve_close(struct fox_reserve *reserve);
/* FULL while the file is gone and cannot be made again. */
pxf_status fox_reserve_check(struct fox_reserve *reserve, const struct fox_env *env,
                             pxf_error *err);
/* Frees the room; false if there was none. */
bool fox_reserve_release(struct fox_reserve *reserve);

/* The folder that holds `path`, open, and the name in it, lent from `path`. */
pxf_status fox_sqlite_split(struct fox_fd *ret_folder, const char **ret_name, const char *path,
                            pxf_error *err);

#endif
