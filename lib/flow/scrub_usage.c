/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/scrub_step.h"

#include <stdlib.h>

#include "meta/owner.h"

/* A pool's row against a count over what refers to it, in one operation so that nothing moves in
 * between. */
struct audit {
    const struct fox_scrub *scrub;
    const struct fox_id *pool_id;
    struct fox_pool_row row;
    struct fox_usage usage;
    bool is_wrong;
};

static pxf_status audit_pool_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct audit *audit = ctx;

    fox_pool_row_let_go(&audit->row);
    if (audit->scrub->options.repairs) { /* so that what others add meanwhile is not lost */
        TRY(fox_pool_lock_in(tx, audit->pool_id, err));
    }
    TRY(fox_pool_get_in(tx, audit->pool_id, &audit->row, err));
    TRY(fox_pool_count_in(tx, audit->pool_id, &audit->usage, err));
    audit->is_wrong = audit->row.used_bytes != audit->usage.used_bytes ||
                      audit->row.held_bytes != audit->usage.held_bytes ||
                      audit->row.file_count != audit->usage.file_count;
    if (!audit->is_wrong || !audit->scrub->options.repairs) {
        return PXF_OK;
    }
    return fox_pool_correct_in(tx, audit->pool_id, &audit->usage, err);
}

static pxf_status audit(struct fox_scrub *scrub, fox_sql_fn fn, void *ctx, pxf_error *err)
{
    return scrub->options.repairs ? fox_sql_write(scrub->flow->db, FOX_DURABLE, fn, ctx, err)
                                  : fox_sql_read(scrub->flow->db, FOX_FRESH, fn, ctx, err);
}

static pxf_status audit_pool(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                             pxf_error *err)
{
    struct audit ctx = {.scrub = scrub, .pool_id = &pool->row.id};
    pxf_error cause = {0};
    const pxf_status status = audit(scrub, audit_pool_in, &ctx, &cause);
    struct fox_finding *finding;

    if (status == PXF_OK && ctx.is_wrong) {
        scrub->totals.usage_wrong++;
        finding = fox_scrub_add(scrub, "usage", pool, NULL, &cause);
        if (finding) {
            finding->is_repaired = scrub->options.repairs;
            fox_finding_say(
                finding, "says %llu bytes used and %llu held, a count gives %llu and %llu",
                (unsigned long long)ctx.row.used_bytes, (unsigned long long)ctx.row.held_bytes,
                (unsigned long long)ctx.usage.used_bytes, (unsigned long long)ctx.usage.held_bytes);
        }
    }
    fox_pool_row_let_go(&ctx.row);
    /* A pool that was removed meanwhile has no usage. */
    return cause.status == PXF_OK || status == PXF_NOT_FOUND ? PXF_OK : fox_fail_as(err, &cause);
}

pxf_status fox_scrub_usage(struct fox_scrub *scrub, bool *ret_over, pxf_error *err)
{
    *ret_over = true;
    for (size_t i = 0; i < scrub->pools->count; i++) {
        TRY(audit_pool(scrub, &scrub->pools->sights[i], err));
    }
    return PXF_OK;
}

struct owner_audit {
    const struct fox_scrub *scrub;
    char *owner; /* the next one; NULL at the end */
    struct fox_owner_usage row, count;
    bool is_wrong;
};

static pxf_status audit_owner_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct owner_audit *audit = ctx;

    free(GIVE(audit->owner));
    audit->is_wrong = false;
    TRY(fox_owner_next_in(tx, audit->scrub->owner, &audit->owner, err));
    if (!audit->owner) {
        return PXF_OK;
    }
    if (audit->scrub->options.repairs) {
        TRY(fox_owner_lock_in(tx, audit->owner, err));
    }
    TRY(fox_owner_get_in(tx, audit->owner, &audit->row, err));
    TRY(fox_owner_count_in(tx, audit->owner, &audit->count, err));
    audit->is_wrong = audit->row.used_bytes != audit->count.used_bytes ||
                      audit->row.held_bytes != audit->count.held_bytes ||
                      audit->row.image_count != audit->count.image_count;
    if (!audit->is_wrong || !audit->scrub->options.repairs) {
        return PXF_OK;
    }
    return fox_owner_correct_in(tx, audit->owner, &audit->count, err);
}

pxf_status fox_scrub_owners(struct fox_scrub *scrub, bool *ret_over, pxf_error *err)
{
    struct owner_audit ctx = {.scrub = scrub};
    const pxf_status status = audit(scrub, audit_owner_in, &ctx, err);
    struct fox_finding *finding;

    if (status != PXF_OK) {
        free(ctx.owner);
        return status;
    }
    free(scrub->owner);
    scrub->owner = ctx.owner;
    *ret_over = !ctx.owner;
    if (!ctx.is_wrong) {
        return PXF_OK;
    }
    scrub->totals.usage_wrong++;
    finding = fox_scrub_add(scrub, "usage", NULL, NULL, err);
    if (!finding) {
        return PXF_NO_MEMORY;
    }
    finding->is_repaired = scrub->options.repairs;
    fox_finding_say(
        finding,
        "owner '%s' says %llu bytes used and %llu held, a count gives %llu "
        "and %llu",
        ctx.owner, (unsigned long long)ctx.row.used_bytes, (unsigned long long)ctx.row.held_bytes,
        (unsigned long long)ctx.count.used_bytes, (unsigned long long)ctx.count.held_bytes);
    return PXF_OK;
}
