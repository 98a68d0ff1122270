/* SPDX-License-Identifier: Apache-2.0 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

enum { LOOK_MS = 200 };

static const char ending[] = ".XXXXXX";

/* A link's own target is what is replaced. */
static pxf_status resolve(struct target *target, const char *path, pxf_error *err)
{
    if (realpath(path, target->path)) {
        return PXF_OK;
    }
    if (errno != ENOENT || strlen(path) >= sizeof target->path) {
        return set_errno_error(err, errno, "cannot be written");
    }
    memcpy(target->path, path, strlen(path) + 1);
    return PXF_OK;
}

/* Beside the target: hidden, and named after it as far as a name may go. */
static pxf_status name_temporary(struct target *target, pxf_error *err)
{
    const char *slash = strrchr(target->path, '/');
    const char *name = slash ? slash + 1 : target->path;
    const int limit = NAME_MAX - (int)sizeof ending - 1;

    if (snprintf(target->temporary, sizeof target->temporary, "%.*s.%.*s%s",
                 (int)(name - target->path), target->path, limit, name,
                 ending) >= (int)sizeof target->temporary) {
        target->temporary[0] = '\0';
        return set_errno_error(err, ENAMETOOLONG, "cannot be written");
    }
    return PXF_OK;
}

pxf_status target_open(struct target *target, const char *path, pxf_error *err)
{
    struct stat file;
    const mode_t mask = umask(0);
    pxf_status status;

    (void)umask(mask);
    *target = (struct target){.fd = -1};
    status = resolve(target, path, err);
    if (status != PXF_OK) {
        return status;
    }
    if (stat(target->path, &file) == 0 && !S_ISREG(file.st_mode)) {
        target->fd = open(target->path, O_WRONLY | O_CLOEXEC);
    } else {
        status = name_temporary(target, err);
        target->fd = status == PXF_OK ? mkostemp(target->temporary, O_CLOEXEC) : -1;
    }
    if (status == PXF_OK && target->fd < 0) {
        target->temporary[0] = '\0';
        return set_errno_error(err, errno, "cannot be written");
    }
    if (target->temporary[0]) {
        (void)fchmod(target->fd, 0666 & ~mask); /* mkostemp() makes it private */
    }
    return status;
}

pxf_status target_finish(struct target *target, pxf_error *err)
{
    const int closed = close(target->fd);

    target->fd = -1;
    if (closed != 0) {
        return set_errno_error(err, errno, "cannot be written");
    }
    if (target->temporary[0] && rename(target->temporary, target->path) != 0) {
        return set_errno_error(err, errno, "cannot be written");
    }
    target->temporary[0] = '\0';
    return PXF_OK;
}

void target_let_go(struct target *target)
{
    if (target->fd >= 0) {
        (void)close(target->fd);
    }
    if (target->temporary[0]) {
        (void)unlink(target->temporary);
    }
}

pxf_status write_all(int fd, const void *data, size_t size, pxf_error *err)
{
    const int number = write_whole(fd, data, size);

    return number == 0 ? PXF_OK : set_errno_error(err, number, "cannot be written");
}

/* A signal may reach another thread, so that no read here waits for long. */
ssize_t read_some(int fd, void *data, size_t size, pxf_error *err)
{
    struct pollfd input = {.fd = fd, .events = POLLIN};
    ssize_t got;

    while (!is_interrupted()) {
        if (poll(&input, 1, LOOK_MS) <= 0) {
            continue;
        }
        got = read(fd, data, size);
        if (got >= 0) {
            return got;
        }
        if (errno != EINTR && errno != EAGAIN) {
            (void)set_errno_error(err, errno, "cannot be read");
            return -1;
        }
    }
    (void)set_error(err, PXF_CANCELLED, "stopped by a signal");
    return -1;
}
