/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/scrub_step.h"

#include <stdio.h>
#include <string.h>

#include "flow/room.h"
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

/* An original stands there before its row does, and its hold names its temporary. */
static pxf_status look_for_hold(struct fox_sql_tx *tx, struct lookup *lookup, pxf_error *err)
{
    char temporary_key[FOX_ID_TEXT_BYTES + sizeof "-original"];

    fox_id_format(temporary_key, &lookup->image_id);
    strcat(temporary_key, "-original");
    return fox_hold_names_in(tx, &lookup->image_id, lookup->pool_id, temporary_key,
                             &lookup->is_expected, err);
}

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
    if (status == PXF_NOT_FOUND) {
        return look_for_hold(tx, lookup, err);
    }
    /* Variants stand there before their rows do, and are removed while the image is being deleted.
     */
    lookup->is_expected = image.state != PXF_IMAGE_READY && image.state != PXF_IMAGE_FAILED;
    return status == PXF_OK ? PXF_OK : fox_fail_as(err, &cause);
}

enum what { IT_IS_NAMED, IT_IS_YOUNG, IT_IS_AN_ORPHAN, IT_IS_FOREIGN };

static pxf_status classify(const struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                           const struct fox_blob_entry *entry, enum what *ret_what, pxf_error *err)
{
    const struct fox_key key = fox_layout_parse(entry->key);
    struct lookup lookup = {.pool_id = &pool->row.id, .key = entry->key};
    const int64_t age_ms = fox_env_now_ms(scrub->flow->env) - entry->modified_ms;

    if (!entry->is_file || key.kind == FOX_KEY_FOREIGN || !fox_id_parse(&lookup.image_id, key.id)) {
        *ret_what = IT_IS_FOREIGN;
        return PXF_OK;
    }
    TRY(fox_sql_read(scrub->flow->db, FOX_FRESH, look_up, &lookup, err));
    *ret_what = lookup.is_known                                  ? IT_IS_NAMED
                : lookup.is_expected || age_ms < scrub->grace_ms ? IT_IS_YOUNG
                                                                 : IT_IS_AN_ORPHAN;
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

/* Nothing is deleted: somebody may know better. */
static pxf_status set_aside(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                            const struct fox_blob_entry *entry, struct fox_finding *finding,
                            pxf_error *err)
{
    const unsigned long long size = entry->size;
    const struct fox_share *share = &scrub->share;

    if (!share->may_set_aside) {
        fox_finding_say(finding,
                        "%llu bytes that no row names; left alone: %lld of %lld files are orphans, "
                        "more than store.orphan_share_pct",
                        size, (long long)share->orphans, (long long)share->files);
        return PXF_OK;
    }
    TRY(fox_blob_set_aside(pool->blob, entry->key, err));
    scrub->totals.set_aside++;
    finding->is_repaired = true;
    fox_finding_say(
        finding, "%llu bytes that no row names; set aside below '.quarantine' in the pool", size);
    return PXF_OK;
}

static pxf_status report_orphan(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                                const struct fox_blob_entry *entry, pxf_error *err)
{
    struct fox_blob_stat stat;
    struct fox_finding *finding;
    pxf_error cause = {0};

    if (fox_blob_stat(pool->blob, entry->key, &stat, &cause) != PXF_OK) { /* removed since */
        return cause.status == PXF_NOT_FOUND ? PXF_OK : fox_fail_as(err, &cause);
    }
    finding = fox_scrub_add(scrub, "orphan", pool, entry->key, err);
    if (!finding) {
        return PXF_NO_MEMORY;
    }
    scrub->totals.orphans++;
    fox_finding_say(finding, "%llu bytes that no row names", (unsigned long long)entry->size);
    return scrub->options.repairs ? set_aside(scrub, pool, entry, finding, err) : PXF_OK;
}

static pxf_status check_entry(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                              const struct fox_blob_entry *entry, pxf_error *err)
{
    enum what what;

    TRY(classify(scrub, pool, entry, &what, err));
    switch (what) {
    case IT_IS_NAMED:
    case IT_IS_YOUNG:
        return PXF_OK;
    case IT_IS_AN_ORPHAN:
        return report_orphan(scrub, pool, entry, err);
    case IT_IS_FOREIGN:
        return report_foreign(scrub, pool, entry, err);
    }
    return PXF_OK;
}

static pxf_status is_named(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct lookup *lookup = ctx;
    const struct fox_id image_id = fox_room_image_of(lookup->key);

    return fox_hold_names_in(tx, &image_id, lookup->pool_id, lookup->key, &lookup->is_known, err);
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
    char cursor[FOX_KEY_LIMIT + 1] = "";
    size_t count;

    do {
        AUTO(fox_blob_list) list = {0};

        TRY(fox_blob_list_temporaries(pool->blob, cursor, KEY_PAGE, &list, err));
        for (size_t i = 0; i < list.count; i++) {
            TRY(check_temporary(scrub, pool, &list.entries[i], err));
        }
        count = list.count;
        if (count > 0) {
            (void)snprintf(cursor, sizeof cursor, "%s", list.entries[count - 1].key);
        }
    } while (count == KEY_PAGE);
    return PXF_OK;
}

/* Moves the cursor behind a page; false where nothing of ours can follow, because its last name is
 * longer than any key. */
static bool move_on(char cursor[FOX_FINDING_KEY_BYTES], const struct fox_blob_list *list)
{
    const char *last = list->count > 0 ? list->entries[list->count - 1].key : "";

    if (list->count < KEY_PAGE || strlen(last) >= FOX_FINDING_KEY_BYTES) {
        return false;
    }
    memcpy(cursor, last, strlen(last) + 1);
    return true;
}

static pxf_status count_page(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                             const struct fox_blob_list *list, pxf_error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        enum what what;

        TRY(classify(scrub, pool, &list->entries[i], &what, err));
        scrub->share.files += what != IT_IS_FOREIGN;
        scrub->share.orphans += what == IT_IS_AN_ORPHAN;
    }
    return PXF_OK;
}

