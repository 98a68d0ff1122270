/* SPDX-License-Identifier: Apache-2.0 */
#include "floor.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <sqlite3.h>

enum { HASH_BYTES = 32 };

struct floor {
    pthread_mutex_t lock; /* of the database */
    sqlite3 *database;
    sqlite3_stmt *insert;
    int folder, log;
};

struct floor_hash {
    EVP_MD_CTX *context;
};

static int open_database(struct floor *floor, const char *folder)
{
    static const char schema[] =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
        "CREATE TABLE file(name BLOB NOT NULL PRIMARY KEY, sha256 BLOB NOT NULL)";
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/floor.sqlite", folder);
    if (sqlite3_open(path, &floor->database) != SQLITE_OK ||
        sqlite3_exec(floor->database, schema, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(floor->database, "INSERT INTO file VALUES (?, ?)", -1, &floor->insert,
                           NULL) != SQLITE_OK) {
        return -1;
    }
    (void)snprintf(path, sizeof path, "%s/floor.sqlite-wal", folder);
    floor->log = open(path, O_RDWR | O_CLOEXEC);
    return floor->log;
}

struct floor *floor_open(const char *folder)
{
    struct floor *floor = calloc(1, sizeof *floor);

    if (!floor) {
        return NULL;
    }
    (void)pthread_mutex_init(&floor->lock, NULL);
    floor->log = -1;
    floor->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (floor->folder < 0 || open_database(floor, folder) < 0) {
        floor_close(floor);
        return NULL;
    }
    return floor;
}

void floor_close(struct floor *floor)
{
    if (!floor) {
        return;
    }
    (void)sqlite3_finalize(floor->insert);
    (void)sqlite3_close(floor->database);
    if (floor->log >= 0) {
        (void)close(floor->log);
    }
    if (floor->folder >= 0) {
        (void)close(floor->folder);
    }
    (void)pthread_mutex_destroy(&floor->lock);
    free(floor);
}

struct floor_hash *floor_hash_new(void)
{
    struct floor_hash *hash = calloc(1, sizeof *hash);

    if (hash) {
        hash->context = EVP_MD_CTX_new();
        (void)EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL);
    }
    return hash;
}

void floor_hash_add(struct floor_hash *hash, const void *data, size_t size)
{
    (void)EVP_DigestUpdate(hash->context, data, size);
}

/* Others write while this one's sync is under way. */
static const char *add_row(struct floor *floor, const char *name,
                           const unsigned char sha256[HASH_BYTES])
{
    int code;

    (void)pthread_mutex_lock(&floor->lock);
    (void)sqlite3_bind_blob(floor->insert, 1, name, (int)strlen(name), SQLITE_STATIC);
    (void)sqlite3_bind_blob(floor->insert, 2, sha256, HASH_BYTES, SQLITE_STATIC);
    (void)sqlite3_step(floor->insert);
    code = sqlite3_reset(floor->insert);
    (void)pthread_mutex_unlock(&floor->lock);
    if (code != SQLITE_OK) {
        return "no row was added";
    }
    return fdatasync(floor->log) == 0 ? NULL : "the log was not synced";
}

const char *floor_add(struct floor *floor, struct floor_hash *hash, const char *name)
{
    unsigned char sha256[HASH_BYTES];

    (void)EVP_DigestFinal_ex(hash->context, sha256, NULL);
    EVP_MD_CTX_free(hash->context);
    free(hash);
    if (fsync(floor->folder) != 0) {
        return "the folder was not synced";
    }
    return add_row(floor, name, sha256);
}
