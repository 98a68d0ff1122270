/* SPDX-License-Identifier: Apache-2.0 */
#include "api/image.h"
#include "api/store.h"
#include "sniff/redact.h"

static pxf_bytes *read_redacted(const struct fox_reader *reader, pxf_format format, uint64_t offset,
                                size_t size, pxf_error *err)
{
    AUTO(fox_redaction) redaction = {0};
    struct fox_redacted redacted = {.reader = reader, .redaction = &redaction};
    struct fox_reader clean;

    if (fox_redaction_find(&redaction, reader, format, err) != PXF_OK) {
        return NULL;
    }
    clean = fox_redaction_reader(&redacted);
    return fox_reader_bytes(&clean, offset, size, err);
}

static pxf_bytes *read_for_public(const pxf_image *image, uint64_t offset, size_t size,
                                  pxf_error *err)
{
    AUTO(fox_blob_source) *source = NULL;
    struct fox_blob *blob;

    if (fox_pools_blob(image->store->pools, &image->row.pool_id, &blob, err) != PXF_OK ||
        fox_blob_get(blob, image->row.key, &source, err) != PXF_OK) {
        return NULL;
    }
    return read_redacted(fox_blob_source_reader(source), image->row.format, offset, size, err);
}

pxf_bytes *fox_original_bytes(const pxf_image *image, pxf_reader reader, uint64_t offset,
                              size_t size, pxf_error *err)
{
    pxf_store *store = image->store;

    if (reader != PXF_FOR_OWNER && reader != PXF_FOR_PUBLIC) {
        (void)fox_fail(err, PXF_INVALID, "%d is nobody whom an original is read for", (int)reader);
        return NULL;
    }
    if (fox_flow_refresh(&store->flow, err) != PXF_OK) {
        return NULL;
    }
    if (reader == PXF_FOR_OWNER ||
        fox_settings_is(store->settings, FOX_SETTING_STORE_PUBLIC_ORIGINALS, "raw")) {
        return fox_blob_bytes(store, &image->row.pool_id, image->row.key, offset, size, err);
    }
    return read_for_public(image, offset, size, err);
}
