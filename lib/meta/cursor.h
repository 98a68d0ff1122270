/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_CURSOR_H
#define FOX_META_CURSOR_H

#include "base/id.h"
#include "meta/image.h"

/* A cursor as text is "time-id-check": the check makes one that was cut or changed on its way one
 * that is none. It is no secret and no signature. */
void fox_cursor_format(char text[FOX_CURSOR_BYTES], const struct fox_cursor *cursor);

/* INVALID for anything that fox_cursor_format did not write. */
pxf_status fox_cursor_parse(struct fox_cursor *ret_cursor, const char *text, pxf_error *err);

#endif
