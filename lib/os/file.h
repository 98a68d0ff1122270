/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_FILE_H
#define FOX_OS_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"
#include "os/fd.h"

/* Reading and writing open files. Every call is whole: interrupted and short transfers go on. */

enum fox_file_kind {
    FOX_FILE_REGULAR = 1,
    FOX_FILE_FOLDER = 2,
    FOX_FILE_LINK = 3,
    FOX_FILE_OTHER = 4 /* a pipe, socket or device */
};

struct fox_file_stat {
    enum fox_file_kind kind;
    uint64_t size;
    int64_t modified_ms;
    int64_t born_ns; /* 0 where the file system does not tell */
    uint64_t device, inode;
    uint64_t stored_bytes; /* blocks × 512: what removing it gives back */
    uint64_t link_count;
    uint32_t mode; /* the 07777 bits */
    uint32_t uid, gid;
};

/* Opens a file by a path from the caller (a file to put, a key file), links followed. Never blocks
 * on a pipe; INVALID if it is not a regular file. */
pxf_status fox_file_open(struct fox_fd *ret_file, const char *path, pxf_origin origin,
                         pxf_error *err);

/* What is known of an open file or folder. */
pxf_status fox_file_stat(struct fox_file_stat *ret_stat, const struct fox_fd *file, pxf_error *err);

/* From the file's position; fewer than `size` bytes only at the end. Works on pipes. */
pxf_status fox_file_read(const struct fox_fd *file, void *data, size_t size, size_t *ret_size,
                         pxf_error *err);

/* All of it at the file's position. */
pxf_status fox_file_write(const struct fox_fd *file, const void *data, size_t size, pxf_error *err);

/* At `offset`, leaving the position alone, so that several threads may read one descriptor; fewer
 * than `size` bytes only at the end. INVALID: an offset that no file has. */
pxf_status fox_file_read_at(const struct fox_fd *file, uint64_t offset, void *data, size_t size,
                            size_t *ret_size, pxf_error *err);

/* All of it at `offset`. After a failure any part of it may stand there. */
pxf_status fox_file_write_at(const struct fox_fd *file, uint64_t offset, const void *data,
                             size_t size, pxf_error *err);

/* Cuts or grows (with zeros) to `size` bytes. */
pxf_status fox_file_set_size(const struct fox_fd *file, uint64_t size, pxf_error *err);

/* Exactly these permission bits, whatever the umask is. */
pxf_status fox_file_set_mode(const struct fox_fd *file, uint32_t mode, pxf_error *err);

/* Bytes and size are on the disk (fdatasync). A failure is final: what was written since the last
 * good sync may be lost, and syncing again proves nothing. */
pxf_status fox_file_sync(const struct fox_fd *file, pxf_error *err);

/* The same with times and modes (fsync); for folders too. */
pxf_status fox_file_sync_all(const struct fox_fd *file, pxf_error *err);

/* A view of an open file that outlives the reader; `size` is asked once. */
pxf_status fox_file_reader(struct fox_reader *ret_reader, struct fox_fd *file, pxf_error *err);

#endif
