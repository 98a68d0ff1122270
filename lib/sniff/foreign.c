/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/foreign.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"
#include "sniff/letter.h"

struct magic {
    const char *name;
    unsigned char offset, size;
    char bytes[13];
};

/* The more exact one first. */
static const struct magic magics[] = {
    {"a JPEG XL picture", 0, 2, "\xff\x0a"},
    {"a JPEG XL picture", 0, 12, "\0\0\0\x0cJXL \r\n\x87\n"},
    {"a JPEG 2000 picture", 0, 12, "\0\0\0\x0cjP  \r\n\x87\n"},
    {"a JPEG 2000 picture", 0, 4, "\xff\x4f\xff\x51"},
    {"a BigTIFF", 0, 4, "II+\0"},
    {"a BigTIFF", 0, 4, "MM\0+"},
    {"a camera's raw file", 0, 4, "IIU\0"},
    {"a camera's raw file", 0, 4, "IIRO"},
    {"a camera's raw file", 0, 8, "FUJIFILM"},
    {"a PDF document", 0, 5, "%PDF-"},
    {"a PostScript file", 0, 4, "%!PS"},
    {"a Photoshop document", 0, 4, "8BPS"},
    {"a GIMP document", 0, 9, "gimp xcf "},
    {"an icon", 0, 4, "\0\0\x01\0"},
    {"a cursor", 0, 4, "\0\0\x02\0"},
    {"an animation in MNG", 0, 4, "\x8aMNG"},
    {"a picture in JNG", 0, 4, "\x8bJNG"},
    {"an OpenEXR picture", 0, 4, "\x76\x2f\x31\x01"},
    {"a Radiance picture", 0, 10, "#?RADIANCE"},
    {"a QOI picture", 0, 4, "qoif"},
    {"a DirectDraw surface", 0, 4, "DDS "},
    {"an ImageMagick script", 0, 12, "push graphic"},
    {"a Windows metafile", 0, 4, "\xd7\xcd\xc6\x9a"},
    {"a Windows metafile", 40, 4, " EMF"},
    {"a ZIP archive", 0, 4, "PK\x03\x04"},
    {"a gzip file", 0, 2, "\x1f\x8b"},
    {"a Matroska or WebM video", 0, 4, "\x1a\x45\xdf\xa3"},
    {"a program", 0, 4, "\177ELF"},
    {"an AVI video", 8, 4, "AVI "},
    {"a WAV recording", 8, 4, "WAVE"},
};

/* Words that text begins with, in either case, or has near its beginning. */
struct word {
    const char *name;
    const char *word;
};

static const struct word words[] = {
    {"an SVG drawing", "<svg"},   {"an HTML page", "<!doctype html"}, {"an HTML page", "<html"},
    {"an HTML page", "<head"},    {"an HTML page", "<script"},        {"an HTML page", "<body"},
    {"an XML document", "<?xml"},
};

static bool has_word(const char *text, size_t size, const char *word)
{
    const size_t length = strlen(word);

    for (size_t i = 0; i + length <= size; i++) {
        if (fox_letter_is_same(text + i, word, length)) {
            return true;
        }
    }
    return false;
}

/* Text has no zeros and no controls but white space; a character may be cut at the end. */
static bool is_text(const char *head, size_t size)
{
    size_t whole;

    for (size_t i = 0; i < size; i++) {
        const unsigned char letter = (unsigned char)head[i];

        if ((letter < ' ' && !strchr("\t\n\r\f", letter)) || letter == 0x7f || letter == '\0') {
            return false;
        }
    }
    whole = fox_utf8_whole(head, size);
    return whole > 0 && size - whole < 4;
}

static const char *name_text(const char *head, size_t size)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (has_word(head, size, words[i].word)) {
            return words[i].name;
        }
    }
    return "text";
}

const char *fox_foreign_name(const char *head, size_t size)
{
    if (size == 0) {
        return "an empty file";
    }
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        const struct magic *magic = &magics[i];

        if (size >= (size_t)magic->offset + magic->size &&
            memcmp(head + magic->offset, magic->bytes, magic->size) == 0) {
            return magic->name;
        }
    }
    return is_text(head, size) ? name_text(head, size) : "a file of unknown kind";
}
