/* SPDX-License-Identifier: Apache-2.0 */
#include "os/disk.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

struct known {
    uint32_t magic;
    enum fox_disk_kind kind;
    const char *name;
};

/* statfs(2) and linux/magic.h; those without a name there are written out. */
static const struct known known[] = {
    {EXT4_SUPER_MAGIC, FOX_DISK_LOCAL, "ext4"},
    {XFS_SUPER_MAGIC, FOX_DISK_LOCAL, "xfs"},
    {BTRFS_SUPER_MAGIC, FOX_DISK_LOCAL, "btrfs"},
    {F2FS_SUPER_MAGIC, FOX_DISK_LOCAL, "f2fs"},
    {0x2fc12fc1, FOX_DISK_LOCAL, "zfs"},
    {OVERLAYFS_SUPER_MAGIC, FOX_DISK_LOCAL, "overlay"},
    {MSDOS_SUPER_MAGIC, FOX_DISK_LOCAL, "vfat"},
    {EXFAT_SUPER_MAGIC, FOX_DISK_LOCAL, "exfat"},
    {TMPFS_MAGIC, FOX_DISK_MEMORY, "tmpfs"},
    {RAMFS_MAGIC, FOX_DISK_MEMORY, "ramfs"},
    {NFS_SUPER_MAGIC, FOX_DISK_NFS, "nfs"},
    {SMB_SUPER_MAGIC, FOX_DISK_CIFS, "smb"},
    {CIFS_SUPER_MAGIC, FOX_DISK_CIFS, "cifs"},
    {SMB2_SUPER_MAGIC, FOX_DISK_CIFS, "smb2"},
    {V9FS_MAGIC, FOX_DISK_9P, "9p"},
    {FUSE_SUPER_MAGIC, FOX_DISK_FUSE, "fuse"},
    {CEPH_SUPER_MAGIC, FOX_DISK_CLUSTER, "ceph"},
    {OCFS2_SUPER_MAGIC, FOX_DISK_CLUSTER, "ocfs2"},
    {0x01161970, FOX_DISK_CLUSTER, "gfs2"},
    {0x0bd00bd0, FOX_DISK_CLUSTER, "lustre"},
    {0x47504653, FOX_DISK_CLUSTER, "gpfs"},
    {AFS_SUPER_MAGIC, FOX_DISK_CLUSTER, "afs"},
    {CODA_SUPER_MAGIC, FOX_DISK_CLUSTER, "coda"},
};

static void classify(struct fox_disk *disk, uint32_t magic)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].magic == magic) {
            disk->kind = known[i].kind;
            (void)snprintf(disk->name, sizeof disk->name, "%s", known[i].name);
            return;
        }
    }
    disk->kind = FOX_DISK_LOCAL;
    (void)snprintf(disk->name, sizeof disk->name, "0x%" PRIx32, magic);
}

/* The type in a line of /proc/self/mountinfo stands behind " - ". False if the line is of another
 * device. */
static bool read_type(const char *line, dev_t device, char type[FOX_DISK_NAME_BYTES])
{
    const char *behind = strstr(line, " - ");
    unsigned major_number, minor_number;

    return behind && sscanf(line, "%*d %*d %u:%u", &major_number, &minor_number) == 2 &&
           makedev(major_number, minor_number) == device && sscanf(behind + 3, "%31s", type) == 1;
}

/* virtiofs has FUSE's magic, so the table of mounts tells which it is, and which program serves a
 * FUSE mount. Without /proc it stays "fuse". */
static void ask_mounts(struct fox_disk *disk, dev_t device)
{
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    char line[4096];
    char type[FOX_DISK_NAME_BYTES];

    while (mounts && fgets(line, sizeof line, mounts)) {
        if (read_type(line, device, type)) {
            memcpy(disk->name, type, sizeof type);
        }
    }
    if (mounts) {
        (void)fclose(mounts);
    }
    if (strcmp(disk->name, "virtiofs") == 0) {
        disk->kind = FOX_DISK_VIRTIOFS;
    }
}

static uint64_t fsid_of(const struct statfs *system)
{
    uint64_t fsid = 0;

    memcpy(&fsid, &system->f_fsid, sizeof fsid);
    return fsid;
}

pxf_status fox_disk_stat(struct fox_disk *ret_disk, const struct fox_fd *file, pxf_error *err)
{
    struct fox_disk disk = {0};
    struct statfs system;
    struct stat stat;
    int answer;

    do {
        answer = fstatfs(fox_fd_number(file), &system);
    } while (answer != 0 && errno == EINTR);
    if (answer != 0 || fstat(fox_fd_number(file), &stat) != 0) {
        return fox_fail_errno(err, file->origin, errno, "cannot ask the file system");
    }
    classify(&disk, (uint32_t)system.f_type);
    if (disk.kind == FOX_DISK_FUSE) {
        ask_mounts(&disk, stat.st_dev);
    }
    disk.device = stat.st_dev;
    disk.fsid = fsid_of(&system);
    disk.total_bytes = (uint64_t)system.f_blocks * (uint64_t)system.f_frsize;
    disk.free_bytes = (uint64_t)system.f_bavail * (uint64_t)system.f_frsize;
    disk.free_inodes = system.f_files > 0 ? (uint64_t)system.f_ffree : UINT64_MAX;
    disk.is_read_only = ((unsigned long)system.f_flags & ST_RDONLY) != 0;
    *ret_disk = disk;
    return PXF_OK;
}

bool fox_disk_suits_database(const struct fox_disk *disk)
{
    switch (disk->kind) {
    case FOX_DISK_LOCAL:
    case FOX_DISK_MEMORY:
        return true;
    case FOX_DISK_NFS:
    case FOX_DISK_CIFS:
    case FOX_DISK_9P:
    case FOX_DISK_FUSE:
    case FOX_DISK_VIRTIOFS:
    case FOX_DISK_CLUSTER:
        return false;
    }
    return false;
}
