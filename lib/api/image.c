/* SPDX-License-Identifier: Apache-2.0 */
#include "api/image.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/plain.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/mem.h"
#include "meta/metadata.h"
#include "model/format.h"
#include "model/layout.h"

void fox_place_let_go(struct fox_place *place)
{
    free(place->pool);
    free(place->url);
    free(place->path);
    *place = (struct fox_place){0};
}

pxf_status fox_place_fill(struct fox_place *place, const struct fox_pools_view *view,
                          const struct fox_id *pool_id, const char *key, pxf_error *err)
{
    const struct fox_pool_sight *sight = fox_pools_find(view, pool_id);
    AUTO(fox_str) url = {0};
    AUTO(fox_str) path = {0};

    if (!sight) {
        return PXF_OK;
    }
    place->pool = fox_mem_text(sight->row.name, err);
    fox_layout_url(&url, sight->row.public_url, sight->row.name, key);
    place->url = fox_str_take(&url, err);
    if (!place->pool || !place->url) {
        return PXF_NO_MEMORY;
    }
    if (sight->blob && fox_blob_path(sight->blob, key, &path, NULL) == PXF_OK) {
        place->path = fox_str_take(&path, err);
        return place->path ? PXF_OK : PXF_NO_MEMORY;
    }
    return PXF_OK;
}

pxf_image *fox_image_out(pxf_store *store, struct fox_image_row *row, pxf_error *err)
{
    AUTO(fox_pools_view) *view = NULL;
    pxf_image *image = fox_mem_new(1, sizeof *image, err);

    if (!image) {
        fox_image_row_let_go(row);
        return NULL;
    }
    atomic_init(&image->owners, 1);
    image->store = fox_store_share(store);
    image->row = *row;
    *row = (struct fox_image_row){0};
    fox_id_format(image->id, &image->row.id);
    fox_hex_format(image->sha256, image->row.sha256, sizeof image->row.sha256);
    fox_image_cursor(image->cursor, &image->row);
    if (fox_pools_get(store->pools, &view, err) != PXF_OK ||
        fox_place_fill(&image->place, view, &image->row.pool_id, image->row.key, err) != PXF_OK) {
        pxf_image_free(image);
        return NULL;
    }
    return image;
}

void pxf_image_free(pxf_image *image)
{
    if (!image || atomic_fetch_sub(&image->owners, 1) > 1) {
        return;
    }
    for (size_t i = 0; i < image->variant_count; i++) {
        fox_variant_clear(&image->variants[i]);
    }
    free(image->variants);
    free(image->metadata);
    fox_place_let_go(&image->place);
    fox_image_row_let_go(&image->row);
    fox_store_let_go(image->store);
    free(image);
}

struct load {
    struct fox_id id;
    struct fox_image_row row;
    struct fox_variant_list variants;
    struct fox_exif exif;
};

static void load_let_go(struct load *load)
{
    fox_image_row_let_go(&load->row);
    fox_variant_list_let_go(&load->variants);
    fox_exif_let_go(&load->exif);
}

static pxf_status load_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct load *load = ctx;
    pxf_error cause = {0};
    pxf_status status;

    load_let_go(load);
    load->exif = (struct fox_exif){.iso = 0};
    TRY(fox_image_get_in(tx, &load->id, &load->row, err));
    TRY(fox_variant_list_in(tx, &load->id, &load->variants, err));
    status = fox_metadata_get_in(tx, &load->id, &load->exif, &cause);
    return status == PXF_OK || status == PXF_NOT_FOUND ? PXF_OK : fox_fail_as(err, &cause);
}

static void put_member(struct fox_str *text, const char *name, const char *value)
{
    if (*value) {
        fox_str_add(text, "%s\"%s\":", text->size > 1 ? "," : "", name);
        fox_json_quote(text, value);
    }
}

