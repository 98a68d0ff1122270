/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/mysql/db.h"

#include <errmsg.h>
#include <mysqld_error.h>

/* Numbers that the headers of one of MariaDB and MySQL lack. */
enum {
    READ_ONLY_OPTION = 1290,
    READ_ONLY_MODE = 1836,
    CONNECTION_KILLED = 1927,
    STATEMENT_TIMEOUT = 1969,
    STATEMENT_TIMEOUT_MYSQL = 3024,
    CHECK_FAILED = 4025,
    CHECK_FAILED_MYSQL = 3819,
    ACCESS_DENIED_NO_PASSWORD = 1698,
    INTERACTION_TIMEOUT = 4031
};

static bool is_lost(unsigned number)
{
    switch (number) {
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_LOST:
    case CR_SERVER_LOST_EXTENDED:
    case CR_COMMANDS_OUT_OF_SYNC:
    case CR_MALFORMED_PACKET:
    case CR_OUT_OF_MEMORY:
    case ER_SERVER_SHUTDOWN:
    case CONNECTION_KILLED:
    case INTERACTION_TIMEOUT:
        return true;
    default:
        return false;
    }
}

bool fox_mysql_is_rerun(int number)
{
    return number == ER_LOCK_DEADLOCK || number == ER_LOCK_WAIT_TIMEOUT || number == ER_CHECKREAD;
}

static pxf_status status_of_client(unsigned number)
{
    switch (number) {
    case CR_OUT_OF_MEMORY:
        return PXF_NO_MEMORY;
    case CR_COMMANDS_OUT_OF_SYNC:
    case CR_MALFORMED_PACKET:
        return PXF_INTERNAL;
    default:
        return PXF_UNAVAILABLE;
    }
}

static pxf_status status_of(unsigned number)
{
    if (number >= CR_MIN_ERROR && number <= CR_MAX_ERROR) {
        return status_of_client(number);
    }
    switch (number) {
    case ER_DUP_ENTRY:
        return PXF_EXISTS;
    case ER_ROW_IS_REFERENCED_2:
    case ER_NO_REFERENCED_ROW_2:
        return PXF_CONFLICT;
    case ER_BAD_NULL_ERROR:
    case ER_DATA_TOO_LONG:
    case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
    case ER_WARN_DATA_OUT_OF_RANGE:
    case CHECK_FAILED:
    case CHECK_FAILED_MYSQL:
        return PXF_INVALID;
    case ER_LOCK_DEADLOCK:
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_CHECKREAD:
    case ER_CON_COUNT_ERROR:
    case ER_TOO_MANY_USER_CONNECTIONS:
        return PXF_BUSY;
    case STATEMENT_TIMEOUT:
    case STATEMENT_TIMEOUT_MYSQL:
        return PXF_TIMEOUT;
    case ER_ACCESS_DENIED_ERROR:
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
    case ACCESS_DENIED_NO_PASSWORD:
        return PXF_DENIED;
    case ER_BAD_DB_ERROR:
        return PXF_NOT_FOUND;
    case ER_RECORD_FILE_FULL:
    case ER_DISK_FULL:
        return PXF_FULL;
    case ER_NET_PACKET_TOO_LARGE:
        return PXF_LIMIT;
    case ER_SERVER_SHUTDOWN:
    case ER_QUERY_INTERRUPTED:
    case READ_ONLY_OPTION: /* no longer, or not yet, the one that writes */
    case READ_ONLY_MODE:
    case CONNECTION_KILLED:
    case INTERACTION_TIMEOUT:
        return PXF_UNAVAILABLE;
    case ER_OUTOFMEMORY:
    case ER_OUT_OF_RESOURCES:
        return PXF_NO_MEMORY;
    case ER_CRASHED_ON_USAGE:
        return PXF_CORRUPT;
    default:
        return PXF_INTERNAL;
    }
}

/* The server repeats values in some of its texts. */
static const char *plain(unsigned number, const char *text)
{
    switch (number) {
    case ER_DUP_ENTRY:
        return "a unique key is taken";
    case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
        return "a value does not fit its column";
    default:
        return text;
    }
}

pxf_status fox_mysql_fail(pxf_error *err, struct fox_mysql_conn *conn, unsigned number,
                          const char *text, const char *what)
{
    if (conn && is_lost(number)) {
        conn->is_lost = true;
    }
    return fox_fail_from(err, status_of(number), FOX_SQL_ORIGIN, (int)number, "cannot %s: %s", what,
                         plain(number, text));
}
