/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_HEX_H
#define FOX_BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>

/* Lower-case hexadecimal. `text` has room for 2 × size + 1 bytes. */
void fox_hex_format(char *text, const void *bytes, size_t size);

/* Reads exactly 2 × size digits of either case; false if `text` is anything else. */
bool fox_hex_parse(void *bytes, size_t size, const char *text);

#endif
