/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "wait.h"

/* The images that are hidden now. */
struct ids {
    char **ids;
    size_t count, capacity;
};

static bool add_id(struct ids *ids, const char *id)
{
    char **grown = ids->ids;

    if (ids->count == ids->capacity) {
        ids->capacity = ids->capacity ? 2 * ids->capacity : 64;
        grown = reallocarray(ids->ids, ids->capacity, sizeof *grown);
    }
    if (!grown) {
        return false;
    }
    ids->ids = grown;
    ids->ids[ids->count] = strdup(id);
    return ids->ids[ids->count++];
}

static void let_go(struct ids *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        free(ids->ids[i]);
    }
    free(ids->ids);
}

static void print_hidden(const struct cli *cli, const char *id)
{
    json_t *object;

    if (!cli->json) {
        printf("%s  deleted\n", id);
        return;
    }
    object = json_object();
    put_text(object, "id", id);
    put_text(object, "state", image_state_word(PXF_IMAGE_DELETED));
    print_json(object);
}

/* Those that were given, one by one. */
static int hide_ids(const struct cli *cli, struct ids *ids)
{
    int code = EXIT_DONE;
    pxf_error err;

    for (size_t i = 0; i < cli->argument_count && !is_interrupted(); i++) {
        const char *id = cli->arguments[i];

        if (pxf_image_remove(cli->store, id, &err) == PXF_OK && add_id(ids, id)) {
            print_hidden(cli, id);
        } else {
            code = fail_of(cli, "id", id, &err);
        }
    }
    return code;
}

static pxf_status list_owner(const struct cli *cli, const char *owner, struct ids *ids,
                             pxf_error *err)
{
    pxf_query *query = pxf_query_new(cli->store, err);
    pxf_image *image;

    if (!query) {
        return (pxf_status)err->status;
    }
    if (pxf_query_set_owner(query, owner, err) == PXF_OK) {
        while ((image = pxf_query_next(query, err))) {
            if (!add_id(ids, pxf_image_id(image))) {
                (void)set_error(err, PXF_NO_MEMORY, "no memory for the list of images");
            }
            pxf_image_free(image);
        }
    }
    pxf_query_free(query);
    return (pxf_status)err->status;
}

/* All of an owner at once. */
static int hide_owner(const struct cli *cli, const char *owner, struct ids *ids)
{
    pxf_error err;

    if (list_owner(cli, owner, ids, &err) != PXF_OK ||
        pxf_image_remove_owner(cli->store, owner, &err) != PXF_OK) {
        return fail(cli, &err);
    }
    for (size_t i = 0; i < ids->count; i++) {
        print_hidden(cli, ids->ids[i]);
    }
    if (ids->count == 0 && !cli->quiet) {
        fputs("pixelfox: this owner has no images\n", stderr);
    }
    return EXIT_DONE;
}

int run_delete(struct cli *cli)
{
    const char *owner = option(cli, "owner");
    struct ids ids = {0};
    int64_t timeout_ms;
    int code, waited = EXIT_DONE;

    if (!owner == (cli->argument_count == 0)) {
        return usage(cli, "'delete' needs either images' ids or --owner OWNER");
    }
    if (!option_timeout(cli, &timeout_ms)) {
        return EXIT_USAGE;
    }
    code = open_store(cli);
    if (code != EXIT_DONE) {
        return code;
    }
    code = owner ? hide_owner(cli, owner, &ids) : hide_ids(cli, &ids);
    if (option(cli, "wait")) {
        waited = wait_until_gone(cli, ids.ids, ids.count, timeout_ms);
    }
    let_go(&ids);
    if (is_interrupted()) {
        return EXIT_SIGNAL;
    }
    return code == EXIT_DONE ? waited : code;
}