/* A catalog that was lost, or is another store's, makes every file an orphan: before any is set
 * aside all are counted, and above the share that the settings give a person shall look. */
static pxf_status count_orphans(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                                pxf_error *err)
{
    const int64_t limit_pct =
        fox_settings_number(scrub->flow->settings, FOX_SETTING_STORE_ORPHAN_SHARE_PCT);
    char cursor[FOX_FINDING_KEY_BYTES] = "";
    bool goes_on;

    scrub->share = (struct fox_share){.is_counted = true};
    do {
        AUTO(fox_blob_list) list = {0};

        TRY(fox_blob_list(pool->blob, cursor, KEY_PAGE, &list, err));
        TRY(count_page(scrub, pool, &list, err));
        goes_on = move_on(cursor, &list);
    } while (goes_on);
    scrub->share.may_set_aside = scrub->share.orphans * 100 <= scrub->share.files * limit_pct;
    return PXF_OK;
}

/* One page of a pool's keys, its temporaries behind the last. */
static pxf_status check_page(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                             bool *ret_last, pxf_error *err)
{
    AUTO(fox_blob_list) list = {0};

    if (scrub->options.repairs && !scrub->share.is_counted) {
        TRY(count_orphans(scrub, pool, err));
    }
    TRY(fox_blob_list(pool->blob, scrub->key, KEY_PAGE, &list, err));
    for (size_t i = 0; i < list.count; i++) {
        TRY(check_entry(scrub, pool, &list.entries[i], err));
    }
    *ret_last = !move_on(scrub->key, &list);
    return *ret_last ? check_temporaries(scrub, pool, err) : PXF_OK;
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
    if (fox_scrub_blob(pool)) {
        TRY(check_page(scrub, pool, &is_last, err));
    }
    if (is_last) {
        scrub->pool++;
        scrub->key[0] = '\0';
        scrub->share = (struct fox_share){0};
    }
    return PXF_OK;
}

pxf_status fox_scrub_holds(struct fox_scrub *scrub, bool *ret_over, pxf_error *err)
{
    const bool repairs = scrub->options.repairs;
    int64_t count = 0;
    struct fox_finding *finding;

    *ret_over = true;
    TRY(repairs ? fox_sweep_holds(scrub->flow, &count, err)
                : fox_sweep_count_holds(scrub->flow, &count, err));
    scrub->totals.stale_holds = count;
    if (count == 0) {
        return PXF_OK;
    }
    finding = fox_scrub_add(scrub, "stale_hold", NULL, NULL, err);
    if (!finding) {
        return PXF_NO_MEMORY;
    }
    finding->is_repaired = repairs;
    fox_finding_say(finding, "room that dead or late processes hold, %lld times%s",
                    (long long)count, repairs ? ": given back" : "");
    return PXF_OK;
}
