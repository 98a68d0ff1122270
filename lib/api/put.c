/* SPDX-License-Identifier: Apache-2.0 */
#include <pixelfox/upload.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/image.h"
#include "api/plain.h"
#include "base/hex.h"
#include "base/mem.h"
#include "base/meter.h"
#include "base/time.h"
#include "flow/ingest.h"
#include "model/names.h"
#include "os/file.h"

enum { PIECE_BYTES = 256 << 10, ADDRESS_BYTES = 45, TRACE_BYTES = 63 };

struct pxf_upload {
    pxf_store *store;
    struct fox_ingest_options options;
    char *owner, *title, *address, *trace_id;
    struct fox_ingest *ingest; /* from the first piece on */
    int64_t began_ms;
};

pxf_upload *pxf_upload_new(pxf_store *store, const char *owner, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    pxf_upload *upload;

    if (fox_call_enter(&call, store, err) != PXF_OK ||
        fox_name_check_owner(owner ? owner : "", err) != PXF_OK) {
        return NULL;
    }
    upload = fox_mem_new(1, sizeof *upload, err);
    if (!upload) {
        return NULL;
    }
    upload->store = fox_store_share(store);
    upload->began_ms = fox_env_monotonic_ms(&store->env);
    upload->options.switches = FOX_SWITCH_ALL;
    upload->options.visibility = PXF_VISIBILITY_PRIVATE;
    upload->owner = fox_mem_text(owner ? owner : "", err);
    upload->options.owner = upload->owner;
    fox_meter_add(store->meters, FOX_METER_PUT_ACTIVE, NULL, NULL, 1);
    if (!upload->owner) {
        fox_call_let_go(&call);
        pxf_upload_free(upload);
        return NULL;
    }
    return upload;
}

void pxf_upload_free(pxf_upload *upload)
{
    AUTO(fox_call) call = {0};

    if (!upload) {
        return;
    }
    /* A store that is closed, or another process', has nothing of it that could be given back here:
     * the sweep finds it. */
    if (fox_call_enter(&call, upload->store, NULL) == PXF_OK) {
        fox_ingest_free(upload->ingest);
        fox_meter_add(upload->store->meters, FOX_METER_PUT_ACTIVE, NULL, NULL, -1);
        fox_call_let_go(&call);
    }
    fox_store_let_go(upload->store);
    free(upload->owner);
    free(upload->title);
    free(upload->address);
    free(upload->trace_id);
    free(upload);
}

static pxf_status check_not_begun(const pxf_upload *upload, pxf_error *err)
{
    fox_fail_clear(err);
    if (upload->ingest) {
        return fox_fail(err, PXF_CONFLICT, "the upload began already");
    }
    return PXF_OK;
}

/* Keeps a text and points the option to it. */
static pxf_status keep(char **text, const char **option, const char *value, pxf_error *err)
{
    char *copy = fox_mem_text(value, err);

    if (value && !copy) {
        return PXF_NO_MEMORY;
    }
    free(*text);
    *text = copy;
    *option = copy;
    return PXF_OK;
}

static pxf_status check_length(const char *value, size_t limit, const char *what, pxf_error *err)
{
    if (value && strlen(value) > limit) {
        return fox_fail(err, PXF_INVALID, "%s has at most %zu bytes", what, limit);
    }
    return PXF_OK;
}

pxf_status pxf_upload_set_title(pxf_upload *upload, const char *title, pxf_error *err)
{
    TRY(check_not_begun(upload, err));
    return keep(&upload->title, &upload->options.title, title, err);
}

pxf_status pxf_upload_set_visibility(pxf_upload *upload, pxf_visibility visibility, pxf_error *err)
{
    TRY(check_not_begun(upload, err));
    if (visibility < PXF_VISIBILITY_PRIVATE || visibility > PXF_VISIBILITY_PUBLIC) {
        return fox_fail(err, PXF_INVALID, "%d is no visibility", (int)visibility);
    }
    upload->options.visibility = visibility;
    return PXF_OK;
}

pxf_status pxf_upload_set_address(pxf_upload *upload, const char *address, pxf_error *err)
{
    TRY(check_not_begun(upload, err));
    TRY(check_length(address, ADDRESS_BYTES, "an address", err));
    return keep(&upload->address, &upload->options.address, address, err);
}

