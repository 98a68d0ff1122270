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

/** A job as it stood when it was read, or to be put (pxf_job_new()), or running for you: the one
 * that a pxf_job_fn is called with, or that pxf_worker_reserve() gave. Its texts and figures stay
 * as they were read, also when you end it. One at a time. */
typedef struct pxf_job pxf_job;

/** A job to put.
 * @param kind [a-z][a-z0-9_]{0,62}; until a worker serves it, it waits and reads as
 * PXF_JOB_STRANDED
 * @param payload any JSON value, at most 1 MiB; NULL for {}
 * @return yours; NULL on failure (INVALID). */
PXF_API pxf_job *pxf_job_new(const char *kind, const char *payload, pxf_error *err);

/** Lower is sooner: 0 to 8191, else INVALID; 100 unless said. */
PXF_API pxf_status pxf_job_set_priority(pxf_job *job, int32_t priority, pxf_error *err);

/** Not before so many milliseconds from its put; 0 unless said, INVALID below. */
PXF_API pxf_status pxf_job_set_delay_ms(pxf_job *job, int64_t delay_ms, pxf_error *err);

/** A key that only one living job of its kind may have (at most 128 bytes, else INVALID): another
 * put answers EXISTS until that one ended, also as a dead one. NULL for none, as unless said. */
PXF_API pxf_status pxf_job_set_unique(pxf_job *job, const char *key, pxf_error *err);

/** Puts it; durable when it returns. The handle stays yours, and stays one to put: putting it again
 * makes another job.
 * @return the job as it stands, yours; NULL on failure (EXISTS). After a failure that may pass put
 * it again. */
PXF_API pxf_job *pxf_job_put(pxf_store *store, pxf_job *job, pxf_error *err);

/** Reads a job; NULL on failure (INVALID for what is no id, NOT_FOUND, also for one that ended
 * longer ago than the setting `queue.done_keep_h`). */
PXF_API pxf_job *pxf_job_find(pxf_store *store, const char *id, pxf_error *err);

/** The job behind a cursor, newest first; NULL at the end with the error OK, or on failure.
 * @param state only in this state; 0 for all
 * @param kind only of this kind; NULL for all
 * @param cursor of the job before (pxf_job_cursor()); NULL for the first
 * @return yours; NULL on failure also INVALID for another number or what is no cursor. */
PXF_API pxf_job *pxf_job_next(pxf_store *store, pxf_job_state state, const char *kind,
                              const char *cursor, pxf_error *err);

/** Cancels a waiting or dead job, asks a running one to stop (pxf_job_is_cancelled()). INVALID,
 * NOT_FOUND; CONFLICT for one that is done or cancelled. */
PXF_API pxf_status pxf_job_cancel(pxf_store *store, const char *id, pxf_error *err);

/** The library's own kinds of jobs, in no order that means anything.
 * @return static text; NULL for an index out of range. Any thread. */
PXF_API const char *pxf_job_kind_name(size_t index);

/** A sentence that says what jobs of that kind do; NULL for an index out of range. */
PXF_API const char *pxf_job_kind_help(size_t index);

/** Makes a dead or cancelled job ready again, its counts at zero, and one that waits for its time
 * as it is. INVALID, NOT_FOUND; CONFLICT for one that runs or is done, or whose unique key another
 * has. */
PXF_API pxf_status pxf_job_retry(pxf_store *store, const char *id, pxf_error *err);

/** Lets jobs of a kind wait, for all processes and until it is resumed; what runs goes on. Again is
 * no error, and neither is a kind that nobody put yet. INVALID for what is no kind. */
PXF_API pxf_status pxf_job_pause(pxf_store *store, const char *kind, pxf_error *err);

/** Lets them go on. As pxf_job_pause(). */
PXF_API pxf_status pxf_job_resume(pxf_store *store, const char *kind, pxf_error *err);

/** How many jobs there are.
 * @param kind NULL for all
 * @param state 0 for all
 * @return -1 on failure (INVALID for another number). */
PXF_API int64_t pxf_job_count(pxf_store *store, const char *kind, pxf_job_state state,
                              pxf_error *err);

/** Frees it; one that runs for you and was not ended goes back to the queue, no attempt counted.
 * NULL is fine. */
PXF_API void pxf_job_free(pxf_job *job);

