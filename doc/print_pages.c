/* SPDX-License-Identifier: Apache-2.0 */

/* Prints doc/settings.md or doc/failures.md from the tables that the library uses, or, given the
 * page's file, checks that it says the same. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/kinds.h"
#include "model/recipe.h"
#include "model/settings.h"

static const char settings_head[] =
    "# Settings\n"
    "\n"
    "Every setting of the library, as `pxf_config_set_text()`, `pxf_store_set_text()` and\n"
    "`pixelfox settings` take it. A *live* one is kept in the store and may be changed while it is "
    "open,\n"
    "for all processes that use it. The others are told when a store is opened.\n"
    "\n"
    "Sizes take KiB, MiB, GiB, TiB or k, M, G, T (the same: powers of 1024), pixels take MP, and "
    "any "
    "number\n"
    "may be followed by its unit. Flags take true, yes, on, 1 and their opposites. The command "
    "line "
    "and the\n"
    "server also read each from the environment: `PIXELFOX_` and the name in upper case, `_` for "
    "`.`.\n"
    "\n"
    "This page is printed from the table itself: `meson compile -C build pages`.\n";

static const char failures_head[] =
    "# Why a picture failed, or a variant is missing\n"
    "\n"
    "An image whose state is `failed` says why in `failure`: a status of `pxf_status`, a rule (one "
    "word of\n"
    "this page) and a message. A status that may pass is tried again before it fails an image; the "
    "others\n"
    "fail it at the first attempt. A variant that was left out says so in `skip_reason`; that is "
    "no "
    "failure.\n"
    "\n"
    "This page is printed from the tables themselves: `meson compile -C build pages`.\n"
    "\n"
    "## Rules\n"
    "\n"
    "| rule | status | again? | meaning |\n"
    "|---|---|---|---|\n";

static const char skips_head[] = "\n"
                                 "## Reasons to leave a variant out\n"
                                 "\n"
                                 "| reason | meaning |\n"
                                 "|---|---|\n";

static const char *const skip_help[] = {
    [FOX_SKIP_NONE] = "",
    [FOX_SKIP_SAME_FORMAT] = "The original is WebP or AVIF, so that its thumbnail in the "
                             "original's format would be the same as another one; a lookup gives "
                             "that one.",
    [FOX_SKIP_DISABLED] = "A setting or the call switched it off.",
    [FOX_SKIP_TOO_LARGE] = "A side is longer than the format can hold.",
    [FOX_SKIP_UNSUPPORTED] = "The helper has no encoder for the format.",
};

/* Bytes in the largest whole unit. */
static void put_number(struct fox_str *page, const struct fox_setting *setting, int64_t number)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;

    if (strcmp(setting->unit, "bytes") != 0) {
        fox_str_add(page, "%" PRId64, number);
        return;
    }
    for (; number != 0 && number % 1024 == 0 && unit < 4; unit++) {
        number /= 1024;
    }
    fox_str_add(page, "%" PRId64 " %s", number, units[unit]);
}

/* What a value may be. */
static void put_range(struct fox_str *page, const struct fox_setting *setting)
{
    switch (setting->kind) {
    case FOX_SETTING_NUMBER:
        put_number(page, setting, setting->min);
        fox_str_put_text(page, "–");
        put_number(page, setting, setting->max);
        if (strcmp(setting->unit, "bytes") != 0) {
            fox_str_add(page, "%s%s", setting->unit[0] != '\0' ? " " : "", setting->unit);
        }
        return;
    case FOX_SETTING_FLAG:
        fox_str_put_text(page, "true, false");
        return;
    case FOX_SETTING_CHOICE:
        for (const char *choice = setting->choices; *choice; choice++) {
            fox_str_put(page, *choice == '|' ? ", " : choice, *choice == '|' ? 2 : 1);
        }
        return;
    case FOX_SETTING_TEXT:
        fox_str_put_text(page, "text");
        return;
    }
}

static void put_setting(struct fox_str *page, const struct fox_setting *setting)
{
    fox_str_add(page, "| `%s` | ", setting->name);
    if (setting->kind == FOX_SETTING_NUMBER) {
        put_number(page, setting, strtoll(setting->standard, NULL, 10));
    } else {
        fox_str_put_text(page, setting->standard);
    }
    fox_str_put_text(page, " | ");
    put_range(page, setting);
    fox_str_add(page, " | %s | %s |\n", setting->is_live ? "yes" : "", setting->help);
}

static void put_settings(struct fox_str *page)
{
    const char *area = "";

    fox_str_put_text(page, settings_head);
    for (size_t i = 0; fox_setting_at(i); i++) {
        const struct fox_setting *setting = fox_setting_at(i);
        const size_t size = strcspn(setting->name, ".");

        if (strncmp(area, setting->name, size + 1) != 0) {
            fox_str_add(page,
                        "\n## %.*s\n\n| name | default | values | live | meaning |\n"
                        "|---|---|---|---|---|\n",
                        (int)size, setting->name);
        }
        put_setting(page, setting);
        area = setting->name;
    }
}

static void put_failures(struct fox_str *page)
{
    fox_str_put_text(page, failures_head);
    for (size_t i = 0; fox_failure_at(i); i++) {
        const struct fox_failure *failure = fox_failure_at(i);

        fox_str_add(page, "| `%s` | %s | %s | %s |\n", failure->rule,
                    fox_status_name(failure->status),
                    fox_status_is_retryable(failure->status) ? "yes" : "no", failure->help);
    }
    fox_str_put_text(page, skips_head);
    for (size_t i = 1; i < sizeof skip_help / sizeof skip_help[0]; i++) {
        fox_str_add(page, "| `%s` | %s |\n", fox_skip_name((enum fox_skip)i), skip_help[i]);
    }
}

/* Whether the file holds exactly that text. */
static bool is_file(const char *path, const struct fox_str *page)
{
    FILE *file = fopen(path, "re");
    char *text = calloc(page->size + 2, 1);
    const size_t size = file && text ? fread(text, 1, page->size + 1, file) : 0;
    const bool is_same = text && size == page->size && strcmp(text, fox_str_text(page)) == 0;

    free(text);
    if (file) {
        (void)fclose(file);
    }
    return is_same;
}

int main(int argc, char **argv)
{
    AUTO(fox_str) page = {0};
    pxf_error err = {0};

    if (argc < 2) {
        (void)fputs("usage: print-pages settings|failures [FILE]\n", stderr);
        return 2;
    }
    if (strcmp(argv[1], "settings") == 0) {
        put_settings(&page);
    } else {
        put_failures(&page);
    }
    if (fox_str_check(&page, &err) != PXF_OK) {
        (void)fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    if (argc == 2) {
        return fputs(fox_str_text(&page), stdout) < 0;
    }
    if (!is_file(argv[2], &page)) {
        (void)fprintf(stderr, "%s is old: meson compile -C build pages\n", argv[2]);
        return 1;
    }
    return 0;
}
