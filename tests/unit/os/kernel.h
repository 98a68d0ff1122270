/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_OS_KERNEL_H
#define FOX_TESTS_OS_KERNEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* What the system calls under the tests do, by symbol interposition. All zero: they are the
 * system's own. */
struct kernel {
    bool has_no_openat2;     /* ENOSYS, as before Linux 5.6 */
    bool has_no_renameat2;   /* EINVAL, as NFS answers */
    size_t transfer_bytes;   /* the most that one read or write moves; 0: no limit */
    size_t interruptions;    /* so many calls answer EINTR first */
    int fchmod_error;        /* what fchmod() answers */
    bool loses_link_answer;  /* linkat() works and answers EEXIST, as a retried NFS call does */
    atomic_size_t transfers; /* reads and writes that came by */
    size_t refusals;         /* answers of ours instead of the system's */
};

extern struct kernel kernel;

/* For teardowns: everything is the system's own again. */
int kernel_reset(void **state);

#endif
