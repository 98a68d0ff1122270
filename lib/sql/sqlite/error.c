/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

#include <errno.h>

/* SQLite says SQLITE_FULL for ENOSPC of write() alone. */
static bool is_full(sqlite3 *handle, int code)
{
    const int primary = code & 0xff;
    const int number = handle ? sqlite3_system_errno(handle) : 0;

    return primary == SQLITE_FULL || ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) &&
                                      (number == ENOSPC || number == EDQUOT));
}

static bool has_met_error(sqlite3_file *file)
{
    int number = 0;

    return file && file->pMethods &&
           file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number) == SQLITE_OK &&
           (number == EIO || number == ENXIO);
}

/* SQLite calls a page that the disk could not read SQLITE_CORRUPT as well: the disk's own word is
 * the better one. */
static bool is_disks_fault(sqlite3 *handle, int code)
{
    sqlite3_file *database = NULL, *log = NULL;

    if (!handle || (code & 0xff) != SQLITE_CORRUPT) {
        return false;
    }
    (void)sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &database);
    (void)sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    return has_met_error(database) || has_met_error(log);
}

static pxf_status status_of_constraint(int code)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return PXF_EXISTS;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_TRIGGER:
        return PXF_CONFLICT;
    default:
        return PXF_INVALID;
    }
}

static pxf_status status_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        return status_of_constraint(code);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return PXF_BUSY;
    case SQLITE_NOMEM:
        return PXF_NO_MEMORY;
    case SQLITE_IOERR:
        return code == SQLITE_IOERR_NOMEM ? PXF_NO_MEMORY : PXF_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return PXF_CORRUPT;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return PXF_DENIED;
    case SQLITE_CANTOPEN:
        return PXF_UNAVAILABLE;
    case SQLITE_TOOBIG:
        return PXF_LIMIT;
    case SQLITE_INTERRUPT:
        return PXF_CANCELLED;
    default:
        return PXF_INTERNAL;
    }
}

/* What a person can do about it. */
static const char *advice(int code)
{
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
        return ": the database is damaged, put the newest snapshot of it in its place";
    case SQLITE_NOTADB:
        return ": put a database or a snapshot of one in its place";
    case SQLITE_READONLY:
        return ": the file, its folder or its disk is not writable";
    default:
        return "";
    }
}

pxf_status fox_sqlite_fail(pxf_error *err, sqlite3 *handle, int code, const char *what)
{
    const int extended = handle ? sqlite3_extended_errcode(handle) : code;
    const int exact = (extended & 0xff) == (code & 0xff) ? extended : code;
    const char *said = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    const bool full = is_full(handle, exact);

    if (is_disks_fault(handle, exact)) {
        return fox_fail_from(err, PXF_IO, FOX_SQL_ORIGIN, exact,
                             "cannot %s: the disk answered with an error", what);
    }
    return fox_fail_from(err, full ? PXF_FULL : status_of(exact), FOX_SQL_ORIGIN, exact,
                         "cannot %s: %s%s", what, full ? "the disk is full" : said, advice(exact));
}

bool fox_sqlite_is_sync_failure(int code)
{
    return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

void fox_sqlite_poison(struct fox_sqlite *db)
{
    if (!atomic_exchange(&db->is_poisoned, true)) {
        fox_env_log(db->base.env, FOX_LEVEL_ERROR,
                    "a sync of '%s' failed: nothing more is written until it is opened anew",
                    db->path);
    }
}

pxf_status fox_sqlite_check_sound(struct fox_sqlite *db, pxf_error *err)
{
    if (atomic_load(&db->is_poisoned)) {
        return fox_fail_from(err, PXF_IO, FOX_SQL_ORIGIN, SQLITE_IOERR_FSYNC,
                             "a sync of '%s' failed: open it anew", db->path);
    }
    return PXF_OK;
}
