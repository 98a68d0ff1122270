/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/payload.h"

#include <string.h>

#include "base/utf8.h"

enum { DEPTH_LIMIT = 128, HIGH_FIRST = 0xd800, LOW_FIRST = 0xdc00, LOW_LAST = 0xdfff };

struct scan {
    const char *at, *end;
    int depth;
};

static bool value(struct scan *scan);

static bool take(struct scan *scan, char letter)
{
    if (scan->at == scan->end || *scan->at != letter) {
        return false;
    }
    scan->at++;
    return true;
}

static bool take_word(struct scan *scan, const char *word)
{
    const size_t size = strlen(word);

    if ((size_t)(scan->end - scan->at) < size || memcmp(scan->at, word, size) != 0) {
        return false;
    }
    scan->at += size;
    return true;
}

static void skip_space(struct scan *scan)
{
    while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) && *scan->at != '\0') {
        scan->at++;
    }
}

/* The value of a digit, or -1. */
static int hex_digit(char letter)
{
    if (letter >= '0' && letter <= '9') {
        return letter - '0';
    }
    letter = (char)(letter | 0x20);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Four digits behind a `\u`, or -1. */
static int code_unit(struct scan *scan)
{
    int unit = 0;

    for (int i = 0; i < 4; i++) {
        const int digit = scan->at < scan->end ? hex_digit(*scan->at) : -1;

        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
        scan->at++;
    }
    return unit;
}

static bool escaped_character(struct scan *scan)
{
    const int unit = code_unit(scan);
    int low;

    if (unit < HIGH_FIRST || unit > LOW_LAST) {
        return unit > 0;
    }
    if (unit >= LOW_FIRST || !take_word(scan, "\\u")) {
        return false;
    }
    low = code_unit(scan);
    return low >= LOW_FIRST && low <= LOW_LAST;
}

static bool escape(struct scan *scan)
{
    if (take(scan, 'u')) {
        return escaped_character(scan);
    }
    if (scan->at == scan->end || *scan->at == '\0' || !strchr("\"\\/bfnrt", *scan->at)) {
        return false;
    }
    scan->at++;
    return true;
}

static bool character(struct scan *scan)
{
    const size_t size = fox_utf8_next(scan->at, (size_t)(scan->end - scan->at));

    if (size == 0 || (unsigned char)*scan->at < ' ') {
        return false;
    }
    scan->at += size;
    return true;
}

static bool string(struct scan *scan)
{
    if (!take(scan, '"')) {
        return false;
    }
    while (!take(scan, '"')) {
        if (scan->at == scan->end || !(take(scan, '\\') ? escape(scan) : character(scan))) {
            return false;
        }
    }
    return true;
}

static bool digits(struct scan *scan)
{
    const char *begin = scan->at;

    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
        scan->at++;
    }
    return scan->at > begin;
}

static bool number(struct scan *scan)
{
    (void)take(scan, '-');
    if (!take(scan, '0') && !digits(scan)) {
        return false;
    }
    if (take(scan, '.') && !digits(scan)) {
        return false;
    }
    if (!take(scan, 'e') && !take(scan, 'E')) {
        return true;
    }
    if (!take(scan, '+')) {
        (void)take(scan, '-');
    }
    return digits(scan);
}

static bool member(struct scan *scan)
{
    skip_space(scan);
    if (!string(scan)) {
        return false;
    }
    skip_space(scan);
    return take(scan, ':') && value(scan);
}

/* What stands between an opening bracket, already taken, and its closing one. */
static bool list(struct scan *scan, bool (*item)(struct scan *scan), char closing)
{
    skip_space(scan);
    if (take(scan, closing)) {
        return true;
    }
    do {
        if (!item(scan)) {
            return false;
        }
        skip_space(scan);
    } while (take(scan, ','));
    return take(scan, closing);
}

static bool nested(struct scan *scan)
{
    bool is_right = false;

    if (scan->depth == DEPTH_LIMIT) {
        return false;
    }
    scan->depth++;
    if (take(scan, '{')) {
        is_right = list(scan, member, '}');
    } else if (take(scan, '[')) {
        is_right = list(scan, value, ']');
    }
    scan->depth--;
    return is_right;
}

static bool value(struct scan *scan)
{
    skip_space(scan);
    if (scan->at == scan->end) {
        return false;
    }
    switch (*scan->at) {
    case '{':
    case '[':
        return nested(scan);
    case '"':
        return string(scan);
    case 't':
        return take_word(scan, "true");
    case 'f':
        return take_word(scan, "false");
    case 'n':
        return take_word(scan, "null");
    default:
        return number(scan);
    }
}

bool fox_payload_is_json(const char *text, size_t size)
{
    struct scan scan = {.at = text, .end = text + size};

    if (!value(&scan)) {
        return false;
    }
    skip_space(&scan);
    return scan.at == scan.end;
}
