/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <inttypes.h>
#include <string.h>

#include "out.h"

enum { FIELD_BYTES = 64 };

/* What `pool list` gives: numbers are numbers in JSON. */
struct field {
    const char *key;  /* of the contract */
    const char *name; /* of the library */
    bool is_number;
};

static const struct field listed[] = {
    {"name", "name", false},
    {"type", "type", false},
    {"tier", "tier", false},
    {"state", "state", false},
    {"priority", "priority", true},
    {"path", "path", false},
    {"used_bytes", "used_bytes", true},
    {"held_bytes", "held_bytes", true},
    {"max_bytes", "max_bytes", true},
    {"free_bytes", "free_bytes", true},
    {"image_count", "image_count", true},
};

static const struct field more[] = {
    {"weight", "weight", true},
    {"node", "node", false},
    {"region", "region", false},
    {"public_url", "public_url", false},
    {"unhealthy_reason", "unhealthy_reason", false},
    {"version", "version", true},
};

static void put_fields(json_t *object, const pxf_pool *pool, const struct field *fields,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = pxf_pool_get_text(pool, fields[i].name);

        if (fields[i].is_number && text) {
            put_number(object, fields[i].key, pxf_pool_get_number(pool, fields[i].name));
        } else if (text && strcmp(fields[i].key, "path") == 0) {
            put_path(object, "path", text);
        } else {
            put_text(object, fields[i].key, text);
        }
    }
}

static json_t *pool_json(const pxf_pool *pool)
{
    json_t *object = json_object();

    put_fields(object, pool, listed, sizeof listed / sizeof listed[0]);
    put_flag(object, "healthy", pxf_pool_get_number(pool, "is_healthy") == 1);
    return object;
}

static void print_row(const pxf_pool *pool)
{
    char used[SIZE_TEXT_BYTES], most[SIZE_TEXT_BYTES], left[SIZE_TEXT_BYTES];
    const int64_t max_bytes = pxf_pool_get_number(pool, "max_bytes");
    const int64_t free_bytes = pxf_pool_get_number(pool, "free_bytes");
    const char *path = pxf_pool_get_text(pool, "path");

    printf("%-12s %-6s %-7s %-9s %8s used of %-9s %9s free %7" PRId64 " images  ",
           pxf_pool_name(pool), pxf_pool_get_text(pool, "type"), pxf_pool_get_text(pool, "tier"),
           pxf_pool_get_text(pool, "state"), size_text(used, pxf_pool_used_bytes(pool)),
           max_bytes > 0 ? size_text(most, (uint64_t)max_bytes) : "the disk",
           size_text(left, free_bytes > 0 ? (uint64_t)free_bytes : 0),
           pxf_pool_get_number(pool, "image_count"));
    print_path(stdout, path ? path : "");
    if (pxf_pool_get_text(pool, "unhealthy_reason")) {
        printf("\n  unhealthy: ");
        print_line(stdout, pxf_pool_get_text(pool, "unhealthy_reason"));
    }
    (void)fputc('\n', stdout);
}

int run_pool_list(struct cli *cli)
{
    const int code = open_store(cli);
    pxf_pool *pool = NULL, *next;
    pxf_error err;

    if (code != EXIT_DONE) {
        return code;
    }
    while ((next = pxf_pool_next(cli->store, pool ? pxf_pool_name(pool) : NULL, &err))) {
        pxf_pool_free(pool);
        pool = next;
        if (cli->json) {
            print_json(pool_json(pool));
        } else {
            print_row(pool);
        }
    }
    pxf_pool_free(pool);
    return err.status == PXF_OK ? EXIT_DONE : fail(cli, &err);
}

static void print_fields(const pxf_pool *pool, const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = pxf_pool_get_text(pool, fields[i].name);

        if (text) {
            printf("%-17s ", fields[i].key);
            strcmp(fields[i].key, "path") == 0 ? print_path(stdout, text)
                                               : print_line(stdout, text);
            (void)fputc('\n', stdout);
        }
    }
}

int run_pool_show(struct cli *cli)
{
    const int code = open_store(cli);
    pxf_pool *pool;
    pxf_error err;

    if (code != EXIT_DONE) {
        return code;
    }
    pool = pxf_pool_find(cli->store, cli->arguments[0], &err);
    if (!pool) {
        return fail(cli, &err);
    }
    if (cli->json) {
        json_t *object = pool_json(pool);

        put_fields(object, pool, more, sizeof more / sizeof more[0]);
        put_flag(object, "is_default", pxf_pool_get_number(pool, "is_default") == 1);
        print_json(object);
    } else {
        print_fields(pool, listed, sizeof listed / sizeof listed[0]);
        print_fields(pool, more, sizeof more / sizeof more[0]);
        printf("%-17s %s\n", "is_default", pxf_pool_get_text(pool, "is_default"));
        printf("%-17s %s\n", "healthy", pxf_pool_get_text(pool, "is_healthy"));
    }
    pxf_pool_free(pool);
    return EXIT_DONE;
}

/* The pool as it stands now, for a command that changed it. */
static int print_changed(const struct cli *cli, const char *name)
{
    pxf_error err;
    pxf_pool *pool = pxf_pool_find(cli->store, name, &err);

    if (!pool) {
        return fail(cli, &err);
    }
    if (cli->json) {
        print_json(pool_json(pool));
    } else {
        print_row(pool);
    }
    pxf_pool_free(pool);
    return EXIT_DONE;
}

