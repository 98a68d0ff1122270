/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_METADATA_H
#define FOX_META_METADATA_H

#include "base/id.h"
#include "sniff/exif.h"
#include "sql/sql.h"

/* What a picture says of its making: one row for an image (sniff/exif.h has the fields), or none
 * where it says nothing. It is written by the operation that adds the image, once: EXISTS. A place
 * that is no number is left out. */
pxf_status fox_metadata_add_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                               const struct fox_exif *exif, pxf_error *err);

/* NOT_FOUND if it has none. `ret_exif` is the caller's to let go. */
pxf_status fox_metadata_get_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                               struct fox_exif *ret_exif, pxf_error *err);

#endif
