/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "queue/sqlite/sqlite.h"

/* Jobs changed by one operation: it lasts 5 ms at most. */
enum { BATCH = 100 };

/* A lease as it was seen. */
struct lease {
    int64_t seq, until_ms;
    uint64_t token;
    struct fox_id process_id;
    bool process_died;
};

struct leases {
    struct lease *leases;
    size_t count, capacity;
};

static void leases_let_go(struct leases *leases)
{
    free(leases->leases);
}

/* Some leases to be ended. */
struct recovering {
    const struct lease *leases;
    size_t count;
    int64_t now_ms, recovered_count;
};

static void read_lease(struct fox_sql_stmt *stmt, struct lease *lease)
{
    *lease = (struct lease){
        .seq = fox_sql_int(stmt, "seq"),
        .token = (uint64_t)fox_sql_int(stmt, "token"),
        .until_ms = fox_sql_int(stmt, "until_ms"),
    };
    fox_sql_copy(stmt, "process", lease->process_id.bytes, sizeof lease->process_id.bytes);
}

static pxf_status read_leases_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct leases *leases = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool row = false;

    leases->count = 0;
    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT seq, token, lease_until_ms AS until_ms, process"
                        "  FROM job INDEXED BY job_list WHERE state = 3 ORDER BY process",
                        err));
    TRY(fox_sql_step(stmt, &row, err));
    while (row) {
        TRY(fox_mem_grow(&leases->leases, &leases->capacity, leases->count + 1,
                         sizeof *leases->leases, err));
        read_lease(stmt, &leases->leases[leases->count++]);
        TRY(fox_sql_step(stmt, &row, err));
    }
    return PXF_OK;
}

/* Keeps what has to be recovered. Leases come by process, so that each is asked about once. */
static void keep_dead(const struct fox_queue *queue, struct leases *leases, int64_t now_ms)
{
    struct fox_id asked = {.bytes = {0}};
    bool is_dead = false;
    size_t kept = 0;

    for (size_t i = 0; i < leases->count; i++) {
        struct lease *lease = &leases->leases[i];

        if (!fox_id_equals(&lease->process_id, &asked)) {
            asked = lease->process_id;
            is_dead = fox_queue_is_dead(queue, &asked);
        }
        lease->process_died = is_dead;
        if (is_dead || lease->until_ms <= now_ms) {
            leases->leases[kept++] = *lease;
        }
    }
    leases->count = kept;
}

/* The lease may have been renewed or given back since it was seen. */
static bool is_over(const struct sqlite_job *job, const struct lease *lease, int64_t now_ms)
{
    const struct fox_job *row = &job->row.job;

    return row->state == PXF_JOB_RUNNING && row->token == lease->token &&
           (lease->process_died || row->lease_until_ms <= now_ms);
}

static pxf_status recover_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct recovering *recovering = ctx;

    recovering->recovered_count = 0;
    for (size_t i = 0; i < recovering->count; i++) {
        const struct lease *lease = &recovering->leases[i];
        const pxf_error cause = fox_queue_crash_cause(lease->process_died);
        struct fox_exit exit;
        struct sqlite_job job;
        bool found = false;

        TRY(fox_queue_sqlite_load_in(tx, lease->seq, &job, &found, err));
        if (found && is_over(&job, lease, recovering->now_ms)) {
            exit = fox_step_crash(&job.row, &cause, recovering->now_ms);
            TRY(fox_queue_sqlite_leave_in(tx, &job, &exit, err));
            recovering->recovered_count++;
        }
    }
    return PXF_OK;
}

pxf_status fox_queue_sqlite_recover(struct fox_queue *generic, int64_t *ret_count, pxf_error *err)
{
    struct sqlite_queue *queue = fox_queue_sqlite_of(generic);
    const int64_t now_ms = fox_env_now_ms(generic->env);
    AUTO(leases) leases = {0};
    int64_t count = 0;

    TRY(fox_sql_read(queue->db, FOX_FRESH, read_leases_in, &leases, err));
    keep_dead(generic, &leases, now_ms);
    for (size_t at = 0; at < leases.count; at += BATCH) {
        struct recovering recovering = {
            .leases = leases.leases + at,
            .count = leases.count - at < BATCH ? leases.count - at : BATCH,
            .now_ms = now_ms,
        };

        TRY(fox_sql_write(queue->db, FOX_RELAXED | FOX_ESSENTIAL, recover_in, &recovering, err));
        count += recovering.recovered_count;
    }
    *ret_count = count;
    return PXF_OK;
}

/* Ended jobs to be forgotten. */
struct expiring {
    int64_t before_ms;
    size_t limit, count;
};

struct ended {
    int64_t seq, lane;
    pxf_job_state state;
};

static pxf_status read_ended_in(struct fox_sql_tx *tx, const struct expiring *expiring,
                                struct ended *ended, size_t *ret_count, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    size_t count = 0;
    bool row = false;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT seq, lane, state FROM job INDEXED BY job_ended"
                        " WHERE state IN (4, 6) AND ended_ms < ?"
                        " ORDER BY ended_ms, seq LIMIT ?",
                        err));
    fox_sql_bind_int(stmt, expiring->before_ms);
    fox_sql_bind_int(stmt, (int64_t)expiring->limit);
    TRY(fox_sql_step(stmt, &row, err));
    while (row && count < expiring->limit) {
        ended[count].seq = fox_sql_int(stmt, "seq");
        ended[count].lane = fox_sql_int(stmt, "lane");
        ended[count++].state = (pxf_job_state)fox_sql_int(stmt, "state");
        TRY(fox_sql_step(stmt, &row, err));
    }
    *ret_count = count;
    return PXF_OK;
}

static pxf_status forget_in(struct fox_sql_tx *tx, const struct ended *ended, pxf_error *err)
{
    static const char *const deletions[] = {
        "DELETE FROM job_attempt WHERE seq = ?",
        "DELETE FROM job_result WHERE seq = ?",
        "DELETE FROM job_payload WHERE seq = ?",
        "DELETE FROM job WHERE seq = ?",
    };

    for (size_t i = 0; i < sizeof deletions / sizeof deletions[0]; i++) {
        AUTO(fox_sql_stmt) *stmt = NULL;

        TRY(fox_sql_prepare(&stmt, tx, deletions[i], err));
        fox_sql_bind_int(stmt, ended->seq);
        TRY(fox_sql_run(stmt, NULL, err));
    }
    return fox_queue_sqlite_count_in(tx, ended->lane, ended->state, 0, err);
}

static pxf_status expire_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct expiring *expiring = ctx;
    struct ended ended[BATCH];
    size_t count = 0;

    expiring->count = 0;
    TRY(read_ended_in(tx, expiring, ended, &count, err));
    for (size_t i = 0; i < count; i++) {
        TRY(forget_in(tx, &ended[i], err));
    }
    expiring->count = count;
    return PXF_OK;
}

pxf_status fox_queue_sqlite_expire(struct fox_queue *queue, int64_t before_ms, size_t limit,
                                   int64_t *ret_count, pxf_error *err)
{
    struct expiring expiring = {.before_ms = before_ms};
    size_t count = 0;

    do {
        expiring.limit = limit - count < BATCH ? limit - count : BATCH;
        TRY(fox_sql_write(fox_queue_sqlite_of(queue)->db, FOX_RELAXED | FOX_ESSENTIAL, expire_in,
                          &expiring, err));
        count += expiring.count;
    } while (expiring.count == BATCH && count < limit);
    *ret_count = (int64_t)count;
    return PXF_OK;
}
