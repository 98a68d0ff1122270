/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_OWNER_H
#define FOX_META_OWNER_H

#include <stdint.h>

#include "base/fail.h"
#include "sql/sql.h"

/* The usage ledger: one row for an owner, made when first needed. Originals and variants count,
 * and images from the day they are added to the day they are removed, the deleted ones too. */
struct fox_owner_usage {
    uint64_t used_bytes, held_bytes;
    int64_t image_count;
    uint64_t max_bytes; /* 0: the setting decides */
};

/* All zero for an owner nobody knows. */
pxf_status fox_owner_get_in(struct fox_sql_tx *tx, const char *owner,
                            struct fox_owner_usage *ret_usage, pxf_error *err);

/* Takes room: as with pools a conditional update. `default_max_bytes` (0: none) rules where the row
 * has no maximum of its own. FULL says the numbers. */
pxf_status fox_owner_hold_in(struct fox_sql_tx *tx, const char *owner, uint64_t bytes,
                             uint64_t default_max_bytes, pxf_error *err);

/* Gives held room back; INTERNAL if so much is not held. */
pxf_status fox_owner_unhold_in(struct fox_sql_tx *tx, const char *owner, uint64_t bytes,
                               pxf_error *err);

/* Adds to what is used, without asking for room (it was held before). Negative numbers give back;
 * INTERNAL if something would become negative. */
pxf_status fox_owner_use_in(struct fox_sql_tx *tx, const char *owner, int64_t bytes,
                            int64_t image_count, pxf_error *err);

/* Turns `held_bytes` that are held into an image of `used_bytes`, which are not more: one update.
 * INTERNAL if so much is not held. */
pxf_status fox_owner_use_held_in(struct fox_sql_tx *tx, const char *owner, uint64_t held_bytes,
                                 uint64_t used_bytes, pxf_error *err);

/* 0: the setting decides again. A maximum below what is used is allowed: then nothing more is held
 * until it fits. */
pxf_status fox_owner_set_max_in(struct fox_sql_tx *tx, const char *owner, uint64_t max_bytes,
                                pxf_error *err);

/* What a count over the owner's rows and holds gives (its maximum is 0), for audit and repair.
 * Where a correction follows, lock the owner before the count, all in one operation: what others
 * add meanwhile is then neither lost nor counted twice. */
pxf_status fox_owner_count_in(struct fox_sql_tx *tx, const char *owner,
                              struct fox_owner_usage *ret_usage, pxf_error *err);

/* Nobody else changes the owner's row, which is made if need be, before the operation ends. */
pxf_status fox_owner_lock_in(struct fox_sql_tx *tx, const char *owner, pxf_error *err);

/* Writes what was counted; the maximum stays. */
pxf_status fox_owner_correct_in(struct fox_sql_tx *tx, const char *owner,
                                const struct fox_owner_usage *usage, pxf_error *err);

/* The next owner after `after` in byte order (NULL: the first), to free; NULL at the end. */
pxf_status fox_owner_next_in(struct fox_sql_tx *tx, const char *after, char **ret_owner,
                             pxf_error *err);

#endif
