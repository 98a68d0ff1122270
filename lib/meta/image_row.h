/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_IMAGE_ROW_H
#define FOX_META_IMAGE_ROW_H

#include "meta/image.h"

/* The statement's current row, which selected all columns. What was read before a failure is in
 * the row, to be let go. */
pxf_status fox_image_row_read(struct fox_image_row *row, struct fox_sql_stmt *stmt, pxf_error *err);

/* INVALID for what no column holds. */
pxf_status fox_image_row_check(const struct fox_image_row *row, pxf_error *err);

/* Binds the `dedupe` of a living image: its owner's bytes, then its hash. The hash has one length,
 * so no other pair gives the same. The owner was checked. */
void fox_image_bind_dedupe(struct fox_sql_stmt *stmt, const char *owner,
                           const uint8_t sha256[FOX_HASH_BYTES]);

/* Its state. NOT_FOUND names the id. */
pxf_status fox_image_state_in(struct fox_sql_tx *tx, const struct fox_id *id,
                              pxf_image_state *ret_state, pxf_error *err);

/* Sees that nobody changes the row before the operation ends. NOT_FOUND names the id; CONFLICT if
 * it is deleted: nothing may be added to it any more. */
pxf_status fox_image_lock_living_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err);

/* The failure that the image's state forbids it: CONFLICT, naming the state. */
pxf_status fox_image_forbidden(const struct fox_id *id, pxf_image_state state, pxf_error *err);

#endif
