/* SPDX-License-Identifier: Apache-2.0 */
#include <pixelfox/event.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/plain.h"
#include "api/store.h"
#include "base/mem.h"
#include "meta/event.h"

enum { CURSOR_BYTES = 24 };

struct pxf_event {
    struct fox_event_row row;
    char image_id[FOX_ID_TEXT_BYTES];
    char cursor[CURSOR_BYTES];
};

struct next {
    int64_t after;
    struct fox_event_list list;
};

/* A store that was put back to an earlier time gives its numbers anew: whoever waits behind one
 * that is not there yet would miss what gets it. */
static pxf_status check_reached(struct fox_sql_tx *tx, int64_t after, pxf_error *err)
{
    int64_t newest;

    TRY(fox_event_last_in(tx, &newest, err));
    if (after > newest) {
        return fox_fail(err, PXF_INVALID,
                        "the cursor '%" PRId64 "' is none of this store: its newest is '%" PRId64
                        "'",
                        after, newest);
    }
    return PXF_OK;
}

static pxf_status read_next(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct next *next = ctx;

    fox_event_list_let_go(&next->list);
    TRY(fox_event_list_in(tx, next->after, 1, &next->list, err));
    return next->list.count > 0 ? PXF_OK : check_reached(tx, next->after, err);
}

static pxf_status parse_cursor(const char *cursor, int64_t *ret_number, pxf_error *err)
{
    char *end;
    int64_t number;

    if (!cursor) {
        *ret_number = 0;
        return PXF_OK;
    }
    number = strtoll(cursor, &end, 10);
    if (end == cursor || *end || number < 0) {
        return fox_fail(err, PXF_INVALID, "'%s' is no event's cursor", cursor);
    }
    *ret_number = number;
    return PXF_OK;
}

static pxf_event *take(struct fox_event_list *list, pxf_error *err)
{
    pxf_event *event = fox_mem_new(1, sizeof *event, err);

    if (!event) {
        return NULL;
    }
    event->row = list->rows[0];
    list->rows[0] = (struct fox_event_row){0};
    fox_id_format(event->image_id, &event->row.image_id);
    (void)snprintf(event->cursor, sizeof event->cursor, "%" PRId64, event->row.number);
    return event;
}

pxf_event *pxf_event_next(pxf_store *store, const char *cursor, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    struct next next = {0};
    pxf_event *event = NULL;

    if (fox_call_enter(&call, store, err) == PXF_OK &&
        parse_cursor(cursor, &next.after, err) == PXF_OK &&
        fox_sql_read(store->db, FOX_FRESH, read_next, &next, err) == PXF_OK &&
        next.list.count > 0) {
        event = take(&next.list, err);
    }
    fox_event_list_let_go(&next.list);
    return event;
}

static pxf_status read_newest(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return fox_event_last_in(tx, ctx, err);
}

pxf_bytes *pxf_event_newest_cursor(pxf_store *store, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    AUTO(fox_str) text = {0};
    int64_t number = 0;

    if (fox_call_enter(&call, store, err) != PXF_OK ||
        fox_sql_read(store->db, FOX_FRESH, read_newest, &number, err) != PXF_OK) {
        return NULL;
    }
    fox_str_add(&text, "%" PRId64, number);
    return fox_text_out(&text, err);
}

const char *pxf_event_kind(const pxf_event *event)
{
    return fox_event_name(event->row.kind);
}

const char *pxf_event_image_id(const pxf_event *event)
{
    return event->row.has_image ? event->image_id : NULL;
}

const char *pxf_event_pool(const pxf_event *event)
{
    return event->row.pool;
}

const char *pxf_event_message(const pxf_event *event)
{
    return event->row.message;
}

int64_t pxf_event_at_ms(const pxf_event *event)
{
    return event->row.at_ms;
}

const char *pxf_event_cursor(const pxf_event *event)
{
    return event->cursor;
}

void pxf_event_free(pxf_event *event)
{
    if (event) {
        fox_event_row_let_go(&event->row);
        free(event);
    }
}
