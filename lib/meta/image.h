/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_IMAGE_H
#define FOX_META_IMAGE_H

#include <stdbool.h>

#include <pixelfox/types.h>

#include "base/id.h"
#include "sql/sql.h"

enum { FOX_HASH_BYTES = 32, FOX_RULE_BYTES = 32 };

/* Why an image failed. */
struct fox_image_failure {
    pxf_status status;         /* OK: it did not */
    char rule[FOX_RULE_BYTES]; /* one word of model/kinds.h, "" if none fits */
    char *message;
};

struct fox_image_row {
    struct fox_id id;
    char *owner; /* bytes compared as they are, never NULL */
    char *title, *description;
    pxf_visibility visibility;
    char *uploader_address;
    char *share_key; /* unique, 16 letters of base62 by the caller's random, never NULL */
    struct fox_id pool_id;
    char *key;
    uint64_t bytes;
    pxf_format format;
    uint32_t width_px, height_px; /* as shown */
    uint32_t frame_count;
    bool has_alpha;
    uint8_t sha256[FOX_HASH_BYTES];
    pxf_image_state state;
    int64_t state_ms; /* since when */
    struct fox_image_failure failure;
    uint32_t switches;  /* of its put: which outputs are made, render's bits */
    int64_t created_ms; /* the instant of acceptance: its UTC day is the path's */
    int64_t accessed_ms, ready_ms, deleted_ms; /* 0: not yet */
    int64_t view_count, download_count;
    char *upload_node, *process_node;
    char *trace_id;
    int64_t version; /* of what people change (fox_image_update_in), from 1 */
};

/* Frees its texts and empties it. */
void fox_image_row_let_go(struct fox_image_row *row);

/* Adds a living image; version and state_ms are set by this call. EXISTS if its owner has those
 * bytes already (the unique `dedupe`): then `ret_twin` is the first image's id. CONFLICT if its id,
 * share key or place is another image's. INVALID for a text that no column holds and for state
 * DELETED. Its bytes are counted by the caller, in the same operation: fox_pool_use_in and
 * fox_owner_use_in. */
pxf_status fox_image_add_in(struct fox_sql_tx *tx, const struct fox_image_row *row,
                            struct fox_id *ret_twin, pxf_error *err);

/* NOT_FOUND names the id; deleted ones are found too. */
pxf_status fox_image_get_in(struct fox_sql_tx *tx, const struct fox_id *id,
                            struct fox_image_row *ret_row, pxf_error *err);

/* The living image with that share key; NOT_FOUND does not repeat it. */
pxf_status fox_image_find_shared_in(struct fox_sql_tx *tx, const char *share_key,
                                    struct fox_image_row *ret_row, pxf_error *err);

/* The owner's living image with those bytes; NOT_FOUND if there is none. */
pxf_status fox_image_find_twin_in(struct fox_sql_tx *tx, const char *owner,
                                  const uint8_t sha256[FOX_HASH_BYTES], struct fox_id *ret_id,
                                  pxf_error *err);

/* Which rows a list gives. */
struct fox_image_query {
    const char *owner;      /* NULL: everybody's */
    pxf_image_state state;  /* 0: all but deleted */
    int64_t from_ms, to_ms; /* created, from ≤ t < to; 0: open */
    const char *text;       /* in title or description, any case of ASCII; NULL: all */
    const char *cursor;     /* opaque; rows after it */
    size_t limit;           /* 1 to 1000 */
};
struct fox_image_list {
    struct fox_image_row *rows;
    size_t count;
};

/* Frees its rows and empties it. */
void fox_image_list_let_go(struct fox_image_list *list);

/* Newest first, in one statement. INVALID for a cursor that is none, a limit out of range, and a
 * text that is no UTF-8 or above 1000 bytes. Rows that are added or removed meanwhile neither
 * repeat nor hide others. */
pxf_status fox_image_list_in(struct fox_sql_tx *tx, const struct fox_image_query *query,
                             struct fox_image_list *ret_list, pxf_error *err);

enum { FOX_CURSOR_BYTES = 64 };

/* A row's cursor, for the page behind it. */
void fox_image_cursor(char text[FOX_CURSOR_BYTES], const struct fox_image_row *row);

/* Steps of its life; each is a conditional update and CONFLICT names the state that forbids it.
 * PENDING|PROCESSING|FAILED → PROCESSING, READY, FAILED, PENDING; READY → PENDING, to be made
 * again; any but DELETED → DELETED, which is fox_image_hide_in. FAILED needs the failure (INVALID
 * without) and keeps it until another step clears it. `node` is who processes it; NULL leaves that.
 * NOT_FOUND. */
pxf_status fox_image_set_state_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                  pxf_image_state state, const struct fox_image_failure *failure,
                                  const char *node, int64_t now_ms, pxf_error *err);

/* Nobody else changes the image's row before the operation ends, whatever its state. NOT_FOUND. */
pxf_status fox_image_lock_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err);

/* Hides it: state DELETED, its `dedupe` freed, deleted_ms set. OK if it already is. NOT_FOUND. */
pxf_status fox_image_hide_in(struct fox_sql_tx *tx, const struct fox_id *id, int64_t now_ms,
                             pxf_error *err);

/* What people change; NULL leaves a text and "" removes it, 0 leaves the visibility. */
struct fox_image_change {
    const char *title, *description;
    pxf_visibility visibility;
    int64_t version; /* 0: any */
};

/* Writes those columns and nothing else. CONFLICT by version, and for a deleted image. NOT_FOUND;
 * INVALID for a text that no column holds. */
pxf_status fox_image_update_in(struct fox_sql_tx *tx, const struct fox_id *id,
                               const struct fox_image_change *change, pxf_error *err);

/* Adds to its counters and moves accessed_ms forward, never back. NOT_FOUND. */
pxf_status fox_image_add_access_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                   int64_t view_count, int64_t download_count, int64_t now_ms,
                                   pxf_error *err);

/* Removes the row itself, its variants' rows and its metadata, once their files are gone; CONFLICT
 * unless it is DELETED, and while a hold names it. The caller gives back what was used, in the same
 * operation: fox_pool_use_in and fox_owner_use_in with negative numbers, for the original and for
 * each variant that still has a row. NOT_FOUND. */
pxf_status fox_image_remove_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err);

/* A place in a list that is ordered by time and id. */
struct fox_cursor {
    int64_t at_ms;
    struct fox_id id;
};

struct fox_id_list {
    struct fox_id *ids;
    size_t count;
    struct fox_cursor last; /* where the next page begins */
};

/* Frees the ids and empties it. */
void fox_id_list_let_go(struct fox_id_list *list);

/* Ids of an owner's images that are not yet deleted, oldest first. */
pxf_status fox_image_ids_of_owner_in(struct fox_sql_tx *tx, const char *owner, size_t limit,
                                     struct fox_id_list *ret_list, pxf_error *err);

/* Images in a state since before `before_ms`, oldest first, behind `after` (zero: from the first):
 * for sweeps that put again what lost its job. */
struct fox_image_stay {
    pxf_image_state state;
    int64_t before_ms;
    struct fox_cursor after;
    size_t limit;
};
pxf_status fox_image_ids_in_state_in(struct fox_sql_tx *tx, const struct fox_image_stay *stay,
                                     struct fox_id_list *ret_list, pxf_error *err);

#endif
