/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_REDACT_H
#define FOX_SNIFF_REDACT_H

#include <pixelfox/types.h>

#include "base/reader.h"

/* What is written over a file's bytes so that it no longer says where the picture was taken: the
 * GPS directories of EXIF become empty ones, properties of XMP become spaces, check sums are put
 * right. The file keeps its size, every offset and every pixel. */

/* `head_size` bytes of their own, then `fill`. */
enum { FOX_PATCH_HEAD_BYTES = 12 };
struct fox_patch {
    uint64_t offset, size;
    uint8_t head[FOX_PATCH_HEAD_BYTES];
    uint8_t head_size, fill;
};

/* In the order in which they are applied. */
struct fox_redaction {
    struct fox_patch *patches;
    size_t count, capacity;
};

/* Finds what must go. A file that contradicts itself is read as far as it goes: only the reader's
 * failures and NO_MEMORY. doc/metadata.md says what is looked for. */
pxf_status fox_redaction_find(struct fox_redaction *ret_redaction, const struct fox_reader *reader,
                              pxf_format format, pxf_error *err);

/* Writes over `size` bytes that were read at `offset`. */
void fox_redaction_apply(const struct fox_redaction *redaction, uint64_t offset, void *data,
                         size_t size);

/* A reader of the same bytes as they shall be read; all three outlive it. */
struct fox_redacted {
    const struct fox_reader *reader;
    const struct fox_redaction *redaction;
};
struct fox_reader fox_redaction_reader(struct fox_redacted *redacted);

void fox_redaction_let_go(struct fox_redaction *redaction);

/* For those who find: adds one. */
pxf_status fox_redaction_add(struct fox_redaction *redaction, const struct fox_patch *patch,
                             pxf_error *err);

/* What in a readable XMP packet at the extent must go. */
pxf_status fox_redaction_find_xmp(struct fox_redaction *redaction, const struct fox_reader *reader,
                                  uint64_t offset, uint64_t size, pxf_error *err);

#endif
