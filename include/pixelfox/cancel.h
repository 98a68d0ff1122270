/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_CANCEL_H
#define PIXELFOX_CANCEL_H

/** @file cancel.h
 * A token that ends slow calls from another thread. */

#include <pixelfox/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Ends the calls it was given to, once and for good. Any thread. */
typedef struct pxf_cancel pxf_cancel;

/** Makes a token.
 * @return yours; NULL on failure (NO_MEMORY, or UNAVAILABLE without a free descriptor). */
PXF_API pxf_cancel *pxf_cancel_new(pxf_error *err);

/** Trips it, for good: calls under way with it end with CANCELLED as soon as nothing would be left
 * half done, later ones at once. Again is no error. Async-signal-safe, so a handler of SIGTERM may
 * call it. */
PXF_API void pxf_cancel_trip(pxf_cancel *cancel);

/** Whether it was tripped. */
PXF_API bool pxf_cancel_is_tripped(const pxf_cancel *cancel);

/** Frees it; calls still under way keep their share. NULL is fine. */
PXF_API void pxf_cancel_free(pxf_cancel *cancel);

#ifdef __cplusplus
}
#endif

#endif
