/* SPDX-License-Identifier: Apache-2.0 */
#include "model/layout.h"

#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

static const char original_folder[] = "original", variant_folder[] = "variants";

static bool made_of(const char *text, const char *letters, size_t least, size_t most)
{
    const size_t size = strspn(text, letters);

    return text[size] == '\0' && size >= least && size <= most;
}

static bool is_day(struct fox_day day)
{
    struct fox_day again;

    if (day.year < FOX_YEAR_FIRST || day.year > FOX_YEAR_LAST || day.month < 1 || day.month > 12 ||
        day.day < 1 || day.day > 31) {
        return false;
    }
    again = fox_day_of_ms(fox_day_to_ms(day));
    return again.month == day.month && again.day == day.day;
}

static bool is_id(const char *text)
{
    struct fox_id id;

    return made_of(text, DIGITS "abcdef-", FOX_ID_TEXT_BYTES - 1, FOX_ID_TEXT_BYTES - 1) &&
           fox_id_parse(&id, text);
}

static bool is_suffix(const char *text)
{
    return made_of(text, LOWER DIGITS, 1, FOX_SUFFIX_BYTES - 1) && text[0] >= 'a';
}

static bool is_extension(const char *text)
{
    return made_of(text, LOWER DIGITS, 1, FOX_EXTENSION_BYTES - 1);
}

static pxf_status check(struct fox_day day, const char *id, const char *ext, pxf_error *err)
{
    if (!is_day(day)) {
        return fox_fail(err, PXF_INVALID, "no calendar has the day '%d-%d-%d'", day.year, day.month,
                        day.day);
    }
    if (!is_id(id)) {
        return fox_fail(err, PXF_INVALID, "an image id is a lower-case UUID, not '%s'", id);
    }
    if (!is_extension(ext)) {
        return fox_fail(err, PXF_INVALID, "an extension is made of [a-z0-9]{1,%d}, not '%s'",
                        FOX_EXTENSION_BYTES - 1, ext);
    }
    return PXF_OK;
}

static void put_folder(struct fox_str *key, const char *folder, struct fox_day day)
{
    fox_str_add(key, "%s/%04d/%02d/%02d/", folder, day.year, day.month, day.day);
}

pxf_status fox_layout_original(struct fox_str *key, struct fox_day day, const char *id,
                               const char *ext, pxf_error *err)
{
    TRY(check(day, id, ext, err));
    put_folder(key, original_folder, day);
    fox_str_add(key, "%s.%s", id, ext);
    return fox_str_check(key, err);
}

pxf_status fox_layout_variant(struct fox_str *key, struct fox_day day, const char *id,
                              const char *suffix, const char *ext, pxf_error *err)
{
    TRY(check(day, id, ext, err));
    if (suffix[0] != '\0' && !is_suffix(suffix)) {
        return fox_fail(err, PXF_INVALID, "a suffix is made of [a-z][a-z0-9]{0,%d}, not '%s'",
                        FOX_SUFFIX_BYTES - 2, suffix);
    }
    put_folder(key, variant_folder, day);
    fox_str_add(key, "%s%s%s.%s", id, suffix[0] != '\0' ? "_" : "", suffix, ext);
    return fox_str_check(key, err);
}

/* Copies up to the letter `stop`, or nothing if that is farther than the part has room; returns
 * what follows the letter, NULL where there is none. */
static const char *take(char *part, size_t room, const char *text, char stop)
{
    const char *end = strchr(text, stop);

    if (!end || (size_t)(end - text) >= room) {
        return NULL;
    }
    memcpy(part, text, (size_t)(end - text));
    part[end - text] = '\0';
    return end + 1;
}

static int number(const char *text, size_t digit_count, const char **ret_rest)
{
    int value = 0;

    for (size_t i = 0; i < digit_count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    if (text[digit_count] != '/') {
        return -1;
    }
    *ret_rest = text + digit_count + 1;
    return value;
}

/* Reads "YYYY/MM/DD/"; NULL where that is no day. */
static const char *take_day(struct fox_day *day, const char *text)
{
    const char *rest = text;

    day->year = number(rest, 4, &rest);
    day->month = day->year >= 0 ? number(rest, 2, &rest) : -1;
    day->day = day->month >= 0 ? number(rest, 2, &rest) : -1;
    return day->day >= 0 && is_day(*day) ? rest : NULL;
}

/* Reads "<id>[_<suffix>].<ext>". */
static bool take_name(struct fox_key *key, const char *name)
{
    char stem[FOX_ID_TEXT_BYTES + FOX_SUFFIX_BYTES];
    const char *ext = take(stem, sizeof stem, name, '.');
    const char *suffix;

    if (!ext || !is_extension(ext)) {
        return false;
    }
    (void)strcpy(key->ext, ext);
    suffix = take(key->id, sizeof key->id, stem, '_');
    if (!suffix) {
        return take(key->id, sizeof key->id, stem, '\0') && is_id(key->id);
    }
    if (!is_id(key->id) || !is_suffix(suffix)) {
        return false;
    }
    (void)strcpy(key->suffix, suffix);
    return true;
}

static enum fox_key_kind take_folder(const char *text, const char **ret_rest)
{
    char folder[sizeof original_folder];
    const char *rest = take(folder, sizeof folder, text, '/');

    if (rest && strcmp(folder, original_folder) == 0) {
        *ret_rest = rest;
        return FOX_KEY_ORIGINAL;
    }
    if (rest && strcmp(folder, variant_folder) == 0) {
        *ret_rest = rest;
        return FOX_KEY_VARIANT;
    }
    return FOX_KEY_FOREIGN;
}

struct fox_key fox_layout_parse(const char *key)
{
    const struct fox_key foreign = {.kind = FOX_KEY_FOREIGN};
    struct fox_key parsed = foreign;
    const char *rest = key;

    parsed.kind = take_folder(key, &rest);
    if (parsed.kind == FOX_KEY_FOREIGN) {
        return foreign;
    }
    rest = take_day(&parsed.day, rest);
    if (!rest || !take_name(&parsed, rest)) {
        return foreign;
    }
    if (parsed.kind == FOX_KEY_ORIGINAL && parsed.suffix[0] != '\0') {
        return foreign;
    }
    return parsed;
}

void fox_layout_url(struct fox_str *url, const char *base_url, const char *pool_name,
                    const char *key)
{
    size_t size = base_url ? strlen(base_url) : 0;

    while (size > 0 && base_url[size - 1] == '/') {
        size--;
    }
    if (base_url && base_url[0] != '\0') {
        fox_str_put(url, base_url, size);
    } else {
        fox_str_add(url, "/files/%s", pool_name);
    }
    fox_str_add(url, "/%s", key);
}
