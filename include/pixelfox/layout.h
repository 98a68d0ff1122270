/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_LAYOUT_H
#define PIXELFOX_LAYOUT_H

/** @file layout.h
 * Where files lie in a pool: plain functions, no store. Other programs rely on it. */

#include <pixelfox/bytes.h>
#include <pixelfox/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The key of an original: original/YYYY/MM/DD/ID.EXTENSION.
 * @param accepted_ms the instant of acceptance, UTC milliseconds since 1970, not before
 * @param id a UUID, lower case with dashes
 * @param extension that of the bytes, [a-z0-9]{1,8}
 * @return text, yours; NULL on failure (INVALID naming the rule). */
PXF_API pxf_bytes *pxf_layout_original(int64_t accepted_ms, const char *id, const char *extension,
                                       pxf_error *err);

/** The key of a variant: variants/YYYY/MM/DD/ID[_SUFFIX].EXTENSION.
 * As pxf_layout_original().
 * @param suffix "small", "medium" or a recipe's name; NULL or "" for the full size
 * @return text, yours; NULL on failure (INVALID naming the rule). */
PXF_API pxf_bytes *pxf_layout_variant(int64_t accepted_ms, const char *id, const char *suffix,
                                      const char *extension, pxf_error *err);

#ifdef __cplusplus
}
#endif

#endif