/* A number of degrees with seven decimals, about a centimetre, and a point in every locale. */
static void put_degrees(struct fox_str *text, const char *name, double degrees)
{
    enum { SCALE = 10000000 };
    const int64_t scaled = (int64_t)(degrees * SCALE + (degrees < 0 ? -0.5 : 0.5));
    const int64_t size = scaled < 0 ? -scaled : scaled;

    fox_str_add(text, "%s\"%s\":%s%" PRId64 ".%07" PRId64, text->size > 1 ? "," : "", name,
                scaled < 0 ? "-" : "", size / SCALE, size % SCALE);
}

static pxf_status write_metadata(struct fox_str *text, const struct fox_exif *exif, pxf_error *err)
{
    fox_str_put_text(text, "{");
    put_member(text, "camera_model", exif->camera_model);
    put_member(text, "taken_at", exif->taken_at);
    put_member(text, "taken_zone", exif->taken_zone);
    if (exif->has_place) {
        put_degrees(text, "latitude", exif->latitude);
        put_degrees(text, "longitude", exif->longitude);
    }
    put_member(text, "exposure_time", exif->exposure_time);
    put_member(text, "aperture", exif->aperture);
    if (exif->iso > 0) {
        fox_str_add(text, "%s\"iso\":%" PRIu32, text->size > 1 ? "," : "", exif->iso);
    }
    put_member(text, "focal_length", exif->focal_length);
    fox_str_add(text, "%s\"exif\":%s}", text->size > 1 ? "," : "",
                exif->json.size > 0 ? fox_str_text(&exif->json) : "{}");
    return fox_str_check(text, err);
}

static pxf_status add_variants(pxf_image *image, struct fox_variant_list *list, pxf_error *err)
{
    AUTO(fox_pools_view) *view = NULL;

    TRY(fox_pools_get(image->store->pools, &view, err));
    image->variants = fox_mem_new(list->count, sizeof *image->variants, err);
    if (!image->variants) {
        return PXF_NO_MEMORY;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct pxf_variant *variant = &image->variants[i];

        variant->store = image->store;
        variant->row = list->rows[i];
        list->rows[i] = (struct fox_variant_row){.key = NULL};
        fox_hex_format(variant->sha256, variant->row.sha256, sizeof variant->row.sha256);
        image->variant_count++;
        if (variant->row.key) {
            TRY(fox_place_fill(&variant->place, view, &variant->row.pool_id, variant->row.key,
                               err));
        }
    }
    return PXF_OK;
}

static pxf_status complete(pxf_image *image, struct load *load, pxf_error *err)
{
    AUTO(fox_str) metadata = {0};

    TRY(add_variants(image, &load->variants, err));
    TRY(write_metadata(&metadata, &load->exif, err));
    image->metadata = fox_str_take(&metadata, err);
    return image->metadata ? PXF_OK : PXF_NO_MEMORY;
}

pxf_image *fox_image_load(pxf_store *store, const struct fox_id *id, pxf_error *err)
{
    struct load load = {.id = *id};
    pxf_image *image = NULL;

    if (fox_sql_read(store->db, FOX_FRESH, load_in, &load, err) == PXF_OK) {
        image = fox_image_out(store, &load.row, err);
    }
    if (image && complete(image, &load, err) != PXF_OK) {
        pxf_image_free(image);
        image = NULL;
    }
    load_let_go(&load);
    return image;
}

pxf_bytes *fox_reader_bytes(const struct fox_reader *reader, uint64_t offset, size_t size,
                            pxf_error *err)
{
    const uint64_t left = offset < reader->size ? reader->size - offset : 0;
    size_t wanted = size > 0 && size < left ? size : (size_t)left;
    char *data = fox_mem_new(wanted + 1, 1, err);
    size_t got = 0;

    if (!data) {
        return NULL;
    }
    if (fox_reader_read(reader, offset, data, wanted, &got, err) != PXF_OK) {
        free(data);
        return NULL;
    }
    return fox_bytes_out(fox_bytes_take(data, got, err));
}

