/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_FAULT_HEAP_H
#define FOX_TESTS_FAULT_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* Every allocation of this process, by symbol interposition: counted, and the Nth can fail. */

/* From here on, in all threads, the Nth allocation (from 1; 0: none) fails, and with `for_good`
 * those behind it. */
void heap_arm(size_t nth, bool for_good);

/* How many allocations came by since. */
size_t heap_disarm(void);

/* Blocks that were allocated and not freed. */
size_t heap_live(void);

#endif
