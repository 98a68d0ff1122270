/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_INGEST_H
#define FOX_FLOW_INGEST_H

#include "crypt/sha256.h"
#include "flow/flow.h"

/* Which outputs a put wants, beside what the settings say; kept with the image. */
enum { FOX_SWITCH_WEBP = 1, FOX_SWITCH_AVIF = 2, FOX_SWITCH_ORIGINAL = 4, FOX_SWITCH_ALL = 7 };

/* What is known of a picture before its bytes come. Texts are lent until it is freed. */
struct fox_ingest_options {
    const char *owner;
    const char *title; /* NULL: none */
    const char *address, *trace_id;
    pxf_visibility visibility;
    uint64_t bytes; /* that will come; 0: unknown */
    bool has_digest;
    struct fox_digest digest; /* that the bytes shall have */
    uint32_t switches;
};

/* A picture on its way in, in constant memory whatever its size. One at a time. */
struct fox_ingest;

pxf_status fox_ingest_new(struct fox_ingest **ret_ingest, struct fox_flow *flow,
                          const struct fox_ingest_options *options, pxf_error *err);

/* Looks at the header of bytes that can be read again before any are taken: UNSUPPORTED, CORRUPT,
 * LIMIT with nothing written. What it finds spares nothing later, it only refuses early; whether
 * the file is whole is seen while it is in the pool. */
pxf_status fox_ingest_check(struct fox_flow *flow, const struct fox_reader *reader, pxf_error *err);

/* Takes the next bytes. The type is known after a few; room is taken when a header's worth is
 * there. A pool that fails is left for the next one, with what was accepted so far. */
pxf_status fox_ingest_write(struct fox_ingest *ingest, const void *data, size_t size,
                            struct fox_cancel *cancel, pxf_error *err);

/* Bytes accepted. */
uint64_t fox_ingest_size(const struct fox_ingest *ingest);

struct fox_ingested {
    struct fox_id image_id;
    bool is_duplicate; /* of the same owner's: the first image's id */
};

/* Checks the whole, publishes, commits image, usage, job and event together. When it returns OK the
 * picture survives a power cut; else nothing of it is left. */
pxf_status fox_ingest_finish(struct fox_ingest *ingest, struct fox_cancel *cancel,
                             struct fox_ingested *ret_ingested, pxf_error *err);

/* What was not finished is thrown away. NULL is fine. */
void fox_ingest_free(struct fox_ingest *ingest);

static inline void fox_ingest_let_go(struct fox_ingest **ingest)
{
    fox_ingest_free(*ingest);
}

#endif
