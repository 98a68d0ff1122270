/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_IMAGE_H
#define PIXELFOX_IMAGE_H

/** @file image.h
 * Pictures in a store. */

#include <stddef.h>

#include <pixelfox/bytes.h>
#include <pixelfox/cancel.h>
#include <pixelfox/store.h>
#include <pixelfox/types.h>
#include <pixelfox/variant.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An image as it stood when it was read, with its variants and metadata, unless pxf_query_next()
 * gave it. Immutable, keeps its store alive. Any thread. */
typedef struct pxf_image pxf_image;

/** Stores a file. When it returns, the picture and its job are on disk and survive a power cut.
 * The type comes from the content; the file's name becomes the title.
 * @param path a regular file
 * @param owner whose it is: UTF-8 without controls, at most 255 bytes, compared as bytes; NULL is
 * ""
 * @return yours; the owner's first image if these bytes are there already
 * (pxf_image_is_duplicate()). NULL on failure, with nothing stored: UNSUPPORTED, CORRUPT, LIMIT for
 * the picture; FULL for pools or quota; NOT_FOUND, DENIED, INVALID for the path; CANCELLED; what
 * disks and catalog say. Only after IO or UNAVAILABLE it may be stored all the same: putting it
 * again finds it then. */
PXF_API pxf_image *pxf_image_put_file(pxf_store *store, const char *path, const char *owner,
                                      pxf_cancel *cancel, pxf_error *err);

/** Stores bytes, lent for the call. As pxf_image_put_file(), without a title. */
PXF_API pxf_image *pxf_image_put_bytes(pxf_store *store, const void *data, size_t size,
                                       const char *owner, pxf_cancel *cancel, pxf_error *err);

/** Stores what a descriptor gives from where it stands, to its end: a file, a pipe, a socket. The
 * descriptor stays yours. As pxf_image_put_file(), without a title. */
PXF_API pxf_image *pxf_image_put_fd(pxf_store *store, int fd, const char *owner, pxf_cancel *cancel,
                                    pxf_error *err);

/** Reads an image, deleted ones too while their files are being removed.
 * @param id as pxf_image_id() gives it
 * @return yours; NULL on failure (INVALID for what is no id, NOT_FOUND). */
PXF_API pxf_image *pxf_image_find(pxf_store *store, const char *id, pxf_error *err);

/** Waits until the image is ready, failed or hidden (PXF_IMAGE_DELETED); for its removal follow the
 * event "image_removed". Where this process runs no worker, works that
 * image's own jobs on this thread.
 * @param timeout_ms at most so long; 0 only looks; PXF_FOREVER
 * @return the image as it then stands, yours; NULL on failure (TIMEOUT, CANCELLED, CLOSED,
 * NOT_FOUND once it is gone). A failed image is no failure of the call. */
PXF_API pxf_image *pxf_image_wait(const pxf_image *image, int64_t timeout_ms, pxf_cancel *cancel,
                                  pxf_error *err);

/** Hides an image at once; a job removes its files and rows, and its room is free then. Again is no
 * error.
 * @return INVALID for what is no id; NOT_FOUND for an unknown one, and once it is gone. */
PXF_API pxf_status pxf_image_remove(pxf_store *store, const char *id, pxf_error *err);

/** Hides and removes all images of an owner by a job.
 * @param owner "" for those that were put without one; NULL is INVALID
 * @return OK when the job is put; nothing to remove is no error. */
PXF_API pxf_status pxf_image_remove_owner(pxf_store *store, const char *owner, pxf_error *err);

/** Changes the title: cleaned of controls, clipped at a character (setting
 * `ingest.title_max_bytes`); NULL for none. The handle keeps the old one.
 * @return CONFLICT if the image changed since it was read, be it by a call on this same handle, or
 * is hidden; read it again for the next change. NOT_FOUND once it is gone. */
PXF_API pxf_status pxf_image_set_title(const pxf_image *image, const char *title, pxf_error *err);

/** Changes the description (at most 65,535 bytes, else INVALID; NULL for none). As
 * pxf_image_set_title(). */
PXF_API pxf_status pxf_image_set_description(const pxf_image *image, const char *description,
                                             pxf_error *err);

/** Changes who may see it (INVALID for another number). As pxf_image_set_title(). */
PXF_API pxf_status pxf_image_set_visibility(const pxf_image *image, pxf_visibility visibility,
                                            pxf_error *err);

/** Counts a view and notes the access; no change in the sense of pxf_image_set_title(). The last
 * moments' views may be lost with the power. INVALID, NOT_FOUND. */
PXF_API pxf_status pxf_image_add_view(pxf_store *store, const char *id, pxf_error *err);

/** Lets go of it; NULL is fine. */
PXF_API void pxf_image_free(pxf_image *image);

/** Its UUID (version 7), lower case with dashes. Lent, as all texts of a handle. */
PXF_API const char *pxf_image_id(const pxf_image *image);

