/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/scrub_step.h"

#include <string.h>

#include "flow/sweep.h"
#include "meta/hold.h"
#include "meta/variant.h"
#include "model/layout.h"

enum { KEY_PAGE = 200 };

/* Whether the catalog knows a file, or may come to know it. */
struct lookup {
    const struct fox_id *pool_id;
    const char *key;
    struct fox_id image_id;
    bool is_known, is_expected;
};

static pxf_status look_up(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct lookup *lookup = ctx;
    AUTO(fox_image_row) image = {0};
    pxf_error cause = {0};
    pxf_status status;

    lookup->is_expected = false;
    TRY(fox_key_is_known_in(tx, lookup->pool_id, lookup->key, &lookup->is_known, err));
    if (lookup->is_known) {
        return PXF_OK;
    }
    status = fox_image_get_in(tx, &lookup->image_id, &image, &cause);
    if (status != PXF_OK) {
        return status == PXF_NOT_FOUND ? PXF_OK : fox_fail_as(err, &cause);
    }
    /* Variants stand there before their rows do. */
    lookup->is_expected = image.state == PXF_IMAGE_PENDING || image.state == PXF_IMAGE_PROCESSING;
    return PXF_OK;
}

static pxf_status report_foreign(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                                 const struct fox_blob_entry *entry, pxf_error *err)
{
    struct fox_finding *finding = fox_scrub_add(scrub, "foreign", pool, entry->key, err);

    if (!finding) {
        return PXF_NO_MEMORY;
    }
    scrub->totals.foreign++;
    fox_finding_say(finding, "has a shape that is not ours: listed, never touched");
    return PXF_OK;
}

/* An orphan is told, not deleted: somebody may know better. */
static pxf_status report_orphan(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                                const struct fox_blob_entry *entry, pxf_error *err)
{
    struct fox_finding *finding = fox_scrub_add(scrub, "orphan", pool, entry->key, err);

    if (!finding) {
        return PXF_NO_MEMORY;
    }
    scrub->totals.orphans++;
    fox_finding_say(finding, "%llu bytes that no row names", (unsigned long long)entry->size);
    return PXF_OK;
}

static pxf_status check_entry(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                              const struct fox_blob_entry *entry, pxf_error *err)
{
    const struct fox_key key = fox_layout_parse(entry->key);
    struct lookup lookup = {.pool_id = &pool->row.id, .key = entry->key};
    const int64_t age_ms = fox_env_now_ms(scrub->flow->env) - entry->modified_ms;

    if (!entry->is_file || key.kind == FOX_KEY_FOREIGN || !fox_id_parse(&lookup.image_id, key.id)) {
        return report_foreign(scrub, pool, entry, err);
    }
    TRY(fox_sql_read(scrub->flow->db, FOX_FRESH, look_up, &lookup, err));
    if (lookup.is_known || lookup.is_expected || age_ms < scrub->grace_ms) {
        return PXF_OK;
    }
    return report_orphan(scrub, pool, entry, err);
}

static pxf_status is_named(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct lookup *lookup = ctx;

    return fox_hold_names_in(tx, lookup->pool_id, lookup->key, &lookup->is_known, err);
}

static pxf_status check_temporary(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                                  const struct fox_blob_entry *entry, pxf_error *err)
{
    struct lookup lookup = {.pool_id = &pool->row.id, .key = entry->key};
    const int64_t age_ms = fox_env_now_ms(scrub->flow->env) - entry->modified_ms;
    struct fox_finding *finding;
    uint64_t freed_bytes = 0;

    if (age_ms < scrub->grace_ms) {
        return PXF_OK;
    }
    TRY(fox_sql_read(scrub->flow->db, FOX_FRESH, is_named, &lookup, err));
    if (lookup.is_known) {
        return PXF_OK;
    }
    finding = fox_scrub_add(scrub, "temporary", pool, entry->key, err);
    if (!finding) {
        return PXF_NO_MEMORY;
    }
    fox_finding_say(finding, "was left behind by a process that died");
    if (scrub->options.repairs) {
        TRY(fox_blob_remove_temporary(pool->blob, entry->key, &freed_bytes, err));
        scrub->totals.removed_bytes += (int64_t)freed_bytes;
        finding->is_repaired = true;
    }
    return PXF_OK;
}

static pxf_status check_temporaries(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                                    pxf_error *err)
{
    AUTO(fox_blob_list) list = {0};

    TRY(fox_blob_list_temporaries(pool->blob, "", KEY_PAGE, &list, err));
    for (size_t i = 0; i < list.count; i++) {
        TRY(check_temporary(scrub, pool, &list.entries[i], err));
    }
    return PXF_OK;
}

/* One page of a pool's keys. */
static pxf_status check_page(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                             bool *ret_last, pxf_error *err)
{
    AUTO(fox_blob_list) list = {0};

    TRY(fox_blob_list(pool->blob, scrub->key, KEY_PAGE, &list, err));
    for (size_t i = 0; i < list.count; i++) {
        TRY(check_entry(scrub, pool, &list.entries[i], err));
    }
    *ret_last = list.count < KEY_PAGE;
    if (list.count > 0) {
        const char *key = list.entries[list.count - 1].key;

        if (strlen(key) >=
            sizeof scrub->key) { /* beyond any key of ours: nothing of ours follows */
            *ret_last = true;
            return PXF_OK;
        }
        memcpy(scrub->key, key, strlen(key) + 1);
    }
    return PXF_OK;
}

pxf_status fox_scrub_pools(struct fox_scrub *scrub, bool *ret_over, pxf_error *err)
{
    const struct fox_pool_sight *pool;
    bool is_last = true;

    *ret_over = scrub->pool >= scrub->pools->count;
    if (*ret_over) {
        return PXF_OK;
    }
    pool = &scrub->pools->sights[scrub->pool];
    if (pool->blob && pool->trouble.status == PXF_OK) {
        TRY(check_page(scrub, pool, &is_last, err));
        if (is_last) {
            TRY(check_temporaries(scrub, pool, err));
        }
    }
    if (is_last) {
        scrub->pool++;
        scrub->key[0] = '\0';
    }
    return PXF_OK;
}

pxf_status fox_scrub_holds(struct fox_scrub *scrub, bool *ret_over, pxf_error *err)
{
    int64_t count = 0;
    struct fox_finding *finding;

    *ret_over = true;
    if (!scrub->options.repairs) {
        return PXF_OK;
    }
    TRY(fox_sweep_holds(scrub->flow, &count, err));
    if (count > 0) {
        finding = fox_scrub_add(scrub, "stale_hold", NULL, NULL, err);
        if (!finding) {
            return PXF_NO_MEMORY;
        }
        finding->is_repaired = true;
        fox_finding_say(finding, "%lld holds of dead processes were given back", (long long)count);
    }
    return PXF_OK;
}
