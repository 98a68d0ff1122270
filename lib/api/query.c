/* SPDX-License-Identifier: Apache-2.0 */
#include <pixelfox/query.h>

#include <stdlib.h>
#include <string.h>

#include "api/image.h"
#include "base/mem.h"

enum { PAGE = 100 };

struct pxf_query {
    pxf_store *store;
    struct fox_image_query query;
    char *owner, *text;
    char cursor[FOX_CURSOR_BYTES];
    struct fox_image_list page;
    size_t next; /* in the page */
    bool has_begun, is_last;
};

pxf_query *pxf_query_new(pxf_store *store, pxf_error *err)
{
    AUTO(fox_call) call = {0};
    pxf_query *query;

    if (fox_call_enter(&call, store, err) != PXF_OK) {
        return NULL;
    }
    query = fox_mem_new(1, sizeof *query, err);
    if (query) {
        query->store = fox_store_share(store);
        query->query.limit = PAGE;
    }
    return query;
}

void pxf_query_free(pxf_query *query)
{
    if (query) {
        fox_image_list_let_go(&query->page);
        fox_store_let_go(query->store);
        free(query->owner);
        free(query->text);
        free(query);
    }
}

static pxf_status check_not_begun(const pxf_query *query, pxf_error *err)
{
    fox_fail_clear(err);
    return query->has_begun ? fox_fail(err, PXF_CONFLICT, "the list began already") : PXF_OK;
}

static pxf_status keep(pxf_query *query, char **text, const char **field, const char *value,
                       pxf_error *err)
{
    char *copy;

    TRY(check_not_begun(query, err));
    copy = fox_mem_text(value, err);
    if (value && !copy) {
        return PXF_NO_MEMORY;
    }
    free(*text);
    *text = copy;
    *field = copy;
    return PXF_OK;
}

pxf_status pxf_query_set_owner(pxf_query *query, const char *owner, pxf_error *err)
{
    return keep(query, &query->owner, &query->query.owner, owner, err);
}

pxf_status pxf_query_set_text(pxf_query *query, const char *text, pxf_error *err)
{
    return keep(query, &query->text, &query->query.text, text, err);
}

pxf_status pxf_query_set_state(pxf_query *query, pxf_image_state state, pxf_error *err)
{
    TRY(check_not_begun(query, err));
    if (state < PXF_IMAGE_PENDING || state > PXF_IMAGE_DELETED) {
        return fox_fail(err, PXF_INVALID, "%d is no state of an image", (int)state);
    }
    query->query.state = state;
    return PXF_OK;
}

pxf_status pxf_query_set_range_ms(pxf_query *query, int64_t from_ms, int64_t to_ms, pxf_error *err)
{
    TRY(check_not_begun(query, err));
    if (from_ms < 0 || to_ms < 0 || (to_ms > 0 && to_ms < from_ms)) {
        return fox_fail(err, PXF_INVALID, "the range ends before it begins");
    }
    query->query.from_ms = from_ms;
    query->query.to_ms = to_ms;
    return PXF_OK;
}

pxf_status pxf_query_set_cursor(pxf_query *query, const char *cursor, pxf_error *err)
{
    TRY(check_not_begun(query, err));
    if (!cursor) {
        query->query.cursor = NULL;
        return PXF_OK;
    }
    if (strlen(cursor) >= sizeof query->cursor) {
        return fox_fail(err, PXF_INVALID, "'%.20s…' is no image's cursor", cursor);
    }
    (void)strcpy(query->cursor, cursor);
    query->query.cursor = query->cursor;
    return PXF_OK;
}

static pxf_status read_page(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    pxf_query *query = ctx;

    fox_image_list_let_go(&query->page);
    return fox_image_list_in(tx, &query->query, &query->page, err);
}

/* The page behind the last row. */
static pxf_status turn(pxf_query *query, pxf_error *err)
{
    query->next = 0;
    TRY(fox_sql_read(query->store->db, FOX_MAY_LAG, read_page, query, err));
    query->is_last = query->page.count < PAGE;
    if (query->page.count > 0) {
        fox_image_cursor(query->cursor, &query->page.rows[query->page.count - 1]);
        query->query.cursor = query->cursor;
    }
    return PXF_OK;
}

pxf_image *pxf_query_next(pxf_query *query, pxf_error *err)
{
    AUTO(fox_call) call = {0};

    if (fox_call_enter(&call, query->store, err) != PXF_OK) {
        return NULL;
    }
    query->has_begun = true;
    if (query->next == query->page.count &&
        (query->is_last || turn(query, err) != PXF_OK || query->page.count == 0)) {
        return NULL;
    }
    return fox_image_out(query->store, &query->page.rows[query->next++], err);
}
