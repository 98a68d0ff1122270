/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_UNIT_SQL_SCENE_H
#define FOX_TESTS_UNIT_SQL_SCENE_H

#include "support/scratch.h"
#include "support/suite.h"

#include "sql/sqlite/db.h"

/* A folder for a database, the system's clocks, and what was logged. */
struct scene {
    struct fox_scratch scratch;
    struct fox_env env;
    char log[4096];
    char path[96], lock_path[96], reserve_path[96];
    struct fox_sqlite_options options;
};

/* The database is to lie in `folder` of the scratch, "" for the scratch itself. */
void scene_set(struct scene *scene, const char *folder);
void scene_clear(struct scene *scene);

struct fox_sql *scene_open(struct scene *scene);

/* The size of a file beside the database, such as "-wal"; -1 if it is not there. */
int64_t scene_size(const struct scene *scene, const char *suffix);

/* An operation that runs the one statement `ctx`. */
pxf_status text_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err);

/* Writes it, relaxed. */
void run_text(struct fox_sql *db, const char *sql);

/* Adds a row of that many random bytes to big(data), which it makes. */
struct filler {
    int64_t bytes;
};
pxf_status fill_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err);

/* The number that a SELECT gives as `n`. */
int64_t number(struct fox_sql *db, const char *sql);

#endif
