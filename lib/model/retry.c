/* SPDX-License-Identifier: Apache-2.0 */
#include "model/retry.h"

#include <inttypes.h>

#include "base/time.h"

enum { PERCENT = 100, FACTOR_MAX = 100 };

static const int64_t longest_ms = 30 * FOX_DAY_MS;

pxf_status fox_backoff_check(const struct fox_backoff *backoff, pxf_error *err)
{
    if (backoff->attempts < 0) {
        return fox_fail(err, PXF_INVALID,
                        "attempts are 0 (until it succeeds) or more, not %" PRId32,
                        backoff->attempts);
    }
    if (backoff->first_ms < 0 || backoff->first_ms > longest_ms) {
        return fox_fail(err, PXF_INVALID, "the first wait is 0 to %" PRId64 " ms, not %" PRId64,
                        longest_ms, backoff->first_ms);
    }
    if (backoff->max_ms < backoff->first_ms || backoff->max_ms > longest_ms) {
        return fox_fail(err, PXF_INVALID,
                        "the longest wait is %" PRId64 " to %" PRId64 " ms, not %" PRId64,
                        backoff->first_ms, longest_ms, backoff->max_ms);
    }
    if (backoff->factor < 1 || backoff->factor > FACTOR_MAX) {
        return fox_fail(err, PXF_INVALID, "a backoff's factor is 1 to %d, not %" PRId32, FACTOR_MAX,
                        backoff->factor);
    }
    if (backoff->jitter_pct < 0 || backoff->jitter_pct > PERCENT) {
        return fox_fail(err, PXF_INVALID, "a jitter is 0 to 100 percent, not %" PRId32,
                        backoff->jitter_pct);
    }
    return PXF_OK;
}

int64_t fox_backoff_delay_ms(const struct fox_backoff *backoff, int32_t attempt, uint64_t random)
{
    int64_t delay = backoff->first_ms < backoff->max_ms ? backoff->first_ms : backoff->max_ms;
    uint64_t spread;

    for (int32_t i = 1; i < attempt && delay > 0 && backoff->factor > 1; i++) {
        if (delay > backoff->max_ms / backoff->factor) {
            delay = backoff->max_ms;
            break;
        }
        delay *= backoff->factor;
    }
    spread = (uint64_t)(delay / PERCENT) * (uint64_t)backoff->jitter_pct;
    return delay - (int64_t)(random % (spread + 1));
}

struct fox_retry fox_retry_after_error(const struct fox_backoff *backoff, int32_t attempt,
                                       const pxf_error *error, uint64_t random)
{
    const int64_t asked_ms = (int64_t)error->retry_after_s * FOX_SECOND_MS;
    int64_t delay;

    if (!fox_status_is_retryable((pxf_status)error->status)) {
        return (struct fox_retry){.is_dead = true};
    }
    if (backoff->attempts > 0 && attempt >= backoff->attempts) {
        return (struct fox_retry){.is_dead = true};
    }
    delay = fox_backoff_delay_ms(backoff, attempt, random);
    return (struct fox_retry){.delay_ms = asked_ms > delay ? asked_ms : delay};
}

struct fox_retry fox_retry_after_crash(struct fox_crashes crashes)
{
    return (struct fox_retry){
        .is_dead = crashes.own >= FOX_OWN_CRASH_LIMIT || crashes.host >= FOX_HOST_CRASH_LIMIT,
    };
}
