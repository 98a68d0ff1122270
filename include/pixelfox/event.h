/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_EVENT_H
#define PIXELFOX_EVENT_H

/** @file event.h
 * What happened in a store, in order, at least once. */

#include <pixelfox/bytes.h>
#include <pixelfox/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One event. Immutable, needs no store. Any thread. */
typedef struct pxf_event pxf_event;

/** The event behind a cursor; pxf_store_wait() waits for more. Keep the cursor of the last event
 * you worked off, durably and after its work: what follows it comes then, also to another process.
 * @param cursor as pxf_event_cursor() or pxf_event_newest_cursor() gave it; NULL for the oldest
 * that is kept (setting `store.event_keep_days`). Events that went since are passed over.
 * @return yours; NULL if there is none yet (the error says OK) or on failure (INVALID for what is
 * no cursor, and for one ahead of this store's newest event, as after a backup was put back). */
PXF_API pxf_event *pxf_event_next(pxf_store *store, const char *cursor, pxf_error *err);

/** The cursor of the newest event, to follow only what happens from now on; "0" while there is
 * none.
 * @return text, yours; NULL on failure. */
PXF_API pxf_bytes *pxf_event_newest_cursor(pxf_store *store, pxf_error *err);

/** What happened. Of images: "image_uploaded" (stored, its job waits), "image_processed" (ready),
 * "image_failed", "image_deleted" (hidden, as pxf_image_remove() does), "image_removed" (its files
 * and rows are gone). Of pools: "pool_full" (once, until there is room again), "pool_unavailable",
 * "pool_available". Else "job_dead", "setting_changed", "verify_finished". More may come: pass over
 * what you do not know. Static. */
PXF_API const char *pxf_event_kind(const pxf_event *event);

/** The image's id; NULL without one. Lent, as all texts of a handle. */
PXF_API const char *pxf_event_image_id(const pxf_event *event);

/** The pool's name; NULL without one. */
PXF_API const char *pxf_event_pool(const pxf_event *event);

/** What there is to say; NULL for nothing. */
PXF_API const char *pxf_event_message(const pxf_event *event);

/** When, UTC milliseconds since 1970. */
PXF_API int64_t pxf_event_at_ms(const pxf_event *event);

/** Its place, for pxf_event_next(): digits, at most 23 bytes, not to be interpreted. */
PXF_API const char *pxf_event_cursor(const pxf_event *event);

/** Frees it; NULL is fine. */
PXF_API void pxf_event_free(pxf_event *event);

#ifdef __cplusplus
}
#endif

#endif
