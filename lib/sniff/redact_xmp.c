/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sniff/letter.h"
#include "sniff/redact.h"

/* A packet of XMP (ISO 16684-1) is read as text, not as XML: names of places are looked for, and
 * what belongs to them becomes spaces, as an attribute or an element. Where that is not clear the
 * whole packet does. */
enum { TEXT_LIMIT = 16 << 20, WIDE_LOOK_BYTES = 4 };

struct text {
    const char *data;
    size_t size;
    uint64_t offset; /* in the file */
    struct fox_redaction *redaction;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_name(char c)
{
    return fox_letter_is_word(c) || c == '_' || c == '-' || c == '.' || c == ':';
}

static size_t name_size(const struct text *text, size_t at)
{
    size_t end = at;

    while (end < text->size && is_name(text->data[end])) {
        end++;
    }
    return end - at;
}

/* "exif:GPSLatitude", "drone-dji:GpsLongitude", "x:Latitude": whatever the prefix is. */
static bool names_place(const char *name, size_t size)
{
    static const char *const beginnings[] = {"gps", "latitude", "longitude"};
    size_t local = size;

    while (local > 0 && name[local - 1] != ':') {
        local--;
    }
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        const size_t length = strlen(beginnings[i]);

        if (local > 0 && size - local >= length &&
            fox_letter_is_same(name + local, beginnings[i], length)) {
            return true;
        }
    }
    return false;
}

static size_t skip_spaces(const struct text *text, size_t at)
{
    while (at < text->size && is_space(text->data[at])) {
        at++;
    }
    return at;
}

/* Behind the next such byte; 0 if none comes. */
static size_t behind(const struct text *text, size_t at, char byte)
{
    const char *found = at < text->size ? memchr(text->data + at, byte, text->size - at) : NULL;

    return found ? (size_t)(found - text->data) + 1 : 0;
}

/* Behind an attribute's value; `at` itself where no attribute stands; 0 where it has no end. */
static size_t attribute_end(const struct text *text, size_t at, size_t size)
{
    size_t value = skip_spaces(text, at + size);

    if (value >= text->size || text->data[value] != '=') {
        return at;
    }
    value = skip_spaces(text, value + 1);
    if (value >= text->size || (text->data[value] != '"' && text->data[value] != '\'')) {
        return 0;
    }
    return behind(text, value + 1, text->data[value]);
}

/* Behind a tag's '>', over what stands in quotes; 0 where it has no end. */
static size_t tag_end(const struct text *text, size_t at)
{
    while (at != 0 && at < text->size && text->data[at] != '>') {
        const char byte = text->data[at];

        at = byte == '"' || byte == '\'' ? behind(text, at + 1, byte) : at + 1;
    }
    return at == 0 || at >= text->size ? 0 : at + 1;
}

/* Behind the end tag of an element whose name stands at `at`; 0 where it has none. */
static size_t element_end(const struct text *text, size_t at, size_t size)
{
    size_t end = tag_end(text, at + size);

    if (end == 0 || text->data[end - 2] == '/') {
        return end;
    }
    while ((end = behind(text, end, '<')) != 0) {
        if (end + 1 + size < text->size && text->data[end] == '/' &&
            memcmp(text->data + end + 1, text->data + at, size) == 0 &&
            !is_name(text->data[end + 1 + size])) {
            return tag_end(text, end + 1 + size);
        }
    }
    return 0;
}

static pxf_status blank(const struct text *text, size_t begin, size_t end, pxf_error *err)
{
    const struct fox_patch patch = {
        .offset = text->offset + begin, .size = end - begin, .fill = ' '};

    return fox_redaction_add(text->redaction, &patch, err);
}

/* Looks at the name at `at`, in front of which stands a space or '<'. `*ret_end` is behind what was
 * dealt with; 0: nobody knows where it ends. */
static pxf_status look_at_name(const struct text *text, size_t at, size_t *ret_end, pxf_error *err)
{
    const size_t size = name_size(text, at);
    const bool is_element = text->data[at - 1] == '<';

    *ret_end = at + size;
    if (!names_place(text->data + at, size)) {
        return PXF_OK;
    }
    *ret_end = is_element ? element_end(text, at, size) : attribute_end(text, at, size);
    if (*ret_end == at) { /* a word of some text */
        *ret_end = at + size;
        return PXF_OK;
    }
    return *ret_end == 0 ? PXF_OK : blank(text, is_element ? at - 1 : at, *ret_end, err);
}

static pxf_status scan(const struct text *text, pxf_error *err)
{
    size_t at = 1;

    while (at < text->size) {
        if (!is_name(text->data[at]) ||
            (text->data[at - 1] != '<' && !is_space(text->data[at - 1]))) {
            at++;
            continue;
        }
        TRY(look_at_name(text, at, &at, err));
        if (at == 0) {
            return blank(text, 0, text->size, err);
        }
    }
    return PXF_OK;
}

/* Text of 16 or 32 bits a letter begins with a zero among its bytes. */
static bool is_wide(const struct text *text)
{
    return memchr(text->data, '\0', text->size < WIDE_LOOK_BYTES ? text->size : WIDE_LOOK_BYTES) !=
           NULL;
}

pxf_status fox_redaction_find_xmp(struct fox_redaction *redaction, const struct fox_reader *reader,
                                  uint64_t offset, uint64_t size, pxf_error *err)
{
    struct text text = {.size = (size_t)size, .offset = offset, .redaction = redaction};
    char *data;
    pxf_status status;

    if (size > TEXT_LIMIT || size == 0) {
        const struct fox_patch patch = {.offset = offset, .size = size, .fill = ' '};

        return fox_redaction_add(redaction, &patch, err);
    }
    data = fox_mem_new(1, (size_t)size, err);
    if (!data) {
        return PXF_NO_MEMORY;
    }
    text.data = data;
    status = fox_reader_read(reader, offset, data, (size_t)size, &text.size, err);
    if (status == PXF_OK && text.size > 0) {
        status = is_wide(&text) ? blank(&text, 0, text.size, err) : scan(&text, err);
    }
    free(data);
    return status;
}