pxf_status pxf_upload_set_trace_id(pxf_upload *upload, const char *trace_id, pxf_error *err)
{
    TRY(check_not_begun(upload, err));
    TRY(check_length(trace_id, TRACE_BYTES, "a trace id", err));
    return keep(&upload->trace_id, &upload->options.trace_id, trace_id, err);
}

pxf_status pxf_upload_set_size(pxf_upload *upload, uint64_t bytes, pxf_error *err)
{
    TRY(check_not_begun(upload, err));
    upload->options.bytes = bytes;
    return PXF_OK;
}

pxf_status pxf_upload_set_sha256(pxf_upload *upload, const char *sha256, pxf_error *err)
{
    TRY(check_not_begun(upload, err));
    TRY(fox_text_check(sha256, "a sha-256", err));
    if (!fox_hex_parse(upload->options.digest.bytes, sizeof upload->options.digest.bytes, sha256)) {
        return fox_fail(err, PXF_INVALID, "a sha-256 has 64 hexadecimal digits");
    }
    upload->options.has_digest = true;
    return PXF_OK;
}

pxf_status pxf_upload_set_output(pxf_upload *upload, const char *output, bool enabled,
                                 pxf_error *err)
{
    static const char *const names[] = {"webp", "avif", "original"};

    TRY(check_not_begun(upload, err));
    TRY(fox_text_check(output, "an output", err));
    for (unsigned i = 0; i < 3; i++) {
        if (strcmp(names[i], output) == 0) {
            upload->options.switches &= ~(1U << i);
            upload->options.switches |= (uint32_t)enabled << i;
            return PXF_OK;
        }
    }
    return fox_fail(err, PXF_NOT_FOUND, "no output '%s': webp, avif, original", output);
}

/* The rest of an append, inside a call. */
static pxf_status append(pxf_upload *upload, const void *data, size_t size,
                         struct fox_cancel *cancel, pxf_error *err)
{
    if (!upload->ingest) {
        TRY(fox_ingest_new(&upload->ingest, &upload->store->flow, &upload->options, err));
    }
    return fox_ingest_write(upload->ingest, data, size, cancel, err);
}

pxf_status pxf_upload_append(pxf_upload *upload, const void *data, size_t size, pxf_cancel *cancel,
                             pxf_error *err)
{
    AUTO(fox_call) call = {0};

    TRY(fox_call_enter_slow(&call, upload->store, cancel, err));
    TRY(fox_data_check(data, size, err));
    return fox_call_verdict(&call, append(upload, data, size, call.cancel, err), err);
}

uint64_t pxf_upload_offset(const pxf_upload *upload)
{
    return upload->ingest ? fox_ingest_size(upload->ingest) : 0;
}

/* Finishes inside a call. */
static pxf_image *finish(pxf_upload *upload, struct fox_cancel *cancel, pxf_error *err)
{
    pxf_store *store = upload->store;
    struct fox_ingested ingested;
    pxf_image *image;

    if (append(upload, "", 0, cancel, err) != PXF_OK ||
        fox_ingest_finish(upload->ingest, cancel, &ingested, err) != PXF_OK) {
        return NULL;
    }
    fox_meter_observe(store->meters, FOX_METER_PUT_SECONDS, NULL, NULL,
                      (double)(fox_env_monotonic_ms(&store->env) - upload->began_ms) /
                          FOX_SECOND_MS);
    image = fox_image_load(store, &ingested.image_id, err);
    if (image) {
        image->is_duplicate = ingested.is_duplicate;
    }
    return image;
}

/* A picture that breaks off on its way is not taken for a whole one; the rest may still come. */
static pxf_status check_complete(const pxf_upload *upload, pxf_error *err)
{
    const uint64_t said = upload->options.bytes, came = pxf_upload_offset(upload);

    if (came < said) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_IMAGE, 0,
                             "only %" PRIu64 " of the %" PRIu64 " bytes that were announced came",
                             came, said);
    }
    return PXF_OK;
}

pxf_image *pxf_upload_finish(pxf_upload *upload, pxf_cancel *cancel, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    pxf_image *image;

    if (fox_call_enter_slow(&call, upload->store, cancel, err) != PXF_OK ||
        check_complete(upload, err) != PXF_OK) {
        return NULL;
    }
    image = finish(upload, call.cancel, err);
    if (!image && err) {
        (void)fox_call_verdict(&call, (pxf_status)err->status, err);
    }
    return image;
}

