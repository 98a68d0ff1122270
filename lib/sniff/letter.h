/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_LETTER_H
#define FOX_SNIFF_LETTER_H

#include <stdbool.h>
#include <stddef.h>

/* Letters of ASCII, whatever the host's locale says of them. */

/* The small one of a letter; every other character as it is. */
static inline char fox_letter_small(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* A letter or a digit. */
static inline bool fox_letter_is_word(char letter)
{
    const char small = fox_letter_small(letter);

    return (small >= 'a' && small <= 'z') || (letter >= '0' && letter <= '9');
}

/* Compares `size` characters without regard to case; a text that ends before is another. */
static inline bool fox_letter_is_same(const char *one, const char *other, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (fox_letter_small(one[i]) != fox_letter_small(other[i]) || one[i] == '\0') {
            return false;
        }
    }
    return true;
}

#endif
