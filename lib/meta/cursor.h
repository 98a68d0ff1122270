/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_META_CURSOR_H
#define FOX_META_CURSOR_H

#include "base/id.h"
#include "meta/image.h"

/* A place in a list that is ordered by time and id. As text it is "time-id-check": the check makes
 * a cursor that was cut or changed on its way one that is none. It is no secret and no signature.
 */
struct fox_cursor {
    int64_t at_ms;
    struct fox_id id;
};

void fox_cursor_format(char text[FOX_CURSOR_BYTES], const struct fox_cursor *cursor);

/* INVALID for anything that fox_cursor_format did not write. */
pxf_status fox_cursor_parse(struct fox_cursor *ret_cursor, const char *text, pxf_error *err);

#endif
