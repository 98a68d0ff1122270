/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static size_t limit_of(const struct fox_str *str)
{
    return str->limit > 0 ? str->limit : FOX_STR_LIMIT;
}

/* Makes room for `more` bytes and the ending zero. */
static bool has_room(struct fox_str *str, size_t more)
{
    if (str->failed) {
        return false;
    }
    if (more > limit_of(str) || str->size > limit_of(str) - more) {
        str->failed = true;
        str->is_too_long = true;
        return false;
    }
    if (fox_mem_grow(&str->data, &str->capacity, str->size + more + 1, 1, NULL) != PXF_OK) {
        str->failed = true;
        return false;
    }
    return true;
}

void fox_str_put(struct fox_str *str, const void *bytes, size_t size)
{
    if (size == 0 || !has_room(str, size)) {
        return;
    }
    memcpy(str->data + str->size, bytes, size);
    str->size += size;
    str->data[str->size] = '\0';
}

void fox_str_put_text(struct fox_str *str, const char *text)
{
    fox_str_put(str, text, strlen(text));
}

void fox_str_add(struct fox_str *str, const char *format, ...)
{
    va_list args, again;
    int size;

    va_start(args, format);
    va_copy(again, args);
    size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size >= 0 && has_room(str, (size_t)size)) {
        (void)vsnprintf(str->data + str->size, (size_t)size + 1, format, again);
        str->size += (size_t)size;
    } else {
        str->failed = true;
    }
    va_end(again);
}

void fox_str_cut(struct fox_str *str, size_t size)
{
    if (size < str->size) {
        str->size = size;
        str->data[size] = '\0';
    }
}

void fox_str_clear(struct fox_str *str)
{
    str->size = 0;
    str->failed = false;
    str->is_too_long = false;
    if (str->data) {
        str->data[0] = '\0';
    }
}

const char *fox_str_text(const struct fox_str *str)
{
    return str->data ? str->data : "";
}

pxf_status fox_str_check(const struct fox_str *str, pxf_error *err)
{
    if (!str->failed) {
        return PXF_OK;
    }
    if (str->is_too_long) {
        return fox_fail(err, PXF_LIMIT, "a text outgrew its %zu bytes", limit_of(str));
    }
    return fox_fail(err, PXF_NO_MEMORY, "no memory for a text of more than %zu bytes", str->size);
}

char *fox_str_take(struct fox_str *str, pxf_error *err)
{
    char *text;

    if (fox_str_check(str, err) != PXF_OK) {
        return NULL;
    }
    text = str->data ? str->data : fox_mem_text("", err);
    *str = (struct fox_str){.limit = str->limit};
    return text;
}

void fox_str_free(struct fox_str *str)
{
    free(str->data);
    *str = (struct fox_str){.limit = str->limit};
}
