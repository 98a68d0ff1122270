/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_CLOCK_H
#define FOX_OS_CLOCK_H

#include "base/env.h"

/* Gives `env` the system's clocks (CLOCK_REALTIME, CLOCK_MONOTONIC) and randomness (getrandom).
 * Log and meters are left alone. */
void fox_os_env(struct fox_env *env);

/* CLOCK_MONOTONIC in milliseconds, for waits inside this folder's callers that must not follow a
 * fake clock. */
int64_t fox_clock_monotonic_ms(void);

#endif
