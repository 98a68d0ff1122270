/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_DECIMAL_H
#define FOX_SNIFF_DECIMAL_H

#include "sniff/tiff.h"

/* Numbers as text, made of whole numbers so that no locale puts a comma into them. */

enum { FOX_DECIMAL_BYTES = 32, FOX_DECIMAL_DIGITS = 8 };

/* Writes scaled / 10^8 with at least `least` digits behind the point and no more than needed. */
void fox_decimal_format(char text[FOX_DECIMAL_BYTES], int64_t scaled, int least);

/* A fraction times 10^8, rounded to `digits` (0 to 8) behind the point. */
int64_t fox_decimal_of_fraction(struct fox_fraction fraction, int digits);

/* Degrees times 10^8, rounded. */
int64_t fox_decimal_of_degrees(double degrees);

#endif
