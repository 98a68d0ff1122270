/* SPDX-License-Identifier: Apache-2.0 */
#include <pixelfox/metrics.h>

#include "api/plain.h"
#include "api/store.h"
#include "base/meter.h"
#include "base/time.h"
#include "meta/event.h"
#include "model/words.h"

/* Every meter there is: its name, what it counts and its labels. doc/metrics.md is this table. */
const struct fox_meter_row fox_meter_rows[FOX_METER_COUNT] = {
    [FOX_METER_PUT_TOTAL] = {"pixelfox_puts_total",
                             FOX_METER_COUNTER,
                             "Pictures that were put, by how it ended.",
                             {"status"}},
    [FOX_METER_PUT_BYTES] = {"pixelfox_put_bytes_total",
                             FOX_METER_COUNTER,
                             "Bytes of pictures that were accepted.",
                             {NULL}},
    [FOX_METER_PUT_SECONDS] = {"pixelfox_put_seconds",
                               FOX_METER_HISTOGRAM,
                               "Time from the first byte to the acknowledgement.",
                               {NULL}},
    [FOX_METER_PUT_ACTIVE] = {"pixelfox_puts_active",
                              FOX_METER_GAUGE,
                              "Puts under way in this process.",
                              {NULL}},
    [FOX_METER_RENDER_SECONDS] = {"pixelfox_render_seconds",
                                  FOX_METER_HISTOGRAM,
                                  "Time to scale and encode a variant.",
                                  {"kind"}},
    [FOX_METER_RENDER_BYTES] = {"pixelfox_render_bytes_total",
                                FOX_METER_COUNTER,
                                "Bytes of variants that were made.",
                                {"kind"}},
    [FOX_METER_RENDER_TOTAL] = {"pixelfox_renders_total",
                                FOX_METER_COUNTER,
                                "Pictures that were rendered, by how it ended.",
                                {"status"}},
    [FOX_METER_HELPER_STARTS] = {"pixelfox_helper_starts_total",
                                 FOX_METER_COUNTER,
                                 "Helper processes that were started.",
                                 {NULL}},
    [FOX_METER_HELPER_DEATHS] = {"pixelfox_helper_deaths_total",
                                 FOX_METER_COUNTER,
                                 "Helper processes that ended, by why (doc/helper.md).",
                                 {"reason"}},
    [FOX_METER_JOBS_PUT] = {"pixelfox_jobs_put_total",
                            FOX_METER_COUNTER,
                            "Jobs that were handed on.",
                            {"kind"}},
    [FOX_METER_JOBS_FINISHED] = {"pixelfox_jobs_finished_total",
                                 FOX_METER_COUNTER,
                                 "Runs of jobs, by how they ended.",
                                 {"kind", "result"}},
    [FOX_METER_JOB_SECONDS] = {"pixelfox_job_seconds",
                               FOX_METER_HISTOGRAM,
                               "Time that a run of a job took.",
                               {"kind"}},
    [FOX_METER_JOB_WAIT_SECONDS] = {"pixelfox_job_wait_seconds",
                                    FOX_METER_HISTOGRAM,
                                    "Time from a job being due to its start.",
                                    {"kind"}},
    [FOX_METER_QUEUE_JOBS] = {"pixelfox_queue_jobs",
                              FOX_METER_GAUGE,
                              "Jobs in the queue.",
                              {"kind", "state"}},
    [FOX_METER_QUEUE_OLDEST_SECONDS] = {"pixelfox_queue_oldest_seconds",
                                        FOX_METER_GAUGE,
                                        "Age of the oldest job.",
                                        {"kind", "state"}},
    [FOX_METER_POOL_MAX_BYTES] = {"pixelfox_pool_max_bytes",
                                  FOX_METER_GAUGE,
                                  "What a pool may hold; 0: only its disk limits it.",
                                  {"pool"}},
    [FOX_METER_POOL_USED_BYTES] = {"pixelfox_pool_used_bytes",
                                   FOX_METER_GAUGE,
                                   "Bytes of originals and variants.",
                                   {"pool"}},
    [FOX_METER_POOL_HELD_BYTES] = {"pixelfox_pool_held_bytes",
                                   FOX_METER_GAUGE,
                                   "Room that is taken for what is being written.",
                                   {"pool"}},
    [FOX_METER_POOL_FREE_BYTES] = {"pixelfox_pool_disk_free_bytes",
                                   FOX_METER_GAUGE,
                                   "Free bytes of the pool's file system.",
                                   {"pool"}},
    [FOX_METER_POOL_HEALTHY] = {"pixelfox_pool_healthy",
                                FOX_METER_GAUGE,
                                "1 if the pool is itself and can be reached, else 0.",
                                {"pool"}},
    [FOX_METER_POOL_OPERATIONS] = {"pixelfox_pool_operations_total",
                                   FOX_METER_COUNTER,
                                   "Operations on pools.",
                                   {"pool", "operation"}},
    [FOX_METER_POOL_SECONDS] = {"pixelfox_pool_operation_seconds",
                                FOX_METER_HISTOGRAM,
                                "Time that an operation on a pool took.",
                                {"pool", "operation"}},
    [FOX_METER_DELETED_BYTES] = {"pixelfox_deleted_bytes_total",
                                 FOX_METER_COUNTER,
                                 "Bytes that removing images gave back, as measured.",
                                 {NULL}},
    [FOX_METER_VERIFY_MISSING] = {"pixelfox_verify_missing_files",
                                  FOX_METER_GAUGE,
                                  "Files that the last verification missed.",
                                  {NULL}},
    [FOX_METER_EVENTS] = {"pixelfox_events_last",
                          FOX_METER_GAUGE,
                          "Number of the newest event.",
                          {NULL}},
    [FOX_METER_WORKERS] = {"pixelfox_worker_threads",
                           FOX_METER_GAUGE,
                           "Threads that work jobs in this process.",
                           {NULL}},
};

