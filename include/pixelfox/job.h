/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_JOB_H
#define PIXELFOX_JOB_H

/** @file job.h
 * Work that is done at least once, whatever dies meanwhile. */

#include <stddef.h>

#include <pixelfox/bytes.h>
#include <pixelfox/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A job as it stood when it was read, or to be put, or running for you. One at a time. */
typedef struct pxf_job pxf_job;

/** A job to put.
 * @param kind [a-z][a-z0-9_]{0,46}, one that a worker knows
 * @param payload JSON, at most 1 MiB; NULL for {}
 * @return yours; NULL on failure (INVALID). */
PXF_API pxf_job *pxf_job_new(const char *kind, const char *payload, pxf_error *err);

/** Lower is sooner: 0 to 8191; 100 unless said. */
PXF_API pxf_status pxf_job_set_priority(pxf_job *job, int32_t priority, pxf_error *err);

/** Not before so many milliseconds from its put. */
PXF_API pxf_status pxf_job_set_delay_ms(pxf_job *job, int64_t delay_ms, pxf_error *err);

/** A key that only one living job may have (at most 128 bytes): another put answers EXISTS. */
PXF_API pxf_status pxf_job_set_unique(pxf_job *job, const char *key, pxf_error *err);

/** Puts it; durable when it returns. The handle can then only be freed.
 * @return the job as it stands, yours; NULL on failure (EXISTS, FULL, BUSY). */
PXF_API pxf_job *pxf_job_put(pxf_store *store, pxf_job *job, pxf_error *err);

/** Reads a job; NULL on failure (NOT_FOUND). */
PXF_API pxf_job *pxf_job_find(pxf_store *store, const char *id, pxf_error *err);

/** The job behind a cursor, newest first; NULL at the end with the error OK, or on failure.
 * @param state only in this state; 0 for all
 * @param kind only of this kind; NULL for all
 * @param cursor of the job before (pxf_job_cursor()); NULL for the first */
PXF_API pxf_job *pxf_job_next(pxf_store *store, pxf_job_state state, const char *kind,
                              const char *cursor, pxf_error *err);

/** Cancels a waiting job, asks a running one to stop. CONFLICT for one that ended. */
PXF_API pxf_status pxf_job_cancel(pxf_store *store, const char *id, pxf_error *err);

/** The library's own kinds of jobs, in no order that means anything.
 * @return static text; NULL for an index out of range. Any thread. */
PXF_API const char *pxf_job_kind_name(size_t index);

/** A sentence that says what jobs of that kind do; NULL for an index out of range. */
PXF_API const char *pxf_job_kind_help(size_t index);

/** Makes a dead or cancelled job ready again, its counts at zero. CONFLICT for others. */
PXF_API pxf_status pxf_job_retry(pxf_store *store, const char *id, pxf_error *err);

/** Lets jobs of a kind wait. Again is no error. */
PXF_API pxf_status pxf_job_pause(pxf_store *store, const char *kind, pxf_error *err);

/** Lets them go on. */
PXF_API pxf_status pxf_job_resume(pxf_store *store, const char *kind, pxf_error *err);

/** How many jobs there are.
 * @param kind NULL for all
 * @param state 0 for all
 * @return -1 on failure. */
PXF_API int64_t pxf_job_count(pxf_store *store, const char *kind, pxf_job_state state,
                              pxf_error *err);

/** Frees it; one that runs for you and was not ended goes back to the queue, no attempt counted.
 * NULL is fine. */
PXF_API void pxf_job_free(pxf_job *job);

/** Its UUID. Lent, as all texts of a handle. */
PXF_API const char *pxf_job_id(const pxf_job *job);

/** Its kind. */
PXF_API const char *pxf_job_kind(const pxf_job *job);

/** Where it is in its life. */
PXF_API pxf_job_state pxf_job_get_state(const pxf_job *job);

/** Its payload, JSON. */
PXF_API const char *pxf_job_payload(const pxf_job *job);

/** What it left behind, JSON; NULL for nothing. */
PXF_API const char *pxf_job_result(const pxf_job *job);

/** The last attempt's failure; NULL if none failed. */
PXF_API const char *pxf_job_error(const pxf_job *job);

/** Whose image it is about; NULL for none. */
PXF_API const char *pxf_job_image_id(const pxf_job *job);

/** The node that runs it or ran it last; NULL if none did. */
PXF_API const char *pxf_job_node(const pxf_job *job);

/** Attempts so far that ended in an error. */
PXF_API int32_t pxf_job_attempts(const pxf_job *job);

/** Attempts so far that ended in a crash. */
PXF_API int32_t pxf_job_crashes(const pxf_job *job);

/** Lower is sooner. */
PXF_API int32_t pxf_job_priority(const pxf_job *job);

/** Thousandths that are done, as far as it told. */
PXF_API int32_t pxf_job_progress(const pxf_job *job);

/** When it was put. */
PXF_API int64_t pxf_job_created_ms(const pxf_job *job);

/** When it may run. */
PXF_API int64_t pxf_job_due_ms(const pxf_job *job);

/** Its place for pxf_job_next(). */
PXF_API const char *pxf_job_cursor(const pxf_job *job);

/** Its attempts, a JSON array of {started_ms, ended_ms, node, error}.
 * @return text, yours; NULL on failure. */
PXF_API pxf_bytes *pxf_job_history(pxf_store *store, const char *id, pxf_error *err);

/** For a job that runs for you: prolongs its lease. LOST if another took it over; stop then. */
PXF_API pxf_status pxf_job_extend(pxf_job *job, int64_t lease_ms, pxf_error *err);

/** Tells how far it is, in thousandths; it travels with the next heartbeat. */
PXF_API void pxf_job_set_progress(pxf_job *job, int32_t permille);

/** Whether somebody asked it to stop, or it was lost. */
PXF_API bool pxf_job_is_cancelled(const pxf_job *job);

/** Ends it well.
 * @param result JSON to keep with it; NULL for nothing
 * @return LOST if another took it over: nothing was written. */
PXF_API pxf_status pxf_job_finish(pxf_job *job, const char *result, pxf_error *err);

/** Ends this attempt with a failure; the status decides whether there is another.
 * @param status why
 * @param message for people
 * @param retry_after_s not again sooner; 0 leaves it to the backoff */
PXF_API pxf_status pxf_job_fail(pxf_job *job, pxf_status status, const char *message,
                                int32_t retry_after_s, pxf_error *err);

#ifdef __cplusplus
}
#endif

#endif
