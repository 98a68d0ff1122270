/* SPDX-License-Identifier: Apache-2.0 */
#include "model/nearest.h"

#include <stdbool.h>
#include <string.h>

enum {
    LETTERS = 64,     /* of what is compared; more is no typo of ours */
    FARTHEST = 3,     /* edits */
    PREFIX_LEAST = 3, /* letters, to stand for a longer name */
    PREFIX_RANK = 1,
    NO_RANK = 2 * FARTHEST + 1
};

static size_t least(size_t one, size_t two, size_t three)
{
    const size_t less = one < two ? one : two;

    return less < three ? less : three;
}

/* Optimal string alignment: Levenshtein's distance and swaps of neighbours. The three rows are
 * those of two letters ago, of the letter before and of this one. */
static size_t distance_between(const char *one, const char *other)
{
    size_t rows[3][LETTERS + 1] = {{0}};
    const size_t width = strlen(other), height = strlen(one);

    for (size_t x = 0; x <= width; x++) {
        rows[0][x] = x;
    }
    for (size_t y = 1; y <= height; y++) {
        const size_t *before = rows[(y + 1) % 3], *above = rows[(y - 1) % 3];
        size_t *row = rows[y % 3];

        row[0] = y;
        for (size_t x = 1; x <= width; x++) {
            const bool same = one[y - 1] == other[x - 1];
            const bool swapped =
                y > 1 && x > 1 && one[y - 1] == other[x - 2] && one[y - 2] == other[x - 1];

            row[x] = least(above[x] + 1, row[x - 1] + 1, above[x - 1] + !same);
            if (swapped && before[x - 2] + 1 < row[x]) {
                row[x] = before[x - 2] + 1;
            }
        }
    }
    return rows[height % 3][width];
}

static bool begins(const char *typed, const char *name)
{
    const size_t size = strlen(typed);

    return size >= PREFIX_LEAST && strncmp(typed, name, size) == 0 && name[size] != '\0';
}

static size_t rank_of(const char *typed, const char *name)
{
    const size_t size = strlen(typed);
    size_t distance;

    if (size > LETTERS || strlen(name) > LETTERS) {
        return NO_RANK;
    }
    if (begins(typed, name)) {
        return PREFIX_RANK;
    }
    distance = distance_between(typed, name);
    return distance <= FARTHEST && 2 * distance < size ? 2 * distance : NO_RANK;
}

struct fox_nearest fox_nearest_to(const char *typed)
{
    return (struct fox_nearest){.typed = typed, .rank = NO_RANK};
}

void fox_nearest_offer(struct fox_nearest *nearest, const char *name)
{
    const size_t rank = rank_of(nearest->typed, name);
    const bool is_shorter =
        rank == PREFIX_RANK && nearest->rank == rank && strlen(name) < strlen(nearest->best);

    if (rank < nearest->rank || is_shorter) {
        nearest->best = name;
        nearest->rank = rank;
    }
}
