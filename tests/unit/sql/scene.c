/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/scene.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "os/clock.h"

static void keep_log(void *ctx, enum fox_level level, const char *message)
{
    struct scene *scene = ctx;
    const size_t used = strlen(scene->log);

    (void)snprintf(scene->log + used, sizeof scene->log - used, "%d %s\n", (int)level, message);
}

void scene_set(struct scene *scene, const char *folder)
{
    memset(scene, 0, sizeof *scene);
    scene->scratch = fox_scratch_make();
    fox_os_env(&scene->env);
    scene->env.log = keep_log;
    scene->env.log_ctx = scene;
    (void)snprintf(scene->path, sizeof scene->path, "%s/%s%sdb.sqlite", scene->scratch.path, folder,
                   folder[0] ? "/" : "");
    (void)snprintf(scene->lock_path, sizeof scene->lock_path, "%.80s.lock", scene->path);
    (void)snprintf(scene->reserve_path, sizeof scene->reserve_path, "%.80s.reserve", scene->path);
    scene->options = (struct fox_sqlite_options){
        .path = scene->path,
        .lock_path = scene->lock_path,
        .lock_deadline_ms = 50,
        .create = true,
        .application_id = 77,
    };
}

void scene_clear(struct scene *scene)
{
    fox_scratch_remove(&scene->scratch);
}

struct fox_sql *scene_open(struct scene *scene)
{
    struct fox_sql *db = NULL;
    pxf_error err = {0};

    assert_ok(fox_sql_open_sqlite(&db, &scene->env, &scene->options, &err));
    return db;
}

int64_t scene_size(const struct scene *scene, const char *suffix)
{
    char path[128];
    struct stat found;

    (void)snprintf(path, sizeof path, "%s%s", scene->path, suffix);
    return stat(path, &found) == 0 ? found.st_size : -1;
}

pxf_status text_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, ctx, err));
    return fox_sql_run(stmt, NULL, err);
}

void run_text(struct fox_sql *db, const char *sql)
{
    char copy[512];
    pxf_error err = {0};

    (void)snprintf(copy, sizeof copy, "%s", sql);
    assert_ok(fox_sql_write(db, FOX_RELAXED, text_in, copy, &err));
}

pxf_status fill_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct filler *filler = ctx;
    AUTO(fox_sql_stmt) *make = NULL;
    AUTO(fox_sql_stmt) *add = NULL;

    TRY(fox_sql_prepare(&make, tx, "CREATE TABLE IF NOT EXISTS big(data BLOB)", err));
    TRY(fox_sql_run(make, NULL, err));
    TRY(fox_sql_prepare(&add, tx, "INSERT INTO big(data) VALUES (randomblob(?))", err));
    fox_sql_bind_int(add, filler->bytes);
    return fox_sql_run(add, NULL, err);
}

struct question {
    const char *sql;
    int64_t answer;
};

static pxf_status number_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct question *question = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row;

    TRY(fox_sql_prepare(&stmt, tx, question->sql, err));
    TRY(fox_sql_step(stmt, &row, err));
    question->answer = row ? fox_sql_int(stmt, "n") : -1;
    return PXF_OK;
}

int64_t number(struct fox_sql *db, const char *sql)
{
    struct question question = {.sql = sql};
    pxf_error err = {0};

    assert_ok(fox_sql_read(db, FOX_FRESH, number_in, &question, &err));
    return question.answer;
}
