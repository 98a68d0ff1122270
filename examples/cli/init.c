/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <stdlib.h>

#include "out.h"

static pxf_store *open_with(const struct cli *cli, const char *path, bool may_make, pxf_error *err)
{
    pxf_config *config = make_config(cli, may_make);
    pxf_store *store;

    if (!config) {
        (void)set_error(err, PXF_OK, "%s", "");
        return NULL;
    }
    store = pxf_store_open(path, config, err);
    pxf_config_free(config);
    return store;
}

static void print_store(const struct cli *cli, const char *path, bool is_new)
{
    char *whole = realpath(path, NULL);
    pxf_pool *pool = pxf_pool_next(cli->store, NULL, NULL);
    const char *name = pool ? pxf_pool_name(pool) : NULL;
    json_t *object;

    if (cli->json) {
        object = json_object();
        put_path(object, "store", whole ? whole : path);
        put_text(object, "pool", name);
        print_json(object);
    } else {
        print_path(stdout, whole ? whole : path);
        printf(is_new ? ": a new store, its pool is '%s'\n"
                      : ": is a store already, with pool '%s'\n",
               name ? name : "none");
    }
    pxf_pool_free(pool);
    free(whole);
}

/* A store that is there already is none to make, and no failure. */
int run_init(struct cli *cli)
{
    const char *named = named_store(cli);
    const char *path = cli->argument_count > 0 ? cli->arguments[0] : named ? named : ".";
    bool is_new = false;
    pxf_error err;

    if (cli->argument_count > 0 && cli->store_path) {
        return usage(cli, "the store is named twice: --store and '%s'", path);
    }
    cli->store = open_with(cli, path, false, &err);
    if (!cli->store && err.status == PXF_NOT_FOUND) {
        is_new = true;
        cli->store = open_with(cli, path, true, &err);
    }
    if (!cli->store && err.status == PXF_OK) {
        return EXIT_USAGE;
    }
    if (!cli->store) {
        (void)fail(cli, &err);
        return EXIT_NO_STORE;
    }
    print_store(cli, path, is_new);
    return EXIT_DONE;
}
