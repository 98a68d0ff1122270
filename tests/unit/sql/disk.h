/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_UNIT_SQL_DISK_H
#define FOX_TESTS_UNIT_SQL_DISK_H

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

/* A disk whose syncs the tests count, slow down, hold up and fail, and whose type they choose:
 * fsync(), fdatasync() and fstatfs() of SQLite and of our own code come here. */
struct disk {
    atomic_int sync_count;
    atomic_int sync_us;  /* what each takes */
    atomic_bool fails;   /* EIO */
    atomic_bool is_held; /* each tells `began` and waits for `may_end` */
    sem_t began, may_end;
    atomic_long magic; /* the file system's type as fstatfs() tells it; 0: the true one */
};

extern struct disk disk;

#endif
