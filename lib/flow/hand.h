/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_HAND_H
#define FOX_FLOW_HAND_H

#include "flow/flow.h"

/* Work that is handed on together with what causes it. A queue in the same database takes it in the
 * same commit; for any other a row of the outbox is relayed after the commit under its own id. */
struct fox_hand {
    struct fox_job_spec spec;
    struct fox_id outbox_id;
};

/* Before the operation: ids are made outside, because an operation may run twice. */
pxf_status fox_hand_new(struct fox_hand *ret_hand, struct fox_flow *flow,
                        const struct fox_job_spec *spec, pxf_error *err);

/* In the operation. */
pxf_status fox_hand_in(struct fox_flow *flow, struct fox_sql_tx *tx, const struct fox_hand *hand,
                       pxf_error *err);

/* After its commit: relays, or wakes. What fails here is relayed by the sweep. */
void fox_hand_on(struct fox_flow *flow, const struct fox_hand *hand);

/* Relays what has stood in the outbox for `age_ms`. */
pxf_status fox_hand_relay(struct fox_flow *flow, int64_t age_ms, pxf_error *err);

#endif
