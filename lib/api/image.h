/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_API_IMAGE_H
#define FOX_API_IMAGE_H

#include <pixelfox/image.h>

#include "api/store.h"
#include "meta/image.h"
#include "meta/variant.h"

/* A place in a pool as handles show it. */
struct fox_place {
    char *pool, *url, *path; /* path: NULL where it is not a folder of this host */
};

void fox_place_let_go(struct fox_place *place);

/* What a view of the pools says of a key. */
pxf_status fox_place_fill(struct fox_place *place, const struct fox_pools_view *view,
                          const struct fox_id *pool_id, const char *key, pxf_error *err);

struct pxf_variant {
    pxf_store *store; /* NULL: rendered without one; else its image's, which keeps it */
    struct fox_variant_row row;
    struct fox_place place;
    struct fox_bytes *bytes; /* of one that has no store */
    char sha256[2 * FOX_HASH_BYTES + 1];
};

/* Lets go of what a variant holds, not of the variant. */
void fox_variant_clear(struct pxf_variant *variant);

struct pxf_image {
    atomic_size_t owners;
    pxf_store *store;
    struct fox_image_row row;
    struct fox_place place;
    struct pxf_variant *variants;
    size_t variant_count;
    char *metadata;
    bool is_duplicate;
    char id[FOX_ID_TEXT_BYTES];
    char sha256[2 * FOX_HASH_BYTES + 1];
    char cursor[FOX_CURSOR_BYTES];
};

/* An image by its id with its variants and metadata; inside a call. */
pxf_image *fox_image_load(pxf_store *store, const struct fox_id *id, pxf_error *err);

/* A handle over a row that is taken over, also on failure; without variants and metadata. */
pxf_image *fox_image_out(pxf_store *store, struct fox_image_row *row, pxf_error *err);

/* Reads a part of a blob into bytes. */
pxf_bytes *fox_blob_bytes(pxf_store *store, const struct fox_id *pool_id, const char *key,
                          uint64_t offset, size_t size, pxf_error *err);

/* Reads a part of an original, for the public without its place unless the settings say raw. */
pxf_bytes *fox_original_bytes(const pxf_image *image, pxf_reader reader, uint64_t offset,
                              size_t size, pxf_error *err);

/* Reads what stands behind a reader. */
pxf_bytes *fox_reader_bytes(const struct fox_reader *reader, uint64_t offset, size_t size,
                            pxf_error *err);

#endif
