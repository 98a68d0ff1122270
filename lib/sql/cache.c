/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/driver.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* FNV-1a, 64 bits. */
static uint64_t hash_of(const char *sql)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *sql; sql++) {
        hash = (hash ^ (unsigned char)*sql) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static struct fox_sql_stmt *idle_one(struct fox_sql_conn *conn, uint64_t hash, const char *sql)
{
    struct fox_sql_stmt *stmt = conn->kept[hash % FOX_SQL_BUCKETS];

    while (stmt && (stmt->tx || stmt->hash != hash || strcmp(stmt->sql, sql) != 0)) {
        stmt = stmt->next;
    }
    return stmt;
}

static void drop(struct fox_sql_stmt *stmt)
{
    struct fox_sql_conn *conn = stmt->conn;
    struct fox_sql_stmt **at = &conn->kept[stmt->hash % FOX_SQL_BUCKETS];

    while (*at != stmt) {
        at = &(*at)->next;
    }
    *at = stmt->next;
    conn->kept_count--;
    free(stmt->sql);
    conn->db->driver->stmt_free(stmt);
}

static void drop_oldest_idle(struct fox_sql_conn *conn)
{
    struct fox_sql_stmt *oldest = NULL;

    for (unsigned i = 0; i < FOX_SQL_BUCKETS; i++) {
        for (struct fox_sql_stmt *stmt = conn->kept[i]; stmt; stmt = stmt->next) {
            if (!stmt->tx && (!oldest || stmt->tick < oldest->tick)) {
                oldest = stmt;
            }
        }
    }
    if (oldest) {
        drop(oldest);
    }
}

static pxf_status add(struct fox_sql_stmt **ret_stmt, struct fox_sql_conn *conn, uint64_t hash,
                      const char *sql, pxf_error *err)
{
    struct fox_sql_stmt **bucket = &conn->kept[hash % FOX_SQL_BUCKETS];
    struct fox_sql_stmt *stmt;
    char *copy = fox_mem_text(sql, err);

    if (!copy) {
        return PXF_NO_MEMORY;
    }
    if (conn->db->driver->prepare(&stmt, conn, sql, err) != PXF_OK) {
        free(copy);
        return (pxf_status)err->status;
    }
    stmt->conn = conn;
    stmt->sql = copy;
    stmt->hash = hash;
    stmt->next = *bucket;
    *bucket = stmt;
    conn->kept_count++;
    *ret_stmt = stmt;
    return PXF_OK;
}

pxf_status fox_sql_cache_find(struct fox_sql_stmt **ret_stmt, struct fox_sql_conn *conn,
                              const char *sql, pxf_error *err)
{
    const uint64_t hash = hash_of(sql);
    struct fox_sql_stmt *stmt = idle_one(conn, hash, sql);

    if (!stmt) {
        if (conn->kept_count >= conn->kept_max) {
            drop_oldest_idle(conn);
        }
        TRY(add(&stmt, conn, hash, sql, err));
    }
    stmt->tick = ++conn->tick;
    *ret_stmt = stmt;
    return PXF_OK;
}

void fox_sql_cache_give_back(struct fox_sql_stmt *stmt)
{
    stmt->conn->db->driver->reset(stmt);
    stmt->tx = NULL;
    stmt->conn->used_count--;
}

void fox_sql_cache_give_back_all(struct fox_sql_conn *conn)
{
    for (unsigned i = 0; i < FOX_SQL_BUCKETS && conn->used_count > 0; i++) {
        for (struct fox_sql_stmt *stmt = conn->kept[i]; stmt; stmt = stmt->next) {
            if (stmt->tx) {
                fox_sql_cache_give_back(stmt);
            }
        }
    }
}

void fox_sql_cache_clear(struct fox_sql_conn *conn)
{
    for (unsigned i = 0; i < FOX_SQL_BUCKETS; i++) {
        while (conn->kept[i]) {
            drop(conn->kept[i]);
        }
    }
}
