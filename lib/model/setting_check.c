/* SPDX-License-Identifier: Apache-2.0 */
#include "model/settings.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "model/nearest.h"

enum { KIBI = 1024, KILO = 1000, CHOICE_BYTES = 32, SHOWN = 60 };

/* What may stand behind a number of that unit. */
struct suffix {
    const char *unit, *text;
    int64_t factor;
};

static const struct suffix suffixes[] = {
    {"bytes", "k", KIBI},
    {"bytes", "KiB", KIBI},
    {"bytes", "M", KIBI *KIBI},
    {"bytes", "MiB", KIBI *KIBI},
    {"bytes", "G", INT64_C(1) << 30},
    {"bytes", "GiB", INT64_C(1) << 30},
    {"bytes", "T", INT64_C(1) << 40},
    {"bytes", "TiB", INT64_C(1) << 40},
    {"bytes", "B", 1},
    {"pixels", "MP", KILO *KILO},
    {"pixels", "px", 1},
};

enum { SUFFIX_COUNT = sizeof suffixes / sizeof suffixes[0] };

/* 0 where it may not. */
static int64_t factor_of(const char *unit, const char *text)
{
    if (text[0] == '\0' || strcmp(text, unit) == 0) {
        return 1;
    }
    for (size_t i = 0; i < SUFFIX_COUNT; i++) {
        if (strcmp(suffixes[i].unit, unit) == 0 && strcasecmp(suffixes[i].text, text) == 0) {
            return suffixes[i].factor;
        }
    }
    return 0;
}

/* Reads digits; what does not fit is INT64_MAX, which is beyond every bound. */
static int64_t take_digits(const char *text, const char **ret_rest)
{
    int64_t number = 0;

    for (; *text >= '0' && *text <= '9'; text++) {
        const int digit = *text - '0';

        number = number > (INT64_MAX - digit) / 10 ? INT64_MAX : number * 10 + digit;
    }
    *ret_rest = text;
    return number;
}

static pxf_status fail_number(const struct fox_setting *setting, const char *text, pxf_error *err)
{
    return fox_fail(err, PXF_INVALID,
                    "%s is a number from %" PRId64 " to %" PRId64 "%s%s, not '%.*s'", setting->name,
                    setting->min, setting->max, setting->unit[0] ? " " : "", setting->unit, SHOWN,
                    text);
}

static pxf_status check_number(const struct fox_setting *setting, const char *text,
                               struct fox_str *canonical, pxf_error *err)
{
    const char *rest = text;
    int64_t number = take_digits(text, &rest), factor;

    if (rest == text) {
        return fail_number(setting, text, err);
    }
    factor = factor_of(setting->unit, rest + strspn(rest, " "));
    if (factor == 0 || number > INT64_MAX / factor) {
        return fail_number(setting, text, err);
    }
    number *= factor;
    if (number < setting->min || number > setting->max) {
        return fail_number(setting, text, err);
    }
    fox_str_add(canonical, "%" PRId64, number);
    return PXF_OK;
}

static bool is_among(const char *const *words, const char *text)
{
    while (*words && strcasecmp(*words, text) != 0) {
        words++;
    }
    return *words;
}

static pxf_status check_flag(const struct fox_setting *setting, const char *text,
                             struct fox_str *canonical, pxf_error *err)
{
    static const char *const yes[] = {"true", "yes", "on", "1", NULL};
    static const char *const no[] = {"false", "no", "off", "0", NULL};

    if (!is_among(yes, text) && !is_among(no, text)) {
        return fox_fail(err, PXF_INVALID, "%s is true or false, not '%.*s'", setting->name, SHOWN,
                        text);
    }
    fox_str_put_text(canonical, is_among(yes, text) ? "true" : "false");
    return PXF_OK;
}

/* Copies the word up to the next '|'; returns what follows, NULL behind the last. */
static const char *take_choice(char word[CHOICE_BYTES], const char *choices)
{
    const size_t size = strcspn(choices, "|");

    memcpy(word, choices, size);
    word[size] = '\0';
    return choices[size] == '|' ? choices + size + 1 : NULL;
}

static pxf_status check_choice(const struct fox_setting *setting, const char *text,
                               struct fox_str *canonical, pxf_error *err)
{
    char word[CHOICE_BYTES];

    for (const char *rest = setting->choices; rest;) {
        rest = take_choice(word, rest);
        if (strcmp(word, text) == 0) {
            fox_str_put_text(canonical, text);
            return PXF_OK;
        }
    }
    return fox_fail(err, PXF_INVALID, "%s is one of %s, not '%.*s'", setting->name,
                    setting->choices, SHOWN, text);
}

static pxf_status check_text(const struct fox_setting *setting, const char *text,
                             struct fox_str *canonical, pxf_error *err)
{
    pxf_status status;

    if (!setting->check) {
        fox_str_put_text(canonical, text);
        return PXF_OK;
    }
    status = setting->check(text, canonical, err);
    return status == PXF_OK ? status : fox_fail_within(err, status, "%s", setting->name);
}

pxf_status fox_setting_check(const struct fox_setting *setting, const char *text,
                             struct fox_str *canonical, pxf_error *err)
{
    if (strlen(text) >= FOX_SETTING_VALUE_BYTES || !fox_utf8_is_clean(text, strlen(text))) {
        return fox_fail(err, PXF_INVALID, "%s is clean UTF-8 of less than %d bytes", setting->name,
                        FOX_SETTING_VALUE_BYTES);
    }
    switch (setting->kind) {
    case FOX_SETTING_TEXT:
        TRY(check_text(setting, text, canonical, err));
        break;
    case FOX_SETTING_NUMBER:
        TRY(check_number(setting, text, canonical, err));
        break;
    case FOX_SETTING_FLAG:
        TRY(check_flag(setting, text, canonical, err));
        break;
    case FOX_SETTING_CHOICE:
        TRY(check_choice(setting, text, canonical, err));
        break;
    }
    return fox_str_check(canonical, err);
}
