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
 *     printf("%s %u %s\n", pxf_variant_kind(v), pxf_variant_width_px(v), pxf_variant_key(v));
 * }
 * @endcode
 *
 * Rules that hold everywhere: what `new`, `open`, `put`, `find` and `next` return is yours, `free`
 * and `close` take NULL and cannot fail; texts of a handle are lent for its life. The error is the
 * last parameter, may be NULL, and is set to OK by a call that succeeds. A handle's typedef says
 * whether any thread may use it or one at a time. Times are UTC milliseconds since 1970. */

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
