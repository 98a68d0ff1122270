/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_EVENT_H
#define PIXELFOX_EVENT_H

/** @file event.h
 * What happened in a store, in order, at least once. */

#include <pixelfox/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One event. Immutable. Any thread. */
typedef struct pxf_event pxf_event;

/** The event behind a cursor; pxf_store_wait() waits for more.
 * @param cursor of the last event that was worked off; NULL for the oldest that is kept
 * @return yours; NULL if there is none yet (the error says OK) or on failure (INVALID). */
PXF_API pxf_event *pxf_event_next(pxf_store *store, const char *cursor, pxf_error *err);

/** "image_uploaded", "image_processed", "image_failed", "image_deleted", "image_removed",
 * "pool_full", "pool_unavailable", "pool_available", "job_dead", "setting_changed",
 * "verify_finished". Static. */
PXF_API const char *pxf_event_kind(const pxf_event *event);

/** The image's id; NULL without one. Lent, as all texts of a handle. */
PXF_API const char *pxf_event_image_id(const pxf_event *event);

/** The pool's name; NULL without one. */
PXF_API const char *pxf_event_pool_name(const pxf_event *event);

/** What there is to say; NULL for nothing. */
PXF_API const char *pxf_event_message(const pxf_event *event);

/** When, UTC milliseconds since 1970. */
PXF_API int64_t pxf_event_at_ms(const pxf_event *event);

/** Its place, for pxf_event_next(). */
PXF_API const char *pxf_event_cursor(const pxf_event *event);

/** Frees it; NULL is fine. */
PXF_API void pxf_event_free(pxf_event *event);

#ifdef __cplusplus
}
#endif

#endif
