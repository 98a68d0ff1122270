/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_FOLDER_H
#define FOX_OS_FOLDER_H

#include "os/file.h"

/* An open folder, from which everything is reached. A `path` is relative to it and may have several
 * components, a `name` has exactly one; no component may be "..", and none is followed if it is a
 * symbolic link (openat2 with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS; where the kernel has no
 * openat2, component by component with O_NOFOLLOW). A path that leaves or meets a link is INVALID.
 * Errors carry the folder's origin and name the path. Any thread. */

/* Opens a folder that a person named: links are followed. NOT_FOUND where it is absent. */
pxf_status fox_folder_open(struct fox_fd *ret_folder, const char *path, pxf_origin origin,
                           pxf_error *err);

/* Opens a folder below; NOT_FOUND. "." opens the same folder anew. */
pxf_status fox_folder_open_in(struct fox_fd *ret_folder, const struct fox_fd *folder,
                              const char *path, pxf_error *err);

/* Makes one folder with exactly `mode`, whatever the umask is (a set-group-id bit that the parent
 * hands down stays); it appears with that mode or not at all. EXISTS. */
pxf_status fox_folder_make(const struct fox_fd *folder, const char *name, uint32_t mode,
                           pxf_error *err);

/* Whether a folder's name is one that a making uses before it gives the real one; a kill leaves it,
 * empty. */
bool fox_folder_is_aside(const char *name);

/* Opens the folder at `path` after making what is missing, each level with exactly `mode`. A level
 * that somebody removes meanwhile is made again. `ret_made` says how many were made. Nothing is
 * synced: see fox_folder_sync_path. */
pxf_status fox_folder_reach(struct fox_fd *ret_folder, size_t *ret_made,
                            const struct fox_fd *folder, const char *path, uint32_t mode,
                            pxf_error *err);

/* Syncs the folder itself and each level of `path` below it, so that all of them survive a power
 * cut. */
pxf_status fox_folder_sync_path(const struct fox_fd *folder, const char *path, pxf_error *err);

/* A regular file to read; INVALID if it is anything else. Never blocks on a pipe. */
pxf_status fox_folder_open_file(struct fox_fd *ret_file, const struct fox_fd *folder,
                                const char *path, pxf_error *err);

/* The same to read and write. */
pxf_status fox_folder_open_file_to_write(struct fox_fd *ret_file, const struct fox_fd *folder,
                                         const char *path, pxf_error *err);

/* Creates a file to read and write with exactly `mode`; at no instant is it wider. EXISTS. */
pxf_status fox_folder_new_file(struct fox_fd *ret_file, const struct fox_fd *folder,
                               const char *name, uint32_t mode, pxf_error *err);

/* A whole small file of at most `size` bytes; LIMIT if there is more. */
pxf_status fox_folder_read_file(const struct fox_fd *folder, const char *path, void *data,
                                size_t size, size_t *ret_size, pxf_error *err);

/* What stands at `path`, a link itself not followed. NOT_FOUND. */
pxf_status fox_folder_stat(struct fox_file_stat *ret_stat, const struct fox_fd *folder,
                           const char *path, pxf_error *err);

/* Gives `name` of `from` the name `to_name` in `to`, which may be another folder of the same file
 * system, and never replaces what is there: EXISTS. */
pxf_status fox_folder_rename(const struct fox_fd *from, const char *name, const struct fox_fd *to,
                             const char *to_name, pxf_error *err);

/* The same, replacing a file. */
pxf_status fox_folder_replace(const struct fox_fd *from, const char *name, const struct fox_fd *to,
                              const char *to_name, pxf_error *err);

/* Removes a file or link; NOT_FOUND. */
pxf_status fox_folder_remove(const struct fox_fd *folder, const char *path, pxf_error *err);

/* Removes an empty folder; EXISTS if it is not empty. */
pxf_status fox_folder_remove_folder(const struct fox_fd *folder, const char *path, pxf_error *err);

struct fox_folder_entry {
    char *name;
    enum fox_file_kind kind;
};

/* One page of a folder's names in byte order, a folder's name counting as if it ended in "/" (so
 * that walking the tree gives whole paths in byte order). `{0}` is empty. */
struct fox_folder_page {
    struct fox_folder_entry *entries;
    size_t count, capacity;
};

/* Up to `limit` names behind `after` ("" from the start; a folder's name with its "/"). Memory is
 * bounded by `limit`; each page reads the whole folder. */
pxf_status fox_folder_list(struct fox_folder_page *page, const struct fox_fd *folder,
                           const char *after, size_t limit, pxf_error *err);

/* Empty again. */
void fox_folder_page_free(struct fox_folder_page *page);

static inline void fox_folder_page_let_go(struct fox_folder_page *page)
{
    fox_folder_page_free(page);
}

#endif
