/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_JSON_H
#define FOX_BASE_JSON_H

#include <jansson.h>

#include "base/str.h"

/* JSON by jansson; what is here adds our errors and the end of scope. */

static inline void json_t_let_go(struct json_t **json)
{
    json_decref(*json);
}

/* Reads one value from `size` bytes, duplicate keys refused. CORRUPT names the place;
 * NO_MEMORY. */
pxf_status fox_json_parse(json_t **ret_json, const char *text, size_t size, pxf_error *err);

/* Writes it compact, keys in their order. */
pxf_status fox_json_write(struct fox_str *str, const json_t *json, pxf_error *err);

/* A text in quotes, escaped. */
void fox_json_quote(struct fox_str *str, const char *text);

#endif
