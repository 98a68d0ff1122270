/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/scrub_step.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypt/sha256.h"
#include "flow/hand.h"
#include "meta/owner.h"
#include "meta/variant.h"
#include "model/kinds.h"

enum { IMAGE_PAGE = 50, READ_BYTES = 256 << 10 };

struct page {
    struct fox_image_query query;
    struct fox_image_list list;
};

static pxf_status read_page(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct page *page = ctx;

    fox_image_list_let_go(&page->list);
    return fox_image_list_in(tx, &page->query, &page->list, err);
}

/* A file that a row names. */
struct named {
    const struct fox_image_row *image;
    const struct fox_id *pool_id;
    const char *key, *kind; /* kind: "original" or a variant's */
    uint64_t bytes;
    const uint8_t *sha256;
};

static pxf_status hash(struct fox_blob *blob, const char *key, struct fox_digest *ret_digest,
                       pxf_error *err)
{
    AUTO(fox_blob_source) *source = NULL;
    AUTO(fox_sha256) *sha256 = NULL;
    char *buffer;
    pxf_status status = PXF_OK;
    size_t size = 1;

    TRY(fox_blob_get(blob, key, &source, err));
    TRY(fox_sha256_new(&sha256, err));
    buffer = fox_mem_new(1, READ_BYTES, err);
    if (!buffer) {
        return PXF_NO_MEMORY;
    }
    for (uint64_t at = 0; status == PXF_OK && size > 0; at += size) {
        status =
            fox_reader_read(fox_blob_source_reader(source), at, buffer, READ_BYTES, &size, err);
        if (status == PXF_OK) {
            status = fox_sha256_add(sha256, buffer, size, err);
        }
    }
    free(buffer);
    TRY(status);
    return fox_sha256_get(sha256, ret_digest, err);
}

/* Looks at one file; `*ret_kind` names what is wrong, NULL if nothing is. */
static pxf_status look(const struct fox_scrub *scrub, struct fox_blob *blob,
                       const struct named *file, const char **ret_kind, pxf_error *err)
{
    struct fox_blob_stat stat;
    struct fox_digest digest;
    pxf_error cause = {0};
    const pxf_status status = fox_blob_stat(blob, file->key, &stat, &cause);

    *ret_kind = NULL;
    if (status == PXF_NOT_FOUND) {
        *ret_kind = "missing";
        return PXF_OK;
    }
    if (status != PXF_OK) {
        return fox_fail_as(err, &cause);
    }
    if (stat.size != file->bytes) {
        *ret_kind = "corrupt";
        return PXF_OK;
    }
    if (scrub->options.is_deep) {
        TRY(hash(blob, file->key, &digest, err));
        if (memcmp(digest.bytes, file->sha256, sizeof digest.bytes) != 0) {
            *ret_kind = "corrupt";
        }
    }
    return PXF_OK;
}

/* A variant that is gone or damaged is made again from the original: its row goes, with what it
 * used, and the image waits for its job once more. */
struct remake {
    struct fox_scrub *scrub;
    const struct named *file;
    struct fox_hand hand;
};

static pxf_status remake_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct remake *remake = ctx;
    struct fox_flow *flow = remake->scrub->flow;
    const struct fox_image_row *image = remake->file->image;
    AUTO(fox_variant_list) list = {0};

    TRY(fox_variant_list_in(tx, &image->id, &list, err));
    for (size_t i = 0; i < list.count; i++) {
        const struct fox_variant_row *row = &list.rows[i];

        if (row->key) {
            TRY(fox_pool_use_in(tx, &row->pool_id, -(int64_t)row->bytes, -1, err));
            TRY(fox_owner_use_in(tx, image->owner, -(int64_t)row->bytes, 0, err));
        }
        TRY(fox_variant_remove_in(tx, &image->id, row->kind, err));
    }
    TRY(fox_image_set_state_in(tx, &image->id, PXF_IMAGE_PENDING, NULL, flow->node,
                               fox_env_now_ms(flow->env), err));
    return fox_hand_in(flow, tx, &remake->hand, err);
}

static pxf_status make_again(struct fox_scrub *scrub, const struct named *file, pxf_error *err)
{
    const struct fox_job_spec spec = {
        .kind = FOX_JOB_PROCESSING, .image_id = &file->image->id, .priority = 100};
    struct remake remake = {.scrub = scrub, .file = file};

    TRY(fox_hand_new(&remake.hand, scrub->flow, &spec, err));
    TRY(fox_sql_write(scrub->flow->db, FOX_DURABLE, remake_in, &remake, err));
    fox_hand_on(scrub->flow, &remake.hand);
    return PXF_OK;
}

