/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_DISK_H
#define FOX_OS_DISK_H

#include <stdint.h>

#include "os/fd.h"

/* The file system that an open file or folder lies on. */
enum fox_disk_kind {
    FOX_DISK_LOCAL = 1,  /* ext4, xfs, btrfs, … and what we do not know */
    FOX_DISK_MEMORY = 2, /* tmpfs, ramfs */
    FOX_DISK_NFS = 3,
    FOX_DISK_CIFS = 4,
    FOX_DISK_9P = 5,
    FOX_DISK_FUSE = 6,
    FOX_DISK_VIRTIOFS = 7,
    FOX_DISK_CLUSTER = 8 /* ceph, gfs2, ocfs2, lustre, afs, … */
};

enum { FOX_DISK_NAME_BYTES = 32 };

struct fox_disk {
    enum fox_disk_kind kind;
    char name[FOX_DISK_NAME_BYTES]; /* "ext4", "nfs", "fuse.sshfs", "0x1234" */
    uint64_t device, fsid;          /* together they tell one mounted file system from another */
    uint64_t total_bytes;
    uint64_t free_bytes;  /* what this process may use */
    uint64_t free_inodes; /* UINT64_MAX where the file system makes them as needed */
    bool is_read_only;
};

/* Asks the file system; may block where a network mount hangs. */
pxf_status fox_disk_stat(struct fox_disk *ret_disk, const struct fox_fd *file, pxf_error *err);

/* Memory-mapped files and byte locks work there as on a local disk, as SQLite's WAL needs. */
bool fox_disk_suits_database(const struct fox_disk *disk);

#endif
