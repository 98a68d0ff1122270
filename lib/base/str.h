/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_STR_H
#define FOX_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fail.h"

/* A growing text that is written many times and checked once: a write that fails is remembered
 * and the later ones do nothing. `{0}` is an empty one; it holds at most `limit` bytes,
 * FOX_STR_LIMIT where that is 0. */
struct fox_str {
    char *data;
    size_t size, capacity, limit;
    bool failed, is_too_long;
};

enum { FOX_STR_LIMIT = 16 << 20 };

void fox_str_add(struct fox_str *str, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void fox_str_put(struct fox_str *str, const void *bytes, size_t size);
void fox_str_put_text(struct fox_str *str, const char *text);

/* Shortens the text to its first `size` bytes; nothing where it is no longer than that. */
void fox_str_cut(struct fox_str *str, size_t size);

/* Empty again, memory kept, failure forgotten. */
void fox_str_clear(struct fox_str *str);

/* The text so far, never NULL, lent until the next write. */
const char *fox_str_text(const struct fox_str *str);

/* LIMIT or NO_MEMORY if any write since the last clear failed. */
pxf_status fox_str_check(const struct fox_str *str, pxf_error *err);

/* Hands the text out (free() it), leaving an empty one. Never NULL unless the error is set. */
char *fox_str_take(struct fox_str *str, pxf_error *err);

void fox_str_free(struct fox_str *str);

static inline void fox_str_let_go(struct fox_str *str)
{
    fox_str_free(str);
}

#endif
