/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_WORDS_H
#define FOX_MODEL_WORDS_H

#include <pixelfox/types.h>

/* The words of the public enums, lower case with '_', as the catalog, the settings and the command
 * line write them ("hot", "read_only", "two_choices", "full"). The reverse gives 0 for any other.
 */
const char *fox_tier_name(pxf_tier tier);
pxf_tier fox_tier_named(const char *name);
const char *fox_pool_type_name(pxf_pool_type type);
pxf_pool_type fox_pool_type_named(const char *name);
const char *fox_pool_state_name(pxf_pool_state state);
pxf_pool_state fox_pool_state_named(const char *name);
const char *fox_pick_policy_name(pxf_pick_policy policy);
pxf_pick_policy fox_pick_policy_named(const char *name);
const char *fox_image_state_name(pxf_image_state state);
pxf_image_state fox_image_state_named(const char *name);
const char *fox_visibility_name(pxf_visibility visibility);
pxf_visibility fox_visibility_named(const char *name);
const char *fox_job_state_name(pxf_job_state state);
pxf_job_state fox_job_state_named(const char *name);
const char *fox_fit_name(pxf_fit fit);
pxf_fit fox_fit_named(const char *name);

#endif
