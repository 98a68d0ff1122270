/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_VARIANT_H
#define PIXELFOX_VARIANT_H

/** @file variant.h
 * One rendering of a picture, or the reason why it was not made. */

#include <pixelfox/bytes.h>
#include <pixelfox/cancel.h>
#include <pixelfox/error.h>
#include <pixelfox/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A variant, immutable. Lent by its image; yours where pxf_render_next() gave it. Any thread. */
typedef struct pxf_variant pxf_variant;

/** "webp", "avif", "thumbnail_small_webp" …, or the name of the recipe. Lent. */
PXF_API const char *pxf_variant_kind(const pxf_variant *variant);

/** Its MIME type, such as "image/avif"; NULL if it was skipped. Static. */
PXF_API const char *pxf_variant_type(const pxf_variant *variant);

/** Width in pixels; 0 if it was skipped. */
PXF_API uint32_t pxf_variant_width_px(const pxf_variant *variant);

/** Height in pixels; 0 if it was skipped. */
PXF_API uint32_t pxf_variant_height_px(const pxf_variant *variant);

/** Size of its file in bytes; 0 if it was skipped. */
PXF_API uint64_t pxf_variant_bytes(const pxf_variant *variant);

/** Milliseconds that scaling and encoding took; 0 if it was skipped. */
PXF_API int64_t pxf_variant_render_ms(const pxf_variant *variant);

/** SHA-256 of its file, lower-case hexadecimal; NULL if it was skipped. Lent. */
PXF_API const char *pxf_variant_sha256(const pxf_variant *variant);

/** Its key in its pool; NULL if it was skipped or has no store. Lent. */
PXF_API const char *pxf_variant_key(const pxf_variant *variant);

/** The name of its pool; NULL if it was skipped or has no store. Lent. */
PXF_API const char *pxf_variant_pool(const pxf_variant *variant);

/** Its address: the pool's `public_url` with the key behind, or "/files/POOL/KEY" where the pool
 * has none; NULL if it was skipped or has no store. Lent. */
PXF_API const char *pxf_variant_url(const pxf_variant *variant);

/** Its file, where the pool is a folder of this host; else NULL. Lent. */
PXF_API const char *pxf_variant_path(const pxf_variant *variant);

/** Why it was not made: "same_format", "disabled", "too_large", "unsupported"; NULL if it was. */
PXF_API const char *pxf_variant_skip_reason(const pxf_variant *variant);

/** Reads its bytes, whole or in part.
 * @param offset where to begin, in bytes; at or behind the end gives none
 * @param size at most so many bytes; fewer only at the end; 0 for all that follow
 * @return yours; NULL on failure (NOT_FOUND for a skipped one and for a file that is gone,
 * UNAVAILABLE for its pool, CORRUPT, DENIED). */
PXF_API pxf_bytes *pxf_variant_read(const pxf_variant *variant, uint64_t offset, size_t size,
                                    pxf_cancel *cancel, pxf_error *err);

/** Frees one that is yours; one that is an image's stays. NULL is fine. */
PXF_API void pxf_variant_free(pxf_variant *variant);

#ifdef __cplusplus
}
#endif

#endif
