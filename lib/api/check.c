/* SPDX-License-Identifier: Apache-2.0 */
#include <pixelfox/pool.h>

#include <stdlib.h>
#include <string.h>

#include "api/plain.h"
#include "api/store.h"
#include "base/mem.h"

enum { NAME_BYTES = 24 };

struct row {
    char name[NAME_BYTES];
    bool is_ok;
    char *message;
};

struct pxf_check {
    struct row *rows;
    size_t count, capacity;
    size_t next; /* the one behind the current */
    pxf_status status;
};

void pxf_check_free(pxf_check *check)
{
    if (!check) {
        return;
    }
    for (size_t i = 0; i < check->count; i++) {
        free(check->rows[i].message);
    }
    free(check->rows);
    free(check);
}

static void note(void *ctx, const char *name, pxf_status status, const char *message)
{
    pxf_check *check = ctx;
    struct row row = {.is_ok = status == PXF_OK};

    (void)strncpy(row.name, name, sizeof row.name - 1);
    row.message = fox_mem_text(message, NULL);
    if (!row.message || fox_mem_grow(&check->rows, &check->capacity, check->count + 1,
                                     sizeof *check->rows, NULL) != PXF_OK) {
        free(row.message);
        check->status = PXF_NO_MEMORY;
        return;
    }
    check->rows[check->count++] = row;
}

/* Tests the pool of that name; what cannot even be opened is its marker's check. */
static pxf_status test(pxf_check *check, pxf_store *store, const char *name, pxf_error *err)
{
    AUTO(fox_pools_view) *view = NULL;
    const struct fox_pool_sight *found = NULL;

    TRY(fox_text_check(name, "a pool's name", err));
    fox_pools_forget(store->pools);
    TRY(fox_pools_get(store->pools, &view, err));
    for (size_t i = 0; i < view->count; i++) {
        if (strcmp(view->sights[i].row.name, name) == 0) {
            found = &view->sights[i];
        }
    }
    if (!found) {
        return fox_fail(err, PXF_NOT_FOUND, "no pool '%s'", name);
    }
    if (!found->blob) {
        note(check, "marker", (pxf_status)found->trouble.status, found->trouble.message);
    } else {
        (void)fox_blob_test(found->blob, note, check, NULL); /* its checks say how it went */
    }
    return check->status == PXF_OK ? PXF_OK : fox_fail(err, PXF_NO_MEMORY, "no memory for a check");
}

pxf_check *pxf_pool_test(pxf_store *store, const char *name, pxf_cancel *cancel, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    pxf_check *check;

    if (fox_call_enter_slow(&call, store, cancel, err) != PXF_OK) {
        return NULL;
    }
    check = fox_mem_new(1, sizeof *check, err);
    if (check && test(check, store, name, err) != PXF_OK) {
        pxf_check_free(check);
        return NULL;
    }
    return check;
}

bool pxf_check_next(pxf_check *check)
{
    if (check->next == check->count) {
        return false;
    }
    check->next++;
    return true;
}

static const struct row *current(const pxf_check *check)
{
    return check->next > 0 ? &check->rows[check->next - 1] : NULL;
}

const char *pxf_check_name(const pxf_check *check)
{
    return current(check) ? current(check)->name : NULL;
}

bool pxf_check_is_ok(const pxf_check *check)
{
    return current(check) && current(check)->is_ok;
}

const char *pxf_check_message(const pxf_check *check)
{
    return current(check) ? current(check)->message : NULL;
}