static pxf_status report(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                         const struct named *file, const char *kind, pxf_error *err)
{
    struct fox_finding *finding = fox_scrub_add(scrub, kind, pool, file->key, err);
    const bool is_missing = strcmp(kind, "missing") == 0;
    const bool is_original = strcmp(file->kind, "original") == 0;

    if (!finding) {
        return PXF_NO_MEMORY;
    }
    scrub->totals.missing += is_missing;
    scrub->totals.corrupt += !is_missing;
    finding->has_image = true;
    finding->image_id = file->image->id;
    fox_finding_say(finding, "the %s is %s", file->kind,
                    is_missing ? "not there" : "not what was stored");
    if (!scrub->options.repairs || is_original) {
        return PXF_OK;
    }
    TRY(make_again(scrub, file, err));
    finding->is_repaired = true;
    fox_finding_say(finding, "the %s is %s: the variants are made again", file->kind,
                    is_missing ? "not there" : "not what was stored");
    return PXF_OK;
}

/* True if a variant was found wrong and the image's variants are made again. */
static pxf_status check_file(struct fox_scrub *scrub, const struct named *file, bool *ret_remade,
                             pxf_error *err)
{
    const struct fox_pool_sight *pool = fox_pools_find(scrub->pools, file->pool_id);
    const char *kind;

    if (pool && pool->row.state == PXF_POOL_OFFLINE) {
        return PXF_OK;
    }
    if (!pool || !pool->blob || pool->trouble.status != PXF_OK) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, 0, "pool '%s': %s",
                             pool ? pool->row.name : "?",
                             pool ? pool->trouble.message : "is not there");
    }
    TRY(look(scrub, pool->blob, file, &kind, err));
    scrub->totals.files++;
    scrub->totals.bytes += (int64_t)file->bytes;
    if (!kind) {
        return PXF_OK;
    }
    *ret_remade = scrub->options.repairs && strcmp(file->kind, "original") != 0;
    return report(scrub, pool, file, kind, err);
}

struct variants {
    const struct fox_id *id;
    struct fox_variant_list list;
};

static pxf_status read_variants(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct variants *variants = ctx;

    fox_variant_list_let_go(&variants->list);
    return fox_variant_list_in(tx, variants->id, &variants->list, err);
}

static pxf_status check_variants(struct fox_scrub *scrub, const struct fox_image_row *image,
                                 const struct fox_variant_list *list, pxf_error *err)
{
    bool remade = false;

    for (size_t i = 0; i < list->count && !remade; i++) {
        const struct fox_variant_row *row = &list->rows[i];
        const struct named file = {.image = image,
                                   .pool_id = &row->pool_id,
                                   .key = row->key,
                                   .kind = row->kind,
                                   .bytes = row->bytes,
                                   .sha256 = row->sha256};

        if (row->key) {
            TRY(check_file(scrub, &file, &remade, err));
        }
    }
    return PXF_OK;
}

static pxf_status check_image(struct fox_scrub *scrub, const struct fox_image_row *image,
                              pxf_error *err)
{
    const struct named original = {.image = image,
                                   .pool_id = &image->pool_id,
                                   .key = image->key,
                                   .kind = "original",
                                   .bytes = image->bytes,
                                   .sha256 = image->sha256};
    struct variants variants = {.id = &image->id};
    bool remade = false;
    pxf_status status;

    scrub->totals.images++;
    TRY(check_file(scrub, &original, &remade, err));
    status = fox_sql_read(scrub->flow->db, FOX_FRESH, read_variants, &variants, err);
    if (status == PXF_OK) {
        status = check_variants(scrub, image, &variants.list, err);
    }
    fox_variant_list_let_go(&variants.list);
    return status;
}

pxf_status fox_scrub_images(struct fox_scrub *scrub, bool *ret_over, pxf_error *err)
{
    struct page page = {.query = {.limit = IMAGE_PAGE}};
    pxf_status status;

    page.query.cursor = *scrub->image_cursor ? scrub->image_cursor : NULL;
    status = fox_sql_read(scrub->flow->db, FOX_FRESH, read_page, &page, err);
    for (size_t i = 0; status == PXF_OK && i < page.list.count; i++) {
        status = check_image(scrub, &page.list.rows[i], err);
    }
    if (status == PXF_OK && page.list.count > 0) {
        fox_image_cursor(scrub->image_cursor, &page.list.rows[page.list.count - 1]);
    }
    *ret_over = page.list.count < IMAGE_PAGE;
    fox_image_list_let_go(&page.list);
    return status;
}
