/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/utf8.h"
#include "sniff/tiff.h"

/* No text of a file is longer in what we keep. */
enum { RAW_TEXT_BYTES = 1024, RATIONAL_BYTES = 8 };

static int64_t signed_number(struct fox_cursor *cursor, bool is_signed)
{
    const uint32_t number = fox_cursor_get_u32(cursor);

    return is_signed && number >> 31 ? (int64_t)number - (INT64_C(1) << 32) : (int64_t)number;
}

bool fox_tiff_fraction(struct fox_tiff *tiff, const struct fox_tiff_entry *entry, uint32_t index,
                       struct fox_fraction *ret_fraction)
{
    const bool is_signed = entry->type == FOX_TIFF_SIGNED_RATIONAL;
    struct fox_fraction fraction = {.denominator = 1};
    uint32_t number = 0;

    if (!is_signed && entry->type != FOX_TIFF_RATIONAL) {
        if (!fox_tiff_get_number(tiff, entry, index, &number)) {
            return false;
        }
        ret_fraction->numerator = number;
        ret_fraction->denominator = 1;
        return true;
    }
    tiff->cursor.is_short = index >= entry->count;
    fox_cursor_seek(&tiff->cursor, entry->offset + (uint64_t)index * RATIONAL_BYTES);
    fraction.numerator = signed_number(&tiff->cursor, is_signed);
    fraction.denominator = signed_number(&tiff->cursor, is_signed);
    if (!fox_cursor_is_good(&tiff->cursor) || fraction.denominator == 0) {
        return false;
    }
    if (fraction.denominator < 0) {
        fraction.numerator = -fraction.numerator;
        fraction.denominator = -fraction.denominator;
    }
    *ret_fraction = fraction;
    return true;
}

/* Writes the next character of `bytes` as clean UTF-8 and says how many bytes of them it took; a
 * byte that begins no character of UTF-8 is one of Latin-1. */
static size_t clean_character(const char *bytes, size_t size, char character[5])
{
    const size_t length = fox_utf8_next(bytes, size);
    const unsigned char byte = (unsigned char)bytes[0];

    memset(character, 0, 5);
    if (length == 0) {
        if (byte >= 0xa0) {
            character[0] = (char)(0xc0 | byte >> 6);
            character[1] = (char)(0x80 | (byte & 0x3f));
        }
        return 1;
    }
    if (fox_utf8_is_clean(bytes, length)) {
        memcpy(character, bytes, length);
    } else {
        character[0] = ' ';
    }
    return length;
}

static size_t clean(const char *bytes, size_t size, char *text, size_t capacity)
{
    size_t used = 0;

    for (size_t i = 0; i < size && bytes[i] != '\0';) {
        char character[5];
        size_t length;

        i += clean_character(bytes + i, size - i, character);
        length = strlen(character);
        if (used == 0 && character[0] == ' ') {
            continue;
        }
        if (used + length >= capacity) {
            break;
        }
        memcpy(text + used, character, length);
        used += length;
    }
    while (used > 0 && text[used - 1] == ' ') {
        used--;
    }
    text[used] = '\0';
    return used;
}

size_t fox_tiff_text(struct fox_tiff *tiff, uint64_t directory, uint16_t tag, char *text,
                     size_t capacity)
{
    char bytes[RAW_TEXT_BYTES];
    struct fox_tiff_entry entry;
    size_t size;

    text[0] = '\0';
    if (!fox_tiff_find(tiff, directory, tag, &entry) ||
        (entry.type != FOX_TIFF_ASCII && entry.type != FOX_TIFF_BYTE &&
         entry.type != FOX_TIFF_UNDEFINED && entry.type != FOX_TIFF_UTF8)) {
        return 0;
    }
    size = entry.count < sizeof bytes ? entry.count : sizeof bytes;
    fox_cursor_seek(&tiff->cursor, entry.offset);
    return fox_cursor_get(&tiff->cursor, bytes, size) ? clean(bytes, size, text, capacity) : 0;
}
