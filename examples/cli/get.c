/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "out.h"

enum { PIECE_BYTES = 1 << 20 };

/* What is written: the original, or one of its variants. */
struct source {
    const pxf_image *image;
    const pxf_variant *variant; /* NULL: the original */
};

static const char *key_of(const struct source *source)
{
    return source->variant ? pxf_variant_key(source->variant) : pxf_image_key(source->image);
}

static pxf_bytes *read_piece(const struct cli *cli, const struct source *source, uint64_t offset,
                             pxf_error *err)
{
    if (source->variant) {
        return pxf_variant_read(source->variant, offset, PIECE_BYTES, cli->cancel, err);
    }
    return pxf_image_read(source->image, PXF_FOR_OWNER, offset, PIECE_BYTES, cli->cancel, err);
}

static pxf_status copy(const struct cli *cli, const struct source *source, int fd, pxf_error *err)
{
    uint64_t offset = 0;
    size_t size = PIECE_BYTES;

    while (size == PIECE_BYTES) {
        pxf_bytes *piece = read_piece(cli, source, offset, err);
        pxf_status status;

        if (!piece) {
            return (pxf_status)err->status;
        }
        size = pxf_bytes_size(piece);
        status = write_all(fd, pxf_bytes_data(piece), size, err);
        pxf_bytes_free(piece);
        if (status != PXF_OK) {
            return status;
        }
        offset += size;
    }
    return PXF_OK;
}

/* Into a file that shows only whole bytes: beside the target, then renamed. */
static pxf_status copy_to_file(const struct cli *cli, const struct source *source, const char *path,
                               pxf_error *err)
{
    struct target target;
    pxf_status status = target_open(&target, path, err);

    if (status == PXF_OK) {
        status = copy(cli, source, target.fd, err);
        status = status == PXF_OK ? target_finish(&target, err) : status;
    }
    target_let_go(&target);
    return status;
}

/* A folder gets the key's own name. */
static char *path_of(const struct source *source, const char *output)
{
    struct stat file;
    char *path;

    if (stat(output, &file) != 0 || !S_ISDIR(file.st_mode)) {
        return strdup(output);
    }
    return asprintf(&path, "%s/%s", output, strrchr(key_of(source), '/') + 1) < 0 ? NULL : path;
}

static int write_out(const struct cli *cli, const struct source *source, const char *output)
{
    pxf_error err = {0};
    char *path;

    if (!output || strcmp(output, "-") == 0) {
        return copy(cli, source, STDOUT_FILENO, &err) == PXF_OK || err.code == EPIPE
                   ? EXIT_DONE
                   : fail_of(cli, "id", cli->arguments[0], &err);
    }
    path = path_of(source, output);
    if (!path || copy_to_file(cli, source, path, &err) != PXF_OK) {
        free(path);
        return fail_of(cli, "path", output, &err);
    }
    if (cli->json) {
        json_t *object =
            source->variant ? variant_json(source->variant) : image_json(source->image);

        put_text(object, "id", pxf_image_id(source->image));
        put_path(object, "path", path);
        print_json(object);
    }
    free(path);
    return EXIT_DONE;
}

static int no_variant(const struct cli *cli, const pxf_image *image, const char *kind)
{
    struct nearest nearest = nearest_to(kind);
    pxf_error err;

    for (size_t i = 0; i < pxf_image_variant_count(image); i++) {
        nearest_offer(&nearest, pxf_variant_kind(pxf_image_variant(image, i)));
    }
    if (pxf_image_variant_count(image) == 0) {
        (void)set_error(&err, PXF_NOT_FOUND, "it has no variants: its state is '%s'",
                        image_state_word(pxf_image_get_state(image)));
    } else if (nearest.best) {
        (void)set_error(&err, PXF_NOT_FOUND, "it has no variant '%s': did you mean '%s'?", kind,
                        nearest.best);
    } else {
        (void)set_error(&err, PXF_NOT_FOUND, "it has no variant '%s' (see `pixelfox show`)", kind);
    }
    return fail_of(cli, "id", pxf_image_id(image), &err);
}

static int get(const struct cli *cli, const pxf_image *image)
{
    const char *kind = option(cli, "variant");
    const struct source source = {.image = image,
                                  .variant = kind ? pxf_image_find_variant(image, kind) : NULL};
    pxf_error err;

    if (kind && !source.variant) {
        return no_variant(cli, image, kind);
    }
    if (!key_of(&source)) {
        (void)set_error(&err, PXF_NOT_FOUND, "its variant '%s' was left out: %s", kind,
                        pxf_variant_skip_reason(source.variant));
        return fail_of(cli, "id", pxf_image_id(image), &err);
    }
    return write_out(cli, &source, option(cli, "output"));
}

int run_get(struct cli *cli)
{
    const char *output = option(cli, "output");
    pxf_image *image;
    pxf_error err;
    int code;

    if (!output && isatty(STDOUT_FILENO)) {
        return usage(cli, "a picture is nothing for a terminal: -o FILE, or -o - all the same");
    }
    if (cli->json && (!output || strcmp(output, "-") == 0)) {
        return usage(cli, "--json needs -o FILE");
    }
    code = open_store(cli);
    if (code != EXIT_DONE) {
        return code;
    }
    image = pxf_image_find(cli->store, cli->arguments[0], &err);
    if (!image) {
        return fail_of(cli, "id", cli->arguments[0], &err);
    }
    code = get(cli, image);
    pxf_image_free(image);
    return code;
}
