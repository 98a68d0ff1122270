/* SPDX-License-Identifier: Apache-2.0 */
#include "blob/memory/shelf.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The first item that is not before `key`. */
static size_t place_of(const struct fox_shelf *shelf, const char *key)
{
    size_t low = 0, high = shelf->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (strcmp(shelf->items[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct fox_shelf_item *fox_shelf_find(const struct fox_shelf *shelf, const char *key)
{
    const size_t i = place_of(shelf, key);

    return i < shelf->count && strcmp(shelf->items[i].key, key) == 0 ? &shelf->items[i] : NULL;
}

pxf_status fox_shelf_add(struct fox_shelf *shelf, struct fox_shelf_item item, pxf_error *err)
{
    const size_t i = place_of(shelf, item.key);

    if (fox_shelf_find(shelf, item.key)) {
        return fox_fail_from(err, PXF_EXISTS, PXF_ORIGIN_POOL, 0, "'%s' is there already",
                             item.key);
    }
    TRY(fox_mem_grow(&shelf->items, &shelf->capacity, shelf->count + 1, sizeof *shelf->items, err));
    memmove(&shelf->items[i + 1], &shelf->items[i], (shelf->count - i) * sizeof item);
    shelf->items[i] = item;
    shelf->count++;
    return PXF_OK;
}

void fox_shelf_free_item(struct fox_shelf_item *item)
{
    free(item->key);
    fox_bytes_free(item->bytes);
}

void fox_shelf_remove(struct fox_shelf *shelf, const char *key)
{
    struct fox_shelf_item *item = fox_shelf_find(shelf, key);

    if (item) {
        const size_t behind = shelf->count - (size_t)(item - shelf->items) - 1;

        fox_shelf_free_item(item);
        memmove(item, item + 1, behind * sizeof *item);
        shelf->count--;
    }
}

void fox_shelf_free(struct fox_shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++) {
        fox_shelf_free_item(&shelf->items[i]);
    }
    free(shelf->items);
}

pxf_status fox_shelf_list(const struct fox_shelf *shelf, const char *cursor, size_t limit,
                          struct fox_blob_list *list, pxf_error *err)
{
    for (size_t i = place_of(shelf, cursor); i < shelf->count && list->count < limit; i++) {
        const struct fox_shelf_item *item = &shelf->items[i];

        if (strcmp(item->key, cursor) > 0) {
            TRY(fox_blob_list_add(
                list,
                (struct fox_blob_entry){.key = item->key,
                                        .size = item->bytes ? fox_bytes_size(item->bytes) : 0,
                                        .modified_ms = item->modified_ms,
                                        .is_file = true},
                err));
        }
    }
    return PXF_OK;
}
