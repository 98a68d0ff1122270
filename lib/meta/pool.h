/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_POOL_H
#define FOX_META_POOL_H

#include <stdbool.h>

#include <pixelfox/types.h>

#include "base/id.h"
#include "sql/sql.h"

struct fox_pool_row {
    struct fox_id id;
    char *name; /* unique, model/names.h */
    pxf_pool_type type;
    pxf_tier tier;
    pxf_pool_state state;
    int32_t priority, weight;
    uint64_t max_bytes; /* 0: only the disk limits it */
    uint64_t used_bytes, held_bytes;
    int64_t file_count;
    bool is_default; /* at most one: a nullable unique column holds it */
    bool is_backup_target;
    char *path; /* of the folder; NULL for other types */
    char *node; /* whose disk it is; NULL: every node reaches it */
    char *region, *public_url;
    int64_t created_ms, version;
};

/* Frees its texts and empties it. */
void fox_pool_row_let_go(struct fox_pool_row *row);

/* EXISTS naming what is taken: the name, the id, or the place of the one default pool (then it
 * names that pool). The row's counts and version are set by this call. INVALID for a text that no
 * column holds. */
pxf_status fox_pool_add_in(struct fox_sql_tx *tx, const struct fox_pool_row *row, pxf_error *err);

/* By id; NOT_FOUND names it. */
pxf_status fox_pool_get_in(struct fox_sql_tx *tx, const struct fox_id *id,
                           struct fox_pool_row *ret_row, pxf_error *err);

/* By name; NOT_FOUND names it. */
pxf_status fox_pool_find_in(struct fox_sql_tx *tx, const char *name, struct fox_pool_row *ret_row,
                            pxf_error *err);

/* All of them, by name. The list is the caller's. */
struct fox_pool_list {
    struct fox_pool_row *rows;
    size_t count;
};

/* Frees its rows and empties it. */
void fox_pool_list_let_go(struct fox_pool_list *list);

/* None is no error. */
pxf_status fox_pool_list_in(struct fox_sql_tx *tx, struct fox_pool_list *ret_list, pxf_error *err);

/* Writes what may change (tier, state, priority, weight, max_bytes ≥ used + held, default, backup
 * target, region, public_url; path, node and type only while no file, hold or image refers to it),
 * never the counts. INVALID naming the field and the rule; CONFLICT by version (0: any); EXISTS
 * naming the other default pool; NOT_FOUND. */
pxf_status fox_pool_update_in(struct fox_sql_tx *tx, const struct fox_pool_row *row,
                              pxf_error *err);

/* Writes where the folder lies. The caller has seen that it is the same pool's: by its marker, or
 * because only the words of the path changed. NOT_FOUND. */
pxf_status fox_pool_place_in(struct fox_sql_tx *tx, const struct fox_id *id, const char *path,
                             pxf_error *err);

/* CONFLICT, saying how many, while images, variants or holds refer to it. NOT_FOUND. */
pxf_status fox_pool_remove_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err);

/* Room: conditional updates, the only truth. FULL, of origin PXF_ORIGIN_POOL, if used + held +
 * bytes would pass the maximum; INTERNAL if something would become negative (nothing is written);
 * NOT_FOUND. */
pxf_status fox_pool_hold_in(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t bytes,
                            pxf_error *err);

/* Gives held room back. */
pxf_status fox_pool_unhold_in(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t bytes,
                              pxf_error *err);

/* Adds to what is used, without asking for room (it was held before), and counts the files.
 * Negative numbers give back, when files and rows are removed. */
pxf_status fox_pool_use_in(struct fox_sql_tx *tx, const struct fox_id *id, int64_t bytes,
                           int64_t file_count, pxf_error *err);

/* Turns `held_bytes` that are held into a file of `used_bytes`, which are not more: one update.
 * INTERNAL if so much is not held. */
pxf_status fox_pool_use_held_in(struct fox_sql_tx *tx, const struct fox_id *id, uint64_t held_bytes,
                                uint64_t used_bytes, pxf_error *err);

/* What a count over images, variants and holds gives, for audit and repair. Where a correction
 * follows, lock the pool before the count, all in one operation: what others add meanwhile is then
 * neither lost nor counted twice. */
struct fox_usage {
    uint64_t used_bytes, held_bytes;
    int64_t file_count;
};

/* Nobody else changes the pool's row before the operation ends. NOT_FOUND. */
pxf_status fox_pool_lock_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err);

/* All zero for a pool that nothing refers to. */
pxf_status fox_pool_count_in(struct fox_sql_tx *tx, const struct fox_id *id,
                             struct fox_usage *ret_usage, pxf_error *err);

/* Writes what was counted. NOT_FOUND. */
pxf_status fox_pool_correct_in(struct fox_sql_tx *tx, const struct fox_id *id,
                               const struct fox_usage *usage, pxf_error *err);

/* Images that have their original there. */
pxf_status fox_pool_image_count_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                   int64_t *ret_count, pxf_error *err);

#endif
