/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_NAMES_H
#define FOX_MODEL_NAMES_H

#include <stddef.h>

#include "base/fail.h"
#include "base/str.h"

/* Rules for what people and hosts name. Names are compared as bytes. Each check is INVALID and
 * says the rule. */

enum {
    FOX_POOL_NAME_LETTERS = 63,
    FOX_KIND_NAME_LETTERS = 63,
    FOX_NODE_NAME_LETTERS = 63,
    FOX_OWNER_NAME_BYTES = 255
};

/* [a-z][a-z0-9-]{0,62} */
pxf_status fox_name_check_pool(const char *name, pxf_error *err);

/* [a-z][a-z0-9_]{0,62} */
pxf_status fox_name_check_kind(const char *name, pxf_error *err);

/* A node or region: empty, or [A-Za-z0-9][A-Za-z0-9._-]{0,62}. */
pxf_status fox_name_check_node(const char *name, pxf_error *err);

/* Clean UTF-8 (fox_utf8_is_clean) of at most FOX_OWNER_NAME_BYTES; empty is nobody. */
pxf_status fox_name_check_owner(const char *name, pxf_error *err);

/* Writes a title as it is kept: bytes that are no UTF-8 become U+FFFD; line breaks and tabs become
 * spaces, other controls and bidirectional controls go; runs of spaces become one, those at the
 * ends go; composed (NFC); cut at a character's boundary to at most `limit_bytes`. A title is what
 * people see, so none is refused. NO_MEMORY only. */
pxf_status fox_name_put_title(struct fox_str *str, const char *title, size_t limit_bytes,
                              pxf_error *err);

#endif
