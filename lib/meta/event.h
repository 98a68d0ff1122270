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
const char *fox_event_name(enum fox_event event); /* "image_uploaded" */

struct fox_event_row {
    int64_t number; /* the cursor */
    enum fox_event kind;
    int64_t at_ms;
    bool has_image;
    struct fox_id image_id;
    char *pool;    /* its name, NULL if none */
    char *message; /* NULL if none */
};
void fox_event_row_let_go(struct fox_event_row *row);

struct fox_event_list {
    struct fox_event_row *rows;
    size_t count;
};
void fox_event_list_let_go(struct fox_event_list *list);

/* `image_id`, `pool` and `message` may be NULL. Numbers grow in the order of commits on SQLite; on
 * MariaDB they are taken under a row lock so that a reader never skips one that commits later. */
pxf_status fox_event_add_in(struct fox_sql_tx *tx, enum fox_event kind, int64_t at_ms,
                            const struct fox_id *image_id, const char *pool, const char *message,
                            pxf_error *err);

/* Behind `after` (0: from the oldest kept), oldest first. */
pxf_status fox_event_list_in(struct fox_sql_tx *tx, int64_t after, size_t limit,
                             struct fox_event_list *ret_list, pxf_error *err);

/* The newest number; 0 if none was ever written. */
pxf_status fox_event_last_in(struct fox_sql_tx *tx, int64_t *ret_number, pxf_error *err);

pxf_status fox_event_expire_in(struct fox_sql_tx *tx, int64_t before_ms, size_t limit,
                               int64_t *ret_count, pxf_error *err);

#endif
