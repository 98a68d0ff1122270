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

static pxf_status compare(const struct fox_scrub *scrub, struct fox_blob *blob,
                          const struct named *file, bool *ret_same, pxf_error *err)
{
    struct fox_blob_stat stat;
    struct fox_digest digest;

    TRY(fox_blob_stat(blob, file->key, &stat, err));
    *ret_same = stat.size == file->bytes;
    if (*ret_same && scrub->options.is_deep) {
        TRY(hash(blob, file->key, &digest, err));
        *ret_same = memcmp(digest.bytes, file->sha256, sizeof digest.bytes) == 0;
    }
    return PXF_OK;
}

/* Looks at one file; `*ret_kind` names what is wrong, NULL if nothing is. What cannot be read, or
 * is no file any more, is not what was stored. */
static pxf_status look(const struct fox_scrub *scrub, struct fox_blob *blob,
                       const struct named *file, const char **ret_kind, pxf_error *err)
{
    pxf_error cause = {0};
    bool is_same = false;
    const pxf_status status = compare(scrub, blob, file, &is_same, &cause);

    *ret_kind = NULL;
    if (status == PXF_NOT_FOUND) {
        *ret_kind = "missing";
    } else if (status == PXF_IO || status == PXF_INVALID || (status == PXF_OK && !is_same)) {
        *ret_kind = "corrupt";
    } else if (status != PXF_OK) {
        return fox_fail_as(err, &cause);
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

static pxf_status forget_variants_in(struct fox_sql_tx *tx, const struct fox_image_row *image,
                                     pxf_error *err)
{
    AUTO(fox_variant_list) list = {0};
    int64_t bytes = 0;

    TRY(fox_variant_list_in(tx, &image->id, &list, err));
    for (size_t i = 0; i < list.count; i++) {
        const struct fox_variant_row *row = &list.rows[i];

        TRY(fox_variant_remove_in(tx, &image->id, row->kind, err));
        if (row->key) {
            TRY(fox_pool_use_in(tx, &row->pool_id, -(int64_t)row->bytes, -1, err));
            bytes += (int64_t)row->bytes;
        }
    }
    return fox_owner_use_in(tx, image->owner, -bytes, 0, err);
}

static pxf_status remake_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct remake *remake = ctx;
    struct fox_flow *flow = remake->scrub->flow;
    const struct fox_image_row *image = remake->file->image;

    TRY(fox_image_set_state_in(tx, &image->id, PXF_IMAGE_PENDING, NULL, flow->node,
                               fox_env_now_ms(flow->env), err));
    TRY(forget_variants_in(tx, image, err));
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

static const char *words_of(const char *kind)
{
    return strcmp(kind, "missing") == 0 ? "not there" : "not what was stored";
}

/* The finding about a file, with its words. */
static struct fox_finding *tell(struct fox_scrub *scrub, const struct fox_pool_sight *pool,
                                const struct named *file, const char *kind, pxf_error *err)
{
    struct fox_finding *finding = fox_scrub_add(scrub, kind, pool, file->key, err);

    if (!finding) {
        return NULL;
    }
    if (strcmp(kind, "missing") == 0) {
        scrub->totals.missing++;
    } else {
        scrub->totals.corrupt++;
    }
    finding->has_image = true;
    finding->image_id = file->image->id;
    fox_finding_say(finding, "the %s is %s", file->kind, words_of(kind));
    return finding;
}

static pxf_status find_image(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct fox_image_row *row = ctx;
    const struct fox_id id = row->id;

    fox_image_row_let_go(row);
    row->id = id;
    return fox_image_get_in(tx, &id, row, err);
}

/* Whether the image is still what it was when its page was read: deleting removes files before
 * rows, and a variant that is made again has another row. */
static pxf_status is_settled(const struct fox_scrub *scrub, const struct fox_image_row *image,
                             bool *ret_settled, pxf_error *err)
{
    AUTO(fox_image_row) row = {.id = image->id};
    pxf_error cause = {0};
    const pxf_status status = fox_sql_read(scrub->flow->db, FOX_FRESH, find_image, &row, &cause);

    *ret_settled = status == PXF_OK && row.state == image->state && row.state_ms == image->state_ms;
    return status == PXF_OK || status == PXF_NOT_FOUND ? PXF_OK : fox_fail_as(err, &cause);
}

/* Looks at one file and tells what is wrong; a pool that cannot be looked at is told of once. */
static pxf_status check_file(struct fox_scrub *scrub, const struct named *file, bool *ret_wrong,
                             pxf_error *err)
{
    const struct fox_pool_sight *pool = fox_pools_find(scrub->pools, file->pool_id);
    struct fox_blob *blob = fox_scrub_blob(pool);
    bool is_still_named = false;
    const char *kind;

    *ret_wrong = false;
    if (!blob) {
        return PXF_OK;
    }
    TRY(look(scrub, blob, file, &kind, err));
    scrub->totals.files++;
    scrub->totals.bytes += (int64_t)file->bytes;
    if (!kind) {
        return PXF_OK;
    }
    TRY(is_settled(scrub, file->image, &is_still_named, err));
    if (!is_still_named) {
        return PXF_OK;
    }
    *ret_wrong = true;
    return tell(scrub, pool, file, kind, err) ? PXF_OK : PXF_NO_MEMORY;
}

/* Has the variants made again; an image that was deleted meanwhile needs none. */
static pxf_status repair(struct fox_scrub *scrub, const struct named *file, size_t finding,
                         pxf_error *err)
{
    pxf_error cause = {0};
    const pxf_status status = make_again(scrub, file, &cause);

    if (status == PXF_CONFLICT || status == PXF_NOT_FOUND) {
        return PXF_OK;
    }
    if (status != PXF_OK) {
        return fox_fail_as(err, &cause);
    }
    for (; finding < scrub->count; finding++) {
        struct fox_finding *mended = &scrub->findings[finding];
        char words[PXF_MESSAGE_BYTES];

        mended->is_repaired = true;
        memcpy(words, mended->message, sizeof words);
        fox_finding_say(mended, "%.200s: the variants are made again", words);
    }
    return PXF_OK;
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

static struct named name_variant(const struct fox_image_row *image,
                                 const struct fox_variant_row *row)
{
    return (struct named){.image = image,
                          .pool_id = &row->pool_id,
                          .key = row->key,
                          .kind = row->kind,
                          .bytes = row->bytes,
                          .sha256 = row->sha256};
}

/* Only a sound original can give variants again; else those that are left are the last there are.
 */
static pxf_status check_variants(struct fox_scrub *scrub, const struct fox_image_row *image,
                                 const struct fox_variant_list *list, bool is_original_sound,
                                 pxf_error *err)
{
    const size_t first = scrub->count;
    struct named wrong = {0};

    for (size_t i = 0; i < list->count; i++) {
        const struct named file = name_variant(image, &list->rows[i]);
        bool is_wrong = false;

        if (file.key) {
            TRY(check_file(scrub, &file, &is_wrong, err));
        }
        if (is_wrong) {
            wrong = file;
        }
    }
    return wrong.image && scrub->options.repairs && is_original_sound
               ? repair(scrub, &wrong, first, err)
               : PXF_OK;
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
    const struct fox_pool_sight *pool = fox_pools_find(scrub->pools, &image->pool_id);
    struct variants variants = {.id = &image->id};
    pxf_status status;
    bool is_wrong, is_sound;

    scrub->totals.images++;
    TRY(check_file(scrub, &original, &is_wrong, err));
    is_sound = fox_scrub_blob(pool) && !is_wrong;
    status = fox_sql_read(scrub->flow->db, FOX_FRESH, read_variants, &variants, err);
    if (status == PXF_OK) {
        status = check_variants(scrub, image, &variants.list, is_sound, err);
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
