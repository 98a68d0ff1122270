/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/hand.h"

#include <string.h>

#include "base/mem.h"
#include "base/meter.h"
#include "meta/outbox.h"

enum { RELAY_PAGE = 100 };

pxf_status fox_hand_new(struct fox_hand *ret_hand, struct fox_flow *flow,
                        const struct fox_job_spec *spec, pxf_error *err)
{
    struct fox_hand hand = {.spec = *spec};

    TRY(fox_id_new(&hand.outbox_id, flow->env, fox_env_now_ms(flow->env), err));
    *ret_hand = hand;
    return PXF_OK;
}

static pxf_status add_to_outbox(struct fox_flow *flow, struct fox_sql_tx *tx,
                                const struct fox_hand *hand, pxf_error *err)
{
    const struct fox_job_spec *spec = &hand->spec;
    AUTO(fox_outbox_row) row = {
        .id = hand->outbox_id,
        .has_image = spec->image_id != NULL,
        .image_id = spec->image_id ? *spec->image_id : (struct fox_id){.bytes = {0}},
        .priority = spec->priority,
        .due_ms = spec->due_ms,
        .created_ms = fox_env_now_ms(flow->env),
        .kind = fox_mem_text(spec->kind, err),
        .payload = fox_mem_text(spec->payload, err),
        .unique_key = fox_mem_text(spec->unique_key, err),
        .node = fox_mem_text(spec->node, err),
        .trace_id = fox_mem_text(spec->trace_id, err),
    };

    if (err && err->status == PXF_NO_MEMORY) {
        return PXF_NO_MEMORY;
    }
    return fox_outbox_add_in(tx, &row, err);
}

pxf_status fox_hand_in(struct fox_flow *flow, struct fox_sql_tx *tx, const struct fox_hand *hand,
                       pxf_error *err)
{
    if (fox_queue_shares(flow->queue, flow->db)) {
        return fox_queue_put_in(flow->queue, tx, &hand->spec, NULL, err);
    }
    return add_to_outbox(flow, tx, hand, err);
}

static pxf_status remove_row(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return fox_outbox_remove_in(tx, ctx, err);
}

/* Puts under the outbox row's id, so that a relay that is done twice puts one job. */
static pxf_status relay(struct fox_flow *flow, const struct fox_job_spec *spec,
                        struct fox_id *outbox_id, pxf_error *err)
{
    char key[FOX_ID_TEXT_BYTES];
    struct fox_job_spec unique = *spec;

    fox_id_format(key, outbox_id);
    if (!unique.unique_key) {
        unique.unique_key = key;
    }
    TRY(fox_queue_put(flow->queue, &unique, NULL, err));
    return fox_sql_write(flow->db, FOX_RELAXED, remove_row, outbox_id, err);
}

void fox_hand_on(struct fox_flow *flow, const struct fox_hand *hand)
{
    struct fox_id outbox_id = hand->outbox_id;
    pxf_error err = {0};

    if (!fox_queue_shares(flow->queue, flow->db) &&
        relay(flow, &hand->spec, &outbox_id, &err) != PXF_OK) {
        fox_env_log(flow->env, FOX_LEVEL_WARN, "a job of kind '%s' waits in the outbox: %s",
                    hand->spec.kind, err.message);
    }
    fox_meter_add(flow->env->meters, FOX_METER_JOBS_PUT, hand->spec.kind, NULL, 1);
    fox_queue_wake(flow->queue);
    flow->wake(flow->ctx);
}

struct page {
    int64_t before_ms;
    struct fox_outbox_list list;
};

static pxf_status read_page(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct page *page = ctx;

    fox_outbox_list_let_go(&page->list);
    return fox_outbox_list_in(tx, page->before_ms, RELAY_PAGE, &page->list, err);
}

static struct fox_job_spec spec_of(const struct fox_outbox_row *row)
{
    return (struct fox_job_spec){
        .kind = row->kind,
        .payload = row->payload,
        .unique_key = row->unique_key,
        .unique_policy = FOX_UNIQUE_KEEP,
        .image_id = row->has_image ? &row->image_id : NULL,
        .trace_id = row->trace_id,
        .node = row->node,
        .priority = row->priority,
        .due_ms = row->due_ms,
    };
}

static pxf_status relay_page(struct fox_flow *flow, struct page *page, pxf_error *err)
{
    for (size_t i = 0; i < page->list.count; i++) {
        const struct fox_job_spec spec = spec_of(&page->list.rows[i]);

        TRY(relay(flow, &spec, &page->list.rows[i].id, err));
    }
    return PXF_OK;
}

pxf_status fox_hand_relay(struct fox_flow *flow, int64_t age_ms, pxf_error *err)
{
    struct page page = {.before_ms = fox_env_now_ms(flow->env) - age_ms};
    pxf_status status;

    if (fox_queue_shares(flow->queue, flow->db)) {
        return PXF_OK;
    }
    do {
        status = fox_sql_read(flow->db, FOX_FRESH, read_page, &page, err);
        if (status == PXF_OK) {
            status = relay_page(flow, &page, err);
        }
    } while (status == PXF_OK && page.list.count == RELAY_PAGE);
    fox_outbox_list_let_go(&page.list);
    return status;
}
