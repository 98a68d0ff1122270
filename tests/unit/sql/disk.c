/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/disk.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

struct disk disk;

static int sync_by(long number, int file)
{
    atomic_fetch_add(&disk.sync_count, 1);
    if (atomic_load(&disk.is_held)) {
        (void)sem_post(&disk.began);
        (void)sem_wait(&disk.may_end);
    }
    if (atomic_load(&disk.fails)) {
        errno = EIO;
        return -1;
    }
    if (atomic_load(&disk.sync_us) > 0) {
        return usleep((useconds_t)atomic_load(&disk.sync_us));
    }
    return (int)syscall(number, file);
}

int fsync(int file)
{
    return sync_by(SYS_fsync, file);
}

int fdatasync(int file)
{
    return sync_by(SYS_fdatasync, file);
}

int fstatfs(int file, struct statfs *found)
{
    const int answer = (int)syscall(SYS_fstatfs, file, found);

    if (answer == 0 && atomic_load(&disk.magic) != 0) {
        found->f_type = atomic_load(&disk.magic);
    }
    return answer;
}
