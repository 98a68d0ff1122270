/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_WAIT_H
#define FOX_OS_WAIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* A condition whose waits have an end and follow the monotonic clock; destroyed as any. */
void fox_wait_init(pthread_cond_t *condition);

/* Waits at most so long; false once the time is over. Wakes without cause, as conditions do. */
bool fox_wait_ms(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t wait_ms);

#endif
