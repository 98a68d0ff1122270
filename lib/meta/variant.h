/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_VARIANT_H
#define FOX_META_VARIANT_H

#include "meta/image.h"
#include "model/recipe.h"

/* One row for an image and a kind, or none: the unique key holds it. A skipped variant has a row
 * with its reason and no key. */
struct fox_variant_row {
    struct fox_id image_id;
    char kind[FOX_KIND_BYTES];
    int32_t position;      /* in lists */
    struct fox_id pool_id; /* zero: skipped */
    char *key;             /* NULL: skipped */
    uint64_t bytes;        /* 0: skipped */
    pxf_format format;
    uint32_t width_px, height_px;
    int32_t quality;
    uint8_t sha256[FOX_HASH_BYTES];
    int64_t render_ms, created_ms;
    enum fox_skip skip;
};

/* Frees its key and empties it. */
void fox_variant_row_let_go(struct fox_variant_row *row);

struct fox_variant_list {
    struct fox_variant_row *rows;
    size_t count;
};

/* Frees its rows and empties it. */
void fox_variant_list_let_go(struct fox_variant_list *list);

/* Puts the row in place of one with the same image and kind. Its bytes are counted by the caller,
 * in the same operation, and what was there before is given back (fox_variant_list_in shows it).
 * NOT_FOUND: no such image; CONFLICT: it is deleted; EXISTS: another variant has that place;
 * INVALID: both a key and a reason to skip, or neither, or a text that no column holds. */
pxf_status fox_variant_put_in(struct fox_sql_tx *tx, const struct fox_variant_row *row,
                              pxf_error *err);

/* All of an image, in their order. */
pxf_status fox_variant_list_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                               struct fox_variant_list *ret_list, pxf_error *err);

/* All of up to 1000 images, for a page: one statement. Grouped by image in the order of the ids'
 * bytes, in their order. */
pxf_status fox_variant_list_of_in(struct fox_sql_tx *tx, const struct fox_id *image_ids,
                                  size_t count, struct fox_variant_list *ret_list, pxf_error *err);

/* None of that kind is no error. The caller gives back what it used. */
pxf_status fox_variant_remove_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                                 const char *kind, pxf_error *err);

/* Whether any row, original or variant, names that place: what storage holds beyond is an orphan.
 */
pxf_status fox_key_is_known_in(struct fox_sql_tx *tx, const struct fox_id *pool_id, const char *key,
                               bool *ret_known, pxf_error *err);

#endif
