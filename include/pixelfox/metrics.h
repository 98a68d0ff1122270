/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_METRICS_H
#define PIXELFOX_METRICS_H

/** @file metrics.h
 * Figures for monitoring. */

#include <pixelfox/bytes.h>
#include <pixelfox/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The store's figures in Prometheus' text format, those of this process since the store was opened
 * and those of the catalog as they stand; serve it as text/plain; version=0.0.4.
 * @return text, yours; NULL on failure. */
PXF_API pxf_bytes *pxf_metrics_text(pxf_store *store, pxf_error *err);

#ifdef __cplusplus
}
#endif

#endif
