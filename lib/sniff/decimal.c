/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/decimal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const int64_t scale = 100000000;

void fox_decimal_format(char text[FOX_DECIMAL_BYTES], int64_t scaled, int least)
{
    const int64_t size = scaled < 0 ? -scaled : scaled;
    int used = snprintf(text, FOX_DECIMAL_BYTES, "%s%" PRId64 ".%08" PRId64, scaled < 0 ? "-" : "",
                        size / scale, size % scale);

    for (int spare = FOX_DECIMAL_DIGITS - least; spare > 0 && text[used - 1] == '0'; spare--) {
        text[--used] = '\0';
    }
    if (text[used - 1] == '.') {
        text[used - 1] = '\0';
    }
}

static int64_t rounded(int64_t numerator, int64_t denominator)
{
    const int64_t half = denominator / 2;

    return (numerator < 0 ? numerator - half : numerator + half) / denominator;
}

int64_t fox_decimal_of_fraction(struct fox_fraction fraction, int digits)
{
    int64_t factor = 1;

    for (int i = 0; i < digits; i++) {
        factor *= 10;
    }
    return rounded(fraction.numerator * factor, fraction.denominator) * (scale / factor);
}

int64_t fox_decimal_of_degrees(double degrees)
{
    const double half = degrees < 0 ? -0.5 : 0.5;

    return (int64_t)(degrees * (double)scale + half);
}
