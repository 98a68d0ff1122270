/* SPDX-License-Identifier: Apache-2.0 */
#include "model/words.h"

#include <stddef.h>
#include <string.h>

/* Each list is indexed by its enum, whose numbers begin at 1, and ends with NULL. */

static const char *const tiers[] = {
    [0] = "",
    [PXF_TIER_HOT] = "hot",
    [PXF_TIER_WARM] = "warm",
    [PXF_TIER_COLD] = "cold",
    [PXF_TIER_ARCHIVE] = "archive",
    NULL,
};

static const char *const pool_types[] = {
    [0] = "",
    [PXF_POOL_LOCAL] = "local",
    [PXF_POOL_NFS] = "nfs",
    [PXF_POOL_S3] = "s3",
    [PXF_POOL_MEMORY] = "memory",
    NULL,
};

static const char *const pool_states[] = {
    [0] = "",
    [PXF_POOL_ACTIVE] = "active",
    [PXF_POOL_READ_ONLY] = "read_only",
    [PXF_POOL_DRAINING] = "draining",
    [PXF_POOL_OFFLINE] = "offline",
    NULL,
};

static const char *const pick_policies[] = {
    [0] = "",
    [PXF_PICK_TWO_CHOICES] = "two_choices",
    [PXF_PICK_FILL] = "fill",
    [PXF_PICK_ROUND_ROBIN] = "round_robin",
    [PXF_PICK_WEIGHTED] = "weighted",
    [PXF_PICK_LEAST_USED] = "least_used",
    NULL,
};

static const char *const image_states[] = {
    [0] = "",
    [PXF_IMAGE_PENDING] = "pending",
    [PXF_IMAGE_PROCESSING] = "processing",
    [PXF_IMAGE_READY] = "ready",
    [PXF_IMAGE_FAILED] = "failed",
    [PXF_IMAGE_DELETED] = "deleted",
    NULL,
};

static const char *const visibilities[] = {
    [0] = "",
    [PXF_VISIBILITY_PRIVATE] = "private",
    [PXF_VISIBILITY_UNLISTED] = "unlisted",
    [PXF_VISIBILITY_PUBLIC] = "public",
    NULL,
};

static const char *const job_states[] = {
    [0] = "",
    [PXF_JOB_SCHEDULED] = "scheduled",
    [PXF_JOB_READY] = "ready",
    [PXF_JOB_RUNNING] = "running",
    [PXF_JOB_DONE] = "done",
    [PXF_JOB_DEAD] = "dead",
    [PXF_JOB_CANCELLED] = "cancelled",
    [PXF_JOB_PAUSED] = "paused",
    [PXF_JOB_STRANDED] = "stranded",
    NULL,
};

static const char *const fits[] = {
    [0] = "",
    [PXF_FIT_FULL] = "full",
    [PXF_FIT_WIDTH] = "width",
    [PXF_FIT_BOX] = "box",
    [PXF_FIT_COVER] = "cover",
    [PXF_FIT_CROP] = "crop",
    NULL,
};

static const char *word_of(const char *const *words, unsigned int number)
{
    unsigned int at = 0;

    while (at < number && words[at]) {
        at++;
    }
    return words[at] ? words[at] : "";
}

static unsigned int number_of(const char *const *words, const char *word)
{
    for (unsigned int at = 1; word && words[at]; at++) {
        if (strcmp(words[at], word) == 0) {
            return at;
        }
    }
    return 0;
}

const char *fox_tier_name(pxf_tier tier)
{
    return word_of(tiers, (unsigned int)tier);
}

pxf_tier fox_tier_named(const char *name)
{
    return (pxf_tier)number_of(tiers, name);
}

const char *fox_pool_type_name(pxf_pool_type type)
{
    return word_of(pool_types, (unsigned int)type);
}

pxf_pool_type fox_pool_type_named(const char *name)
{
    return (pxf_pool_type)number_of(pool_types, name);
}

const char *fox_pool_state_name(pxf_pool_state state)
{
    return word_of(pool_states, (unsigned int)state);
}

pxf_pool_state fox_pool_state_named(const char *name)
{
    return (pxf_pool_state)number_of(pool_states, name);
}

const char *fox_pick_policy_name(pxf_pick_policy policy)
{
    return word_of(pick_policies, (unsigned int)policy);
}

pxf_pick_policy fox_pick_policy_named(const char *name)
{
    return (pxf_pick_policy)number_of(pick_policies, name);
}

const char *fox_image_state_name(pxf_image_state state)
{
    return word_of(image_states, (unsigned int)state);
}

pxf_image_state fox_image_state_named(const char *name)
{
    return (pxf_image_state)number_of(image_states, name);
}

const char *fox_visibility_name(pxf_visibility visibility)
{
    return word_of(visibilities, (unsigned int)visibility);
}

pxf_visibility fox_visibility_named(const char *name)
{
    return (pxf_visibility)number_of(visibilities, name);
}

const char *fox_job_state_name(pxf_job_state state)
{
    return word_of(job_states, (unsigned int)state);
}

pxf_job_state fox_job_state_named(const char *name)
{
    return (pxf_job_state)number_of(job_states, name);
}

const char *fox_fit_name(pxf_fit fit)
{
    return word_of(fits, (unsigned int)fit);
}

pxf_fit fox_fit_named(const char *name)
{
    return (pxf_fit)number_of(fits, name);
}
