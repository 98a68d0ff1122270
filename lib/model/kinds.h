/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_KINDS_H
#define FOX_MODEL_KINDS_H

#include <stddef.h>

#include "model/retry.h"

/* The library's own job kinds and the rules by which pictures fail, each in one table. */

#define FOX_JOB_PROCESSING "image_processing"
#define FOX_JOB_IMAGE_DELETE "image_delete"
#define FOX_JOB_OWNER_DELETE "owner_delete"
#define FOX_JOB_SWEEP "sweep"

struct fox_kind {
    const char *name;
    const char *help;           /* one sentence */
    struct fox_backoff backoff; /* the default; a job may carry its own */
    int64_t timeout_ms;         /* of one attempt */
    int64_t interval_ms;        /* of a recurring kind; 0 for the others */
};

/* By index, NULL behind the last. */
const struct fox_kind *fox_kind_at(size_t index);

/* NULL for any other name. */
const struct fox_kind *fox_kind_find(const char *name);

/* What a kind has that a host registered without saying. */
extern const struct fox_backoff fox_kind_default_backoff;
enum { FOX_KIND_DEFAULT_TIMEOUT_MS = 600000 };

/* INVALID for a kind outside [a-z][a-z0-9_]{0,62}; EXISTS for a kind of ours or one that is kept
 * for later: a host may not register those. */
pxf_status fox_kind_check(const char *name, pxf_error *err);

/* A rule's word stands in the catalog, in failures and on the command line; doc/failures.md
 * explains each. */
struct fox_failure {
    const char *rule;
    pxf_status status;
    const char *help; /* one sentence */
};

/* By index, NULL behind the last. */
const struct fox_failure *fox_failure_at(size_t index);

/* NULL for any other word. */
const struct fox_failure *fox_failure_find(const char *rule);

/* The general rule of a status, for an error that came without one; never NULL. */
const struct fox_failure *fox_failure_of_status(pxf_status status);

#endif
