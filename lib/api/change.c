/* SPDX-License-Identifier: Apache-2.0 */
#include <pixelfox/image.h>

#include <string.h>

#include "api/image.h"
#include "api/plain.h"
#include "base/time.h"
#include "flow/reap.h"
#include "model/names.h"
#include "os/poll.h"

enum { DESCRIPTION_BYTES = 65535, BLIND_WAIT_MS = 50, LOOK_WAIT_MS = 250 };

static pxf_status parse_id(struct fox_id *ret_id, const char *text, pxf_error *err)
{
    TRY(fox_text_check(text, "an image's id", err));
    if (!fox_id_parse(ret_id, text)) {
        return fox_fail(err, PXF_INVALID, "'%s' is no image's id", text);
    }
    return PXF_OK;
}

pxf_image *pxf_image_find(pxf_store *store, const char *id, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_id parsed;

    if (fox_call_enter(&call, store, err) != PXF_OK || parse_id(&parsed, id, err) != PXF_OK) {
        return NULL;
    }
    return fox_image_load(store, &parsed, err);
}

static bool is_settled(const pxf_image *image)
{
    switch (image->row.state) {
    case PXF_IMAGE_PENDING:
    case PXF_IMAGE_PROCESSING:
        return false;
    case PXF_IMAGE_READY:
    case PXF_IMAGE_FAILED:
    case PXF_IMAGE_DELETED:
        return true;
    }
    return false;
}

/* Works the image's own job if nobody else can; else waits for news. */
static pxf_status step(pxf_store *store, struct fox_watch *watch, const struct fox_id *id,
                       struct fox_cancel *cancel, int64_t left_ms, pxf_error *err)
{
    struct fox_poll polls[] = {{.number = watch ? fox_watch_fd(watch) : -1},
                               {.number = fox_cancel_fd(cancel)}};
    int64_t wait_ms = watch ? LOOK_WAIT_MS : BLIND_WAIT_MS;
    size_t ready_count;

    if (!fox_store_has_worker(store)) {
        pxf_error cause = {0};
        const pxf_status status = fox_worker_run_one(store->solo, id, cancel, &cause);

        if (status != PXF_NOT_FOUND) {
            return status == PXF_OK ? PXF_OK : fox_fail_as(err, &cause);
        }
    }
    if (left_ms >= 0 && left_ms < wait_ms) {
        wait_ms = left_ms;
    }
    return fox_poll(polls, 2, wait_ms, &ready_count, err);
}

static pxf_status wait(pxf_store *store, const struct fox_id *id, int64_t timeout_ms,
                       struct fox_cancel *cancel, pxf_image **ret_image, pxf_error *err)
{
    AUTO(fox_watch) *watch = fox_store_watch(store);
    const int64_t until_ms = fox_time_after(fox_env_monotonic_ms(&store->env), timeout_ms);

    for (;;) {
        const int64_t left_ms = timeout_ms < 0 ? -1 : until_ms - fox_env_monotonic_ms(&store->env);
        pxf_image *image;

        TRY(fox_cancel_check(cancel, err));
        if (watch) {
            (void)fox_watch_drain(watch);
        }
        image = fox_image_load(store, id, err);
        if (!image) {
            return PXF_NOT_FOUND;
        }
        if (is_settled(image)) {
            *ret_image = image;
            return PXF_OK;
        }
        pxf_image_free(image);
        if (timeout_ms >= 0 && left_ms <= 0) {
            return fox_fail(err, PXF_TIMEOUT, "the image is not ready after %lld ms",
                            (long long)timeout_ms);
        }
        TRY(step(store, watch, id, cancel, left_ms, err));
    }
}

