/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <inttypes.h>
#include <limits.h>

#include "out.h"

static void print_row(const char *name, const char *value)
{
    if (value) {
        printf("%-9s ", name);
        print_line(stdout, value);
        (void)fputc('\n', stdout);
    }
}

static void print_place(const char *pool, const char *key, const char *path)
{
    if (path) {
        print_path(stdout, path);
    } else if (key) {
        printf("%s:%s", pool, key);
    }
    (void)fputc('\n', stdout);
}

static void print_variant(const pxf_variant *variant)
{
    char size[SIZE_TEXT_BYTES];

    printf("  %-26s ", pxf_variant_kind(variant));
    if (pxf_variant_skip_reason(variant)) {
        printf("skipped: %s\n", pxf_variant_skip_reason(variant));
        return;
    }
    printf("%5" PRIu32 " × %-5" PRIu32 " %9s  ", pxf_variant_width_px(variant),
           pxf_variant_height_px(variant), size_text(size, pxf_variant_bytes(variant)));
    print_place(pxf_variant_pool(variant), pxf_variant_key(variant), pxf_variant_path(variant));
}

static void print_image(const pxf_image *image)
{
    char size[SIZE_TEXT_BYTES], when[TIME_TEXT_BYTES];

    print_row("id", pxf_image_id(image));
    print_row("title", pxf_image_title(image));
    print_row("owner", pxf_image_owner(image));
    print_row("state", image_state_word(pxf_image_get_state(image)));
    print_row("failure", pxf_image_failure(image));
    print_row("type", pxf_image_type(image));
    printf("%-9s %" PRIu32 " × %" PRIu32 "\n", "size", pxf_image_width_px(image),
           pxf_image_height_px(image));
    if (pxf_image_frame_count(image) > 1) {
        printf("%-9s %" PRIu32 "\n", "frames", pxf_image_frame_count(image));
    }
    printf("%-9s %s\n", "bytes", size_text(size, pxf_image_bytes(image)));
    print_row("sha256", pxf_image_sha256(image));
    printf("%-9s %s UTC\n", "created", time_text(when, pxf_image_created_ms(image)));
    print_row("pool", pxf_image_pool(image));
    print_row("url", pxf_image_url(image));
    printf("%-9s ", "original");
    print_place(pxf_image_pool(image), pxf_image_key(image), pxf_image_path(image));
    for (size_t i = 0; i < pxf_image_variant_count(image); i++) {
        print_variant(pxf_image_variant(image, i));
    }
}

int run_show(struct cli *cli)
{
    const int code = open_store(cli);
    pxf_image *image;
    pxf_error err;

    if (code != EXIT_DONE) {
        return code;
    }
    image = pxf_image_find(cli->store, cli->arguments[0], &err);
    if (!image) {
        return fail_of(cli, "id", cli->arguments[0], &err);
    }
    if (cli->json) {
        print_json(image_json_whole(image));
    } else {
        print_image(image);
    }
    pxf_image_free(image);
    return EXIT_DONE;
}

static void print_listed(const pxf_image *image)
{
    char size[SIZE_TEXT_BYTES];

    printf("%s  %-10s  %5" PRIu32 " × %-5" PRIu32 " %9s  ", pxf_image_id(image),
           image_state_word(pxf_image_get_state(image)), pxf_image_width_px(image),
           pxf_image_height_px(image), size_text(size, pxf_image_bytes(image)));
    print_line(stdout, pxf_image_owner(image));
    if (pxf_image_title(image)) {
        fputs("  ", stdout);
        print_line(stdout, pxf_image_title(image));
    }
    (void)fputc('\n', stdout);
}

static void print_one(const struct cli *cli, const pxf_image *image)
{
    json_t *object;

    if (!cli->json) {
        print_listed(image);
        return;
    }
    object = image_json(image);
    put_text(object, "cursor", pxf_image_cursor(image));
    print_json(object);
}

static pxf_status narrow(const struct cli *cli, pxf_query *query, pxf_error *err)
{
    const char *owner = option(cli, "owner"), *cursor = option(cli, "after");
    const int state = option_choice(cli, "state");
    pxf_status status = PXF_OK;

    if (owner) {
        status = pxf_query_set_owner(query, owner, err);
    }
    if (status == PXF_OK && state > 0) {
        status = pxf_query_set_state(query, (pxf_image_state)state, err);
    }
    if (status == PXF_OK && cursor) {
        status = pxf_query_set_cursor(query, cursor, err);
    }
    return status;
}

static int list(const struct cli *cli, pxf_query *query, long long limit)
{
    pxf_error err = {0};
    pxf_image *image = NULL;

    while (limit-- > 0 && !is_interrupted() && !ferror(stdout) &&
           (image = pxf_query_next(query, &err))) {
        print_one(cli, image);
        pxf_image_free(image);
    }
    if (err.status != PXF_OK) { /* a cursor is looked at with the first page */
        return err.status == PXF_INVALID ? usage(cli, "%s", err.message) : fail(cli, &err);
    }
    return is_interrupted() ? EXIT_SIGNAL : EXIT_DONE;
}

int run_list(struct cli *cli)
{
    long long limit;
    pxf_query *query;
    pxf_error err;
    int code;

    if (!option_number(cli, "limit", 1, LLONG_MAX, LLONG_MAX, &limit)) {
        return EXIT_USAGE;
    }
    code = open_store(cli);
    if (code != EXIT_DONE) {
        return code;
    }
    query = pxf_query_new(cli->store, &err);
    if (!query) {
        return fail(cli, &err);
    }
    code = narrow(cli, query, &err) == PXF_OK ? list(cli, query, limit)
                                              : usage(cli, "%s", err.message);
    pxf_query_free(query);
    return code;
}
