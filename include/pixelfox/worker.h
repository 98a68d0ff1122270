/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_WORKER_H
#define PIXELFOX_WORKER_H

/** @file worker.h
 * Threads that work jobs, or one job at a time on a thread of yours. */

#include <pixelfox/job.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A worker. It makes variants, deletes and cleans up, and runs the kinds you add. Any thread. */
typedef struct pxf_worker pxf_worker;

/** Runs a job of a kind you added: on a thread of the worker, no lock held. Return OK for done, or
 * a failure with words in `err`; its status decides whether there is another attempt. */
typedef pxf_status (*pxf_job_fn)(void *user, pxf_job *job, pxf_error *err);

/** Makes a worker; nothing runs yet.
 * @return yours, keeps its store alive; NULL on failure. */
PXF_API pxf_worker *pxf_worker_new(pxf_store *store, pxf_error *err);

/** How many threads: 1 to 256, also while it runs; the setting `worker.threads` unless said. */
PXF_API pxf_status pxf_worker_set_threads(pxf_worker *worker, int32_t thread_count, pxf_error *err);

/** Only these kinds, separated by commas; NULL for all that it knows. Before it starts.
 * @return NOT_FOUND with the nearest for one it does not know. */
PXF_API pxf_status pxf_worker_set_kinds(pxf_worker *worker, const char *kinds, pxf_error *err);

/** Adds a kind of your own, before it starts. EXISTS for one it knows. */
PXF_API pxf_status pxf_worker_add_kind(pxf_worker *worker, const char *kind, pxf_job_fn run,
                                       void *user, pxf_error *err);

/** Starts its threads: the workers, and one that renews leases. CONFLICT if it runs. */
PXF_API pxf_status pxf_worker_start(pxf_worker *worker, pxf_error *err);

/** Works one job on this thread, if one is ready.
 * @return false if none was (the error says OK) or on failure; a job's own failure is none. */
PXF_API bool pxf_worker_run_one(pxf_worker *worker, pxf_cancel *cancel, pxf_error *err);

/** Takes one job of the kinds you added (or pxf_worker_set_kinds() names) for yourself: extend it,
 * end it, free it.
 * @return yours; NULL if none is ready (the error says OK) or on failure. */
PXF_API pxf_job *pxf_worker_reserve(pxf_worker *worker, int64_t lease_ms, pxf_error *err);

/** Whether nothing is ready or running for its kinds; delayed jobs do not count. */
PXF_API bool pxf_worker_is_idle(pxf_worker *worker, pxf_error *err);

/** A figure since it started: "done", "failed" (for good), "retrying", "delayed" (waiting now),
 * "running"; -1 for any other. */
PXF_API int64_t pxf_worker_total(pxf_worker *worker, const char *name);

/** Stops: takes no more, gives running jobs `drain_ms`, hands the rest back to the queue. Not from
 * a job's own function, which it waits for. */
PXF_API void pxf_worker_stop(pxf_worker *worker, int64_t drain_ms);

/** Stops (setting `worker.drain_ms`) and frees it; NULL is fine. */
PXF_API void pxf_worker_free(pxf_worker *worker);

#ifdef __cplusplus
}
#endif

#endif