static pxf_status note_count(void *ctx, const struct fox_job_count *count, pxf_error *err)
{
    const pxf_store *store = ctx;
    const char *state = fox_job_state_name(count->state);
    const int64_t age_ms = count->count > 0 ? fox_env_now_ms(&store->env) - count->oldest_ms : 0;

    (void)err;
    fox_meter_set(store->meters, FOX_METER_QUEUE_JOBS, count->kind, state, (double)count->count);
    fox_meter_set(store->meters, FOX_METER_QUEUE_OLDEST_SECONDS, count->kind, state,
                  (double)age_ms / FOX_SECOND_MS);
    return PXF_OK;
}

static pxf_status read_last_event(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return fox_event_last_in(tx, ctx, err);
}

/* What stands in the catalog and in the queue, whichever process made it. */
static pxf_status gather(pxf_store *store, pxf_error *err)
{
    AUTO(fox_pools_view) *view = NULL;
    int64_t last_event = 0;

    fox_meter_reset(store->meters, FOX_METER_QUEUE_JOBS);
    fox_meter_reset(store->meters, FOX_METER_QUEUE_OLDEST_SECONDS);
    TRY(fox_queue_counts(store->queue, note_count, store, err));
    TRY(fox_pools_get(store->pools, &view, err));
    TRY(fox_sql_read(store->db, FOX_MAY_LAG, read_last_event, &last_event, err));
    fox_meter_set(store->meters, FOX_METER_EVENTS, NULL, NULL, (double)last_event);
    return PXF_OK;
}

pxf_bytes *pxf_metrics_text(pxf_store *store, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    AUTO(fox_str) text = {0};

    if (fox_call_enter(&call, store, err) != PXF_OK || gather(store, err) != PXF_OK ||
        fox_meters_write(store->meters, &text, err) != PXF_OK) {
        return NULL;
    }
    return fox_text_out(&text, err);
}