pxf_image *pxf_image_wait(const pxf_image *image, int64_t timeout_ms, pxf_cancel *cancel,
                          pxf_error *err)
{
    AUTO(fox_call) call = {0};
    pxf_image *settled = NULL;
    pxf_status status;

    if (fox_call_enter_slow(&call, image->store, cancel, err) != PXF_OK) {
        return NULL;
    }
    status = wait(image->store, &image->row.id, timeout_ms, call.cancel, &settled, err);
    (void)fox_call_verdict(&call, status, err);
    if (settled) {
        settled->is_duplicate = image->is_duplicate;
    }
    return settled;
}

pxf_status pxf_image_remove(pxf_store *store, const char *id, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_id parsed;

    TRY(fox_call_enter(&call, store, err));
    TRY(parse_id(&parsed, id, err));
    return fox_reap_image(&store->flow, &parsed, err);
}

pxf_status pxf_image_remove_owner(pxf_store *store, const char *owner, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    TRY(fox_call_enter(&call, store, err));
    TRY(fox_text_check(owner, "an owner", err));
    TRY(fox_name_check_owner(owner, err));
    return fox_reap_owner(&store->flow, owner, err);
}

struct update {
    struct fox_id id;
    struct fox_image_change change;
};

static pxf_status update_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct update *update = ctx;

    return fox_image_update_in(tx, &update->id, &update->change, err);
}

static pxf_status update(const pxf_image *image, const struct fox_image_change *change,
                         pxf_error *err)
{
    struct update ctx = {.id = image->row.id, .change = *change};

    ctx.change.version = image->row.version;
    return fox_sql_write(image->store->db, FOX_DURABLE, update_in, &ctx, err);
}

pxf_status pxf_image_set_title(const pxf_image *image, const char *title, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    AUTO(fox_str) clean = {0};
    struct fox_image_change change = {0};

    TRY(fox_call_enter(&call, image->store, err));
    TRY(fox_name_put_title(
        &clean, title ? title : "",
        (size_t)fox_settings_number(image->store->settings, FOX_SETTING_INGEST_TITLE_MAX_BYTES),
        err));
    change.title = fox_str_text(&clean);
    return update(image, &change, err);
}

pxf_status pxf_image_set_description(const pxf_image *image, const char *description,
                                     pxf_error *err)
{
    AUTO(fox_call) call = {0};
    const struct fox_image_change change = {.description = description ? description : ""};

    TRY(fox_call_enter(&call, image->store, err));
    if (strlen(change.description) > DESCRIPTION_BYTES) {
        return fox_fail(err, PXF_INVALID, "a description has at most %d bytes", DESCRIPTION_BYTES);
    }
    return update(image, &change, err);
}

pxf_status pxf_image_set_visibility(const pxf_image *image, pxf_visibility visibility,
                                    pxf_error *err)
{
    AUTO(fox_call) call = {0};
    const struct fox_image_change change = {.visibility = visibility};

    TRY(fox_call_enter(&call, image->store, err));
    if (visibility < PXF_VISIBILITY_PRIVATE || visibility > PXF_VISIBILITY_PUBLIC) {
        return fox_fail(err, PXF_INVALID, "%d is no visibility", (int)visibility);
    }
    return update(image, &change, err);
}

struct access {
    struct fox_id id;
    int64_t now_ms;
};

static pxf_status add_view_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct access *access = ctx;

    return fox_image_add_access_in(tx, &access->id, 1, 0, access->now_ms, err);
}

pxf_status pxf_image_add_view(pxf_store *store, const char *id, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct access access;

    TRY(fox_call_enter(&call, store, err));
    TRY(parse_id(&access.id, id, err));
    access.now_ms = fox_env_now_ms(&store->env);
    return fox_sql_write(store->db, FOX_RELAXED, add_view_in, &access, err);
}

pxf_bytes *pxf_image_read(const pxf_image *image, pxf_reader reader, uint64_t offset, size_t size,
                          pxf_cancel *cancel, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    if (fox_call_enter_slow(&call, image->store, cancel, err) != PXF_OK) {
        return NULL;
    }
    return fox_original_bytes(image, reader, offset, size, err);
}
