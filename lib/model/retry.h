/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_RETRY_H
#define FOX_MODEL_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fail.h"

/* How a failed job is tried again. The n-th wait is first_ms × factor^(n−1), at most max_ms, then
 * shortened at random by up to jitter_pct percent, so that what failed together does not return
 * together. */
struct fox_backoff {
    int32_t attempts; /* in all, the first included; 0: until it succeeds */
    int64_t first_ms;
    int32_t factor;
    int64_t max_ms;
    int32_t jitter_pct; /* 0–100 */
};

/* INVALID, naming the field, for a backoff that a host may not ask for. */
pxf_status fox_backoff_check(const struct fox_backoff *backoff, pxf_error *err);

/* The wait after the n-th attempt failed (n from 1). `random` is any number; the same one gives
 * the same wait. */
int64_t fox_backoff_delay_ms(const struct fox_backoff *backoff, int32_t attempt, uint64_t random);

/* What becomes of a job. */
struct fox_retry {
    bool is_dead;
    int64_t delay_ms; /* until it is due again; 0 where it is dead */
};

/* After attempt `attempt` ended with `error`. Only fox_status_is_retryable decides whether there
 * is another; its retry_after_s, where set, is the least wait. */
struct fox_retry fox_retry_after_error(const struct fox_backoff *backoff, int32_t attempt,
                                       const pxf_error *error, uint64_t random);

/* Crashes are counted apart from attempts. The death of a helper, or of the process that ran an
 * in-process handler, is the job's own; the death of a host while a helper worked seldom is. */
enum { FOX_OWN_CRASH_LIMIT = 3, FOX_HOST_CRASH_LIMIT = 20 };

struct fox_crashes {
    int32_t own, host;
};

/* After a crash that the counts include: at once again, or dead. */
struct fox_retry fox_retry_after_crash(struct fox_crashes crashes);

#endif
