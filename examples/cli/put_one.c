/* SPDX-License-Identifier: Apache-2.0 */
#include "put.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

enum { PIECE_BYTES = 256 * 1024 };

static pxf_status append_all(const struct cli *cli, pxf_upload *upload, int fd, pxf_error *err)
{
    void *piece = malloc(PIECE_BYTES);
    pxf_status status = piece ? PXF_OK : set_error(err, PXF_NO_MEMORY, "no memory for a piece");
    ssize_t size = 1;

    while (status == PXF_OK && size > 0) {
        size = read_some(fd, piece, PIECE_BYTES, err);
        if (size < 0) {
            status = (pxf_status)err->status;
        } else if (size > 0) {
            status = pxf_upload_append(upload, piece, (size_t)size, cli->cancel, err);
        }
    }
    free(piece);
    return status;
}

static pxf_image *put_descriptor(const struct cli *cli, int fd, const char *owner,
                                 const char *title, pxf_error *err)
{
    pxf_upload *upload = pxf_upload_new(cli->store, owner, err);
    pxf_image *image = NULL;
    struct stat file;

    if (!upload) {
        return NULL;
    }
    if ((!title || pxf_upload_set_title(upload, title, err) == PXF_OK) &&
        (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode) ||
         pxf_upload_set_size(upload, (uint64_t)file.st_size, err) == PXF_OK) &&
        append_all(cli, upload, fd, err) == PXF_OK) {
        image = pxf_upload_finish(upload, cli->cancel, err);
    }
    pxf_upload_free(upload);
    return image;
}

pxf_image *put_found(const struct cli *cli, const struct found *found, const char *owner,
                     const char *title, pxf_error *err)
{
    pxf_image *image = NULL;
    int fd;

    if (!found->is_stream && !title) {
        return pxf_image_put_file(cli->store, found->path, owner, cli->cancel, err);
    }
    if (strcmp(found->path, "-") == 0) {
        return put_descriptor(cli, STDIN_FILENO, owner, title, err);
    }
    fd = open(found->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe may never be written to */
    if (fd < 0) {
        (void)set_errno_error(err, errno, "cannot be opened");
        return NULL;
    }
    image = put_descriptor(cli, fd, owner, title, err);
    (void)close(fd);
    return image;
}
