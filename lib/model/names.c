/* SPDX-License-Identifier: Apache-2.0 */
#include "model/names.h"

#include <string.h>

#include "base/utf8.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

enum { SHOWN = 80 /* bytes of a bad name in a message */ };

/* A first letter, further letters, and how many in all. */
struct rule {
    const char *first, *further, *words;
    size_t most;
};

static const struct rule pool_rule = {LOWER, LOWER DIGITS "-", "[a-z][a-z0-9-]{0,62}",
                                      FOX_POOL_NAME_LETTERS};
static const struct rule kind_rule = {LOWER, LOWER DIGITS "_", "[a-z][a-z0-9_]{0,62}",
                                      FOX_KIND_NAME_LETTERS};
static const struct rule node_rule = {UPPER LOWER DIGITS, UPPER LOWER DIGITS "._-",
                                      "[A-Za-z0-9][A-Za-z0-9._-]{0,62}", FOX_NODE_NAME_LETTERS};

static pxf_status check(const char *what, const char *name, const struct rule *rule, pxf_error *err)
{
    const size_t size = strspn(name, rule->further);

    if (strspn(name, rule->first) == 0 || name[size] != '\0' || size > rule->most) {
        return fox_fail(err, PXF_INVALID, "a %s is made of %s, not '%.*s'", what, rule->words,
                        SHOWN, name);
    }
    return PXF_OK;
}

pxf_status fox_name_check_pool(const char *name, pxf_error *err)
{
    return check("pool's name", name, &pool_rule, err);
}

pxf_status fox_name_check_kind(const char *name, pxf_error *err)
{
    return check("job kind", name, &kind_rule, err);
}

pxf_status fox_name_check_node(const char *name, pxf_error *err)
{
    return name[0] == '\0' ? PXF_OK : check("node's or region's name", name, &node_rule, err);
}

pxf_status fox_name_check_owner(const char *name, pxf_error *err)
{
    const size_t size = strlen(name);

    if (size > FOX_OWNER_NAME_BYTES) {
        return fox_fail(err, PXF_INVALID, "an owner has at most %d bytes, not %zu",
                        FOX_OWNER_NAME_BYTES, size);
    }
    if (!fox_utf8_is_clean(name, size)) {
        return fox_fail(err, PXF_INVALID, "an owner is UTF-8 without controls, not '%.*s'", SHOWN,
                        name);
    }
    return PXF_OK;
}

/* Removes what lies behind the last whole character within the limit, and spaces before it. */
static void cut(struct fox_str *str, size_t from, size_t limit_bytes)
{
    const size_t size = str->size - from < limit_bytes ? str->size - from : limit_bytes;
    size_t end = from + fox_utf8_whole(fox_str_text(str) + from, size);

    while (end > from && str->data[end - 1] == ' ') {
        end--;
    }
    fox_str_cut(str, end);
}

/* Adds a character, or what stands for it. */
static void put_letter(struct fox_str *str, const char *letter, size_t size)
{
    const bool is_blank = size == 1 && strchr(" \t\n\v\f\r", letter[0]);

    if (is_blank && (str->size == 0 || str->data[str->size - 1] == ' ')) {
        return;
    }
    if (is_blank) {
        fox_str_put_text(str, " ");
    } else if (size == 0) {
        fox_str_put_text(str, "\xef\xbf\xbd");
    } else if (fox_utf8_is_clean(letter, size)) {
        fox_str_put(str, letter, size);
    }
}

pxf_status fox_name_put_title(struct fox_str *str, const char *title, size_t limit_bytes,
                              pxf_error *err)
{
    const size_t size = strlen(title), from = str->size;
    AUTO(fox_str) clean = {0};

    for (size_t at = 0; at < size;) {
        const size_t step = fox_utf8_next(title + at, size - at);

        put_letter(&clean, title + at, step);
        at += step > 0 ? step : 1;
    }
    TRY(fox_str_check(&clean, err));
    TRY(fox_utf8_compose(str, fox_str_text(&clean), clean.size, err));
    cut(str, from, limit_bytes);
    return PXF_OK;
}