pxf_bytes *fox_blob_bytes(pxf_store *store, const struct fox_id *pool_id, const char *key,
                          uint64_t offset, size_t size, pxf_error *err)
{
    AUTO(fox_blob_source) *source = NULL;
    struct fox_blob *blob;

    if (fox_pools_blob(store->pools, pool_id, &blob, err) != PXF_OK ||
        fox_blob_get(blob, key, &source, err) != PXF_OK) {
        return NULL;
    }
    return fox_reader_bytes(fox_blob_source_reader(source), offset, size, err);
}

const char *pxf_image_id(const pxf_image *image)
{
    return image->id;
}

const char *pxf_image_owner(const pxf_image *image)
{
    return image->row.owner;
}

const char *pxf_image_title(const pxf_image *image)
{
    return image->row.title;
}

const char *pxf_image_description(const pxf_image *image)
{
    return image->row.description;
}

pxf_visibility pxf_image_visibility(const pxf_image *image)
{
    return image->row.visibility;
}

pxf_image_state pxf_image_get_state(const pxf_image *image)
{
    return image->row.state;
}

const char *pxf_image_failure(const pxf_image *image)
{
    return image->row.failure.message;
}

const char *pxf_image_failure_rule(const pxf_image *image)
{
    return *image->row.failure.rule ? image->row.failure.rule : NULL;
}

pxf_status pxf_image_failure_status(const pxf_image *image)
{
    return image->row.failure.status;
}

bool pxf_image_is_duplicate(const pxf_image *image)
{
    return image->is_duplicate;
}

uint32_t pxf_image_frame_count(const pxf_image *image)
{
    return image->row.frame_count;
}

const char *pxf_image_type(const pxf_image *image)
{
    return fox_format_mime(image->row.format);
}

uint32_t pxf_image_width_px(const pxf_image *image)
{
    return image->row.width_px;
}

uint32_t pxf_image_height_px(const pxf_image *image)
{
    return image->row.height_px;
}

uint64_t pxf_image_bytes(const pxf_image *image)
{
    return image->row.bytes;
}

int64_t pxf_image_created_ms(const pxf_image *image)
{
    return image->row.created_ms;
}

int64_t pxf_image_view_count(const pxf_image *image)
{
    return image->row.view_count;
}

const char *pxf_image_sha256(const pxf_image *image)
{
    return image->sha256;
}

const char *pxf_image_key(const pxf_image *image)
{
    return image->row.key;
}

const char *pxf_image_pool(const pxf_image *image)
{
    return image->place.pool;
}

const char *pxf_image_url(const pxf_image *image)
{
    return image->place.url;
}

const char *pxf_image_path(const pxf_image *image)
{
    return image->place.path;
}

const char *pxf_image_share_key(const pxf_image *image)
{
    return image->row.share_key;
}

const char *pxf_image_trace_id(const pxf_image *image)
{
    return image->row.trace_id;
}

const char *pxf_image_metadata(const pxf_image *image)
{
    return image->metadata;
}

const char *pxf_image_cursor(const pxf_image *image)
{
    return image->cursor;
}

size_t pxf_image_variant_count(const pxf_image *image)
{
    return image->variant_count;
}

const pxf_variant *pxf_image_variant(const pxf_image *image, size_t index)
{
    return index < image->variant_count ? &image->variants[index] : NULL;
}

static const pxf_variant *find_kind(const pxf_image *image, const char *kind)
{
    for (size_t i = 0; i < image->variant_count; i++) {
        if (strcmp(image->variants[i].row.kind, kind) == 0) {
            return &image->variants[i];
        }
    }
    return NULL;
}

const pxf_variant *pxf_image_find_variant(const pxf_image *image, const char *kind)
{
    static const char suffix[] = "_original";
    const pxf_variant *found = kind ? find_kind(image, kind) : NULL;
    char twin[FOX_KIND_BYTES];
    size_t stem;

    if (!found || found->row.skip != FOX_SKIP_SAME_FORMAT) {
        return found;
    }
    stem = strlen(kind) - (sizeof suffix - 1);
    memcpy(twin, kind, stem);
    (void)strcpy(twin + stem, image->row.format == PXF_FORMAT_WEBP ? "_webp" : "_avif");
    return find_kind(image, twin);
}
