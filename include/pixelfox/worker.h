/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_WORKER_H
#define PIXELFOX_WORKER_H

/** @file worker.h
 * Threads that work jobs, or one job at a time on a thread of yours. */

#include <pixelfox/job.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A worker. It makes variants, deletes and cleans up, and runs the kinds you add. Say its kinds,
 * then start it or drive it step by step. Keeps its store alive. Any thread. */
typedef struct pxf_worker pxf_worker;

/** Runs a job of a kind you added: on a thread of the worker, several at once, no lock held. It
 * runs at least once, perhaps again after a crash: a second run must do no harm.
 * @param job lent for the call; its lease is prolonged meanwhile
 * @param err never NULL; write status and message there, as pxf_job_fail() takes them, or hand on
 * what a call of the library left. Without a message its status' name stands.
 * @return OK for done; else a failure, whose status decides whether there is another attempt. What
 * pxf_job_finish() or pxf_job_fail() ended already is not ended again. */
typedef pxf_status (*pxf_job_fn)(void *user, pxf_job *job, pxf_error *err);

/** Makes a worker; nothing runs yet.
 * @return yours; NULL on failure. */
PXF_API pxf_worker *pxf_worker_new(pxf_store *store, pxf_error *err);

/** How many threads: 1 to 256 (else INVALID); the setting `worker.threads` as it stands when the
 * worker is made, unless said. While it runs, more start at once, and one too many ends after its
 * job. */
PXF_API pxf_status pxf_worker_set_threads(pxf_worker *worker, int32_t thread_count, pxf_error *err);

/** Only these kinds, separated by commas without blanks; NULL for all that it knows: the library's
 * own (pxf_job_kind_name()) and those added before.
 * @return NOT_FOUND with the nearest for one it does not know; CONFLICT once it was started, or ran
 * a job. */
PXF_API pxf_status pxf_worker_set_kinds(pxf_worker *worker, const char *kinds, pxf_error *err);

/** Adds a kind of your own.
 * @param kind [a-z][a-z0-9_]{0,62}
 * @param run lent until the worker is freed, as `user`, which is handed to it
 * @return INVALID for what is no kind; EXISTS for one it has, or the library's own; CONFLICT once
 * it was started, or ran a job. */
PXF_API pxf_status pxf_worker_add_kind(pxf_worker *worker, const char *kind, pxf_job_fn run,
                                       void *user, pxf_error *err);

/** Starts its threads: the workers, and one that renews leases. After a stop it may be started
 * again. CONFLICT if it runs, or is being stopped; BUSY if the system gives no thread. */
PXF_API pxf_status pxf_worker_start(pxf_worker *worker, pxf_error *err);

/** Works one job on this thread, if one is ready; waits for none.
 * @return false if none was (the error says OK) or on failure; a job's own failure is none. */
PXF_API bool pxf_worker_run_one(pxf_worker *worker, pxf_cancel *cancel, pxf_error *err);

/** Takes one job of the kinds you added (or pxf_worker_set_kinds() names) for yourself: extend it,
 * end it, free it. Do so on a worker that is not started, whose threads would take the same kinds.
 * @param lease_ms how long it is yours unless it is extended: 1 or more, else INVALID
 * @return yours; NULL if none is ready (the error says OK) or on failure. */
PXF_API pxf_job *pxf_worker_reserve(pxf_worker *worker, int64_t lease_ms, pxf_error *err);

/** Whether nothing is ready or running for its kinds, in any process; delayed jobs do not count.
 * False also on failure. */
PXF_API bool pxf_worker_is_idle(pxf_worker *worker, pxf_error *err);

/** A figure of this worker since it was made: "done", "failed" (for good), "retrying"; of now:
 * "running" and, of the whole store, "delayed" (jobs that wait for their time). -1 for any other
 * name, and on failure. */
PXF_API int64_t pxf_worker_total(pxf_worker *worker, const char *name);

/** Stops: takes no more, gives running jobs `drain_ms` (0: none), cancels the rest and hands them
 * back to the queue, no attempt counted. Returns when its threads are gone. Again is no error. From
 * a job's own function it only asks: no more jobs are taken, and another call (or the freeing, not
 * from there) waits for the end. Not from a signal handler. */
PXF_API void pxf_worker_stop(pxf_worker *worker, int64_t drain_ms);

/** Stops (setting `worker.drain_ms`) and frees it; NULL is fine. */
PXF_API void pxf_worker_free(pxf_worker *worker);

#ifdef __cplusplus
}
#endif

#endif
