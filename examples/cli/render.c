/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "out.h"

enum { SIDE_LIMIT_PX = 65535, QUALITY_LIMIT = 100, NAME_BYTES = 32, STREAM_LIMIT = 1 << 28 };

/* One picture that is rendered. */
struct input {
    const char *path; /* "-": standard input */
    char stem[NAME_MAX + 1];
    struct stat file;
};

/* What stands behind the stem, as the layout of a store has it. */
static const char *suffix_of(const char *kind, char suffix[NAME_BYTES + 2])
{
    if (strcmp(kind, "webp") == 0 || strcmp(kind, "avif") == 0) {
        return "";
    }
    if (strncmp(kind, "thumbnail_small_", 16) == 0) {
        return "_small";
    }
    if (strncmp(kind, "thumbnail_medium_", 17) == 0) {
        return "_medium";
    }
    (void)snprintf(suffix, NAME_BYTES + 2, "_%s", kind);
    return suffix;
}

static const char *extension_of(const char *type)
{
    const char *name = strchr(type, '/') + 1;

    return strcmp(name, "jpeg") == 0 ? "jpg" : name;
}

static void take_stem(char stem[NAME_MAX + 1], const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = strcmp(path, "-") == 0 ? "stdin" : slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    const size_t size = dot && dot > name ? (size_t)(dot - name) : strlen(name);

    (void)snprintf(stem, NAME_MAX + 1, "%.*s", (int)size, name);
}

static bool is_input(const struct input *input, const char *path)
{
    struct stat file;

    return stat(path, &file) == 0 && file.st_dev == input->file.st_dev &&
           file.st_ino == input->file.st_ino;
}

static pxf_status write_variant(const struct cli *cli, const pxf_variant *variant, const char *path,
                                pxf_error *err)
{
    pxf_bytes *bytes = pxf_variant_read(variant, 0, 0, cli->cancel, err);
    struct target target;
    pxf_status status;

    if (!bytes) {
        return (pxf_status)err->status;
    }
    status = target_open(&target, path, err);
    if (status == PXF_OK) {
        status = write_all(target.fd, pxf_bytes_data(bytes), pxf_bytes_size(bytes), err);
        status = status == PXF_OK ? target_finish(&target, err) : status;
    }
    target_let_go(&target);
    pxf_bytes_free(bytes);
    return status;
}

static void print_made(const struct cli *cli, const struct input *input, const pxf_variant *variant,
                       const char *path)
{
    char size[SIZE_TEXT_BYTES];
    json_t *object;

    if (!cli->json) {
        make_way();
        printf("%-26s %5u × %-5u %9s %6lld ms  ", pxf_variant_kind(variant),
               pxf_variant_width_px(variant), pxf_variant_height_px(variant),
               size_text(size, pxf_variant_bytes(variant)),
               (long long)pxf_variant_render_ms(variant));
        print_path(stdout, path);
        (void)fputc('\n', stdout);
        return;
    }
    object = variant_json(variant);
    put_path(object, "path", path);
    put_path(object, "source", input->path);
    print_json(object);
}

static void print_skipped(const struct cli *cli, const struct input *input,
                          const pxf_variant *variant)
{
    json_t *object;

    if (!cli->json) {
        make_way();
        printf("%-26s skipped: %s\n", pxf_variant_kind(variant), pxf_variant_skip_reason(variant));
        return;
    }
    object = variant_json(variant);
    put_path(object, "source", input->path);
    print_json(object);
}

/* Writes one variant to its place; an exit code. */
static int place(const struct cli *cli, const struct input *input, const pxf_variant *variant)
{
    const char *folder = option(cli, "output");
    const char *kind = pxf_variant_kind(variant);
    char suffix[NAME_BYTES + 2], path[PATH_MAX];
    pxf_error err;

    if (pxf_variant_skip_reason(variant)) {
        print_skipped(cli, input, variant);
        return EXIT_DONE;
    }
    if (snprintf(path, sizeof path, "%s%s%s%s.%s", folder ? folder : "", folder ? "/" : "",
                 input->stem, suffix_of(kind, suffix),
                 extension_of(pxf_variant_type(variant))) >= (int)sizeof path) {
        (void)set_errno_error(&err, ENAMETOOLONG, "cannot be written");
        return fail_of(cli, "path", path, &err);
    }
    if (is_input(input, path)) {
        (void)set_error(&err, PXF_CONFLICT, "is the picture itself, not written over (-o DIR)");
        return fail_of(cli, "path", path, &err);
    }
    if (write_variant(cli, variant, path, &err) != PXF_OK) {
        return fail_of(cli, "path", path, &err);
    }
    print_made(cli, input, variant, path);
    return EXIT_DONE;
}

