/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <string.h>

enum { LETTER_LIMIT = 40, FARTHEST = 3 };

struct nearest nearest_to(const char *typed)
{
    return (struct nearest){.typed = typed, .edits = FARTHEST + 1};
}

static size_t least(size_t one, size_t two, size_t three)
{
    const size_t less = one < two ? one : two;

    return less < three ? less : three;
}

/* Letters to add, remove, replace or swap with their neighbour (optimal string alignment). */
static size_t edits_between(const char *one, const char *other)
{
    size_t cost[LETTER_LIMIT + 1][LETTER_LIMIT + 1];
    const size_t height = strlen(one), width = strlen(other);

    for (size_t y = 0; y <= height; y++) {
        for (size_t x = 0; x <= width; x++) {
            if (y == 0 || x == 0) {
                cost[y][x] = y + x;
                continue;
            }
            cost[y][x] = least(cost[y - 1][x] + 1, cost[y][x - 1] + 1,
                               cost[y - 1][x - 1] + (one[y - 1] != other[x - 1]));
            if (y > 1 && x > 1 && one[y - 1] == other[x - 2] && one[y - 2] == other[x - 1]) {
                cost[y][x] = least(cost[y][x], cost[y - 2][x - 2] + 1, cost[y][x]);
            }
        }
    }
    return cost[height][width];
}

void nearest_offer(struct nearest *nearest, const char *name)
{
    const size_t size = strlen(nearest->typed);
    size_t edits;

    if (size > LETTER_LIMIT || strlen(name) > LETTER_LIMIT) {
        return;
    }
    edits = edits_between(nearest->typed, name);
    if (size >= 3 && strncmp(nearest->typed, name, size) == 0) {
        edits = 1; /* the beginning of a longer name */
    }
    if (edits < nearest->edits && (2 * edits <= size || edits == 1)) {
        nearest->best = name;
        nearest->edits = edits;
    }
}
