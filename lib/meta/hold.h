/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_HOLD_H
#define FOX_META_HOLD_H

#include <stdbool.h>

#include "base/id.h"
#include "sql/sql.h"

/* Room that is taken before anything is written, and at once the intent: a row names the place
 * before a file stands there. */
struct fox_hold_row {
    struct fox_id id;
    struct fox_id image_id;
    struct fox_id pool_id;
    char *owner;
    char *key, *temporary_key; /* NULL: room for variants of an image, whose keys follow from it */
    uint64_t bytes;
    struct fox_id holder; /* the process; zero: nobody's, it lasts until it is let go */
    int64_t expires_ms;   /* 0: never */
};

/* Frees its texts and empties it. */
void fox_hold_row_let_go(struct fox_hold_row *row);

/* Takes the room of pool and owner and adds the row: one step. FULL as pool and owner say: nothing
 * was written. EXISTS: the id is taken. NOT_FOUND: no such pool. */
pxf_status fox_hold_add_in(struct fox_sql_tx *tx, const struct fox_hold_row *row,
                           uint64_t owner_max_bytes, pxf_error *err);

/* NOT_FOUND names the id. */
pxf_status fox_hold_get_in(struct fox_sql_tx *tx, const struct fox_id *id,
                           struct fox_hold_row *ret_row, pxf_error *err);

/* Changes its bytes, in pool and owner too; FULL if more cannot be had. LOST if it is gone. */
pxf_status fox_hold_resize_in(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t bytes,
                              uint64_t owner_max_bytes, pxf_error *err);

/* Prolongs it. LOST if it is gone (swept): nothing may be published under it any more. */
pxf_status fox_hold_extend_in(struct fox_sql_tx *tx, const struct fox_id *id, int64_t expires_ms,
                              pxf_error *err);

/* What was held becomes use: `bytes` of it for the file that stands under its key, an image's
 * original, and from now on the row holds `later_bytes` more for the variants, names no place, is
 * nobody's and never ends; where nothing is left to hold it goes. LOST if it is gone; INVALID if
 * the two are more than was held. */
pxf_status fox_hold_use_in(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t bytes,
                           uint64_t later_bytes, pxf_error *err);

/* Gives the room back and removes the row. LOST if it is gone. */
pxf_status fox_hold_remove_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err);

/* The same for a sweep: only if its end is still before `now_ms`, else CONFLICT: it was prolonged
 * since it was listed. */
pxf_status fox_hold_remove_expired_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                      int64_t now_ms, pxf_error *err);

/* Takes a hold over from whoever let it end: from now on it is `claim`'s by id, holder and end, so
 * whoever held it before meets LOST and publishes nothing, and it still names the place. Its end
 * must be before `now_ms` (INT64_MAX: its holder is dead), else CONFLICT. LOST if it is gone. */
struct fox_hold_claim {
    struct fox_id id, holder;
    int64_t expires_ms;
};
pxf_status fox_hold_take_over_in(struct fox_sql_tx *tx, const struct fox_id *id, int64_t now_ms,
                                 const struct fox_hold_claim *claim, pxf_error *err);

/* Gives back an image's holds in all pools. None is no error. */
pxf_status fox_hold_remove_of_image_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                                       pxf_error *err);

struct fox_hold_list {
    struct fox_hold_row *rows;
    size_t count;
};

/* Frees its rows and empties it. */
void fox_hold_list_let_go(struct fox_hold_list *list);

/* All holds that can end, by id after `after` (zero: from the first). */
pxf_status fox_hold_list_ending_in(struct fox_sql_tx *tx, const struct fox_id *after, size_t limit,
                                   struct fox_hold_list *ret_list, pxf_error *err);

/* Whether a hold of that image names that temporary key in that pool. */
pxf_status fox_hold_names_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                             const struct fox_id *pool_id, const char *temporary_key,
                             bool *ret_names, pxf_error *err);

#endif