/* All of standard input, which cannot be read twice. */
static pxf_status run_stream(const struct cli *cli, pxf_render *render, pxf_error *err)
{
    char *data = NULL, *grown;
    size_t size = 0, capacity = 0;
    ssize_t got = 1;
    pxf_status status = PXF_OK;

    while (status == PXF_OK && got > 0) {
        if (size == capacity) {
            capacity = capacity ? 2 * capacity : 1 << 16;
            grown = capacity <= STREAM_LIMIT ? realloc(data, capacity) : NULL;
            if (!grown) {
                status = set_error(err, PXF_LIMIT, "more than %d bytes come from standard input",
                                   STREAM_LIMIT);
                break;
            }
            data = grown;
        }
        got = read_some(STDIN_FILENO, data + size, capacity - size, err);
        if (got < 0) {
            status = (pxf_status)err->status;
        } else {
            size += (size_t)got;
        }
    }
    if (status == PXF_OK) {
        status = pxf_render_run_bytes(render, data, size, cli->cancel, err);
    }
    free(data);
    return status;
}

/* Renders one picture; an exit code. */
static int render_one(const struct cli *cli, pxf_render *render, const char *path)
{
    struct input input = {.path = path};
    const bool is_stream = strcmp(path, "-") == 0;
    pxf_variant *variant;
    pxf_error err;
    int code = EXIT_DONE, one;

    (void)stat(path, &input.file);
    take_stem(input.stem, path);
    if ((is_stream ? run_stream(cli, render, &err)
                   : pxf_render_run(render, path, cli->cancel, &err)) != PXF_OK) {
        tell_rule(cli, "path", path, &err, pxf_render_failure_rule(render));
        return code_of_error(&err);
    }
    while ((variant = pxf_render_next(render))) {
        one = place(cli, &input, variant);
        code = one == EXIT_DONE ? code : one;
        pxf_variant_free(variant);
    }
    return code;
}

static int add_kinds(const struct cli *cli, pxf_render *render, const char *names)
{
    char *copy = strdup(names), *rest = copy, *name;
    int code = EXIT_DONE;
    pxf_error err;

    while (code == EXIT_DONE && (name = strsep(&rest, ","))) {
        if (pxf_render_add_kind(render, name, &err) != PXF_OK) {
            code = usage(cli, "%s", err.message);
        }
    }
    free(copy);
    return code;
}

/* A recipe of one's own is named after its size: w800, w800h600. */
static void name_recipe(char name[NAME_BYTES], long long width_px, long long height_px)
{
    int size = 0;

    if (width_px > 0) {
        size += snprintf(name, NAME_BYTES, "w%lld", width_px);
    }
    if (height_px > 0) {
        size += snprintf(name + size, (size_t)(NAME_BYTES - size), "h%lld", height_px);
    }
    if (size == 0) {
        (void)snprintf(name, NAME_BYTES, "full");
    }
}

struct wish {
    long long width_px, height_px, quality;
    const char *fit, *format;
};

static bool read_wish(const struct cli *cli, struct wish *wish)
{
    wish->format = option(cli, "format");
    wish->fit = option(cli, "fit");
    if (!option_number(cli, "width", 1, SIDE_LIMIT_PX, 0, &wish->width_px) ||
        !option_number(cli, "height", 1, SIDE_LIMIT_PX, 0, &wish->height_px) ||
        !option_number(cli, "quality", 0, QUALITY_LIMIT, -1, &wish->quality)) {
        return false;
    }
    if (!wish->fit) {
        wish->fit = wish->height_px > 0 ? "box" : wish->width_px > 0 ? "width" : "full";
    }
    if (wish->height_px > 0 && wish->width_px == 0) {
        wish->width_px = SIDE_LIMIT_PX; /* only the height limits it */
    }
    return true;
}

static pxf_status fill_recipe(pxf_recipe *recipe, const struct wish *wish, pxf_error *err)
{
    pxf_status status = pxf_recipe_set_text(recipe, "fit", wish->fit, err);

    if (status == PXF_OK && wish->format) {
        status = pxf_recipe_set_text(recipe, "output", wish->format, err);
    }
    if (status == PXF_OK && wish->width_px > 0) {
        status = pxf_recipe_set_number(recipe, "width_px", wish->width_px, err);
    }
    if (status == PXF_OK && wish->height_px > 0) {
        status = pxf_recipe_set_number(recipe, "height_px", wish->height_px, err);
    }
    if (status == PXF_OK && wish->quality >= 0) {
        status = pxf_recipe_set_number(recipe, "quality", wish->quality, err);
    }
    return status;
}

