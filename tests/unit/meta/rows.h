/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_UNIT_META_ROWS_H
#define FOX_TESTS_UNIT_META_ROWS_H

#include "unit/meta/catalog.h"

#include "meta/hold.h"
#include "meta/image.h"
#include "meta/pool.h"
#include "meta/variant.h"

/* Rows to put in. Their texts are lent: never let them go. */

/* A local pool with the id number `n`, active, hot, in "/srv/<name>". */
struct fox_pool_row a_pool(unsigned n, const char *name, uint64_t max_bytes);

/* An image with the id number `n`, of 100 bytes, created at 1000 × n, with bytes of its own; its
 * other texts live in the struct. */
struct picture {
    struct fox_image_row row;
    char share_key[24], key[64];
};
void picture_set(struct picture *picture, unsigned n, const char *owner, const struct fox_id *pool);

/* A hold of that many bytes with the id number `n`, for the image number `n`, that ends at 5000;
 * its texts live in the struct. */
struct place {
    struct fox_hold_row row;
    char key[64], temporary_key[64];
};
void place_set(struct place *place, unsigned n, const struct fox_id *pool, uint64_t bytes);

/* A WebP variant of the image number `n`, of 10 bytes. */
struct fox_variant_row a_variant(unsigned n, const char *kind, const char *key,
                                 const struct fox_id *pool);

/* Adds those to the catalog. */
void add_pool(struct catalog *c, unsigned n, const char *name, uint64_t max_bytes);
void add_image(struct catalog *c, unsigned n, const char *owner, const struct fox_id *pool);

#endif
