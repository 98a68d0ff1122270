/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_BLOB_CALLS_H
#define FOX_TESTS_BLOB_CALLS_H

#include <stdbool.h>
#include <stddef.h>

/* The system calls that make a put durable, in their order, by symbol interposition: 'f' a file
 * was synced, 'd' a folder was synced, 'c' a descriptor of a file was closed, 'r' a rename. */
struct calls {
    char log[256];
    size_t count;
    bool is_logging;
    size_t failing_sync; /* the Nth sync answers EIO; 0: none */
    size_t syncs;        /* since the last reset */
    int close_error;     /* what the first close of a regular file answers; 0: the system's */
    int open_error;      /* what the next openat2() answers; 0: the system's */
};

extern struct calls calls;

/* From now on no rename can refuse to replace, as on NFS; a link counts as 'r'. */
void calls_answer_as_nfs(bool is_nfs);

/* Nothing is logged and nothing fails. */
void calls_reset(void);

#endif
