/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_UTF8_H
#define FOX_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */

/* How many bytes the character at `text` takes (1 to 4), or 0 if it is not whole and valid. */
size_t fox_utf8_next(const char *text, size_t size);

/* The length of the longest valid beginning of `text`, cut at a character's boundary. */
size_t fox_utf8_whole(const char *text, size_t size);

/* Valid from end to end. */
bool fox_utf8_is_valid(const char *text, size_t size);

/* Valid, and free of C0 and C1 controls, DEL, line and paragraph separators and the
 * bidirectional controls that make a name look like another. */
bool fox_utf8_is_clean(const char *text, size_t size);

/* Makes one clean line of what vsnprintf() wrote into a buffer of `room` bytes: cut at a
 * character's boundary if it filled the buffer, with a space for each byte of a control and '?'
 * for each byte that is not UTF-8. */
void fox_utf8_tidy(char *line, size_t room);

/* Adds a text in Unicode's composed form (NFC), so that what looks alike is alike. INVALID for what
 * is not UTF-8; NO_MEMORY. */
pxf_status fox_utf8_compose(struct fox_str *str, const char *text, size_t size, pxf_error *err);

#endif
