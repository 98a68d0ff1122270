/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_STORE_H
#define PIXELFOX_STORE_H

/** @file store.h
 * A store: a catalog, a queue and the pools that hold the pictures. */

#include <pixelfox/bytes.h>
#include <pixelfox/cancel.h>
#include <pixelfox/config.h>
#include <pixelfox/error.h>
#include <pixelfox/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** No end of waiting, where a call takes a time in milliseconds. */
#define PXF_FOREVER (-1)

/** An open store. Any thread. Several processes of a host may have it open. A child forked after it
 * was opened gets FORKED from every call and opens its own; there it can only be closed. */
typedef struct pxf_store pxf_store;

/** Opens the store in a folder; starts no thread. Where the folder is absent or empty and its
 * parent is there, makes one with a pool called `local` inside (setting `store.create`: never,
 * if_empty).
 * @param path the store's folder; a relative one is looked up now
 * @param config settings for this process, copied; NULL for the defaults
 * @return yours; NULL on failure: NOT_FOUND where there is no store and none may be made; INVALID
 * for a folder that holds other things; UNSUPPORTED on a network file system and for a catalog of a
 * newer version, which stays as it is; UNAVAILABLE, DENIED, IO, CORRUPT for what the disk says. */
PXF_API pxf_store *pxf_store_open(const char *path, const pxf_config *config, pxf_error *err);

/** Starts worker threads for this process (setting `worker.threads`) that make variants, delete and
 * clean up in the background until the store stops. Once is enough; again is no error. A worker of
 * your own (pxf_worker_new()) is for kinds of your own, or for another number of threads.
 * @return BUSY also if the system gives no thread. */
PXF_API pxf_status pxf_store_start(pxf_store *store, pxf_error *err);

/** Stops everything from any thread: ends waits with CLOSED, drains workers (setting
 * `worker.drain_ms`), lets go of files and locks. Again is no error. Later calls answer CLOSED. A
 * job's own function cannot stop its store, as this waits for it: that is logged as an error, and
 * the store goes on. Not from a signal handler: trip a cancel token there. */
PXF_API void pxf_store_stop(pxf_store *store);

/** Stops and frees it. Handles that came from it may still be freed afterwards. NULL is fine. */
PXF_API void pxf_store_close(pxf_store *store);

/** Changes a live setting (pxf_setting_is_live()) for all processes of the store; each has it
 * within 2 seconds, but for one that was opened with a value of its own.
 * @param value its text, as for pxf_config_set_text(); NULL for the default
 * @param version the version that was seen, to be told of another's change by CONFLICT; 0 writes
 * whatever is there, also over a first change that another made since
 * @return NOT_FOUND with the nearest name; INVALID naming the bounds, or for a setting that is told
 * when a store is opened; CONFLICT. */
PXF_API pxf_status pxf_store_set_text(pxf_store *store, const char *name, const char *value,
                                      int64_t version, pxf_error *err);

/** The value that is in force here: from the config it was opened with, else the catalog, else the
 * default.
 * @return text, yours; NULL on failure (NOT_FOUND). */
PXF_API pxf_bytes *pxf_store_get_text(pxf_store *store, const char *name, pxf_error *err);

/** The version of a setting for pxf_store_set_text(); 0 if the store keeps no value of it; -1 on
 * failure (NOT_FOUND). */
PXF_API int64_t pxf_store_setting_version(pxf_store *store, const char *name, pxf_error *err);

/** A descriptor for poll(), readable when there may be new events (pxf_event_next()), of this
 * process or another. Lent until the store stops; never read it yourself, pxf_store_wait() makes it
 * quiet. -1 on failure. */
PXF_API int pxf_store_fd(pxf_store *store, pxf_error *err);

/** Waits until pxf_store_fd() is readable and makes it quiet again. There is one quiet for the
 * whole store: of several threads that wait, perhaps only one wakes, so let one wait and tell the
 * others.
 * @param timeout_ms at most so long; 0 only looks; PXF_FOREVER
 * @return OK: there may be news, look for all of them; or TIMEOUT, CANCELLED, CLOSED. */
PXF_API pxf_status pxf_store_wait(pxf_store *store, int64_t timeout_ms, pxf_cancel *cancel,
                                  pxf_error *err);

/** What a verification found, one after the other: it goes on as it is stepped. One at a time. */
typedef struct pxf_finding pxf_finding;

/** How far a verification goes; joined with |. */
typedef enum pxf_verify {
    PXF_VERIFY_QUICK = 0, /**< Rows against files: there, and of the right size; usage. */
    PXF_VERIFY_DEEP = 1,  /**< Reads every file and compares its SHA-256. */
    PXF_VERIFY_REPAIR = 2 /**< Mends what can be mended without losing anything. */
} pxf_verify;

/** Compares catalog and storage both ways. A repair makes variants anew from a sound original,
 * gives back what dead processes held, corrects usage, and sets orphans aside below `.quarantine`
 * in their pool unless they are too many (setting `store.orphan_share_pct`); it deletes no picture.
 * @param how pxf_verify values joined with |
 * @param cancel ends each pxf_finding_next(), not this call
 * @return yours, before its first finding; NULL on failure (INVALID for another value). */
PXF_API pxf_finding *pxf_store_verify(pxf_store *store, int how, pxf_cancel *cancel,
                                      pxf_error *err);

/** Steps to the next finding; may look at many files before it comes to one.
 * @return false at the end (the error says OK) or on failure (CANCELLED). */
PXF_API bool pxf_finding_next(pxf_finding *finding, pxf_error *err);

/** "missing", "orphan", "corrupt", "usage", "stale_hold", "temporary", "foreign" (a shape that is
 * not ours: listed, never touched) or "unavailable" (a pool that cannot be looked at). NULL, as the
 * other texts, before the first step and at the end. */
PXF_API const char *pxf_finding_kind(const pxf_finding *finding);

/** The pool's name; NULL without one. Lent until the next step, as the other texts. */
PXF_API const char *pxf_finding_pool(const pxf_finding *finding);

/** The key it is about; NULL without one. */
PXF_API const char *pxf_finding_key(const pxf_finding *finding);

/** The image it is about; NULL without one. */
PXF_API const char *pxf_finding_image_id(const pxf_finding *finding);

/** What is wrong, and what was done. */
PXF_API const char *pxf_finding_message(const pxf_finding *finding);

/** Whether it was mended; false before the first step and at the end. */
PXF_API bool pxf_finding_is_repaired(const pxf_finding *finding);

/** A figure of the whole verification, final after the last step: "images", "files", "bytes",
 * "missing", "orphans", "corrupt", "usage_wrong", "foreign", "unavailable", "stale_holds",
 * "repaired", "set_aside" (files), "removed_bytes" (that the disks got back); -1 for any other. */
PXF_API int64_t pxf_finding_total(const pxf_finding *finding, const char *name);

/** Ends it, done or not. NULL is fine. */
PXF_API void pxf_finding_free(pxf_finding *finding);

#ifdef __cplusplus
}
#endif

#endif
