/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_HELPER_PROGRAM_ALLOC_H
#define FOX_HELPER_PROGRAM_ALLOC_H

#include <stdbool.h>

/* The helper's memory. Decoders answer a failed allocation in many ways: with an error of their
 * own, as damage of the picture, by abort(). So the program sees each allocation itself. */

/* Returns memory early: large blocks are mapped one by one, few arenas share the rest. Before the
 * first thread. */
void alloc_tune(void);

/* Hands free memory back to the system. */
void alloc_trim(void);

/* Calls `say` at the first allocation of any library that fails, on its thread, and again after
 * each forget. `say` allocates nothing. Before the first thread. */
void alloc_on_failure(void (*say)(void));

/* Whether an allocation failed since the last forget. May be asked in a signal handler. */
bool alloc_has_failed(void);
void alloc_forget_failure(void);

#endif
