/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "blob/driver.h"

pxf_status fox_blob_list_add(struct fox_blob_list *list, struct fox_blob_entry entry,
                             pxf_error *err)
{
    TRY(fox_mem_grow(&list->entries, &list->capacity, list->count + 1, sizeof *list->entries, err));
    entry.key = fox_mem_text(entry.key, err);
    if (!entry.key) {
        return PXF_NO_MEMORY;
    }
    list->entries[list->count++] = entry;
    return PXF_OK;
}

void fox_blob_list_free(struct fox_blob_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->entries[i].key);
    }
    free(list->entries);
    *list = (struct fox_blob_list){0};
}
