/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/sqlite/sqlite.h"

/* What must not be there; each statement gives the kind, or the number, of the first that is. */
static const struct {
    const char *what, *sql;
} faults[] = {
    {"the counts of a kind differ from its jobs",
     "SELECT CAST(k.name AS TEXT) AS name FROM job_lane l JOIN job_kind k ON k.id = l.kind"
     "  LEFT JOIN (SELECT lane, sum(state = 1) AS scheduled, sum(state = 2) AS ready,"
     "                    sum(state = 3) AS running, sum(state = 4) AS done,"
     "                    sum(state = 5) AS dead, sum(state = 6) AS cancelled"
     "               FROM job GROUP BY lane) c ON c.lane = l.id"
     " WHERE (l.scheduled, l.ready, l.running, l.done, l.dead, l.cancelled)"
     "    IS NOT (ifnull(c.scheduled, 0), ifnull(c.ready, 0), ifnull(c.running, 0),"
     "            ifnull(c.done, 0), ifnull(c.dead, 0), ifnull(c.cancelled, 0))"},
    {"a job is in no state",
     "SELECT CAST(seq AS TEXT) AS name FROM job WHERE state NOT BETWEEN 1 AND 6"},
    {"a job is in no lane",
     "SELECT CAST(seq AS TEXT) AS name FROM job j"
     " WHERE NOT EXISTS (SELECT 1 FROM job_lane l JOIN job_kind k ON k.id = l.kind"
     "                    WHERE l.id = j.lane)"},
    {"a lease without a running job, or a running job without a lease",
     "SELECT CAST(seq AS TEXT) AS name FROM job"
     " WHERE (state = 3) <> (token <> 0) OR (state = 3) <> (process IS NOT NULL)"
     "    OR (state = 3) <> (lease_until_ms <> 0)"},
    {"a job has ended and lives",
     "SELECT CAST(seq AS TEXT) AS name FROM job WHERE (state < 4) <> (ended_ms = 0)"},
    {"a job has no payload",
     "SELECT CAST(seq AS TEXT) AS name FROM job WHERE seq NOT IN (SELECT seq FROM job_payload)"},
    {"a payload has no job",
     "SELECT CAST(seq AS TEXT) AS name FROM job_payload WHERE seq NOT IN (SELECT seq FROM job)"},
    {"a result has no job",
     "SELECT CAST(seq AS TEXT) AS name FROM job_result WHERE seq NOT IN (SELECT seq FROM job)"},
    {"an attempt has no job",
     "SELECT CAST(seq AS TEXT) AS name FROM job_attempt WHERE seq NOT IN (SELECT seq FROM job)"},
};

static pxf_status check_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    (void)ctx;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        AUTO(fox_sql_stmt) *stmt = NULL;
        bool row = false;

        TRY(fox_sql_prepare(&stmt, tx, faults[i].sql, err));
        TRY(fox_sql_step(stmt, &row, err));
        if (row) {
            return fox_fail_from(err, PXF_INTERNAL, PXF_ORIGIN_QUEUE, 0, "%s: '%s'", faults[i].what,
                                 fox_sql_text(stmt, "name"));
        }
    }
    return PXF_OK;
}

pxf_status fox_queue_sqlite_check(struct fox_queue *queue, pxf_error *err)
{
    return fox_sql_read(fox_queue_sqlite_of(queue)->db, FOX_FRESH, check_in, NULL, err);
}
