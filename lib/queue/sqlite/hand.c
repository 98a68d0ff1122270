/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "queue/sqlite/sqlite.h"

/* A change that a person asks for. */
struct changing {
    const struct fox_id *id;
    int64_t now_ms;
};

/* Job numbers that one statement gave and others change. */
struct seqs {
    int64_t *seqs;
    size_t count, capacity;
};

static void seqs_let_go(struct seqs *seqs)
{
    free(seqs->seqs);
}

static pxf_status found_in(struct fox_sql_tx *tx, const struct fox_id *id,
                           struct sqlite_job *ret_job, pxf_error *err)
{
    bool found = false;

    TRY(fox_queue_sqlite_load_id_in(tx, id, ret_job, &found, err));
    return found ? PXF_OK : fox_queue_no_job(id, err);
}

static pxf_status cancel_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct changing *changing = ctx;
    struct sqlite_job job;
    pxf_job_state before;

    TRY(found_in(tx, changing->id, &job, err));
    before = job.row.job.state;
    TRY(fox_step_cancel(&job.row, changing->now_ms, err));
    return fox_queue_sqlite_save_in(tx, &job, before, err);
}

pxf_status fox_queue_sqlite_cancel(struct fox_queue *queue, const struct fox_id *id, pxf_error *err)
{
    struct changing changing = {.id = id, .now_ms = fox_env_now_ms(queue->env)};

    return fox_sql_write(fox_queue_sqlite_of(queue)->db, FOX_DURABLE | FOX_ESSENTIAL, cancel_in,
                         &changing, err);
}

static pxf_status retry_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct changing *changing = ctx;
    struct sqlite_job job;
    pxf_job_state before;
    bool has_twin = false;

    TRY(found_in(tx, changing->id, &job, err));
    TRY(fox_queue_sqlite_has_twin_in(tx, job.row.seq, &has_twin, err));
    if (has_twin) {
        return fox_queue_twin_lives(changing->id, err);
    }
    before = job.row.job.state;
    TRY(fox_step_retry(&job.row, changing->now_ms, err));
    return fox_queue_sqlite_save_in(tx, &job, before, err);
}

pxf_status fox_queue_sqlite_retry(struct fox_queue *queue, const struct fox_id *id, pxf_error *err)
{
    struct changing changing = {.id = id, .now_ms = fox_env_now_ms(queue->env)};

    return fox_sql_write(fox_queue_sqlite_of(queue)->db, FOX_DURABLE | FOX_ESSENTIAL, retry_in,
                         &changing, err);
}

/* An image's jobs to be cancelled. */
struct clearing {
    const struct fox_id *image_id;
    const char *except_kind;
    int64_t now_ms;
};

static pxf_status living_of_image_in(struct fox_sql_tx *tx, const struct clearing *clearing,
                                     struct seqs *seqs, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row = false;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT j.seq AS seq"
                        "  FROM job j INDEXED BY job_image JOIN job_lane l ON l.id = j.lane"
                        "  JOIN job_kind k ON k.id = l.kind"
                        " WHERE j.image_id = ? AND j.state < 4 AND k.name <> ?",
                        err));
    fox_sql_bind_blob(stmt, clearing->image_id->bytes, sizeof clearing->image_id->bytes);
    fox_sql_bind_name(stmt, clearing->except_kind ? clearing->except_kind : "");
    TRY(fox_sql_step(stmt, &row, err));
    while (row) {
        TRY(fox_mem_grow(&seqs->seqs, &seqs->capacity, seqs->count + 1, sizeof *seqs->seqs, err));
        seqs->seqs[seqs->count++] = fox_sql_int(stmt, "seq");
        TRY(fox_sql_step(stmt, &row, err));
    }
    return PXF_OK;
}

static pxf_status cancel_image_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct clearing *clearing = ctx;
    AUTO(seqs) seqs = {0};

    TRY(living_of_image_in(tx, clearing, &seqs, err));
    for (size_t i = 0; i < seqs.count; i++) {
        struct sqlite_job job;
        pxf_job_state before;
        bool found = false;

        TRY(fox_queue_sqlite_load_in(tx, seqs.seqs[i], &job, &found, err));
        before = job.row.job.state;
        TRY(fox_step_cancel(&job.row, clearing->now_ms, err));
        TRY(fox_queue_sqlite_save_in(tx, &job, before, err));
    }
    return PXF_OK;
}

pxf_status fox_queue_sqlite_cancel_image(struct fox_queue *queue, struct fox_sql_tx *tx,
                                         const struct fox_id *image_id, const char *except_kind,
                                         pxf_error *err)
{
    struct clearing clearing = {
        .image_id = image_id,
        .except_kind = except_kind,
        .now_ms = fox_env_now_ms(queue->env),
    };

    if (tx) {
        return cancel_image_in(tx, &clearing, err);
    }
    return fox_sql_write(fox_queue_sqlite_of(queue)->db, FOX_DURABLE | FOX_ESSENTIAL,
                         cancel_image_in, &clearing, err);
}
