/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_RECIPE_H
#define PIXELFOX_RECIPE_H

/** @file recipe.h
 * Variants of one's own, beside the eight. */

#include <pixelfox/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What to make of a picture. One at a time. */
typedef struct pxf_recipe pxf_recipe;

/** A recipe at its defaults: WebP, the full size, quality 85 (AVIF: CRF 35).
 * @param name [a-z][a-z0-9]{0,31}, none of the eight, not `small` or `medium`; the variant's kind
 * and its key's ending
 * @return yours; NULL on failure (INVALID). */
PXF_API pxf_recipe *pxf_recipe_new(const char *name, pxf_error *err);

/** `output`: webp, avif, jpeg, png, original; `fit`: full, width, box, cover, crop (pxf_fit).
 * @return NOT_FOUND for another field; INVALID for another value. */
PXF_API pxf_status pxf_recipe_set_text(pxf_recipe *recipe, const char *field, const char *value,
                                       pxf_error *err);

/** `width_px`, `height_px` (1–65535), `quality` (1–100; AVIF: a CRF, 0–63, lower is better). What
 * they are with output and fit is checked when the recipe is added.
 * @return NOT_FOUND for another field; INVALID for a number outside 0–65535. */
PXF_API pxf_status pxf_recipe_set_number(pxf_recipe *recipe, const char *field, int64_t value,
                                         pxf_error *err);

/** Makes it part of every picture that is rendered from now on, in all processes.
 * The recipe is copied. A picture that is ready gets no new variants by it. The setting
 * `render.recipes` lists what was added.
 * @return EXISTS for a taken name; INVALID naming the rule; LIMIT beyond 24 recipes; CONFLICT if
 * another process changed the recipes at the same time: try again. */
PXF_API pxf_status pxf_recipe_add(pxf_store *store, const pxf_recipe *recipe, pxf_error *err);

/** Renders it no more; variants that exist stay. NOT_FOUND with the nearest; CONFLICT as
 * pxf_recipe_add(). */
PXF_API pxf_status pxf_recipe_remove(pxf_store *store, const char *name, pxf_error *err);

/** Frees it; NULL is fine. */
PXF_API void pxf_recipe_free(pxf_recipe *recipe);

#ifdef __cplusplus
}
#endif

#endif