/** Its UUID, lower case with dashes; "" before it was put. Lent, as all texts of a handle. */
PXF_API const char *pxf_job_id(const pxf_job *job);

/** Its kind. */
PXF_API const char *pxf_job_kind(const pxf_job *job);

/** Where it is in its life. */
PXF_API pxf_job_state pxf_job_get_state(const pxf_job *job);

/** Its payload, JSON. */
PXF_API const char *pxf_job_payload(const pxf_job *job);

/** What it left behind, JSON; NULL for nothing. */
PXF_API const char *pxf_job_result(const pxf_job *job);

/** The last failure of an attempt, for people; NULL if none failed. */
PXF_API const char *pxf_job_error(const pxf_job *job);

/** Whose image it is about; NULL for none. */
PXF_API const char *pxf_job_image_id(const pxf_job *job);

/** The node that runs it or ran it last; NULL if none did. */
PXF_API const char *pxf_job_node(const pxf_job *job);

/** Attempts so far that ended in an error, those before a pxf_job_retry() not counted. */
PXF_API int32_t pxf_job_attempts(const pxf_job *job);

/** Attempts so far that ended in a crash. */
PXF_API int32_t pxf_job_crashes(const pxf_job *job);

/** Lower is sooner. */
PXF_API int32_t pxf_job_priority(const pxf_job *job);

/** Thousandths that are done (0 to 1000), as far as it told. */
PXF_API int32_t pxf_job_progress(const pxf_job *job);

/** When it was put, UTC milliseconds since 1970; 0 before. */
PXF_API int64_t pxf_job_created_ms(const pxf_job *job);

/** When it may run, UTC milliseconds since 1970; 0 before it was put. */
PXF_API int64_t pxf_job_due_ms(const pxf_job *job);

/** Its place for pxf_job_next(): printable ASCII, at most 127 bytes; NULL if another call gave it.
 */
PXF_API const char *pxf_job_cursor(const pxf_job *job);

/** Its last 32 attempts, oldest first: a JSON array of {started_ms, ended_ms, node, error};
 * `ended_ms` is absent while it runs, `node` where the store names none, `error` where it ended
 * well.
 * @return text, yours; NULL on failure (INVALID, NOT_FOUND). */
PXF_API pxf_bytes *pxf_job_history(pxf_store *store, const char *id, pxf_error *err);

/** For a job that was reserved: prolongs its lease to end `lease_ms` from now (1 or more, else
 * INVALID). A worker does so itself for what it runs. LOST if another took it over; stop then.
 * CONFLICT for one that does not run for you. */
PXF_API pxf_status pxf_job_extend(pxf_job *job, int64_t lease_ms, pxf_error *err);

/** Tells how far it is, in thousandths (0 to 1000; what lies outside is taken as the nearest);
 * others see it when the lease is next prolonged. */
PXF_API void pxf_job_set_progress(pxf_job *job, int32_t permille);

/** Whether somebody asked it to stop, or it was lost: look now and then in long work, and end it
 * with pxf_job_fail() or by returning CANCELLED. For a reserved job, as the last pxf_job_extend()
 * saw. */
PXF_API bool pxf_job_is_cancelled(const pxf_job *job);

/** Ends it well, durably; it can then only be freed (a pxf_job_fn returns OK). A pxf_job_fn that
 * has no result to keep need not call it.
 * @param result JSON to keep with it; NULL for nothing
 * @return LOST if another took it over: nothing was written. INVALID for what is no JSON: it runs
 * still. CONFLICT for one that does not run for you, or was ended. */
PXF_API pxf_status pxf_job_finish(pxf_job *job, const char *result, pxf_error *err);

/** Ends this attempt with a failure; it can then only be freed. There is another attempt if the
 * status is retryable (pxf_status_is_retryable()), five in all; else the job is dead.
 * @param status why; not OK
 * @param message for people; NULL for the status' name
 * @param retry_after_s not again sooner, in seconds; 0 leaves it to the backoff
 * @return LOST, CONFLICT as pxf_job_finish(). */
PXF_API pxf_status pxf_job_fail(pxf_job *job, pxf_status status, const char *message,
                                int32_t retry_after_s, pxf_error *err);

#ifdef __cplusplus
}
#endif

#endif
