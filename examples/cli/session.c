/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "out.h"

enum { NAME_BYTES = 128 };

static bool apply(const struct cli *cli, pxf_config *config, const char *name, const char *value)
{
    pxf_error err;

    if (pxf_config_set_text(config, name, value, &err) == PXF_OK) {
        return true;
    }
    (void)wrong(cli, &err);
    return false;
}

static bool apply_variable(const struct cli *cli, pxf_config *config, const char *name,
                           const char *variable)
{
    const char *value = getenv(variable);
    pxf_error err, whole;

    if (!value || pxf_config_set_text(config, name, value, &err) == PXF_OK) {
        return true;
    }
    (void)set_error(&whole, (pxf_status)err.status, "the environment variable %s: %s", variable,
                    err.message);
    (void)wrong(cli, &whole);
    return false;
}

/* render.webp_enabled is PIXELFOX_RENDER_WEBP_ENABLED in the environment. */
static bool apply_environment(const struct cli *cli, pxf_config *config)
{
    for (size_t i = 0; i < pxf_setting_count(); i++) {
        const char *name = pxf_setting_name(i);
        char variable[NAME_BYTES] = "PIXELFOX_";
        size_t at = strlen(variable);

        for (const char *letter = name; *letter && at + 1 < sizeof variable; letter++) {
            variable[at++] = *letter == '.' ? '_' : (char)toupper((unsigned char)*letter);
        }
        variable[at] = '\0';
        if (!apply_variable(cli, config, name, variable)) {
            return false;
        }
    }
    return true;
}

static bool apply_set(const struct cli *cli, pxf_config *config, const char *set)
{
    char name[NAME_BYTES];
    const size_t size = strcspn(set, "=");

    if (!set[size] || size >= sizeof name) {
        (void)usage(cli, "--set takes NAME=VALUE, not '%s'", set);
        return false;
    }
    memcpy(name, set, size);
    name[size] = '\0';
    return apply(cli, config, name, set + size + 1);
}

static void write_log(void *user, pxf_level level, const char *message)
{
    const struct cli *cli = user;

    if (!cli->quiet || level >= PXF_LEVEL_ERROR) {
        flockfile(stderr);
        clear_bar();
        fprintf(stderr, "pixelfox: %s\n", message);
        funlockfile(stderr);
    }
}

pxf_config *make_config(const struct cli *cli, bool may_make)
{
    pxf_config *config = pxf_config_new(NULL);
    /* What goes well is no news here, unless somebody asks for it. */
    bool good = config && apply(cli, config, "log.level", "warn") && apply_environment(cli, config);

    for (size_t i = 0; good && i < cli->set_count; i++) {
        good = apply_set(cli, config, cli->sets[i]);
    }
    if (!good || !apply(cli, config, "store.create", may_make ? "if_empty" : "never")) {
        pxf_config_free(config);
        return NULL;
    }
    pxf_config_set_log(config, write_log, (void *)(uintptr_t)cli);
    return config;
}

const char *named_store(const struct cli *cli)
{
    const char *path = cli->store_path ? cli->store_path : getenv("PIXELFOX_STORE");

    return path && *path ? path : NULL;
}

static bool is_no_folder(const char *path)
{
    struct stat file;

    return stat(path, &file) == 0 ? !S_ISDIR(file.st_mode) : errno == ENOTDIR;
}

/* Somebody without a store is told how to get one. */
static void name_init(const struct cli *cli, pxf_error *err)
{
    const char *path = named_store(cli);

    if (path && is_no_folder(path)) {
        (void)set_error(err, PXF_NOT_FOUND,
                        "no store in '%s', which is no folder: `pixelfox init DIR` makes one",
                        path);
    } else if (!path && (err->status == PXF_NOT_FOUND || err->status == PXF_INVALID)) {
        (void)set_error(err, PXF_NOT_FOUND,
                        "no store is named (--store DIR or PIXELFOX_STORE) and the current folder "
                        "is none: `pixelfox init DIR` makes one");
    } else if (err->status == PXF_INVALID) {
        (void)set_error(err, PXF_NOT_FOUND,
                        "no store in '%s', which holds other things: `pixelfox init DIR` makes one "
                        "in a new folder",
                        path);
    }
}

int open_store(struct cli *cli)
{
    pxf_config *config = make_config(cli, false);
    pxf_error err;

    if (!config) {
        return EXIT_USAGE;
    }
    cli->store = pxf_store_open(named_store(cli) ? named_store(cli) : ".", config, &err);
    pxf_config_free(config);
    if (cli->store) {
        return EXIT_DONE;
    }
    name_init(cli, &err);
    (void)fail(cli, &err);
    return EXIT_NO_STORE;
}

int check_helper(const struct cli *cli)
{
    pxf_config *config = make_config(cli, false);
    pxf_render *render;
    pxf_error err;

    if (!config) {
        return EXIT_USAGE;
    }
    render = pxf_render_new(config, &err);
    pxf_config_free(config);
    pxf_render_free(render);
    return render ? EXIT_DONE : fail(cli, &err);
}
