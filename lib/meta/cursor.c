/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/cursor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"

enum { ID_LETTERS = 2 * sizeof(struct fox_id) };

/* FNV-1a: every change of one letter changes the sum. */
static uint32_t sum(const char *text)
{
    uint32_t hash = 2166136261U;

    for (const char *letter = text; *letter; letter++) {
        hash = (hash ^ (unsigned char)*letter) * 16777619U;
    }
    return hash;
}

void fox_cursor_format(char text[FOX_CURSOR_BYTES], const struct fox_cursor *cursor)
{
    char place[FOX_CURSOR_BYTES], id[ID_LETTERS + 1];

    fox_hex_format(id, cursor->id.bytes, sizeof cursor->id.bytes);
    (void)snprintf(place, sizeof place, "%" PRId64 "-%s", cursor->at_ms, id);
    (void)snprintf(text, FOX_CURSOR_BYTES, "%.53s-%08" PRIx32, place, sum(place));
}

pxf_status fox_cursor_parse(struct fox_cursor *ret_cursor, const char *text, pxf_error *err)
{
    struct fox_cursor cursor = {0};
    char again[FOX_CURSOR_BYTES], id[ID_LETTERS + 1];
    char *end;

    /* Read loosely, written again, compared: only what was written is accepted. */
    cursor.at_ms = strtoll(text, &end, 10);
    (void)snprintf(id, sizeof id, "%s", *end == '-' ? end + 1 : "");
    if (fox_hex_parse(cursor.id.bytes, sizeof cursor.id.bytes, id)) {
        fox_cursor_format(again, &cursor);
        if (strcmp(again, text) == 0) {
            *ret_cursor = cursor;
            return PXF_OK;
        }
    }
    return fox_fail(err, PXF_INVALID, "'%s' is no cursor", text);
}

void fox_image_cursor(char text[FOX_CURSOR_BYTES], const struct fox_image_row *row)
{
    fox_cursor_format(text, &(struct fox_cursor){row->created_ms, row->id});
}
