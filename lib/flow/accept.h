/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_ACCEPT_H
#define FOX_FLOW_ACCEPT_H

#include "flow/ingest.h"
#include "meta/image.h"
#include "sniff/exif.h"

/* An image's row on its way into the catalog, and the commit that makes it true. */
struct fox_accept {
    struct fox_image_row row;
    struct fox_exif exif;
    struct fox_str temporary_key;
    struct fox_id hold_id; /* of the original and its variants to come, and then of these */
    uint64_t variants_bytes;
    struct fox_id twin_id;
};

/* Makes ids, share key and the texts; the instant of acceptance is now. */
pxf_status fox_accept_begin(struct fox_accept *accept, struct fox_flow *flow,
                            const struct fox_ingest_options *options, pxf_error *err);

/* The type is known, and so is the key. */
pxf_status fox_accept_set_format(struct fox_accept *accept, pxf_format format, pxf_error *err);

/* What the whole turned out to be. */
void fox_accept_describe(struct fox_accept *accept, const struct fox_sniff *sniff,
                         const struct fox_digest *digest, uint64_t bytes);

/* Whether the owner has these bytes already; then `twin_id` says where. */
pxf_status fox_accept_find_twin(struct fox_accept *accept, struct fox_flow *flow, bool *ret_is_twin,
                                pxf_error *err);

/* One commit: image, metadata, usage instead of the hold, room for the variants, job, event. When a
 * twin was faster nothing is written and `*ret_is_twin` is true. LOST if the hold was swept. */
pxf_status fox_accept_commit(struct fox_accept *accept, struct fox_flow *flow, bool *ret_is_twin,
                             pxf_error *err);

void fox_accept_let_go(struct fox_accept *accept);

#endif
