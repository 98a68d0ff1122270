/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_EVENT_H
#define FOX_META_EVENT_H

#include <stdbool.h>

#include "base/id.h"
#include "sql/sql.h"

/* What happened, written in the operation that did it, read with a cursor, at least once. */
enum fox_event {
    FOX_EVENT_IMAGE_UPLOADED = 1,
    FOX_EVENT_IMAGE_PROCESSED = 2,
    FOX_EVENT_IMAGE_FAILED = 3,
    FOX_EVENT_IMAGE_DELETED = 4, /* hidden */
    FOX_EVENT_IMAGE_REMOVED = 5, /* files and rows gone */
    FOX_EVENT_POOL_FULL = 6,     /* once per crossing */
    FOX_EVENT_POOL_UNAVAILABLE = 7,
    FOX_EVENT_POOL_AVAILABLE = 8,
    FOX_EVENT_JOB_DEAD = 9,
    FOX_EVENT_SETTING_CHANGED = 10,
    FOX_EVENT_VERIFY_FINISHED = 11
};

/* "image_uploaded"; "unknown" for a number that is none. */
const char *fox_event_name(enum fox_event event);

struct fox_event_row {
    int64_t number; /* the cursor */
    enum fox_event kind;
    int64_t at_ms;
    bool has_image;
    struct fox_id image_id;
    char *pool;    /* its name, NULL if none */
    char *message; /* NULL if none */
};

/* Frees its texts and empties it. */
void fox_event_row_let_go(struct fox_event_row *row);

struct fox_event_list {
    struct fox_event_row *rows;
    size_t count;
};

/* Frees its rows and empties it. */
void fox_event_list_let_go(struct fox_event_list *list);

/* `image_id`, `pool` and `message` may be NULL. The number is taken under a row that is held until
 * the operation ends: numbers become visible in their order, and a reader never skips one that
 * commits later. So it is the last thing an operation does. INVALID for a text that no column
 * holds. */
pxf_status fox_event_add_in(struct fox_sql_tx *tx, enum fox_event kind, int64_t at_ms,
                            const struct fox_id *image_id, const char *pool, const char *message,
                            pxf_error *err);

/* Behind `after` (0: from the oldest kept), oldest first. */
pxf_status fox_event_list_in(struct fox_sql_tx *tx, int64_t after, size_t limit,
                             struct fox_event_list *ret_list, pxf_error *err);

/* The newest number, its event expired or not; 0 if none was ever written. */
pxf_status fox_event_last_in(struct fox_sql_tx *tx, int64_t *ret_number, pxf_error *err);

/* Removes events of before `before_ms` among the `limit` oldest by number. */
pxf_status fox_event_expire_in(struct fox_sql_tx *tx, int64_t before_ms, size_t limit,
                               int64_t *ret_count, pxf_error *err);

#endif
