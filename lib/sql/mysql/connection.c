/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/mysql/db.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { OLDEST_MARIADB = 101100, OLDEST_MYSQL = 80000, KEPT_STATEMENTS = 48 };

static pxf_status fail(pxf_error *err, struct fox_mysql_conn *conn, const char *what)
{
    return fox_mysql_fail(err, conn, mysql_errno(conn->handle), mysql_error(conn->handle), what);
}

/* Statements that answer without rows; what they answer all the same is thrown away. */
pxf_status fox_mysql_run_text(struct fox_sql_conn *base, const char *sql, pxf_error *err)
{
    struct fox_mysql_conn *conn = fox_mysql_conn_of(base);
    MYSQL_RES *result;

    if (mysql_real_query(conn->handle, sql, strlen(sql)) != 0) {
        return fail(err, conn, "run a statement");
    }
    result = mysql_store_result(conn->handle);
    if (result) {
        mysql_free_result(result);
    } else if (mysql_errno(conn->handle) != 0) {
        return fail(err, conn, "run a statement");
    }
    return PXF_OK;
}

/* The library's own defaults differ between its versions, so each is said. Local files are never
 * sent, whatever the server asks for. */
static void set_options(MYSQL *handle, const struct fox_mysql_options *options)
{
    const unsigned protocol = options->socket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
    const unsigned local_files = 0;
    const my_bool tls = options->tls, reconnect = 0;

    (void)mysql_options(handle, MYSQL_OPT_PROTOCOL, &protocol);
    (void)mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &local_files);
    (void)mysql_options(handle, MYSQL_OPT_RECONNECT, &reconnect);
    (void)mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &options->timeout_s);
    (void)mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &options->timeout_s);
    (void)mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &options->timeout_s);
    (void)mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    (void)mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &tls);
    (void)mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &tls);
    if (options->tls_ca) {
        (void)mysql_options(handle, MYSQL_OPT_SSL_CA, options->tls_ca);
    }
}

static pxf_status check_version(struct fox_mysql_conn *conn, pxf_error *err)
{
    const unsigned long version = mysql_get_server_version(conn->handle);
    const bool is_mariadb = mariadb_connection(conn->handle) != 0;

    if (version < (is_mariadb ? OLDEST_MARIADB : OLDEST_MYSQL)) {
        return fox_fail_from(err, PXF_UNSUPPORTED, FOX_SQL_ORIGIN, 0,
                             "the server is %s %s: MariaDB 10.11 or MySQL 8 is the oldest that "
                             "does",
                             is_mariadb ? "MariaDB" : "MySQL", mysql_get_server_info(conn->handle));
    }
    return PXF_OK;
}

/* Texts are read as SQLite reads them: || joins, "x" is a name, \ is a letter. */
static pxf_status set_session(struct fox_mysql_conn *conn, pxf_error *err)
{
    TRY(fox_mysql_run_text(&conn->base,
                           "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,"
                           "NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,"
                           "ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES', "
                           "time_zone = '+00:00', autocommit = 1, innodb_lock_wait_timeout = 5",
                           err));
    TRY(fox_mysql_run_text(&conn->base, "SET NAMES utf8mb4 COLLATE utf8mb4_bin", err));
    return fox_mysql_run_text(&conn->base, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
                              err);
}

static pxf_status open_session(struct fox_mysql_conn *conn, const struct fox_mysql_options *options,
                               pxf_error *err)
{
    conn->handle = mysql_init(NULL);
    if (!conn->handle) {
        return fox_fail(err, PXF_NO_MEMORY, "no memory for a connection");
    }
    set_options(conn->handle, options);
    if (!mysql_real_connect(conn->handle, options->socket ? NULL : options->host, options->user,
                            options->password, options->database, options->port, options->socket,
                            CLIENT_FOUND_ROWS)) {
        return fail(err, conn, "connect to the database server");
    }
    TRY(check_version(conn, err));
    return set_session(conn, err);
}

/* The library's own beginning is not made for two threads at once, and it sets SIGPIPE to be
 * ignored, which is the host's to decide: what it had is put back. */
static void begin_library(void)
{
    struct sigaction before;
    const bool is_known = sigaction(SIGPIPE, NULL, &before) == 0;

    (void)mysql_server_init(0, NULL, NULL);
    if (is_known) {
        (void)sigaction(SIGPIPE, &before, NULL);
    }
}

pxf_status fox_mysql_connect(struct fox_mysql_conn **ret_conn, struct fox_mysql *db, pxf_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct fox_mysql_conn *conn = fox_mem_new(1, sizeof *conn, err);

    if (!conn) {
        return PXF_NO_MEMORY;
    }
    (void)pthread_once(&once, begin_library);
    conn->base.db = &db->base;
    conn->base.kept_max = KEPT_STATEMENTS;
    conn->use = FOX_MYSQL_WRITE;
    conn->born_ms = fox_env_monotonic_ms(db->base.env);
    if (open_session(conn, &db->options, err) != PXF_OK) {
        fox_mysql_disconnect(conn);
        return (pxf_status)err->status;
    }
    *ret_conn = conn;
    return PXF_OK;
}

void fox_mysql_disconnect(struct fox_mysql_conn *conn)
{
    if (!conn) {
        return;
    }
    fox_sql_cache_clear(&conn->base);
    if (conn->handle) {
        mysql_close(conn->handle);
    }
    free(conn);
}