/** Whose it is; "" without an owner. */
PXF_API const char *pxf_image_owner(const pxf_image *image);

/** Its title; NULL without one. */
PXF_API const char *pxf_image_title(const pxf_image *image);

/** Its description; NULL without one. */
PXF_API const char *pxf_image_description(const pxf_image *image);

/** Who may see it. */
PXF_API pxf_visibility pxf_image_visibility(const pxf_image *image);

/** Where it is in its life. */
PXF_API pxf_image_state pxf_image_get_state(const pxf_image *image);

/** Why it failed, for people; NULL if it did not. */
PXF_API const char *pxf_image_failure(const pxf_image *image);

/** Why it failed, one word of doc/failures.md, such as "truncated"; NULL if it did not. */
PXF_API const char *pxf_image_failure_rule(const pxf_image *image);

/** Why it failed, as a status; OK if it did not. */
PXF_API pxf_status pxf_image_failure_status(const pxf_image *image);

/** Whether the put that gave this handle found the owner's same bytes. */
PXF_API bool pxf_image_is_duplicate(const pxf_image *image);

/** Frames of an animation; 1 for a still picture. */
PXF_API uint32_t pxf_image_frame_count(const pxf_image *image);

/** The original's MIME type, from its content, such as "image/jpeg". Static. */
PXF_API const char *pxf_image_type(const pxf_image *image);

/** Width in pixels as it is shown, its orientation applied. */
PXF_API uint32_t pxf_image_width_px(const pxf_image *image);

/** Height in pixels as it is shown. */
PXF_API uint32_t pxf_image_height_px(const pxf_image *image);

/** Size of the original in bytes. */
PXF_API uint64_t pxf_image_bytes(const pxf_image *image);

/** When it was accepted, UTC milliseconds since 1970; its UTC day is in the key. */
PXF_API int64_t pxf_image_created_ms(const pxf_image *image);

/** How often it was viewed, as far as the host told. */
PXF_API int64_t pxf_image_view_count(const pxf_image *image);

/** SHA-256 of the original, lower-case hexadecimal. */
PXF_API const char *pxf_image_sha256(const pxf_image *image);

/** The original's key in its pool. */
PXF_API const char *pxf_image_key(const pxf_image *image);

/** The name of the original's pool. */
PXF_API const char *pxf_image_pool(const pxf_image *image);

/** The original's address: the pool's `public_url` with the key behind, or "/files/POOL/KEY" where
 * the pool has none. The original holds its metadata, so serve it to its owner only, and others
 * what pxf_image_read() gives. */
PXF_API const char *pxf_image_url(const pxf_image *image);

/** The original's file, where the pool is a folder of this host; else NULL. */
PXF_API const char *pxf_image_path(const pxf_image *image);

/** An unguessable key for links to it, 16 letters and digits. */
PXF_API const char *pxf_image_share_key(const pxf_image *image);

/** The request that brought it, as the host named it; NULL without one. */
PXF_API const char *pxf_image_trace_id(const pxf_image *image);

/** What the picture says of its making, a JSON object: `camera_model taken_at taken_zone latitude
 * longitude exposure_time aperture iso focal_length exif`; absent is absent. NULL if
 * pxf_query_next() gave the image. doc/metadata.md. */
PXF_API const char *pxf_image_metadata(const pxf_image *image);

/** Its place in a list, for pxf_query_set_cursor(): letters, digits and dashes, at most 63 bytes.
 */
PXF_API const char *pxf_image_cursor(const pxf_image *image);

/** Reads the original's bytes, whole or in part.
 * @param reader for whom; doc/metadata.md says what the public does not get (setting
 * `store.public_originals`)
 * @param offset where to begin, in bytes; at or behind the end gives none
 * @param size at most so many bytes; fewer only at the end; 0 for all that follow
 * @return yours; NULL on failure (UNAVAILABLE for its pool, NOT_FOUND for a file that is gone,
 * CORRUPT, DENIED, INVALID for another reader). */
PXF_API pxf_bytes *pxf_image_read(const pxf_image *image, pxf_reader reader, uint64_t offset,
                                  size_t size, pxf_cancel *cancel, pxf_error *err);

/** How many variants it has, skipped ones included; 0 until it is ready, and if pxf_query_next()
 * gave the image: pxf_image_find() has them. */
PXF_API size_t pxf_image_variant_count(const pxf_image *image);

/** A variant by its place, lent as long as the image; NULL out of range. */
PXF_API const pxf_variant *pxf_image_variant(const pxf_image *image, size_t index);

/** A variant by its kind; an original WebP's or AVIF's own thumbnail resolves to its twin. NULL if
 * there is none, or for NULL. */
PXF_API const pxf_variant *pxf_image_find_variant(const pxf_image *image, const char *kind);

#ifdef __cplusplus
}
#endif

#endif
