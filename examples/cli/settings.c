/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <string.h>

#include "out.h"

/* The place of a setting in the table; the count if it is none. */
static size_t place_of(const char *name)
{
    size_t at = 0;

    while (at < pxf_setting_count() && strcmp(pxf_setting_name(at), name) != 0) {
        at++;
    }
    return at;
}

static json_t *setting_json(const struct cli *cli, size_t at, const char *value)
{
    json_t *object = json_object();

    put_text(object, "name", pxf_setting_name(at));
    put_text(object, "value", *value ? value : NULL);
    put_text(object, "default", *pxf_setting_default(at) ? pxf_setting_default(at) : NULL);
    put_text(object, "unit", *pxf_setting_unit(at) ? pxf_setting_unit(at) : NULL);
    if (strcmp(pxf_setting_kind(at), "number") == 0) {
        put_number(object, "min", pxf_setting_min(at));
        put_number(object, "max", pxf_setting_max(at));
    }
    if (*pxf_setting_choices(at)) {
        put_text(object, "choices", pxf_setting_choices(at));
    }
    put_text(object, "help", pxf_setting_help(at));
    put_flag(object, "live", pxf_setting_is_live(at));
    put_number(object, "version",
               pxf_store_setting_version(cli->store, pxf_setting_name(at), NULL));
    return object;
}

/* Those that are told at opening this program tells itself. */
static bool is_changed(size_t at, const char *value)
{
    return pxf_setting_is_live(at) && strcmp(value, pxf_setting_default(at)) != 0;
}

/* An exit code. */
static int print_setting(const struct cli *cli, size_t at, bool with_help)
{
    pxf_error err;
    pxf_bytes *text = pxf_store_get_text(cli->store, pxf_setting_name(at), &err);
    const char *value = text ? pxf_bytes_data(text) : "";
    const char *unit = pxf_setting_unit(at);

    if (!text) {
        return fail(cli, &err);
    }
    if (cli->json) {
        print_json(setting_json(cli, at, value));
    } else if (with_help) {
        printf("%-24s %s%s%s%s\n    %s\n", pxf_setting_name(at), value, *unit ? " " : "", unit,
               is_changed(at, value) ? "  (changed)" : "", pxf_setting_help(at));
    } else {
        printf("%s\n", value);
    }
    pxf_bytes_free(text);
    return EXIT_DONE;
}

int run_settings_list(struct cli *cli)
{
    int code = open_store(cli);

    for (size_t i = 0; code == EXIT_DONE && i < pxf_setting_count(); i++) {
        code = print_setting(cli, i, true);
    }
    return code;
}

/* The table is part of the program: a name that it has not is wrong use. */
static int no_setting(const struct cli *cli, const char *name)
{
    struct nearest nearest = nearest_to(name);

    for (size_t i = 0; i < pxf_setting_count(); i++) {
        nearest_offer(&nearest, pxf_setting_name(i));
    }
    if (nearest.best) {
        return usage(cli, "no setting '%s': did you mean '%s'?", name, nearest.best);
    }
    return usage(cli, "no setting '%s'", name);
}

int run_settings_get(struct cli *cli)
{
    int code = EXIT_DONE;

    for (size_t i = 0; i < cli->argument_count; i++) {
        if (place_of(cli->arguments[i]) == pxf_setting_count()) {
            return no_setting(cli, cli->arguments[i]);
        }
    }
    code = open_store(cli);
    for (size_t i = 0; code == EXIT_DONE && i < cli->argument_count; i++) {
        code = print_setting(cli, place_of(cli->arguments[i]), false);
    }
    return code;
}

int run_settings_set(struct cli *cli)
{
    const char *name = cli->arguments[0];
    const char *value = cli->argument_count > 1 ? cli->arguments[1] : NULL;
    const size_t at = place_of(name);
    pxf_error err;
    int code;

    if (at == pxf_setting_count()) {
        return no_setting(cli, name);
    }
    if (!value == !option(cli, "default")) {
        return usage(cli, "'settings set' needs a value, or --default");
    }
    if (!pxf_setting_is_live(at)) {
        return usage(cli, "'%s' is told when a store is opened: --set %s=VALUE, or the environment",
                     name, name);
    }
    code = open_store(cli);
    if (code != EXIT_DONE) {
        return code;
    }
    if (pxf_store_set_text(cli->store, name, value, 0, &err) == PXF_OK) {
        return print_setting(cli, at, false);
    }
    return err.status == PXF_INVALID ? usage(cli, "%s", err.message) : fail(cli, &err);
}
