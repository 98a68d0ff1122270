/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_BYTES_H
#define PIXELFOX_BYTES_H

/** @file bytes.h
 * Bytes or text that a call gives you: immutable, counted, yours until you free it. */

#include <stddef.h>

#include <pixelfox/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Immutable bytes. Any thread. They need no store and outlive it. */
typedef struct pxf_bytes pxf_bytes;

/** Copies bytes.
 * @param data `size` bytes; NULL only with a size of 0
 * @return yours; NULL on failure (NO_MEMORY). */
PXF_API pxf_bytes *pxf_bytes_copy(const void *data, size_t size, pxf_error *err);

/** The bytes, lent until they are freed; never NULL. What the library gives as text ends with a
 * zero that pxf_bytes_size() does not count. */
PXF_API const void *pxf_bytes_data(const pxf_bytes *bytes);

/** How many bytes there are. */
PXF_API size_t pxf_bytes_size(const pxf_bytes *bytes);

/** Lets go of them; NULL is fine. */
PXF_API void pxf_bytes_free(pxf_bytes *bytes);

#ifdef __cplusplus
}
#endif

#endif
