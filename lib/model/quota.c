/* SPDX-License-Identifier: Apache-2.0 */
#include "model/quota.h"

#include <inttypes.h>

static uint64_t less(uint64_t from, uint64_t by)
{
    return from > by ? from - by : 0;
}

uint64_t fox_quota_free_bytes(const struct fox_quota *quota)
{
    const uint64_t max = quota->max_bytes > 0 ? quota->max_bytes : UINT64_MAX;

    return less(less(max, quota->used_bytes), quota->held_bytes);
}

pxf_status fox_quota_hold(struct fox_quota *quota, uint64_t bytes, pxf_error *err)
{
    const uint64_t left = fox_quota_free_bytes(quota);

    if (bytes > left) {
        return fox_fail(err, PXF_FULL, "%" PRIu64 " bytes do not fit into the %" PRIu64 " left",
                        bytes, left);
    }
    quota->held_bytes += bytes;
    return PXF_OK;
}

pxf_status fox_quota_use(struct fox_quota *quota, uint64_t held_bytes, uint64_t used_bytes,
                         pxf_error *err)
{
    struct fox_quota after = *quota;

    if (held_bytes > quota->held_bytes) {
        return fox_fail(err, PXF_INVALID,
                        "a hold of %" PRIu64 " bytes ends where %" PRIu64 " are held", held_bytes,
                        quota->held_bytes);
    }
    after.held_bytes -= held_bytes;
    TRY(fox_quota_hold(&after, used_bytes, err));
    after.held_bytes -= used_bytes;
    after.used_bytes += used_bytes;
    *quota = after;
    return PXF_OK;
}

void fox_quota_release(struct fox_quota *quota, uint64_t held_bytes)
{
    quota->held_bytes = less(quota->held_bytes, held_bytes);
}

void fox_quota_remove(struct fox_quota *quota, uint64_t used_bytes)
{
    quota->used_bytes = less(quota->used_bytes, used_bytes);
}