/* Takes all that a descriptor gives, from where it stands. */
static pxf_status append_file(pxf_upload *upload, const struct fox_fd *file,
                              struct fox_cancel *cancel, pxf_error *err)
{
    char *piece = fox_mem_new(1, PIECE_BYTES, err);
    pxf_status status = piece ? PXF_OK : PXF_NO_MEMORY;
    size_t size = 1;

    while (status == PXF_OK && size > 0) {
        status = fox_file_read(file, piece, PIECE_BYTES, &size, err);
        if (status == PXF_OK && size > 0) {
            status = append(upload, piece, size, cancel, err);
        }
    }
    free(piece);
    return status;
}

/* A file that can be read again is looked at before any byte is taken. */
static pxf_status put_open_file(pxf_upload *upload, struct fox_fd *file, struct fox_call *call,
                                pxf_image **ret_image, pxf_error *err)
{
    struct fox_reader reader;

    TRY(fox_file_reader(&reader, file, err));
    if (reader.size == 0) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0, "empty: no bytes at all");
    }
    TRY(fox_ingest_check(&upload->store->flow, &reader, err));
    upload->options.bytes = reader.size;
    TRY(append_file(upload, file, call->cancel, err));
    *ret_image = finish(upload, call->cancel, err);
    return *ret_image ? PXF_OK : PXF_INTERNAL;
}

/* The last component of a path. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

pxf_image *pxf_image_put_file(pxf_store *store, const char *path, const char *owner,
                              pxf_cancel *cancel, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    AUTO(fox_fd) file = {0};
    pxf_image *image = NULL;
    pxf_upload *upload;

    if (fox_call_enter_slow(&call, store, cancel, err) != PXF_OK ||
        fox_text_check(path, "a picture's path", err) != PXF_OK ||
        fox_file_open(&file, path, PXF_ORIGIN_NONE, err) != PXF_OK) {
        return NULL;
    }
    upload = pxf_upload_new(store, owner, err);
    if (!upload) {
        return NULL;
    }
    if (pxf_upload_set_title(upload, base_name(path), err) == PXF_OK &&
        put_open_file(upload, &file, &call, &image, err) != PXF_OK && err) {
        (void)fox_call_verdict(&call, (pxf_status)err->status, err);
    }
    pxf_upload_free(upload);
    return image;
}

pxf_image *pxf_image_put_bytes(pxf_store *store, const void *data, size_t size, const char *owner,
                               pxf_cancel *cancel, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct fox_memory memory = {data, size};
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    pxf_image *image = NULL;
    pxf_upload *upload;

    if (fox_call_enter_slow(&call, store, cancel, err) != PXF_OK ||
        fox_data_check(data, size, err) != PXF_OK) {
        return NULL;
    }
    upload = pxf_upload_new(store, owner, err);
    if (!upload) {
        return NULL;
    }
    upload->options.bytes = size;
    if ((size == 0 || fox_ingest_check(&store->flow, &reader, err) == PXF_OK) &&
        append(upload, data, size, call.cancel, err) == PXF_OK) {
        image = finish(upload, call.cancel, err);
    }
    if (!image && err) {
        (void)fox_call_verdict(&call, (pxf_status)err->status, err);
    }
    pxf_upload_free(upload);
    return image;
}

pxf_image *pxf_image_put_fd(pxf_store *store, int fd, const char *owner, pxf_cancel *cancel,
                            pxf_error *err)
{
    AUTO(fox_call) call = {0};
    /* The caller's: read, never closed. */
    const struct fox_fd file = fox_fd_of(fd, PXF_ORIGIN_NONE);
    pxf_image *image = NULL;
    pxf_upload *upload;

    if (fox_call_enter_slow(&call, store, cancel, err) != PXF_OK) {
        return NULL;
    }
    upload = pxf_upload_new(store, owner, err);
    if (!upload) {
        return NULL;
    }
    if (append_file(upload, &file, call.cancel, err) == PXF_OK) {
        image = finish(upload, call.cancel, err);
    }
    if (!image && err) {
        (void)fox_call_verdict(&call, (pxf_status)err->status, err);
    }
    pxf_upload_free(upload);
    return image;
}
