/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BLOB_MEMORY_SHELF_H
#define FOX_BLOB_MEMORY_SHELF_H

#include "base/bytes.h"
#include "blob/driver.h"

/* What the memory driver keeps. Whoever uses a shelf holds the pool's lock. */
struct fox_shelf_item {
    char *key;
    struct fox_bytes *bytes; /* NULL: a temporary that a put holds */
    int64_t modified_ms;
};

/* `{0}` is empty. Items in the byte order of their keys. */
struct fox_shelf {
    struct fox_shelf_item *items;
    size_t count, capacity;
};

/* Takes the item's key and bytes unless it fails: EXISTS, NO_MEMORY. */
pxf_status fox_shelf_add(struct fox_shelf *shelf, struct fox_shelf_item item, pxf_error *err);

/* Lent until the shelf changes; NULL. */
struct fox_shelf_item *fox_shelf_find(const struct fox_shelf *shelf, const char *key);

/* Nothing there is no error. */
void fox_shelf_remove(struct fox_shelf *shelf, const char *key);

/* Adds at most `limit` entries behind `cursor`. */
pxf_status fox_shelf_list(const struct fox_shelf *shelf, const char *cursor, size_t limit,
                          struct fox_blob_list *list, pxf_error *err);

void fox_shelf_free_item(struct fox_shelf_item *item);
void fox_shelf_free(struct fox_shelf *shelf);

#endif
