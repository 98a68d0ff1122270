/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_LAYOUT_H
#define FOX_MODEL_LAYOUT_H

#include "base/id.h"
#include "base/str.h"
#include "base/time.h"

/* The fixed layout of a pool, which other programs rely on:
 *     original/YYYY/MM/DD/<uuid>.<ext>
 *     variants/YYYY/MM/DD/<uuid>.<ext>             the full variants
 *     variants/YYYY/MM/DD/<uuid>_<suffix>.<ext>    small, medium, or a recipe's name
 * The day is the UTC day of arrival. Every part has a fixed alphabet, so no key leaves its pool. */

enum {
    FOX_SUFFIX_BYTES = 33,   /* [a-z][a-z0-9]{0,31} */
    FOX_EXTENSION_BYTES = 9, /* [a-z0-9]{1,8} */
    FOX_YEAR_FIRST = 1970,
    FOX_YEAR_LAST = 9999
};

/* Writes behind what `key` holds. `id` is a lower-case UUID with dashes. INVALID, with `key` as it
 * was, for a day that no calendar has and for a letter outside a part's alphabet. */
pxf_status fox_layout_original(struct fox_str *key, struct fox_day day, const char *id,
                               const char *ext, pxf_error *err);

/* The same; `suffix` is "" for the full variants. */
pxf_status fox_layout_variant(struct fox_str *key, struct fox_day day, const char *id,
                              const char *suffix, const char *ext, pxf_error *err);

enum fox_key_kind {
    FOX_KEY_FOREIGN = 0, /* not ours: listed, never touched */
    FOX_KEY_ORIGINAL = 1,
    FOX_KEY_VARIANT = 2
};

/* What a key says; all parts but the kind are empty where it is foreign. */
struct fox_key {
    enum fox_key_kind kind;
    struct fox_day day;
    char id[FOX_ID_TEXT_BYTES];
    char suffix[FOX_SUFFIX_BYTES];
    char ext[FOX_EXTENSION_BYTES];
};

/* Reads a key; only what the two functions above would write again, letter by letter, is ours. */
struct fox_key fox_layout_parse(const char *key);

/* Adds the URL of a key: the pool's public base URL, "/files/<pool>" where that is NULL or empty,
 * and the key behind exactly one slash. */
void fox_layout_url(struct fox_str *url, const char *base_url, const char *pool_name,
                    const char *key);

#endif
