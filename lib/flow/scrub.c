/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/scrub.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/meter.h"
#include "base/time.h"
#include "flow/scrub_step.h"
#include "meta/event.h"

/* What is done in which order; each step works off a page and may leave findings behind. */
static pxf_status (*const steps[])(struct fox_scrub *, bool *, pxf_error *) = {
    fox_scrub_reach, fox_scrub_images, fox_scrub_pools,
    fox_scrub_holds, fox_scrub_usage,  fox_scrub_owners,
};

enum { STEP_COUNT = sizeof steps / sizeof steps[0] };

pxf_status fox_scrub_new(struct fox_scrub **ret_scrub, struct fox_flow *flow,
                         const struct fox_scrub_options *options, pxf_error *err)
{
    AUTO(fox_scrub) *scrub = fox_mem_new(1, sizeof *scrub, err);

    if (!scrub) {
        return PXF_NO_MEMORY;
    }
    scrub->flow = flow;
    scrub->options = *options;
    TRY(fox_flow_refresh(flow, err));
    scrub->grace_ms =
        FOX_MINUTE_MS * fox_settings_number(flow->settings, FOX_SETTING_STORE_CLEAN_UP_AGE_MIN);
    fox_pools_forget(flow->pools);
    TRY(fox_pools_get(flow->pools, &scrub->pools, err));
    *ret_scrub = GIVE(scrub);
    return PXF_OK;
}

void fox_scrub_free(struct fox_scrub *scrub)
{
    if (scrub) {
        fox_pools_view_free(scrub->pools);
        free(scrub->findings);
        free(scrub->owner);
        free(scrub);
    }
}

struct fox_finding *fox_scrub_add(struct fox_scrub *scrub, const char *kind,
                                  const struct fox_pool_sight *pool, const char *key,
                                  pxf_error *err)
{
    struct fox_finding *finding;

    if (fox_mem_grow(&scrub->findings, &scrub->capacity, scrub->count + 1, sizeof *scrub->findings,
                     err) != PXF_OK) {
        return NULL;
    }
    finding = &scrub->findings[scrub->count++];
    *finding = (struct fox_finding){.kind = kind};
    if (pool) {
        (void)snprintf(finding->pool, sizeof finding->pool, "%s", pool->row.name);
    }
    if (key) {
        (void)snprintf(finding->key, sizeof finding->key, "%s", key);
    }
    return finding;
}

void fox_finding_say(struct fox_finding *finding, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(finding->message, sizeof finding->message, format, args);
    va_end(args);
}

struct fox_blob *fox_scrub_blob(const struct fox_pool_sight *pool)
{
    return pool && pool->trouble.status == PXF_OK ? pool->blob : NULL;
}

/* Tells of the pools that should be there and are not. */
pxf_status fox_scrub_reach(struct fox_scrub *scrub, bool *ret_over, pxf_error *err)
{
    *ret_over = true;
    for (size_t i = 0; i < scrub->pools->count; i++) {
        const struct fox_pool_sight *pool = &scrub->pools->sights[i];
        struct fox_finding *finding;

        if (fox_scrub_blob(pool) || pool->row.state == PXF_POOL_OFFLINE ||
            fox_pools_is_elsewhere(scrub->flow->pools, pool)) {
            continue;
        }
        finding = fox_scrub_add(scrub, "unavailable", pool, NULL, err);
        if (!finding) {
            return PXF_NO_MEMORY;
        }
        scrub->totals.unavailable++;
        fox_finding_say(finding, "%s", pool->trouble.message);
    }
    return PXF_OK;
}

static pxf_status write_end(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct fox_scrub *scrub = ctx;
    char message[PXF_MESSAGE_BYTES];

    (void)snprintf(message, sizeof message, "%lld images, %lld missing, %lld orphans, %lld corrupt",
                   (long long)scrub->totals.images, (long long)scrub->totals.missing,
                   (long long)scrub->totals.orphans, (long long)scrub->totals.corrupt);
    return fox_event_add_in(tx, FOX_EVENT_VERIFY_FINISHED, fox_env_now_ms(scrub->flow->env), NULL,
                            NULL, message, err);
}

/* Works on until there is a finding or nothing is left. */
static pxf_status advance(struct fox_scrub *scrub, struct fox_cancel *cancel, pxf_error *err)
{
    scrub->count = 0;
    scrub->next = 0;
    while (scrub->count == 0 && scrub->step < STEP_COUNT) {
        bool is_over = false;

        TRY(fox_cancel_check(cancel, err));
        TRY(steps[scrub->step](scrub, &is_over, err));
        if (is_over) {
            scrub->step++;
        }
    }
    if (scrub->count == 0 && !scrub->is_told) {
        scrub->is_told = true;
        fox_meter_set(scrub->flow->env->meters, FOX_METER_VERIFY_MISSING, NULL, NULL,
                      (double)scrub->totals.missing);
        TRY(fox_sql_write(scrub->flow->db, FOX_RELAXED | FOX_ESSENTIAL, write_end, scrub, err));
        scrub->flow->wake(scrub->flow->ctx);
    }
    return PXF_OK;
}

pxf_status fox_scrub_next(struct fox_scrub *scrub, struct fox_cancel *cancel,
                          const struct fox_finding **ret_finding, pxf_error *err)
{
    if (scrub->next == scrub->count) {
        TRY(advance(scrub, cancel, err));
    }
    if (scrub->next == scrub->count) {
        *ret_finding = NULL;
        return PXF_OK;
    }
    *ret_finding = &scrub->findings[scrub->next++];
    scrub->totals.repaired += (*ret_finding)->is_repaired;
    return PXF_OK;
}

const struct fox_scrub_totals *fox_scrub_totals(const struct fox_scrub *scrub)
{
    return &scrub->totals;
}
