/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_UPLOAD_H
#define PIXELFOX_UPLOAD_H

/** @file upload.h
 * A picture that comes in pieces. */

#include <stddef.h>

#include <pixelfox/image.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An upload under way: say what is known of it, append its bytes, finish, free. What is said after
 * the first pxf_upload_append() is answered CONFLICT. Keeps its store alive. One at a time. */
typedef struct pxf_upload pxf_upload;

/** Begins an upload; nothing is written yet.
 * @param owner whose it will be: UTF-8 without controls, at most 255 bytes, compared as bytes; NULL
 * is "", an owner as any other
 * @return yours; NULL on failure (INVALID for what is no owner). */
PXF_API pxf_upload *pxf_upload_new(pxf_store *store, const char *owner, pxf_error *err);

/** Gives it a title; cleaned and clipped as pxf_image_set_title() does; NULL for none, as unless
 * said. */
PXF_API pxf_status pxf_upload_set_title(pxf_upload *upload, const char *title, pxf_error *err);

/** Says who may see it; private unless said. INVALID for another number. */
PXF_API pxf_status pxf_upload_set_visibility(pxf_upload *upload, pxf_visibility visibility,
                                             pxf_error *err);

/** Notes the uploader's address as the host knows it (at most 45 bytes, else INVALID); NULL
 * for none. */
PXF_API pxf_status pxf_upload_set_address(pxf_upload *upload, const char *address, pxf_error *err);

/** Notes the request that brought it; it travels with the job (at most 63 bytes, else INVALID).
 * NULL for none. */
PXF_API pxf_status pxf_upload_set_trace_id(pxf_upload *upload, const char *trace_id,
                                           pxf_error *err);

/** Says how many bytes will come, so that their room is taken with the first piece, and an upload
 * that breaks off is none. A piece beyond them is answered INVALID. 0: unknown, as unless said. */
PXF_API pxf_status pxf_upload_set_size(pxf_upload *upload, uint64_t bytes, pxf_error *err);

/** Says what SHA-256 the bytes shall have (64 hexadecimal digits, of any case; else INVALID):
 * pxf_upload_finish() answers CORRUPT to others. */
PXF_API pxf_status pxf_upload_set_sha256(pxf_upload *upload, const char *sha256, pxf_error *err);

/** Switches off all variants of an output for this picture, whatever the settings say, or on again
 * as they say. `output` is "webp", "avif", or "original" for thumbnails in the original's format.
 * NOT_FOUND for another. */
PXF_API pxf_status pxf_upload_set_output(pxf_upload *upload, const char *output, bool enabled,
                                         pxf_error *err);

/** Adds bytes at the end. After a failure that may pass (pxf_status_is_retryable()), append again
 * from pxf_upload_offset(), which tells how many of this piece were taken.
 * @param data `size` bytes, copied; NULL only with a size of 0
 * @return UNSUPPORTED as soon as the type is known to be none; LIMIT for bytes or pixels; FULL for
 * pools or the owner's quota; INVALID beyond the size that was said; CONFLICT once it is finished;
 * what the disks say once no pool is left. */
PXF_API pxf_status pxf_upload_append(pxf_upload *upload, const void *data, size_t size,
                                     pxf_cancel *cancel, pxf_error *err);

/** How many bytes were accepted so far. */
PXF_API uint64_t pxf_upload_offset(const pxf_upload *upload);

/** Checks the whole and stores it: as pxf_image_put_file(). Once it was tried the upload can only
 * be freed, whatever came of it, and is put anew if that may help; only where fewer bytes came than
 * were said (INVALID) the rest may still be appended. CORRUPT also for another SHA-256 than was
 * said. */
PXF_API pxf_image *pxf_upload_finish(pxf_upload *upload, pxf_cancel *cancel, pxf_error *err);

/** Frees it; what was not finished is thrown away, its room given back. NULL is fine. */
PXF_API void pxf_upload_free(pxf_upload *upload);

#ifdef __cplusplus
}
#endif

#endif
