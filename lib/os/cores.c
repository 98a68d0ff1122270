/* SPDX-License-Identifier: Apache-2.0 */
#include "os/cores.h"

#include <sched.h>

uint32_t fox_cores_count(void)
{
    cpu_set_t set;
    int count = 0;

    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        count = CPU_COUNT(&set);
    }
    return count > 0 ? (uint32_t)count : 1;
}
