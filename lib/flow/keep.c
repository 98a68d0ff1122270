/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/keep.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "model/format.h"
#include "model/layout.h"

enum { COMPARE_BYTES = 64 << 10 };

pxf_status fox_keeper_begin(struct fox_keeper *keeper, struct fox_flow *flow, struct fox_run *run,
                            const struct fox_image_row *image, pxf_error *err)
{
    keeper->flow = flow;
    keeper->run = run;
    keeper->image = image;
    keeper->pool_id = image->pool_id;
    return fox_pools_blob(flow->pools, &image->pool_id, &keeper->blob, err);
}

void fox_keeper_let_go(struct fox_keeper *keeper)
{
    for (size_t i = 0; i < keeper->row_count; i++) {
        fox_variant_row_let_go(&keeper->rows[i]);
    }
    keeper->row_count = 0;
}

void fox_keeper_discard(struct fox_keeper *keeper)
{
    for (size_t i = 0; i < keeper->row_count; i++) {
        const struct fox_variant_row *row = &keeper->rows[i];
        struct fox_blob *blob;

        if (row->key && fox_pools_blob(keeper->flow->pools, &row->pool_id, &blob, NULL) == PXF_OK) {
            (void)fox_blob_remove(blob, row->key, NULL, NULL);
        }
    }
}

static pxf_status make_key(char **ret_key, const struct fox_keeper *keeper,
                           const struct fox_made *made, pxf_error *err)
{
    AUTO(fox_str) key = {0};
    char id[FOX_ID_TEXT_BYTES];
    char *text;

    fox_id_format(id, &keeper->image->id);
    TRY(fox_layout_variant(&key, fox_day_of_ms(keeper->image->created_ms), id, made->recipe->suffix,
                           fox_format_extension(made->format), err));
    text = fox_str_take(&key, err);
    if (!text) {
        return PXF_NO_MEMORY;
    }
    *ret_key = text;
    return PXF_OK;
}

/* Whether the same bytes stand there already. */
static pxf_status is_same(struct fox_blob *blob, const char *key, const struct fox_bytes *bytes,
                          bool *ret_same, pxf_error *err)
{
    AUTO(fox_blob_source) *source = NULL;
    const char *wanted = fox_bytes_data(bytes);
    char found[COMPARE_BYTES / 16];
    const struct fox_reader *reader;
    size_t size = 1;

    TRY(fox_blob_get(blob, key, &source, err));
    reader = fox_blob_source_reader(source);
    *ret_same = reader->size == fox_bytes_size(bytes);
    for (uint64_t at = 0; *ret_same && size > 0; at += size) {
        TRY(fox_reader_read(reader, at, found, sizeof found, &size, err));
        *ret_same = memcmp(wanted + at, found, size) == 0;
    }
    return PXF_OK;
}

/* Publishes. What stands under the key already was left by a run that died before its commit,
 * because rows of this image are only written with its end: the same bytes are taken over, others
 * make place, after another look at the lease. */
static pxf_status publish(struct fox_keeper *keeper, struct fox_blob_put *put, const char *key,
                          const struct fox_bytes *bytes, pxf_error *err)
{
    pxf_error cause = {0};
    bool same = false;

    if (fox_blob_put_finish(put, NULL, &cause) == PXF_OK) {
        return PXF_OK;
    }
    if (cause.status != PXF_EXISTS) {
        return fox_fail_as(err, &cause);
    }
    TRY(is_same(keeper->blob, key, bytes, &same, err));
    if (same) {
        return PXF_OK;
    }
    TRY(fox_run_check(keeper->run, err));
    TRY(fox_blob_remove(keeper->blob, key, NULL, err));
    return fox_blob_put_finish(put, NULL, err);
}

static pxf_status store(struct fox_keeper *keeper, const char *key, const struct fox_made *made,
                        pxf_error *err)
{
    AUTO(fox_blob_put) *put = NULL;
    AUTO(fox_str) temporary_key = {0};
    char id[FOX_ID_TEXT_BYTES];

    fox_id_format(id, &keeper->image->id);
    fox_str_add(&temporary_key, "%s-%s-%016llx", id, made->recipe->kind,
                (unsigned long long)fox_run_job(keeper->run)->token);
    TRY(fox_str_check(&temporary_key, err));
    TRY(fox_blob_put_open(keeper->blob, key, fox_str_text(&temporary_key), &put, err));
    TRY(fox_blob_put_write(put, fox_bytes_data(made->bytes), fox_bytes_size(made->bytes), err));
    TRY(fox_run_verdict(keeper->run, err));
    return publish(keeper, put, key, made->bytes, err);
}

/* Goes on in another pool, with lasting room of its own that the commit gives back. */
static pxf_status fail_over(struct fox_keeper *keeper, uint64_t bytes, const pxf_error *cause,
                            pxf_error *err)
{
    struct fox_room_request request = {
        .image_id = keeper->image->id,
        .owner = keeper->image->owner,
        .bytes = bytes,
        .file_count = FOX_BUILTIN_RECIPE_COUNT,
        .is_lasting = true,
    };
    struct fox_room room;
    pxf_error other = {0};

    if (cause->origin != PXF_ORIGIN_POOL || !fox_status_is_retryable((pxf_status)cause->status) ||
        keeper->failed_count == FOX_ROOM_TRY_LIMIT) {
        return fox_fail_as(err, cause);
    }
    keeper->failed[keeper->failed_count++] = keeper->pool_id;
    memcpy(request.avoid, keeper->failed, sizeof request.avoid);
    request.avoid_count = keeper->failed_count;
    if (fox_room_take(&room, keeper->flow, &request, &other) != PXF_OK) {
        return fox_fail_as(err, cause);
    }
    fox_env_log(keeper->flow->env, FOX_LEVEL_WARN, "variants go on in another pool: %s",
                cause->message);
    keeper->blob = room.blob;
    keeper->pool_id = room.pool_id;
    return PXF_OK;
}

static pxf_status store_somewhere(struct fox_keeper *keeper, const char *key,
                                  const struct fox_made *made, pxf_error *err)
{
    for (;;) {
        pxf_error cause = {0};

        if (store(keeper, key, made, &cause) == PXF_OK) {
            return PXF_OK;
        }
        TRY(fail_over(keeper, fox_bytes_size(made->bytes), &cause, err));
    }
}

pxf_status fox_keeper_put(void *ctx, const struct fox_made *made, pxf_error *err)
{
    struct fox_keeper *keeper = ctx;
    struct fox_variant_row *row = &keeper->rows[keeper->row_count];

    *row = (struct fox_variant_row){
        .image_id = keeper->image->id,
        .position = (int32_t)made->position,
        .skip = made->skip,
        .created_ms = fox_env_now_ms(keeper->flow->env),
    };
    memcpy(row->kind, made->recipe->kind, sizeof row->kind);
    keeper->row_count++;
    if (made->skip != FOX_SKIP_NONE) {
        return PXF_OK;
    }
    TRY(make_key(&row->key, keeper, made, err));
    TRY(store_somewhere(keeper, row->key, made, err));
    row->pool_id = keeper->pool_id;
    row->bytes = fox_bytes_size(made->bytes);
    row->format = made->format;
    row->width_px = made->width_px;
    row->height_px = made->height_px;
    row->quality = made->recipe->quality;
    row->render_ms = made->render_ms;
    memcpy(row->sha256, made->digest.bytes, sizeof row->sha256);
    fox_run_set_progress(keeper->run, (int32_t)(1000 * keeper->row_count / FOX_RECIPE_LIMIT));
    return PXF_OK;
}
