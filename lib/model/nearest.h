/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_NEAREST_H
#define FOX_MODEL_NEAREST_H

#include <stddef.h>

/* Looks for what somebody meant who typed a name that does not exist. Offer the known names one by
 * one, read `best`: the shortest name that begins with what was typed (three letters at least),
 * else the one at the smallest edit distance (insert, remove, change, swap neighbours) of at most
 * 3 and less than half the typed letters; NULL where nothing is near. The names are lent. */
struct fox_nearest {
    const char *typed;
    const char *best;
    size_t rank; /* of `best`: twice its distance, 1 for a beginning */
};

struct fox_nearest fox_nearest_to(const char *typed);
void fox_nearest_offer(struct fox_nearest *nearest, const char *name);

#endif
