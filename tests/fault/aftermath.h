/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_FAULT_AFTERMATH_H
#define FOX_TESTS_FAULT_AFTERMATH_H

#include <stdbool.h>

#include "support/kit.h"

/* What must hold in a store once a fault is over, whatever it was. */

/* Full counts: the environment has PIXELFOX_TEST_LONG. */
bool is_long(void);

/* How far apart the points are that a loop over `total` of them looks at: each with full counts,
 * else about `wanted` of them. */
size_t step_between(size_t total, size_t wanted);

/* For setup of a test: as kit_open(), in memory, where a sync costs nothing. */
int kit_open_in_memory(void **state);

/* A scratch folder in memory and where its store will be; nothing is opened yet. */
struct kit kit_in_memory(void);

/* Lets the clean-up age pass and sweeps. */
void aftermath_sweep(struct kit *kit);

/* Works what is left; then every picture that can be seen has all of its variants. */
void aftermath_work(struct kit *kit);

/* Works what is left, lets the clean-up age pass and sweeps: each picture has its nine files and
 * there are no others, every byte is right, usage adds up, nothing is held. */
void aftermath_check(struct kit *kit);

/* The picture is there with exactly these bytes. */
void aftermath_has(struct kit *kit, const char *id, const struct fox_picture_file *file);

#endif
