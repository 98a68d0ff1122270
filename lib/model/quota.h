/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_QUOTA_H
#define FOX_MODEL_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fail.h"

/* Room of a pool or an owner: `used + held` never exceeds `max_bytes` through these functions,
 * nothing is ever negative, and no sum runs over. */
struct fox_quota {
    uint64_t used_bytes, held_bytes;
    uint64_t max_bytes; /* 0: no limit */
};

/* What may still be held; UINT64_MAX − used − held without a limit, 0 where more is used than a
 * lowered limit allows. */
uint64_t fox_quota_free_bytes(const struct fox_quota *quota);

/* Sets room aside; FULL, and nothing is changed, where there is not that much. */
pxf_status fox_quota_hold(struct fox_quota *quota, uint64_t bytes, pxf_error *err);

/* Turns a hold into what was really written: the hold ends, `used` grows. FULL, and nothing is
 * changed, where that is more than the hold and the room left. INVALID where less is held. */
pxf_status fox_quota_use(struct fox_quota *quota, uint64_t held_bytes, uint64_t used_bytes,
                         pxf_error *err);

/* Gives held or used room back, at most what there is. */
void fox_quota_release(struct fox_quota *quota, uint64_t held_bytes);
void fox_quota_remove(struct fox_quota *quota, uint64_t used_bytes);

#endif
