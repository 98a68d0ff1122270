/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_CORES_H
#define FOX_OS_CORES_H

#include <stdint.h>

/* How many processor cores this process may run on, at least 1. */
uint32_t fox_cores_count(void);

#endif
