/* SPDX-License-Identifier: Apache-2.0 */
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "os/open.h"

/* One transfer stays below what Linux moves at once (2^31 - 4096). */
enum { TRANSFER_BYTES = 1 << 30 };

static size_t portion(size_t left)
{
    return left < TRANSFER_BYTES ? left : TRANSFER_BYTES;
}

pxf_status fox_file_open(struct fox_fd *ret_file, const char *path, pxf_origin origin,
                         pxf_error *err)
{
    AUTO(fox_fd) file = fox_fd_of(fox_open_number(AT_FDCWD, path, O_RDONLY | O_NONBLOCK), origin);

    if (!fox_fd_is_open(&file)) {
        return fox_fail_errno(err, origin, errno, "cannot open '%s'", path);
    }
    TRY(fox_open_check_regular(&file, path, err));
    *ret_file = fox_fd_give(&file);
    return PXF_OK;
}

pxf_status fox_file_stat(struct fox_file_stat *ret_stat, const struct fox_fd *file, pxf_error *err)
{
    const int number = fox_open_stat(ret_stat, fox_fd_number(file));

    if (number != 0) {
        return fox_fail_errno(err, file->origin, number, "cannot look at an open file");
    }
    return PXF_OK;
}

pxf_status fox_file_read(const struct fox_fd *file, void *data, size_t size, size_t *ret_size,
                         pxf_error *err)
{
    size_t done = 0;

    while (done < size) {
        const ssize_t count = read(fox_fd_number(file), (char *)data + done, portion(size - done));

        if (count < 0 && errno != EINTR) {
            return fox_fail_errno(err, file->origin, errno, "cannot read");
        }
        if (count == 0) {
            break;
        }
        done += count > 0 ? (size_t)count : 0;
    }
    *ret_size = done;
    return PXF_OK;
}

pxf_status fox_file_write(const struct fox_fd *file, const void *data, size_t size, pxf_error *err)
{
    size_t done = 0;

    while (done < size) {
        const ssize_t count =
            write(fox_fd_number(file), (const char *)data + done, portion(size - done));

        if (count < 0 && errno != EINTR) {
            return fox_fail_errno(err, file->origin, errno, "cannot write");
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return PXF_OK;
}

static pxf_status check_range(const struct fox_fd *file, uint64_t offset, size_t size,
                              pxf_error *err)
{
    if (offset > INT64_MAX || size > INT64_MAX - offset) {
        return fox_fail_from(err, PXF_INVALID, file->origin, 0,
                             "offset %" PRIu64 " is beyond any file", offset);
    }
    return PXF_OK;
}

pxf_status fox_file_read_at(const struct fox_fd *file, uint64_t offset, void *data, size_t size,
                            size_t *ret_size, pxf_error *err)
{
    size_t done = 0;

    TRY(check_range(file, offset, size, err));
    while (done < size) {
        const ssize_t count = pread(fox_fd_number(file), (char *)data + done, portion(size - done),
                                    (off_t)(offset + done));

        if (count < 0 && errno != EINTR) {
            return fox_fail_errno(err, file->origin, errno, "cannot read at %" PRIu64,
                                  offset + done);
        }
        if (count == 0) {
            break;
        }
        done += count > 0 ? (size_t)count : 0;
    }
    *ret_size = done;
    return PXF_OK;
}

pxf_status fox_file_write_at(const struct fox_fd *file, uint64_t offset, const void *data,
                             size_t size, pxf_error *err)
{
    size_t done = 0;

    TRY(check_range(file, offset, size, err));
    while (done < size) {
        const ssize_t count = pwrite(fox_fd_number(file), (const char *)data + done,
                                     portion(size - done), (off_t)(offset + done));

        if (count < 0 && errno != EINTR) {
            return fox_fail_errno(err, file->origin, errno, "cannot write at %" PRIu64,
                                  offset + done);
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return PXF_OK;
}

pxf_status fox_file_set_size(const struct fox_fd *file, uint64_t size, pxf_error *err)
{
    int answer;

    TRY(check_range(file, size, 0, err));
    do {
        answer = ftruncate(fox_fd_number(file), (off_t)size);
    } while (answer != 0 && errno == EINTR);
    if (answer != 0) {
        return fox_fail_errno(err, file->origin, errno, "cannot cut to %" PRIu64 " bytes", size);
    }
    return PXF_OK;
}

pxf_status fox_file_set_mode(const struct fox_fd *file, uint32_t mode, pxf_error *err)
{
    if (fchmod(fox_fd_number(file), mode) != 0) {
        return fox_fail_errno(err, file->origin, errno, "cannot set the mode %04o", mode);
    }
    return PXF_OK;
}

pxf_status fox_file_sync(const struct fox_fd *file, pxf_error *err)
{
    if (fdatasync(fox_fd_number(file)) != 0) {
        return fox_fail_errno(err, file->origin, errno, "cannot sync");
    }
    return PXF_OK;
}

pxf_status fox_file_sync_all(const struct fox_fd *file, pxf_error *err)
{
    if (fsync(fox_fd_number(file)) != 0) {
        return fox_fail_errno(err, file->origin, errno, "cannot sync");
    }
    return PXF_OK;
}

static pxf_status reader_read(void *ctx, uint64_t offset, void *data, size_t size, size_t *ret_size,
                              pxf_error *err)
{
    return fox_file_read_at(ctx, offset, data, size, ret_size, err);
}

pxf_status fox_file_reader(struct fox_reader *ret_reader, struct fox_fd *file, pxf_error *err)
{
    struct fox_file_stat stat;

    TRY(fox_file_stat(&stat, file, err));
    *ret_reader = (struct fox_reader){.ctx = file, .size = stat.size, .read = reader_read};
    return PXF_OK;
}
