/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_ID_H
#define FOX_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/env.h"

/* A UUID version 7 (RFC 9562, 5.7): 48 bits of Unix milliseconds, then randomness, so that ids
 * sort by the time they were made. */
struct fox_id {
    uint8_t bytes[16];
};

enum { FOX_ID_TEXT_BYTES = 37 };

/* A new id whose time part is `now_ms`. */
pxf_status fox_id_new(struct fox_id *ret_id, const struct fox_env *env, int64_t now_ms,
                      pxf_error *err);

/* The time part, in milliseconds. */
int64_t fox_id_time_ms(const struct fox_id *id);

/* Lower case with dashes. */
void fox_id_format(char text[FOX_ID_TEXT_BYTES], const struct fox_id *id);

/* Reads that form only, any version, lower or upper case; false if `text` is anything else. */
bool fox_id_parse(struct fox_id *ret_id, const char *text);

bool fox_id_equals(const struct fox_id *one, const struct fox_id *other);
bool fox_id_is_zero(const struct fox_id *id);

#endif