/* The field of an option is its name with '_' for '-'. */
static pxf_status set_option(const struct cli *cli, pxf_pool *pool, const char *name,
                             pxf_error *err)
{
    const char *value = option(cli, name);
    char field[FIELD_BYTES];

    if (!value) {
        return PXF_OK;
    }
    (void)snprintf(field, sizeof field, "%s", name);
    for (char *dash = strchr(field, '-'); dash; dash = strchr(dash, '-')) {
        *dash = '_';
    }
    return pxf_pool_set_text(pool, field, value, err);
}

static pxf_status set_options(const struct cli *cli, pxf_pool *pool, pxf_error *err)
{
    static const char *const names[] = {"type", "path", "tier", "priority", "max-bytes"};
    pxf_status status = PXF_OK;

    for (size_t i = 0; status == PXF_OK && i < sizeof names / sizeof names[0]; i++) {
        status = set_option(cli, pool, names[i], err);
    }
    return status;
}

/* Pools in buckets belong to a later part. */
static bool wants_bucket(const struct cli *cli)
{
    static const char *const names[] = {"bucket", "endpoint",    "region",       "prefix",
                                        "key-id", "secret-file", "backup-target"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (option(cli, names[i])) {
            return true;
        }
    }
    return option(cli, "type") && strcmp(option(cli, "type"), "s3") == 0;
}

int run_pool_add(struct cli *cli)
{
    pxf_pool *pool;
    pxf_error err;
    int code;

    if (wants_bucket(cli)) {
        (void)set_error(&err, PXF_UNSUPPORTED, "pools of type 's3' are not there yet in version %s",
                        pxf_version());
        (void)fail(cli, &err);
        return EXIT_USAGE;
    }
    if (!option(cli, "path")) {
        return usage(cli, "'pool add' needs --path DIR");
    }
    pool = pxf_pool_new(cli->arguments[0], &err);
    if (!pool || set_options(cli, pool, &err) != PXF_OK) {
        pxf_pool_free(pool);
        return usage(cli, "%s", err.message);
    }
    code = open_store(cli);
    if (code == EXIT_DONE && pxf_pool_add(cli->store, pool, &err) != PXF_OK) {
        code = fail(cli, &err);
    }
    pxf_pool_free(pool);
    return code == EXIT_DONE ? print_changed(cli, cli->arguments[0]) : code;
}

/* KEY=VALUE; an exit code. */
static int set_field(const struct cli *cli, pxf_pool *pool, const char *word)
{
    char field[FIELD_BYTES];
    const size_t size = strcspn(word, "=");
    pxf_error err;

    if (!word[size] || size >= sizeof field) {
        return usage(cli, "'pool set' takes KEY=VALUE, not '%s'", word);
    }
    memcpy(field, word, size);
    field[size] = '\0';
    if (pxf_pool_set_text(pool, field, word + size + 1, &err) != PXF_OK) {
        return usage(cli, "%s", err.message);
    }
    return EXIT_DONE;
}

int run_pool_set(struct cli *cli)
{
    const char *name = cli->arguments[0];
    int code = open_store(cli);
    pxf_pool *pool;
    pxf_error err;

    if (code != EXIT_DONE) {
        return code;
    }
    pool = pxf_pool_find(cli->store, name, &err);
    if (!pool) {
        return fail(cli, &err);
    }
    for (size_t i = 1; code == EXIT_DONE && i < cli->argument_count; i++) {
        code = set_field(cli, pool, cli->arguments[i]);
    }
    if (code == EXIT_DONE && pxf_pool_update(cli->store, pool, &err) != PXF_OK) {
        code = fail(cli, &err);
    }
    pxf_pool_free(pool);
    return code == EXIT_DONE ? print_changed(cli, name) : code;
}

int run_pool_remove(struct cli *cli)
{
    const char *name = cli->arguments[0];
    const int code = open_store(cli);
    pxf_error err;

    if (code != EXIT_DONE) {
        return code;
    }
    if (pxf_pool_remove(cli->store, name, &err) != PXF_OK) {
        return fail(cli, &err);
    }
    if (cli->json) {
        json_t *object = json_object();

        put_text(object, "name", name);
        put_text(object, "state", "removed");
        print_json(object);
    } else {
        printf("%s  removed from the catalog; its folder is as it was\n", name);
    }
    return EXIT_DONE;
}

int run_pool_adopt(struct cli *cli)
{
    const int code = open_store(cli);
    pxf_error err;

    if (code != EXIT_DONE) {
        return code;
    }
    if (pxf_pool_adopt(cli->store, cli->arguments[0], &err) != PXF_OK) {
        return fail(cli, &err);
    }
    return print_changed(cli, cli->arguments[0]);
}

static void print_check(const struct cli *cli, const pxf_check *check)
{
    json_t *object;

    if (!cli->json) {
        printf("%-8s %-6s ", pxf_check_name(check), pxf_check_is_ok(check) ? "ok" : "FAILED");
        print_line(stdout, pxf_check_message(check) ? pxf_check_message(check) : "");
        (void)fputc('\n', stdout);
        return;
    }
    object = json_object();
    put_text(object, "check", pxf_check_name(check));
    put_flag(object, "ok", pxf_check_is_ok(check));
    put_text(object, "message", pxf_check_message(check));
    print_json(object);
}

int run_pool_test(struct cli *cli)
{
    int code = open_store(cli);
    pxf_check *check;
    pxf_error err;

    if (code != EXIT_DONE) {
        return code;
    }
    check = pxf_pool_test(cli->store, cli->arguments[0], cli->cancel, &err);
    if (!check) {
        return fail(cli, &err);
    }
    while (pxf_check_next(check)) {
        code = pxf_check_is_ok(check) ? code : EXIT_SOME_FAILED;
        print_check(cli, check);
    }
    pxf_check_free(check);
    return code;
}
