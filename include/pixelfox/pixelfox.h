/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_PIXELFOX_H
#define PIXELFOX_PIXELFOX_H

/** @file pixelfox.h
 * All of libpixelfox, and a tour.
 *
 * A *store* keeps pictures in *pools* and knows them in its catalog. A picture that is put is on
 * disk when the call returns, with a *job* beside it; *workers* make its eight *variants*.
 *
 * @code
 * pxf_error err;
 * pxf_store *store = pxf_store_open("gallery", NULL, &err);
 * pxf_image *put = store ? pxf_image_put_file(store, argv[1], "ada", NULL, &err) : NULL;
 * pxf_image *image = put ? pxf_image_wait(put, PXF_FOREVER, NULL, &err) : NULL;
 * if (!image) { fprintf(stderr, "%s\n", err.message); return 1; }
 * for (size_t i = 0; i < pxf_image_variant_count(image); i++) {
 *     const pxf_variant *v = pxf_image_variant(image, i);
 *     printf("%s %u %s\n", pxf_variant_kind(v), pxf_variant_width_px(v),
 *            pxf_variant_key(v) ? pxf_variant_key(v) : pxf_variant_skip_reason(v));
 * }
 * @endcode
 *
 * Rules that hold everywhere, and are not said again:
 *
 * - *Yours and lent.* What `new`, `open`, `put`, `find`, `next`, `copy` and `read` return is yours
 * to free, and so is each other handle or pxf_bytes that a call returns, unless it says `lent`.
 *   `free` and `close` take NULL and cannot fail. Handles may be freed in any order: each keeps
 * alive what it needs. A text of a handle is lent for the life of that handle; what you give is
 * copied.
 * - *NULL.* A handle may not be NULL, but for `free` and `close`; the cancel token and the error
 * may be. A text that is missing is answered INVALID, unless its function says what NULL means.
 * - *Failing.* The error is the last parameter, and needs no initialisation: it is OK with an empty
 *   message after a call that succeeds, and says why after one that fails. Failing is NULL, false,
 * -1 or a status other than OK. Where NULL or false is also an end, the error says OK then.
 * - *Failures of every call.* NO_MEMORY; with a store behind it CLOSED after pxf_store_stop(),
 * FORKED in a forked child, and what catalog and disks say: BUSY, UNAVAILABLE, IO, CORRUPT, FULL.
 * With a cancel token CANCELLED. A function names what it can answer beyond these.
 * - *Threads.* The typedef of a handle says whether `any thread` may use it, or `one at a time`:
 * then any thread may, but never two at once. Functions without a handle are for any thread. A call
 * that takes a cancel token may take long; the others are as quick as the catalog and the disks
 * are.
 * - *Handles are what was read.* An image, a job, a pool, an event does not change under you, nor
 * by your own change: read it again to see what became of it.
 * - *Units* stand at a name's end: `_ms _s _bytes _px _pct`. A time `_at_ms`, `_created_ms` … is
 * UTC milliseconds since 1970, all others are lengths. Texts are UTF-8 and end with a zero. */

#include <pixelfox/bytes.h>
#include <pixelfox/cancel.h>
#include <pixelfox/config.h>
#include <pixelfox/error.h>
#include <pixelfox/event.h>
#include <pixelfox/image.h>
#include <pixelfox/job.h>
#include <pixelfox/layout.h>
#include <pixelfox/metrics.h>
#include <pixelfox/pool.h>
#include <pixelfox/query.h>
#include <pixelfox/recipe.h>
#include <pixelfox/render.h>
#include <pixelfox/store.h>
#include <pixelfox/types.h>
#include <pixelfox/upload.h>
#include <pixelfox/variant.h>
#include <pixelfox/worker.h>

#endif
