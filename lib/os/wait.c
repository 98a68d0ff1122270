/* SPDX-License-Identifier: Apache-2.0 */
#include "os/wait.h"

#include <time.h>

enum { SECOND_MS = 1000, MS_NS = 1000000, SECOND_NS = 1000000000 };

void fox_wait_init(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;

    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(condition, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
}

bool fox_wait_ms(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t wait_ms)
{
    struct timespec until;

    if (wait_ms <= 0) {
        return false;
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(wait_ms / SECOND_MS);
    until.tv_nsec += (long)(wait_ms % SECOND_MS) * MS_NS;
    if (until.tv_nsec >= SECOND_NS) {
        until.tv_sec++;
        until.tv_nsec -= SECOND_NS;
    }
    return pthread_cond_timedwait(condition, lock, &until) == 0;
}
