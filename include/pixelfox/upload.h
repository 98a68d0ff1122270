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

/** An upload under way. One at a time. */
typedef struct pxf_upload pxf_upload;

/** Begins an upload; nothing is written yet.
 * @param owner whose it will be: UTF-8, at most 255 bytes
 * @return yours; NULL on failure. */
PXF_API pxf_upload *pxf_upload_new(pxf_store *store, const char *owner, pxf_error *err);

/** Gives it a title; cleaned and clipped as pxf_image_set_title() does. */
PXF_API pxf_status pxf_upload_set_title(pxf_upload *upload, const char *title, pxf_error *err);

/** Says who may see it; private unless said. */
PXF_API pxf_status pxf_upload_set_visibility(pxf_upload *upload, pxf_visibility visibility,
                                             pxf_error *err);

/** Notes the uploader's address as the host knows it (at most 45 bytes). */
PXF_API pxf_status pxf_upload_set_address(pxf_upload *upload, const char *address, pxf_error *err);

/** Notes the request that brought it; it travels with the job (at most 63 bytes). */
PXF_API pxf_status pxf_upload_set_trace_id(pxf_upload *upload, const char *trace_id,
                                           pxf_error *err);

/** Says how many bytes will come, so that their room is taken at once: before the first piece. */
PXF_API pxf_status pxf_upload_set_size(pxf_upload *upload, uint64_t bytes, pxf_error *err);

/** Says what SHA-256 the bytes shall have (64 hexadecimal digits): another gives CORRUPT. */
PXF_API pxf_status pxf_upload_set_sha256(pxf_upload *upload, const char *sha256, pxf_error *err);

/** Switches an output off or on for this picture against the settings: "webp", "avif", "original".
 */
PXF_API pxf_status pxf_upload_set_output(pxf_upload *upload, const char *output, bool enabled,
                                         pxf_error *err);

/** Adds bytes at the end. After a failure that may pass, append again from pxf_upload_offset().
 * @return UNSUPPORTED as soon as the type is known to be none; LIMIT, FULL, CANCELLED; what
 * the disks say once no pool is left. */
PXF_API pxf_status pxf_upload_append(pxf_upload *upload, const void *data, size_t size,
                                     pxf_cancel *cancel, pxf_error *err);

/** How many bytes were accepted. */
PXF_API uint64_t pxf_upload_offset(const pxf_upload *upload);

/** Checks the whole and stores it: as pxf_image_put_file(). The upload can only be freed then. */
PXF_API pxf_image *pxf_upload_finish(pxf_upload *upload, pxf_cancel *cancel, pxf_error *err);

/** Frees it; what was not finished is thrown away. NULL is fine. */
PXF_API void pxf_upload_free(pxf_upload *upload);

#ifdef __cplusplus
}
#endif

#endif
