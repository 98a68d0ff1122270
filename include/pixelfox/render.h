/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_RENDER_H
#define PIXELFOX_RENDER_H

/** @file render.h
 * Variants of a file or of bytes, without a store. */

#include <stddef.h>

#include <pixelfox/config.h>
#include <pixelfox/recipe.h>
#include <pixelfox/variant.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Renders pictures, one after the other; keeps its helper process. Needs no store, and is to be
 * freed unused in a forked child. One at a time. */
typedef struct pxf_render pxf_render;

/** Finds the helper; starts nothing yet.
 * @param config copied; `render.*` and `ingest.*` are used, but not `render.recipes`, and its log;
 * NULL for the defaults
 * @return yours; NULL on failure (UNAVAILABLE naming the places where no helper was found). */
PXF_API pxf_render *pxf_render_new(const pxf_config *config, pxf_error *err);

/** Adds a recipe, copied, for all runs that follow. Without any recipe or kind, the eight variants
 * are made.
 * @return EXISTS for a taken name; INVALID naming the rule; LIMIT beyond 32 of them. */
PXF_API pxf_status pxf_render_add_recipe(pxf_render *render, const pxf_recipe *recipe,
                                         pxf_error *err);

/** Adds one of the eight by its kind ("avif", "thumbnail_small_webp" …). NOT_FOUND with the
 * nearest; EXISTS for one that was added. */
PXF_API pxf_status pxf_render_add_kind(pxf_render *render, const char *kind, pxf_error *err);

/** Renders a file; its variants then come from pxf_render_next(). Forgets those of the run before
 * that were not taken.
 * @return UNSUPPORTED, CORRUPT, LIMIT for the picture; TIMEOUT, UNAVAILABLE for the helper;
 * NOT_FOUND, DENIED, INVALID for the path. */
PXF_API pxf_status pxf_render_run(pxf_render *render, const char *path, pxf_cancel *cancel,
                                  pxf_error *err);

/** Renders bytes, lent for the call. As pxf_render_run(). */
PXF_API pxf_status pxf_render_run_bytes(pxf_render *render, const void *data, size_t size,
                                        pxf_cancel *cancel, pxf_error *err);

/** Why the last run failed, one word of doc/failures.md; NULL if it did not, or not over the
 * picture: a path, a helper, a token. Static. */
PXF_API const char *pxf_render_failure_rule(const pxf_render *render);

/** The next variant of the last run, yours, in the order the recipes were added in; NULL at the
 * end, and after a run that failed. It outlives its renderer. */
PXF_API pxf_variant *pxf_render_next(pxf_render *render);

/** Ends its helper and frees it; NULL is fine. */
PXF_API void pxf_render_free(pxf_render *render);

/** Starts the helper and tells its version and codecs in one line, such as
 * "0.1.0 libvips 8.14.1 libheif 1.15.1 libwebp 1.2.4 libjpeg-turbo 2.1.5".
 * @param config `render.helper` is used; NULL for the default places
 * @return text, yours; NULL on failure (UNAVAILABLE). */
PXF_API pxf_bytes *pxf_helper_version(const pxf_config *config, pxf_error *err);

#ifdef __cplusplus
}
#endif

#endif
