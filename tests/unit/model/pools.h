/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_POOLS_H
#define FOX_TESTS_POOLS_H

#include "model/pick.h"

#define GIB (UINT64_C(1) << 30)

/* A healthy, empty hot pool of 100 GiB on a disk of 200 GiB, in view of every node. */
struct fox_pool_view pool_named(const char *name);

/* The same for each, named p000, p001, … at most a thousand. */
void name_pools(struct fox_pool_view *views, size_t count);

/* One GiB for the least used pool, asked on node s01. */
struct fox_pick_request common_request(void);

/* The names in their order, with spaces between, until the next call. */
const char *order_of(const struct fox_pool_view *views, size_t count,
                     const struct fox_pick_request *wanted);

#endif
