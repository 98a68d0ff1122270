/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

struct form {
    unsigned char mask, lead;
    size_t size;
    uint32_t least;
};

static const struct form forms[] = {
    {0x80, 0x00, 1, 0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

enum { FORM_COUNT = sizeof forms / sizeof forms[0], MOST_BYTES = 4 /* of a character */ };

/* Reads one code point; the size is 0 where there is none. */
static size_t decode(const char *text, size_t size, uint32_t *ret_point)
{
    const unsigned char lead = size > 0 ? (unsigned char)text[0] : 0xff;
    const struct form *form = forms;
    uint32_t point;

    while (form < forms + FORM_COUNT && (lead & form->mask) != form->lead) {
        form++;
    }
    if (form == forms + FORM_COUNT || form->size > size) {
        return 0;
    }
    point = lead & (unsigned char)~form->mask;
    for (size_t i = 1; i < form->size; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) {
            return 0;
        }
        point = (point << 6) | ((unsigned char)text[i] & 0x3f);
    }
    if (point < form->least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
        return 0;
    }
    *ret_point = point;
    return form->size;
}

/* Begins a character of two bytes or more. */
static bool is_lead(char letter)
{
    return ((unsigned char)letter & 0xc0) == 0xc0;
}

static bool is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x2028 || point == 0x2029 ||
           point == 0x061c || point == 0x200e || point == 0x200f ||
           (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

size_t fox_utf8_next(const char *text, size_t size)
{
    uint32_t point;

    return decode(text, size, &point);
}

size_t fox_utf8_whole(const char *text, size_t size)
{
    size_t at = 0, step;

    while (at < size && (step = fox_utf8_next(text + at, size - at)) > 0) {
        at += step;
    }
    return at;
}

bool fox_utf8_is_valid(const char *text, size_t size)
{
    return fox_utf8_whole(text, size) == size;
}

bool fox_utf8_is_clean(const char *text, size_t size)
{
    for (size_t at = 0, step; at < size; at += step) {
        uint32_t point = 0;

        step = decode(text + at, size - at, &point);
        if (step == 0 || is_control(point)) {
            return false;
        }
    }
    return true;
}

void fox_utf8_tidy(char *line, size_t room)
{
    const size_t size = strlen(line);
    const bool is_full = size + 1 == room;

    for (size_t at = 0, step; at < size; at += step) {
        step = fox_utf8_next(line + at, size - at);
        if (step == 0 && is_full && size - at < MOST_BYTES && is_lead(line[at])) {
            line[at] = '\0';
            return;
        }
        if (step == 0) {
            line[at] = '?';
            step = 1;
        } else if (!fox_utf8_is_clean(line + at, step)) {
            memset(line + at, ' ', step);
        }
    }
}

static bool is_ascii(const char *text, size_t size)
{
    size_t at = 0;

    while (at < size && (unsigned char)text[at] < 0x80) {
        at++;
    }
    return at == size;
}

pxf_status fox_utf8_compose(struct fox_str *str, const char *text, size_t size, pxf_error *err)
{
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t composed_size;

    if (is_ascii(text, size)) {
        fox_str_put(str, text, size);
        return fox_str_check(str, err);
    }
    if (!fox_utf8_is_valid(text, size)) {
        return fox_fail(err, PXF_INVALID, "a text is not UTF-8");
    }
    composed_size = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &composed,
                                 UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (composed_size < 0) {
        return fox_fail(err, PXF_NO_MEMORY, "no memory to compose a text of %zu bytes", size);
    }
    fox_str_put(str, composed, (size_t)composed_size);
    free(composed);
    return fox_str_check(str, err);
}