static int add_wish(const struct cli *cli, pxf_render *render)
{
    char name[NAME_BYTES];
    struct wish wish;
    pxf_recipe *recipe;
    pxf_status status;
    pxf_error err;

    if (!read_wish(cli, &wish)) {
        return EXIT_USAGE;
    }
    name_recipe(name, option(cli, "width") ? wish.width_px : 0, wish.height_px);
    recipe = pxf_recipe_new(name, &err);
    status = recipe ? fill_recipe(recipe, &wish, &err) : PXF_NO_MEMORY;
    if (status == PXF_OK) {
        status = pxf_render_add_recipe(render, recipe, &err);
    }
    pxf_recipe_free(recipe);
    return status == PXF_OK ? EXIT_DONE : usage(cli, "%s", err.message);
}

static int choose(const struct cli *cli, pxf_render *render)
{
    const char *names = option(cli, "recipe");
    const bool wishes = option(cli, "width") || option(cli, "height") || option(cli, "fit") ||
                        option(cli, "format") || option(cli, "quality");

    if (names && wishes) {
        return usage(cli, "--recipe names what is made; --width and the like make their own");
    }
    if (names) {
        return add_kinds(cli, render, names);
    }
    return wishes ? add_wish(cli, render) : EXIT_DONE;
}

struct stem {
    const char *path;
    char text[NAME_MAX + 1];
};

static int compare_stems(const void *one, const void *other)
{
    return strcmp(((const struct stem *)one)->text, ((const struct stem *)other)->text);
}

/* Two pictures of one name would write over each other. */
static int check_stems(const struct cli *cli)
{
    const size_t count = cli->argument_count;
    struct stem *stems = calloc(count, sizeof *stems);
    int code = EXIT_DONE;

    if (!stems) {
        pxf_error err;

        (void)set_error(&err, PXF_NO_MEMORY, "no memory for %zu names", count);
        return fail(cli, &err);
    }
    for (size_t i = 0; i < count; i++) {
        stems[i].path = cli->arguments[i];
        take_stem(stems[i].text, stems[i].path);
    }
    qsort(stems, count, sizeof *stems, compare_stems);
    for (size_t i = 1; code == EXIT_DONE && i < count; i++) {
        if (strcmp(stems[i - 1].text, stems[i].text) == 0) {
            code = usage(cli, "'%s' and '%s' would have the same names", stems[i - 1].path,
                         stems[i].path);
        }
    }
    free(stems);
    return code;
}

static int render_all(const struct cli *cli, pxf_render *render)
{
    struct progress progress;
    int code = EXIT_DONE, one;

    progress_begin(&progress, cli, "rendered");
    for (size_t i = 0; i < cli->argument_count && !is_interrupted(); i++) {
        progress_show(&progress, (int64_t)i, (int64_t)cli->argument_count);
        one = render_one(cli, render, cli->arguments[i]);
        code = one == EXIT_DONE ? code : one;
    }
    progress_end(&progress);
    return is_interrupted() ? EXIT_SIGNAL : code;
}

static int check_folder(const struct cli *cli, const char *path)
{
    struct stat file;
    pxf_error err;

    if (!path || (stat(path, &file) == 0 && S_ISDIR(file.st_mode)) || mkdir(path, 0777) == 0) {
        return EXIT_DONE;
    }
    (void)set_errno_error(&err, errno, "no folder that can be written to");
    return fail_of(cli, "path", path, &err);
}

int run_render(struct cli *cli)
{
    pxf_config *config;
    pxf_render *render;
    pxf_error err;
    int code = check_stems(cli);

    if (code != EXIT_DONE) {
        return code;
    }
    config = make_config(cli, false);
    if (!config) {
        return EXIT_USAGE;
    }
    render = pxf_render_new(config, &err);
    pxf_config_free(config);
    if (!render) {
        return fail(cli, &err);
    }
    code = choose(cli, render);
    if (code == EXIT_DONE) {
        code = check_folder(cli, option(cli, "output"));
    }
    if (code == EXIT_DONE) {
        code = render_all(cli, render);
    }
    pxf_render_free(render);
    return code;
}
