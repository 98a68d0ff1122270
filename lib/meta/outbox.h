/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_OUTBOX_H
#define FOX_META_OUTBOX_H

#include <stdbool.h>

#include "base/id.h"
#include "sql/sql.h"

/* Jobs on their way to a queue that cannot share the catalog's commit: added with what causes them,
 * put under unique key = the row's id after the commit, then removed. */
struct fox_outbox_row {
    struct fox_id id;
    char *kind, *payload, *unique_key, *node, *trace_id;
    bool has_image;
    struct fox_id image_id;
    int32_t priority;
    int64_t due_ms, created_ms;
};

/* Frees its texts and empties it. */
void fox_outbox_row_let_go(struct fox_outbox_row *row);

struct fox_outbox_list {
    struct fox_outbox_row *rows;
    size_t count;
};

/* Frees its rows and empties it. */
void fox_outbox_list_let_go(struct fox_outbox_list *list);

/* EXISTS: the id is taken; INVALID for a text that no column holds. */
pxf_status fox_outbox_add_in(struct fox_sql_tx *tx, const struct fox_outbox_row *row,
                             pxf_error *err);

/* Older than `before_ms`, oldest first. */
pxf_status fox_outbox_list_in(struct fox_sql_tx *tx, int64_t before_ms, size_t limit,
                              struct fox_outbox_list *ret_list, pxf_error *err);

/* None of that id is no error. */
pxf_status fox_outbox_remove_in(struct fox_sql_tx *tx, const struct fox_id *id, pxf_error *err);

#endif
