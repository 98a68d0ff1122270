/* SPDX-License-Identifier: Apache-2.0 */
#include <pixelfox/store.h>

#include <stdlib.h>
#include <string.h>

#include "api/plain.h"
#include "api/store.h"
#include "base/mem.h"
#include "flow/scrub.h"

struct pxf_finding {
    pxf_store *store;
    struct fox_cancel *cancel; /* the caller's, shared */
    struct fox_scrub *scrub;
    const struct fox_finding *current;
    char image_id[FOX_ID_TEXT_BYTES];
};

pxf_finding *pxf_store_verify(pxf_store *store, int how, pxf_cancel *cancel, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    const int known = PXF_VERIFY_DEEP | PXF_VERIFY_REPAIR;
    const struct fox_scrub_options options = {.is_deep = how & PXF_VERIFY_DEEP,
                                              .repairs = how & PXF_VERIFY_REPAIR};
    pxf_finding *finding;

    if (fox_call_enter(&call, store, err) != PXF_OK) {
        return NULL;
    }
    if ((how & ~known) != 0) {
        (void)fox_fail(err, PXF_INVALID, "%d is no way to verify", how);
        return NULL;
    }
    finding = fox_mem_new(1, sizeof *finding, err);
    if (!finding) {
        return NULL;
    }
    finding->store = fox_store_share(store);
    finding->cancel = cancel ? fox_cancel_share(fox_cancel_in(cancel)) : NULL;
    if (fox_scrub_new(&finding->scrub, &store->flow, &options, err) != PXF_OK) {
        fox_call_let_go(&call);
        pxf_finding_free(finding);
        return NULL;
    }
    return finding;
}

bool pxf_finding_next(pxf_finding *finding, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    pxf_status status;

    finding->current = NULL;
    if (fox_call_enter_slow(&call, finding->store, (pxf_cancel *)finding->cancel, err) != PXF_OK) {
        return false;
    }
    status = fox_scrub_next(finding->scrub, call.cancel, &finding->current, err);
    if (fox_call_verdict(&call, status, err) != PXF_OK || !finding->current) {
        finding->current = NULL;
        return false;
    }
    fox_id_format(finding->image_id, &finding->current->image_id);
    return true;
}

const char *pxf_finding_kind(const pxf_finding *finding)
{
    return finding->current ? finding->current->kind : NULL;
}

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

const char *pxf_finding_pool(const pxf_finding *finding)
{
    return finding->current ? text_or_null(finding->current->pool) : NULL;
}

const char *pxf_finding_key(const pxf_finding *finding)
{
    return finding->current ? text_or_null(finding->current->key) : NULL;
}

const char *pxf_finding_image_id(const pxf_finding *finding)
{
    return finding->current && finding->current->has_image ? finding->image_id : NULL;
}

const char *pxf_finding_message(const pxf_finding *finding)
{
    return finding->current ? finding->current->message : NULL;
}

bool pxf_finding_is_repaired(const pxf_finding *finding)
{
    return finding->current && finding->current->is_repaired;
}

int64_t pxf_finding_total(const pxf_finding *finding, const char *name)
{
    const struct fox_scrub_totals *totals = fox_scrub_totals(finding->scrub);
    const struct {
        const char *name;
        int64_t value;
    } rows[] = {
        {"images", totals->images},
        {"files", totals->files},
        {"bytes", totals->bytes},
        {"missing", totals->missing},
        {"orphans", totals->orphans},
        {"corrupt", totals->corrupt},
        {"usage_wrong", totals->usage_wrong},
        {"foreign", totals->foreign},
        {"unavailable", totals->unavailable},
        {"stale_holds", totals->stale_holds},
        {"repaired", totals->repaired},
        {"set_aside", totals->set_aside},
        {"removed_bytes", totals->removed_bytes},
    };

    for (size_t i = 0; name && i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return rows[i].value;
        }
    }
    return -1;
}

void pxf_finding_free(pxf_finding *finding)
{
    if (finding) {
        fox_scrub_free(finding->scrub);
        fox_cancel_free(finding->cancel);
        fox_store_let_go(finding->store);
        free(finding);
    }
}
