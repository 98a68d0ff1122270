/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_QUERY_H
#define PIXELFOX_QUERY_H

/** @file query.h
 * Lists of images. */

#include <pixelfox/image.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A list of images, newest first, page by page underneath: narrow it, then step. What narrows it
 * is answered CONFLICT once it was stepped. Keeps its store alive. One at a time. */
typedef struct pxf_query pxf_query;

/** All images that are not deleted, until it is narrowed.
 * @return yours; NULL on failure (NO_MEMORY, CLOSED). */
PXF_API pxf_query *pxf_query_new(pxf_store *store, pxf_error *err);

/** Only this owner's; NULL for all, "" for those that were put without one. */
PXF_API pxf_status pxf_query_set_owner(pxf_query *query, const char *owner, pxf_error *err);

/** Only those in this state, PXF_IMAGE_DELETED too. INVALID for another number. */
PXF_API pxf_status pxf_query_set_state(pxf_query *query, pxf_image_state state, pxf_error *err);

/** Only those created at or after `from_ms` and before `to_ms`, UTC milliseconds since 1970; 0
 * leaves an end open. INVALID for a range that ends before it begins. */
PXF_API pxf_status pxf_query_set_range_ms(pxf_query *query, int64_t from_ms, int64_t to_ms,
                                          pxf_error *err);

/** Only those whose title or description holds this text, whatever the case of ASCII letters;
 * NULL or "" for all. It reads each image in question, so narrow by owner or range too. */
PXF_API pxf_status pxf_query_set_text(pxf_query *query, const char *text, pxf_error *err);

/** Only those behind this place, as pxf_image_cursor() gave it; NULL for the newest. What is
 * no cursor is answered INVALID, here or by pxf_query_next(). */
PXF_API pxf_status pxf_query_set_cursor(pxf_query *query, const char *cursor, pxf_error *err);

/** The next image, yours, without variants and metadata: pxf_image_find() has them. Images that are
 * put meanwhile are not in the list, those that are removed may be.
 * @return NULL at the end, with the error OK, or on failure (INVALID); after a failure that may
 * pass it goes on where it was. */
PXF_API pxf_image *pxf_query_next(pxf_query *query, pxf_error *err);

/** Frees it; NULL is fine. */
PXF_API void pxf_query_free(pxf_query *query);

#ifdef __cplusplus
}
#endif

#endif
