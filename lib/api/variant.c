/* SPDX-License-Identifier: Apache-2.0 */
#include <pixelfox/variant.h>

#include <stdlib.h>

#include "api/image.h"
#include "api/plain.h"
#include "model/format.h"

void fox_variant_clear(struct pxf_variant *variant)
{
    fox_variant_row_let_go(&variant->row);
    fox_place_let_go(&variant->place);
    fox_bytes_free(variant->bytes);
    variant->bytes = NULL;
}

void pxf_variant_free(pxf_variant *variant)
{
    if (variant && !variant->store) { /* an image's is lent */
        fox_variant_clear(variant);
        free(variant);
    }
}

static bool is_made(const pxf_variant *variant)
{
    return variant->row.skip == FOX_SKIP_NONE;
}

const char *pxf_variant_kind(const pxf_variant *variant)
{
    return variant->row.kind;
}

const char *pxf_variant_type(const pxf_variant *variant)
{
    return is_made(variant) ? fox_format_mime(variant->row.format) : NULL;
}

uint32_t pxf_variant_width_px(const pxf_variant *variant)
{
    return variant->row.width_px;
}

uint32_t pxf_variant_height_px(const pxf_variant *variant)
{
    return variant->row.height_px;
}

uint64_t pxf_variant_bytes(const pxf_variant *variant)
{
    return variant->row.bytes;
}

int64_t pxf_variant_render_ms(const pxf_variant *variant)
{
    return variant->row.render_ms;
}

const char *pxf_variant_sha256(const pxf_variant *variant)
{
    return is_made(variant) ? variant->sha256 : NULL;
}

const char *pxf_variant_key(const pxf_variant *variant)
{
    return variant->row.key;
}

const char *pxf_variant_pool(const pxf_variant *variant)
{
    return variant->place.pool;
}

const char *pxf_variant_url(const pxf_variant *variant)
{
    return variant->place.url;
}

const char *pxf_variant_path(const pxf_variant *variant)
{
    return variant->place.path;
}

const char *pxf_variant_skip_reason(const pxf_variant *variant)
{
    return is_made(variant) ? NULL : fox_skip_name(variant->row.skip);
}

pxf_bytes *pxf_variant_read(const pxf_variant *variant, uint64_t offset, size_t size,
                            pxf_cancel *cancel, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    fox_fail_clear(err);
    if (!is_made(variant)) {
        (void)fox_fail(err, PXF_NOT_FOUND, "'%s' was not made: %s", variant->row.kind,
                       fox_skip_name(variant->row.skip));
        return NULL;
    }
    if (!variant->store) {
        struct fox_memory memory = {fox_bytes_data(variant->bytes), fox_bytes_size(variant->bytes)};
        const struct fox_reader reader = fox_reader_of_memory(&memory);

        return fox_reader_bytes(&reader, offset, size, err);
    }
    if (fox_call_enter_slow(&call, variant->store, cancel, err) != PXF_OK) {
        return NULL;
    }
    return fox_blob_bytes(variant->store, &variant->row.pool_id, variant->row.key, offset, size,
                          err);
}
