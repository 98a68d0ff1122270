/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_HELPER_PROGRAM_ALLOC_H
#define FOX_HELPER_PROGRAM_ALLOC_H

/* The helper's memory. Libraries answer a failed allocation in many ways: with an error of their
 * own, with "corrupt", with abort(), by waiting for a thread that never was. None of these paths is
 * well tested, so none is taken: the program sees each allocation itself, and the first that fails
 * ends it. */

/* Returns memory early: large blocks are mapped one by one, few arenas share the rest. Stacks are
 * small. Before the first thread. */
void alloc_tune(void);

/* Hands free memory back to the system. */
void alloc_trim(void);

/* Calls `say` when an allocation or the start of a thread fails, then ends the process. `say`
 * allocates nothing. Before the first thread. */
void alloc_on_failure(void (*say)(void));

#endif
